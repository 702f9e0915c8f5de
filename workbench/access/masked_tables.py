"""Query results outside the pages: masked as the pages mask them, or without what is personal."""

from collections.abc import Callable

import pyarrow as pa

from workbench.access.acting import Person
from workbench.access.masking import (
    DOTS,
    USUAL,
    Masks,
    is_contact,
    is_link,
    is_masked,
    masked_contact,
    masked_payload,
    masked_words,
    masks_for,
)
from workbench.access.policy import Act
from workbench.bakkt.lossless_json import NotJsonError, read_json, write_json

PERSONAL_COLUMNS = frozenset(
    {
        *("display_name", "given_name", "middle_names", "family_name", "email_address", "phone_number"),
        *("found_text", "written_as", "account_json", "status_json", "documents_json", "link_url", "description"),
        *("what", "note", "detail", "bakkt_words", "refusals", "reason", "ended_words", "next_steps"),
        "second_reason",
        *("taken_out_reason", "file_name", "sheet", "id_column", "statement", "question", "series", "segment_name"),
    }
)
"""Columns of queries that may hold what a customer is called, reached by or wrote; free texts are among them, and what
a person called a file, its sheet and its column, or a segment, or asked in SQL. ``series`` may be a document's
description."""

_WRITTEN_FREELY = frozenset(
    {
        *("reason", "note", "detail", "bakkt_words", "refusals", "ended_words", "next_steps", "taken_out_reason"),
        *("description", "second_reason"),
    }
)
"""Columns of what an agent or Bakkt wrote, which may name a phone number, an e-mail address or a link."""
_JSON_COLUMN = "_json"


def without_personal_columns(rows: pa.Table) -> pa.Table:
    return rows.drop_columns([name for name in rows.column_names if name in PERSONAL_COLUMNS])


def masked_table(rows: pa.Table, masks: Masks = USUAL) -> pa.Table:
    """A copy in which every text column is masked as the pages mask the field of that name."""
    return _with_masked(rows, lambda name: is_masked(name) or name.endswith(_JSON_COLUMN), masks)


def sees_all(person: Person) -> bool:
    """Whether rows are for this person as they are stored."""
    return person.may(Act.SEE_CONTACT) and person.may(Act.SEE_LINK)


def as_seen_by(person: Person, rows: pa.Table) -> pa.Table:
    """The rows of a query as the person may see them."""
    if sees_all(person):
        return rows
    if not person.may(Act.SEE_LINK):
        rows = _with_masked(rows, is_link, USUAL)
    if not person.may(Act.SEE_CONTACT):
        rows = _without_found_contact(_with_masked(rows, _holds_contact, masks_for(person)))
    return _with_words_masked(rows, masks_for(person))


def _with_words_masked(rows: pa.Table, masks: Masks) -> pa.Table:
    for position, column in enumerate(rows.schema):
        if column.name in _WRITTEN_FREELY and pa.types.is_string(column.type):
            texts = [text and masked_words(text, masks) for text in rows[column.name].to_pylist()]
            rows = rows.set_column(position, column.name, pa.array(texts, pa.string()))
    return rows


def _holds_contact(name: str) -> bool:
    return is_contact(name) or name.endswith(_JSON_COLUMN)


def _with_masked(rows: pa.Table, is_meant: Callable[[str], bool], masks: Masks) -> pa.Table:
    for position, name in enumerate(rows.column_names):
        _refuse_what_cannot_be_masked(rows.schema.field(position), is_meant)
        if is_meant(name):
            values = [_masked_text(name, text, masks) for text in rows[name].to_pylist()]
            rows = rows.set_column(position, name, pa.array(values, pa.string()))
    return rows


def _refuse_what_cannot_be_masked(column: pa.Field, is_meant: Callable[[str], bool]) -> None:
    """Raises TypeError for what is to be masked and is no text column, or a part of one."""
    is_text = pa.types.is_string(column.type) or pa.types.is_null(column.type)
    if is_meant(column.name) and not is_text:
        raise TypeError(f"{column.name} cannot be masked: it is {column.type}.")
    for place in range(column.type.num_fields):
        part = column.type.field(place)
        if is_meant(part.name):
            raise TypeError(f"{part.name} of {column.name} cannot be masked.")
        _refuse_what_cannot_be_masked(part, is_meant)


def _without_found_contact(rows: pa.Table) -> pa.Table:
    """What a search found, masked where that is a phone number or an e-mail address."""
    if "found_in" not in rows.column_names:
        return rows
    texts, written = rows["found_text"].to_pylist(), rows["written_as"].to_pylist()
    for place, found_in in enumerate(rows["found_in"].to_pylist()):
        if found_in is not None and is_contact(found_in):
            texts[place], written[place] = masked_contact(texts[place]), None
    rows = rows.set_column(rows.column_names.index("found_text"), "found_text", pa.array(texts, pa.string()))
    kind = rows.schema.field("written_as").type
    return rows.set_column(rows.column_names.index("written_as"), "written_as", pa.array(written, kind))


def _masked_text(name: str, text: str | None, masks: Masks) -> str | None:
    """A text column's value, masked as the field of that name; columns ending in ``_json`` hold Bakkt's answers."""
    if text is None or not name.endswith(_JSON_COLUMN):
        masked: str | None = masked_payload({name: text}, masks)[name]
        return masked
    try:
        return write_json(masked_payload(read_json(text.encode())[1], masks)).decode()
    except NotJsonError:
        return DOTS
