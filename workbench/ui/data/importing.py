"""Importing account ids: a file is read, shown as it was understood, and registered once a person confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import htpy as h
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import one_line
from workbench.domain.words import count, plural
from workbench.registry.tables import Choice
from workbench.registry.understanding import Understanding
from workbench.ui.data.choosing_files import ask_for_file, forget_file
from workbench.ui.frame.notices import forget_notice, keep_error, keep_message, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_html, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.live.while_shown import forget, free_file, keep, kept
from workbench.ui.text.words import sentences

FILE_TYPES = ["csv", "tsv", "txt", "parquet", "jsonl", "xlsx"]
IMPORTED = "imported"
_PENDING = "import to confirm"
_FIRST_LINE = {None: "As it was read", True: "A heading", False: "An id"}


@dataclass(frozen=True)
class _Pending:
    """A file that was read and waits for a person to confirm it."""

    file_name: str
    content: bytes
    choice: Choice
    understood: Understanding
    sheets: Sequence[str]


def may_bring_in() -> bool:
    """Whether the person may import ids, take them out and replay events, which is one column of the page."""
    return may(Act.IMPORT_ACCOUNTS) or may(Act.REPLAY_EVENTS)


def show_import() -> None:
    """Nothing for whoever may not import."""
    if not may(Act.IMPORT_ACCOUNTS):
        return
    show_heading("Import account ids", "needs a clientAccountId column")
    pending = kept(_PENDING, _Pending)
    if pending is None:
        _ask_for_file()
    else:
        _ask_to_confirm(pending)
    show_notice(IMPORTED)


def _ask_for_file() -> None:
    upload = ask_for_file(label("File"), FILE_TYPES, "wb-upload")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = st.text_input(
            "Column", key="wb-column", placeholder="Column, if different", label_visibility="collapsed", width=150
        )
        sheet = st.text_input(
            "Sheet", key="wb-sheet", placeholder="Sheet, if several", label_visibility="collapsed", width=150
        )
        is_sent = st.button("Import", key="wb-import", type="primary", disabled=upload is None)
    if upload is None:
        show_note("Choose a file to import.")
    elif is_sent:
        _read_upload(upload, Choice(sheet.strip() or None, column.strip() or None))


def _read_upload(upload: UploadedFile, choice: Choice) -> None:
    """Read the file; after that another one can be chosen."""
    try:
        _read(upload.name, upload.getvalue(), choice)
    finally:
        free_file(upload)
        forget_file("wb-upload")
    st.rerun()


def _read(file_name: str, content: bytes, choice: Choice, sheets: Sequence[str] = ()) -> None:
    """Reads the file and shows what was understood; what cannot be used is said."""
    try:
        understood = current_desk().look_at_import(file_name, content, choice)
    except WorkbenchError as error:
        keep_error(IMPORTED, error)
        return
    found = [understood.sheet, *understood.other_sheets]
    keep(_PENDING, _Pending(file_name, content, choice, understood, sheets or found))
    forget_notice(IMPORTED)
    st.rerun()


def _ask_to_confirm(pending: _Pending) -> None:
    understood = pending.understood
    show_html(
        h.div(".wb-import-understood", role="status")[
            h.p(".wb-sentence")[_where(understood)],
            h.p(".wb-note")[_first_ids(understood)],
            h.p(".wb-sentence")[_numbers(understood.new, understood)],
            [h.p(".wb-note")[note] for note in understood.notes],
            [h.p(".wb-sentence.wb-import-doubt")[f"⚠ {doubt}"] for doubt in understood.doubts],
        ]
    )
    if understood.doubts:
        _ask_to_read_differently(pending)
    with st.container(horizontal=True, gap="small"):
        words = label("Import {}", plural(len(understood.ids), "id"))
        if st.button(words, key="wb-import-confirm", type="primary"):
            _register(understood)
        if st.button("Cancel", key="wb-import-cancel"):
            forget(_PENDING)
            st.rerun()


def _ask_to_read_differently(pending: _Pending) -> None:
    with (
        st.form("wb-import-differently", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        sheet = pending.choice.sheet
        if len(pending.sheets) > 1:
            sheet = st.selectbox("Sheet", pending.sheets, key="wb-import-sheet", format_func=one_line, width=150)
        column = st.text_input("Column", pending.choice.column or "", key="wb-import-column", width=150)
        first_line = pending.choice.has_heading
        if not pending.understood.is_by_heading or first_line is not None:
            first_line = st.selectbox(
                "First line is",
                list(_FIRST_LINE),
                key="wb-import-first",
                format_func=lambda said: _FIRST_LINE[said],
                width=150,
            )
        is_sent = st.form_submit_button("Read again")
    if is_sent:
        choice = replace(pending.choice, sheet=sheet, column=column.strip() or None, has_heading=first_line)
        _read(pending.file_name, pending.content, choice, pending.sheets)


def _register(understood: Understanding) -> None:
    try:
        report = current_desk().register(understood)
    except WorkbenchError as error:
        keep_error(IMPORTED, error)
        return
    forget(_PENDING)
    keep_message(IMPORTED, _numbers(report.new, understood))
    st.rerun()


def _where(understood: Understanding) -> str:
    sheet = f", sheet {understood.sheet}" if understood.sheet else ""
    line = f", heading in line {understood.header_line}" if (understood.header_line or 1) > 1 else ""
    column = f"in the column {understood.column}{line}" if understood.has_header else "in a list without a heading"
    return f"{understood.file_name}{sheet}: {plural(len(understood.ids), 'id')} {column}."


def _first_ids(understood: Understanding) -> str:
    more = ", …" if len(understood.ids) > len(understood.first_ids) else ""
    return f"{', '.join(understood.first_ids)}{more}"


def _numbers(new: int, understood: Understanding) -> str:
    return sentences(
        f"{count(new)} new, {count(len(understood.ids) - new)} already known.",
        f"{plural(understood.blank, 'row')} without an id, {plural(understood.duplicate, 'duplicate')}."
        if understood.blank or understood.duplicate
        else "",
    )
