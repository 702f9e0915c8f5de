"""Importing account ids and replaying event archives."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.domain.errors import WorkbenchError
from workbench.events.archive import UnreadableLine
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.markup import show_heading
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.while_shown import free_file, shown_file
from workbench.ui.text.words import count, plural, sentences

FILE_TYPES = ["csv", "parquet", "jsonl", "xlsx"]
ARCHIVE_TYPES = ["jsonl", "ndjson"]
LINES_SHOWN = 5
_IMPORTED, _REPLAYED = "imported", "replayed"


def show_import() -> None:
    show_heading("Import account ids", "needs a clientAccountId column")
    with st.form("wb-import", border=False, clear_on_submit=True):
        upload = shown_file(st.file_uploader("File", type=FILE_TYPES, key="wb-upload", label_visibility="collapsed"))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            column = st.text_input(
                "Column",
                key="wb-column",
                placeholder="Column name, if different",
                label_visibility="collapsed",
                width=230,
            )
            is_sent = st.form_submit_button("Import", type="primary")
    if is_sent:
        _import(upload, column.strip() or None)
    show_notice(_IMPORTED)


def _import(upload: UploadedFile | None, column: str | None) -> None:
    if upload is None:
        keep_message(_IMPORTED, "Choose a file first.")
        return
    try:
        report = current_desk().import_accounts(upload.name, upload.getvalue(), column)
    except WorkbenchError as error:
        keep_error(_IMPORTED, error)
        return
    finally:
        free_file(upload)
    words = sentences(
        f"{count(report.new)} new, {count(report.known)} already known.",
        f"{plural(report.blank, 'row')} without an id, {plural(report.duplicate, 'duplicate')}."
        if report.blank or report.duplicate
        else "",
        "The file has no header, so its first line was read as an id." if report.first_line_is_an_id else "",
    )
    keep_message(_IMPORTED, words)
    st.rerun()


def show_replay() -> None:
    show_heading("Replay events", "an archive with one event per line")
    with st.form("wb-replay", border=False, clear_on_submit=True):
        upload = shown_file(
            st.file_uploader("Archive", type=ARCHIVE_TYPES, key="wb-archive", label_visibility="collapsed")
        )
        is_sent = st.form_submit_button("Replay", type="secondary")
    if is_sent:
        _replay(upload)
    show_notice(_REPLAYED)


def _replay(upload: UploadedFile | None) -> None:
    if upload is None:
        keep_message(_REPLAYED, "Choose a file first.")
        return
    try:
        report = current_desk().replay_events(upload)
    except WorkbenchError as error:
        keep_error(_REPLAYED, error)
        return
    finally:
        free_file(upload)
    words = sentences(
        f"{plural(report.counted, 'event')} imported, {plural(report.repeated, 'duplicate')}, "
        f"{count(report.set_aside)} unreadable.",
        f"{plural(len(report.unreadable), 'line')} not imported: {_unreadable_lines(report.unreadable)}"
        if report.unreadable
        else "",
    )
    keep_message(_REPLAYED, words)
    st.rerun()


def _unreadable_lines(unreadable: Sequence[UnreadableLine]) -> str:
    """Name the first few unreadable lines with the reason for each."""
    lines = "; ".join(f"line {line.number}, {line.reason}" for line in unreadable[:LINES_SHOWN])
    return f"{lines} …" if len(unreadable) > LINES_SHOWN else f"{lines}."
