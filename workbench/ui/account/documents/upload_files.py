"""The files of an upload: one per side, each checked by its content, and kept in this tab's memory only."""

import math
from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.domain.documents import DocumentSpec
from workbench.domain.errors import InputError
from workbench.domain.words import count
from workbench.files.checking import MEGABYTE, CheckedFile, check_file
from workbench.ui.frame.failures import show_error
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.while_shown import made_of_file, shown_file

_HELP = "PDF, JPEG, PNG, BMP or GIF, up to {} MB. The content counts, not the file name."


def ask_files(form: DocumentSpec, sides: Sequence[str], scope: str) -> dict[str, CheckedFile]:
    limit_mb = current_desk().settings.upload_limit_mb
    found = {}
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            uploaded = shown_file(
                st.file_uploader(
                    label("{}: PDF or picture", side.capitalize()) if len(form.sides) > 1 else "File: PDF or picture",
                    key=f"wb-upload-file-{scope}-{side}",
                    max_upload_size=math.ceil(limit_mb),
                    help=label(_HELP, f"{limit_mb:g}"),
                )
            )
            checked = _checked(uploaded) if uploaded is not None else None
            if checked is not None:
                found[side] = checked
    return found


def _checked(uploaded: UploadedFile) -> CheckedFile | None:
    """The file if it passes the check, which runs once per file; otherwise None, and the reason is shown."""
    checked = made_of_file(uploaded, _check)
    if isinstance(checked, InputError):
        show_error(checked)
        return None
    show_note(file_in_words(checked))
    return checked


def _check(content: bytes) -> CheckedFile | InputError:
    try:
        with st.spinner("Checking the file"):
            return check_file(content, int(current_desk().settings.upload_limit_mb * MEGABYTE))
    except InputError as error:
        return error


def file_in_words(file: CheckedFile) -> str:
    """ "JPEG, 1,200 × 800, 212 KB. Location and 3 other metadata entries removed." """
    shape = f"{count(file.pixels[0])} × {count(file.pixels[1])}" if file.pixels else ""
    frames = f"{count(file.frames)} frames" if file.frames > 1 else ""
    pages = f"{count(file.pages)} page{'' if file.pages == 1 else 's'}" if file.pages else ""
    size = f"{count(math.ceil(len(file.content) / 1000))} KB"
    removed = f" {file.removed[0].upper()}{file.removed[1:]}." if file.removed else ""
    return f"{', '.join(filter(None, (file.kind.value, shape, frames, pages, size)))}.{removed}"
