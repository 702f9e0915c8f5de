"""Running a statement for a tab: it goes on while the page is shown, and can be stopped."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import streamlit as st

from workbench.domain.errors import WorkbenchError
from workbench.store.published.console import Cancelled, RunningStatement, StatementRows
from workbench.store.records.statements import StatementRun
from workbench.ui.frame.failures import shown_errors
from workbench.ui.html.markup import show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.watching import may_rerun_page
from workbench.ui.live.while_shown import keep, kept

SHOWN_AT_ONCE_SECONDS = 1.0
"""How long a run of the page waits for the rows before it shows that they are on their way."""
_POLL_EVERY = "0.5s"
_SECONDS_TO_STOP = 2.0
_RUNNING, _OUTCOME = "wb-sql-running", "wb-sql-outcome"


@dataclass(frozen=True, slots=True)
class SqlOutcome:
    """What became of a statement."""

    statement: str
    rows: StatementRows | None = field(default=None, repr=False)
    error: WorkbenchError | None = None


@dataclass(frozen=True, slots=True)
class _Started:
    running: RunningStatement
    began_at: datetime


def start(statement: str) -> None:
    """Runs a statement on the copy, which is published first if there is none. Raises WorkbenchError."""
    stop()
    publisher = current_desk().publisher
    with st.spinner("Making the copy…", show_time=True):
        publisher.copy_in_use()
    running = RunningStatement(publisher.folder, statement)
    st.session_state[_RUNNING] = _Started(running, datetime.now(UTC))


def stop() -> None:
    """Stops the statement that still runs, so that its place is free."""
    started = _started()
    if started is not None:
        started.running.cancel()
        started.running.wait(_SECONDS_TO_STOP)


def outcome_of_run() -> SqlOutcome | None:
    """What became of the statement that was run last; None while it runs, which is shown, or if there is none."""
    started = _started()
    if started is None:
        return kept(_OUTCOME, SqlOutcome)
    if not started.running.wait(SHOWN_AT_ONCE_SECONDS):
        _show_running(started.running)
        return None
    outcome = _outcome(started)
    del st.session_state[_RUNNING]
    keep(_OUTCOME, outcome)
    _write_down(started, outcome)
    return outcome


def _started() -> _Started | None:
    started = st.session_state.get(_RUNNING)
    return started if isinstance(started, _Started) else None


def _outcome(started: _Started) -> SqlOutcome:
    statement = started.running.statement
    try:
        return SqlOutcome(statement, started.running.result())
    except WorkbenchError as error:
        return SqlOutcome(statement, error=error)


def _write_down(started: _Started, outcome: SqlOutcome) -> None:
    error = outcome.error
    kind = "rows" if error is None else "cancelled" if isinstance(error, Cancelled) else "failed"
    rows = outcome.rows.table.num_rows if outcome.rows else None
    run = StatementRun(current_desk().author, outcome.statement, started.began_at, started.running.seconds, kind, rows)
    with shown_errors():
        current_desk().store.land_statement_run(run)


@st.fragment(run_every=_POLL_EVERY)
def _show_running(running: RunningStatement) -> None:
    if running.wait(0) and may_rerun_page():
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_note(f"Running for {running.seconds:.1f} s", role="status")
        if st.button("Cancel", key="wb-sql-cancel", type="tertiary"):
            running.cancel()
            st.rerun()
