"""Replaying event archives."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.words import count, plural
from workbench.events.archive import UnreadableLine
from workbench.ui.data.choosing_files import ask_for_file, forget_file
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.live.while_shown import free_file
from workbench.ui.text.words import sentences

ARCHIVE_TYPES = ["jsonl", "ndjson"]
LINES_SHOWN = 5
_REPLAYED = "replayed"


def show_replay() -> None:
    """Nothing for whoever may not replay events."""
    if not may(Act.REPLAY_EVENTS):
        return
    show_heading("Replay events", "an archive with one event per line")
    upload = ask_for_file(label("Archive"), ARCHIVE_TYPES, "wb-archive")
    is_sent = st.button("Replay", key="wb-replay", disabled=upload is None)
    if upload is None:
        show_note("Choose an archive to replay.")
    elif is_sent:
        _replay(upload)
    show_notice(_REPLAYED)


def _replay(upload: UploadedFile) -> None:
    try:
        report = current_desk().replay_events(upload)
    except WorkbenchError as error:
        keep_error(_REPLAYED, error)
        st.rerun()
    finally:
        free_file(upload)
        forget_file("wb-archive")
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
