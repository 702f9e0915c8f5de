"""Parts of the page Data: import, sync with progress, runs, failures, health."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.domain.errors import WorkbenchError
from workbench.events.archive import UnreadableLine
from workbench.sync import SyncService
from workbench.sync.progress import SyncProgress
from workbench.ui.columns import moment, number, text
from workbench.ui.desk import current_desk
from workbench.ui.failures import show_error, shown_errors
from workbench.ui.markup import Cell, literal, show_empty, show_facts, show_heading, show_html, show_note
from workbench.ui.moments import reader_zone
from workbench.ui.notices import keep_error, keep_said, show_notice
from workbench.ui.reads import read
from workbench.ui.tables import show_accounts, show_table
from workbench.ui.words import ago, count, duration, exact, hours_since, plural, sentences, until

FILE_TYPES = ["csv", "parquet", "jsonl", "xlsx"]
ARCHIVE_TYPES = ["jsonl", "ndjson"]
LINES_TOLD = 5
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
_IMPORTED, _REPLAYED = "imported", "replayed"
_PROGRESS_EVERY = "1s"


def answer_of(health: dict[str, Any]) -> tuple[str, str]:
    registered, never_read, failing = health["registered"], health["never_read"], health["failing"]
    if not registered:
        return "No account is registered yet", "Import your account ids; then read Bakkt."
    if never_read:
        answer = (
            f"{count(never_read)} of {plural(registered, 'account')} {'was' if never_read == 1 else 'were'} never read"
        )
    else:
        answer = f"All {plural(registered, 'account')} are read, the oldest {_ago(health['oldest_read_at'])}"
    return answer, sentences(
        f"{plural(failing, 'account')} failing." if failing else "No account is failing.",
        f"{plural(health['events'], 'event')} taken in, the last {_ago(health['last_event_at'])}.",
    )


def show_sync(registered: int) -> None:
    """Starting, watching and stopping a run; what is landed stays when it stops."""
    show_heading("Read from Bakkt", f"from {current_desk().source}")
    _show_run(registered)
    show_note(schedule_words(current_desk().settings.sync_interval_minutes, current_desk().live.schedule.next_at))


def schedule_words(interval_minutes: float, next_at: datetime | None) -> str:
    """Whether runs begin by themselves, and when the next one does."""
    if not interval_minutes:
        return "No run begins by itself: SYNC_INTERVAL_MINUTES is 0."
    every = f"Reads by itself every {duration(interval_minutes / 60)}"
    if next_at is None:
        return f"{every}, once the server runs."
    hours = -hours_since(next_at, datetime.now(UTC))
    return f"{every}, the next time {until(hours) if hours > 0 else 'now'}."


@st.fragment(run_every=_PROGRESS_EVERY)
def _show_run(registered: int) -> None:
    with shown_errors():
        sync = current_desk().sync
        was_running, is_running = st.session_state.get("wb-was-running", False), sync.is_running
        st.session_state["wb-was-running"] = is_running
        if is_running:
            _show_progress(sync.progress())
        elif was_running:
            st.rerun()
        else:
            _show_starts(has_accounts=registered > 0)
            _show_outcome(sync)


def _show_starts(*, has_accounts: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        due = st.button(
            "Read what is due",
            key="wb-sync-due",
            type="primary" if has_accounts else "secondary",
            help="Never-read accounts first, then the longest unread",
        )
        everything = st.button("Read every account", key="wb-sync-all", help="Final ones too")
    if due or everything:
        current_desk().sync.start(everything=everything)
        st.rerun(scope="fragment")


def _show_progress(progress: SyncProgress | None) -> None:
    if progress is None:
        show_note("Starting.")
        return
    done = progress.accounts_done / progress.accounts_due if progress.accounts_due else 0.0
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left / 3600)} left"
    failed = f" {count(progress.accounts_failed)} failed." if progress.accounts_failed else ""
    st.progress(min(max(done, 0.0), 1.0))
    show_note(
        f"{count(progress.accounts_done)} of {plural(progress.accounts_due, 'account')}, "
        f"{count(progress.accounts_per_second)} a second{left}.{failed}"
    )
    if st.button("Stop", key="wb-sync-stop", help="What is read so far is kept; the next run goes on from there"):
        current_desk().sync.request_stop()


def _show_outcome(sync: SyncService) -> None:
    """How the last run of this process ended."""
    progress = sync.progress()
    if sync.error is not None:
        show_error(sync.error)
    elif progress is not None and progress.stopped_because:
        kept = f"Stopped early: {literal(progress.stopped_because)} What was read is kept."
        show_html(f'<p class="wb-note wb-amber">{kept}</p>')
    elif progress is not None:
        failed = f", {count(progress.accounts_failed)} failed" if progress.accounts_failed else ""
        show_note(f"The last run read {plural(progress.accounts_read, 'account')}{failed}.")


def show_import() -> None:
    show_heading("Import account ids", "by the column clientAccountId")
    with st.form("wb-import", border=False, clear_on_submit=True):
        upload = st.file_uploader("File", type=FILE_TYPES, key="wb-upload", label_visibility="collapsed")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            column = st.text_input(
                "Column",
                key="wb-column",
                placeholder="Column, if it has another name",
                label_visibility="collapsed",
                width=230,
            )
            is_sent = st.form_submit_button("Import", type="primary")
    if is_sent:
        _import(upload, column.strip() or None)
    show_notice(_IMPORTED)


def _import(upload: UploadedFile | None, column: str | None) -> None:
    if upload is None:
        keep_said(_IMPORTED, "Choose a file first.")
        return
    try:
        report = current_desk().import_accounts(upload.name, upload.getvalue(), column)
    except WorkbenchError as error:
        keep_error(_IMPORTED, error)
        return
    said = sentences(
        f"{count(report.new)} new, {count(report.known)} known already.",
        f"{plural(report.blank, 'row')} without an id, {plural(report.duplicate, 'repeat')}."
        if report.blank or report.duplicate
        else "",
        "The file has no header: its first line was taken for an id." if report.first_line_is_an_id else "",
    )
    keep_said(_IMPORTED, said)
    st.rerun()


def show_replay() -> None:
    show_heading("Replay events", "an archive, one delivery a line")
    with st.form("wb-replay", border=False, clear_on_submit=True):
        upload = st.file_uploader("Archive", type=ARCHIVE_TYPES, key="wb-archive", label_visibility="collapsed")
        is_sent = st.form_submit_button("Replay", type="secondary")
    if is_sent:
        _replay(upload)
    show_notice(_REPLAYED)


def _replay(lines: Iterable[bytes] | None) -> None:
    if lines is None:
        keep_said(_REPLAYED, "Choose a file first.")
        return
    try:
        report = current_desk().replay_events(lines)
    except WorkbenchError as error:
        keep_error(_REPLAYED, error)
        return
    said = sentences(
        f"{plural(report.counted, 'event')} counted, {plural(report.repeated, 'repeat')}, "
        f"{count(report.set_aside)} set aside.",
        f"{plural(len(report.unreadable), 'line')} not taken in: {_told(report.unreadable)}"
        if report.unreadable
        else "",
    )
    keep_said(_REPLAYED, said)
    st.rerun()


def _told(unreadable: Sequence[UnreadableLine]) -> str:
    """The first few lines and why; the rest by number alone would help nobody."""
    told = "; ".join(f"line {line.number}, {line.reason}" for line in unreadable[:LINES_TOLD])
    return f"{told} …" if len(unreadable) > LINES_TOLD else f"{told}."


def show_health(health: dict[str, Any]) -> None:
    show_heading("Health")
    show_facts(
        {
            "Registered": count(health["registered"]),
            "Read": f"{count(health['read_ok'])}, {count(health['never_read'])} never",
            "Oldest reading": _when(health["oldest_read_at"]),
            "Newest reading": _when(health["newest_read_at"]),
            "Events": f"{count(health['events'])}, {count(health['events_set_aside'])} set aside",
            "Documents": f"{count(health['documents'])}, {count(health['documents_undated'])} without a date yet",
        }
    )


def show_failures() -> None:
    failures = read("sync/failures")
    show_heading("Failing accounts", "tried again in the next run")
    if not failures.table.num_rows:
        show_note("None.")
        return
    show_accounts(
        failures,
        ["client_account_id", "title", "reason", "failed_at", "times"],
        key="failures",
        file_name="failures",
        rows_at_once=6,
        looks={
            "title": text("What happened", 190),
            "reason": text("Reason", 320),
            "failed_at": moment("Last tried", width=110),
            "times": number("Times", width=70),
        },
    )


def show_runs() -> None:
    runs = read("sync/runs")
    show_heading("Runs", count(runs.table.num_rows))
    if not runs.table.num_rows:
        show_empty("Bakkt was not read yet.")
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


def _when(at: datetime | None) -> Cell | str:
    return "" if at is None else Cell(_ago(at), note=exact(at, reader_zone()))


def _ago(at: datetime | None) -> str:
    return "never" if at is None else ago(hours_since(at, datetime.now(UTC)))
