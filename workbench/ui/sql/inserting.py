"""What can be put into the statement: tables, columns, queries of the catalogue, and what was run or saved before."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.access.published_columns import LEFT_OUT, treatment_of
from workbench.domain.errors import InputError
from workbench.domain.text import one_line
from workbench.domain.words import plural
from workbench.store.engine.catalogue import Query, catalogue
from workbench.store.published.statement_rules import is_complete
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.notices import error_kept
from workbench.ui.html.labels import literal
from workbench.ui.html.markup import show_note
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk, desk_holder
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import clock

STATEMENT = "wb-sql-statement"
_PUT = "wb-sql-put"
"""What was put in last: no person's words are lost with it."""
LONGEST_NAME = 60
_SHOWN_LETTERS = 70
_LIST_HEIGHT = 290
_EXAMPLES = {
    "path": "individual",
    "view": "late",
    "step": "screened",
    "measure": "stuck",
    "hours": "24",
    "client_account_id": "ACC-1",
    "client_account_ids": '["ACC-1"]',
}
"""Values for what a query needs; whoever inserts it puts in their own."""


def show_tables() -> None:
    columns = _columns(desk_holder().serial)
    table = st.selectbox("Table", list(columns), key="wb-sql-table", index=list(columns).index("accounts_now"))
    with st.container(height=_LIST_HEIGHT, border=False):
        chosen = st.pills(
            "Columns", columns[table], selection_mode="multi", format_func=literal, key=f"wb-sql-columns-{table}"
        )
    st.button("Insert", key="wb-sql-insert-table", on_click=_insert_table, args=(table, chosen))


def show_queries() -> None:
    queries = {name: query for name, query in catalogue().items() if _answers_on_a_copy(query)}
    name = st.selectbox("Query", list(queries), key="wb-sql-query")
    show_note(queries[name].sentence)
    st.button("Insert", key="wb-sql-insert-query", on_click=_put, args=(written_out(queries[name]),))


def _answers_on_a_copy(query: Query) -> bool:
    return not query.searches_names and "author" not in query.defaults


def show_history() -> None:
    rows = _history()
    if not rows:
        show_note("What you run is kept here.")
        return
    chosen = st.selectbox("Statement run before", range(len(rows)), format_func=_titles(rows), key="wb-sql-history")
    show_note(_last_run(rows[chosen]))
    st.button("Use", key="wb-sql-use-history", on_click=_put, args=(rows[chosen]["statement"],))


def show_saved() -> None:
    rows = read_uncached("statements/saved", author=current_desk().author).rows
    if rows:
        names = [row["question"] for row in rows]
        chosen = st.selectbox("Saved question", range(len(rows)), format_func=names.__getitem__, key="wb-sql-saved")
        with st.container(horizontal=True, gap="small"):
            st.button("Use", key="wb-sql-use-saved", on_click=_put, args=(rows[chosen]["statement"],))
            st.button("Remove", key="wb-sql-remove", type="tertiary", on_click=_remove, args=(names[chosen],))
    name = st.text_input("Name", key="wb-sql-name", max_chars=LONGEST_NAME, placeholder="Active by country")
    if st.button("Save statement", key="wb-sql-save"):
        with shown_errors():
            _save(name)
            st.rerun()


def written_out(query: Query) -> str:
    """The query's SQL, with example values for what it needs."""
    return query.written_out({name: _EXAMPLES.get(name, "") for name, value in query.defaults.items() if value is None})


@st.cache_resource(max_entries=1, show_spinner=False)
def _columns(desk_serial: int) -> Mapping[str, Sequence[str]]:  # noqa: ARG001 - the cache's key
    found = current_desk().store.published_columns(treatment_of, LEFT_OUT)
    return {name: [one for one in columns if one not in PERSONAL_COLUMNS] for name, columns in sorted(found.items())}


@error_kept
def _insert_table(table: str, columns: Sequence[str]) -> None:
    """Adds the names to the statement that is there, or begins another if they would not fit."""
    before = str(st.session_state.get(STATEMENT, "")).rstrip()
    listed = ", ".join(columns)
    longer = f"{before} {listed or table}"
    if is_complete(before) and not (listed and is_complete(longer)):
        _put(f"select {listed}\nfrom {table}\nlimit 100" if listed else f"from {table}\nlimit 100")
    else:
        st.session_state[STATEMENT] = longer


@error_kept
def _put(statement: str) -> None:
    """Begins another statement. What a person typed and did not run yet stays below it as a comment."""
    before = str(st.session_state.get(STATEMENT, "")).strip()
    is_kept = before == st.session_state.get(_PUT) or any(row["statement"].strip() == before for row in _history())
    comment = "" if is_kept else "\n".join(f"-- {line}" for line in before.splitlines())
    st.session_state[STATEMENT] = st.session_state[_PUT] = f"{statement}\n\n{comment}".strip()


def _history() -> list[dict[str, Any]]:
    return read_uncached("statements/history", author=current_desk().author).rows


def _titles(rows: Sequence[Mapping[str, Any]]) -> Any:
    return lambda place: one_line(rows[place]["statement"])[:_SHOWN_LETTERS]


def _last_run(row: Mapping[str, Any]) -> str:
    outcome = plural(row["row_count"], "row") if row["outcome"] == "rows" else row["outcome"].capitalize()
    return f"{outcome} · {row['seconds']:.1f} s · {clock(row['ran_at'], reader_zone(), datetime.now(UTC))}"


def _save(name: str) -> None:
    """Raises InputError without a name or a statement."""
    statement = str(st.session_state.get(STATEMENT, "")).strip()
    if not name.strip() or not statement:
        raise InputError("Write a statement and give it a name.", title="Nothing was saved")
    desk = current_desk()
    desk.store.save_question(desk.author, name.strip()[:LONGEST_NAME], statement, datetime.now(UTC))


@error_kept
def _remove(name: str) -> None:
    desk = current_desk()
    desk.store.remove_question(desk.author, name)
