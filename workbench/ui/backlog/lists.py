"""Reading the lists of the page Backlog: how much is in each view, and the rows of a page of one."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from workbench.domain.vocabulary import ActionKind
from workbench.domain.words import code_word
from workbench.ui.backlog.codes import ListCodes
from workbench.ui.live.cached_queries import Param, QueryResult, read, read_in_batches, read_uncached
from workbench.ui.tables.pages import ROWS_A_PAGE, offset_of
from workbench.ui.text.words import KIND_WORDS

_ACTIONS = {
    "unsettled": "actions/unsettled",
    "rejected_later": "actions/rejected_later",
    "awaiting_second": "actions/awaiting",
}


def count_rows(codes: ListCodes, counts: Mapping[str, int]) -> int:
    """How long the list is, over all its pages."""
    if not codes.is_filtered or codes.shown_view.are_actions:
        return counts[codes.view]
    rows: int = read("backlog/size", view=codes.view, days=int(codes.within), **codes.filters).first["accounts"]
    return rows


def is_listed(codes: ListCodes, client_account_id: str) -> bool:
    """Whether the account is on any page of the list."""
    parameters = {"view": codes.view, "days": int(codes.within), **codes.filters}
    return bool(read_uncached("backlog/size", **parameters, client_account_id=client_account_id).first["accounts"])


def read_page(codes: ListCodes) -> QueryResult:
    """The rows of the list's page, cached: a person goes to and fro between it and its accounts."""
    if codes.shown_view.are_actions:
        whole = read(_ACTIONS[codes.view])
        return _in_words(replace(whole, table=whole.table.slice(offset_of(codes.page), ROWS_A_PAGE)))
    name, parameters = _query(codes)
    return _in_words(read(name, **parameters, limit=ROWS_A_PAGE, offset=offset_of(codes.page)))


def read_whole(codes: ListCodes) -> pa.RecordBatchReader:
    """All rows of the list, for a file."""
    if codes.shown_view.are_actions:
        return read_in_batches(_ACTIONS[codes.view])
    name, parameters = _query(codes)
    return read_in_batches(name, **parameters)


def _query(codes: ListCodes) -> tuple[str, dict[str, Param]]:
    if codes.sort == "lost":
        return "backlog/call_list", {"view": codes.view, **codes.filters}
    return "backlog/list", {"view": codes.view, "sort": codes.sort, "days": int(codes.within), **codes.filters}


def _in_words(rows: QueryResult) -> QueryResult:
    """The rows with the action or the document that they are about in words."""
    table = rows.table
    if "kind" in table.column_names:
        kinds = [KIND_WORDS[ActionKind(kind)] for kind in table["kind"].to_pylist()]
        return replace(rows, table=table.append_column("action", pa.array(kinds, pa.string())))
    if "first_document_type" in table.column_names:
        documents = [_document_words(code) for code in table["first_document_type"].to_pylist()]
        return replace(rows, table=table.append_column("document", pa.array(documents, pa.string())))
    return rows


def _document_words(document_type: str | None) -> str | None:
    return code_word(document_type) or None
