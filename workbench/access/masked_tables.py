"""Query results outside the pages: masked as the pages mask them, or without what is personal."""

import pyarrow as pa

from workbench.access.masking import DOTS, is_masked, masked_payload
from workbench.bakkt.lossless_json import NotJsonError, read_json, write_json

PERSONAL_COLUMNS = frozenset(
    {
        *("display_name", "given_name", "middle_names", "family_name", "email_address", "phone_number"),
        *("found_text", "written_as", "account_json", "status_json", "documents_json", "link_url", "description"),
        *("what", "note", "detail", "bakkt_words", "refusals", "reason", "ended_words", "next_steps"),
        *("taken_out_reason", "file_name", "sheet", "id_column", "statement", "question", "series", "segment_name"),
    }
)
"""Columns of queries that may hold what a customer is called, reached by or wrote; free texts are among them, and what
a person called a file, its sheet and its column, or a segment, or asked in SQL. ``series`` may be a document's
description."""

_JSON_COLUMN = "_json"


def without_personal_columns(rows: pa.Table) -> pa.Table:
    return rows.drop_columns([name for name in rows.column_names if name in PERSONAL_COLUMNS])


def masked_table(rows: pa.Table) -> pa.Table:
    """A copy in which every text column is masked as the pages mask the field of that name."""
    for position, name in enumerate(rows.column_names):
        is_text = pa.types.is_string(rows.schema.field(name).type)
        if is_text and (is_masked(name) or name.endswith(_JSON_COLUMN)):
            values = [_masked_text(name, text) for text in rows[name].to_pylist()]
            rows = rows.set_column(position, name, pa.array(values, pa.string()))
    return rows


def _masked_text(name: str, text: str | None) -> str | None:
    """A text column's value, masked as the field of that name; columns ending in ``_json`` hold Bakkt's answers."""
    if text is None or not name.endswith(_JSON_COLUMN):
        masked: str | None = masked_payload({name: text})[name]
        return masked
    try:
        return write_json(masked_payload(read_json(text.encode())[1])).decode()
    except NotJsonError:
        return DOTS
