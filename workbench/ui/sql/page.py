"""Parts of the tab SQL of Explore: the statement, what it answered, and what can be put into it."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.domain.moments import aware
from workbench.domain.words import count, plural
from workbench.exports import About
from workbench.store.published.locked import MOST_ROWS, MOST_SECONDS
from workbench.ui.frame.failures import show_error, shown_errors
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import show_empty, show_note
from workbench.ui.sql import inserting, running
from workbench.ui.tables.downloads import offer_files
from workbench.ui.tables.tables import HEADER_HEIGHT, ROW_HEIGHT
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import clock

LIMITS = f"Stops after {MOST_SECONDS:.0f} s, shows at most {count(MOST_ROWS)} rows"
_ROWS_AT_ONCE = 12
_HOLDS_NO = "No names, contact details, identity numbers or payloads. Links and staff names are hashed."


def show_page(heading: Any) -> None:
    """Show the statement and what it answered; what it is goes into ``heading``."""
    left, right = st.columns([0.68, 0.32], gap="large")
    with left:
        outcome = _ask()
        if outcome is not None:
            _show_outcome(outcome)
    with right:
        _show_insertable()
    with heading:
        show_answer(_answer_of(outcome), _HOLDS_NO)


def _show_insertable() -> None:
    tables, queries, history, saved = st.tabs(["Tables", "Queries", "History", "Saved"])
    with tables:
        inserting.show_tables()
    with queries:
        inserting.show_queries()
    with history:
        inserting.show_history()
    with saved:
        inserting.show_saved()


def _ask() -> running.SqlOutcome | None:
    statement = st.text_area(
        "Statement", key=inserting.STATEMENT, height=190, placeholder="from accounts_now\nwhere standing = 'active'"
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_run = st.button("Run", key="wb-sql-run", type="primary")
        show_note(LIMITS)
    if is_run:
        with shown_errors():
            running.start(statement)
    return running.outcome_of_run()


def _show_outcome(outcome: running.SqlOutcome) -> None:
    if outcome.error is not None:
        show_error(outcome.error)
    elif outcome.rows is not None and outcome.rows.table.num_rows:
        table = outcome.rows.table
        height = HEADER_HEIGHT + ROW_HEIGHT * min(table.num_rows, _ROWS_AT_ONCE) + 1
        st.dataframe(table, key="wb-sql-rows", hide_index=True, row_height=ROW_HEIGHT, height=height, placeholder="–")
        with st.container(horizontal=True, vertical_alignment="center", key="wb-foot-sql", gap="small"):
            show_note(_footer(outcome))
            about = About("SQL statement", outcome.statement, aware(outcome.rows.as_of))
            offer_files(lambda: table, "sql", "sql", about)
    else:
        show_empty("No rows.", "The statement ran and found nothing.")


def _footer(outcome: running.SqlOutcome) -> str:
    assert outcome.rows is not None  # noqa: S101
    shown = plural(outcome.rows.table.num_rows, "row")
    more = f"The first {shown}, there are more" if outcome.rows.is_cut else shown
    return f"{more} · {outcome.rows.seconds:.1f} s · as of {_clock(outcome.rows.as_of)}"


def _answer_of(outcome: running.SqlOutcome | None) -> str:
    if outcome is None:
        return "Query the data with SQL"
    return f"SQL on the copy as of {_clock(outcome.rows.as_of)}" if outcome.rows else "SQL on the copy"


def _clock(moment: datetime) -> str:
    return clock(moment, reader_zone(), datetime.now(UTC))
