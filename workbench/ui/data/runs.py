"""Parts of the page Data: import, sync with progress, runs, failures, health."""

from datetime import UTC, datetime

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.moments import duration
from workbench.domain.words import count, plural
from workbench.sync import SyncService
from workbench.sync.progress import SyncProgress
from workbench.ui.frame.failures import show_error, shown_errors
from workbench.ui.html.markup import show_empty, show_heading, show_note
from workbench.ui.live.cached_queries import read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.live.watching import may_rerun_page
from workbench.ui.tables.columns import identifier, moment, number, text
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import ROWS_A_PAGE, go_to_page_of_list, offset_of, page_in_address
from workbench.ui.tables.tables import show_table
from workbench.ui.tables.work_list import WorkList, show_work_list
from workbench.ui.text.words import hours_since, until

RUN_COLUMNS = [
    "started_at",
    "scope",
    "accounts_due",
    "accounts_read",
    "accounts_changed",
    "accounts_failed",
    "requests",
    "stopped_because",
]
_FAILURE_LOOKS = {
    "client_account_id": identifier("Account"),
    "title": text("What happened", 190),
    "reason": text("Reason", 320),
    "failed_at": moment("Last tried", width=110),
    "times": number("Attempts", width=70),
}
_PROGRESS_EVERY = "1s"
_WAS_RUNNING = "wb-was-running"


def show_sync(registered: int) -> None:
    """Start, watch and stop a sync; what has been stored is kept when it stops."""
    show_heading("Sync", f"from {current_desk().source}")
    _show_run(registered)
    show_note(schedule_words(current_desk().settings.sync_interval_minutes, current_desk().background.schedule.next_at))


def schedule_words(interval_minutes: float, next_at: datetime | None) -> str:
    """Say whether syncs start automatically, and when the next one does."""
    if not interval_minutes:
        return "Automatic sync is off."
    every = f"Syncs automatically every {duration(interval_minutes / 60)}"
    if next_at is None:
        return f"{every}, once the server is running."
    hours = -hours_since(next_at, datetime.now(UTC))
    return f"{every}, next {until(hours) if hours > 0 else 'now'}."


@st.fragment(run_every=_PROGRESS_EVERY)
def _show_run(registered: int) -> None:
    with shown_errors():
        sync = current_desk().sync
        if sync.is_running:
            st.session_state[_WAS_RUNNING] = True
            _show_progress(sync.progress())
        elif st.session_state.get(_WAS_RUNNING) and may_rerun_page():
            st.session_state[_WAS_RUNNING] = False
            st.rerun()
        else:
            if may(Act.SYNC):
                _show_start_buttons(has_accounts=registered > 0)
            _show_outcome(sync)


def _show_start_buttons(*, has_accounts: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        due = st.button(
            "Sync due accounts",
            key="wb-sync-due",
            type="primary" if has_accounts else "secondary",
            help="Unread accounts first, then those read longest ago",
        )
        everything = st.button("Sync all accounts", key="wb-sync-all", help="Includes accounts in a final standing")
    if due or everything:
        current_desk().sync.start(everything=everything)
        st.rerun(scope="fragment")


def _show_progress(progress: SyncProgress | None) -> None:
    if progress is None:
        show_note("Starting…")
        return
    done = progress.accounts_done / progress.accounts_due if progress.accounts_due else 0.0
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left / 3600)} left"
    failed = f" {count(progress.accounts_failed)} failed." if progress.accounts_failed else ""
    st.progress(min(max(done, 0.0), 1.0))
    show_note(
        f"{count(progress.accounts_done)} of {plural(progress.accounts_due, 'account')}, "
        f"{count(progress.accounts_per_second)} per second{left}.{failed}"
    )
    if may(Act.SYNC) and st.button(
        "Stop", key="wb-sync-stop", help="What has been read is kept; the next sync continues from there"
    ):
        current_desk().sync.request_stop()


def _show_outcome(sync: SyncService) -> None:
    """Show how the last sync of this process ended."""
    progress = sync.progress()
    if sync.error is not None:
        show_error(sync.error)
    elif progress is not None and progress.stopped_because:
        reason = progress.stopped_because.rstrip(".")
        show_note(
            f"Stopped early: {reason}. What was read is kept, and the rest stays due.", tone="wb-amber", role="status"
        )
    elif progress is not None:
        failed = f", {count(progress.accounts_failed)} failed" if progress.accounts_failed else ""
        show_note(f"The last sync read {plural(progress.accounts_read, 'account')}{failed}.")


def show_failures() -> None:
    found = read("sync/failures")
    failures = found.table
    bar = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wb-failing")
    with bar:
        show_heading("Failing accounts", "retried in the next sync" if failures.num_rows else "none")
    if not failures.num_rows:
        return
    page = page_in_address(failures.num_rows)
    show_work_list(
        WorkList(
            key=f"failures-{page}",
            name="failures",
            rows=failures.slice(offset_of(page), ROWS_A_PAGE),
            columns=list(_FAILURE_LOOKS),
            total=failures.num_rows,
            file_name="failures",
            read_whole=lambda: failures,
            page=page,
            looks=_FAILURE_LOOKS,
            rows_at_once=6,
            about=about_of(found),
        ),
        bar=bar,
        go_to_page=go_to_page_of_list,
    )


def show_runs() -> None:
    runs = read("sync/runs")
    show_heading("Sync runs", count(runs.table.num_rows))
    if not runs.table.num_rows:
        show_empty("No sync has run yet.")
        return
    show_table(
        runs,
        [name for name in RUN_COLUMNS if name in runs.table.column_names],
        key="runs",
        rows_at_once=6,
        looks={
            "started_at": moment("Started", width=110),
            "scope": text("Scope", 90),
            "accounts_changed": number("Changed"),
            "stopped_because": text("Stopped because", 220),
        },
    )
