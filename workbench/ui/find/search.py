"""Parts of the page Customers: the search, and the page for an id that is not known."""

import pyarrow as pa
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.text import LONGEST_TERM
from workbench.domain.words import plural
from workbench.ui.forms.address_codes import pass_on_choice
from workbench.ui.frame.first_step import first_answer, show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult, read, read_in_batches, read_uncached
from workbench.ui.live.permission import may
from workbench.ui.live.visits import begin_search
from workbench.ui.tables.pages import ROWS_A_PAGE, go_to_first_page, go_to_page_of_list, offset_of, page_in_address
from workbench.ui.tables.work_list import WorkList, show_work_list

SEARCH_BOX = "wb-search"
SHORTEST_TERM = 2
WAITING_COLUMNS = ["client_account_id", "display_name", "account_type", "standing", "due_at", "standing_since"]
_WAITING = {"view": "open", "turn": "us"}
RESULT_COLUMNS = ["client_account_id", "display_name", "account_type", "standing", "turn"]


def show_search() -> None:
    """Show the search box and its matches. The term may be a name, so it never enters the address."""
    heading = st.container()
    term = ask_for_term(SEARCH_BOX)
    found = search_results(term)
    with heading:
        show_answer(_answer(found))
    if found is None and not term:
        _show_longest_waiting()
    elif found is None:
        show_empty_list("Type at least two letters or digits.", "Case, accents and punctuation do not matter.")
    elif found.table.num_rows:
        _show_matches(found.table)
    else:
        show_empty_list("No matches.", "Try part of the name, or the account id as in your own system.")


def ask_for_term(key: str) -> str:
    """Return the search term, trimmed."""
    contact = "e-mail, phone, " if may(Act.SEE_CONTACT) else ""
    term = st.text_input(
        "Search",
        type="search",
        key=key,
        live="300ms",
        placeholder=f"Name, {contact}account id, owner id, document id or business",
        label_visibility="collapsed",
        persist_state="session",
        autocomplete="off",
        on_change=pass_on_choice,
        args=(key, st.session_state.get(key), lambda _: go_to_first_page()),
    )
    return trimmed(term or "")


def trimmed(term: str) -> str:
    return term.strip()[:LONGEST_TERM]


def search_results(term: str, most: int | None = None) -> QueryResult | None:
    """Return the accounts that match the term, at most so many; None if it is too short to search for."""
    if len(term) < SHORTEST_TERM:
        return None
    begin_search(term)
    limit = {} if most is None else {"limit": str(most)}
    return read_uncached("accounts/search", term=term, **limit)


def _show_matches(found: pa.Table) -> None:
    page = page_in_address(found.num_rows)
    rows = found.slice(offset_of(page), ROWS_A_PAGE)
    _show(
        WorkList("search", "search", rows, RESULT_COLUMNS, found.num_rows, "customers", lambda: found, page), "Matches"
    )


def _show_longest_waiting() -> None:
    """Show the accounts that wait for us, longest late first, below an empty search box."""
    total = read("backlog/size", **_WAITING).first["accounts"]
    if not total:
        show_empty_list("Type at least two letters or digits.", "Case, accents and punctuation do not matter.")
        return
    page = page_in_address(total)
    rows = read("backlog/list", **_WAITING, limit=ROWS_A_PAGE, offset=offset_of(page)).table
    _show(
        WorkList("waiting", "waiting", rows, WAITING_COLUMNS, total, "waiting-for-us", _read_waiting, page),
        "Waiting for us",
        "longest late first; type at least two letters or digits to search",
    )


def _read_waiting() -> pa.RecordBatchReader:
    return read_in_batches("backlog/list", **_WAITING)


def _show(shown: WorkList, heading: str, note: str = "") -> None:
    bar = st.container(horizontal=True, vertical_alignment="center", key="wb-customers-bar")
    with bar:
        show_heading(heading, note)
    show_work_list(shown, bar=bar, go_to_page=go_to_page_of_list)


def _answer(found: QueryResult | None) -> str:
    if found is not None:
        return f"{plural(found.table.num_rows, 'customer')} found"
    pulse = read("data/pulse").first
    total = pulse["accounts_total"]
    return f"Find one of {plural(total, 'customer')}" if total else first_answer(pulse)
