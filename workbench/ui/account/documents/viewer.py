"""Opening a document and showing it in the page."""

import time
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.bakkt.answers import FILE_BYTE_LIMIT, DocumentFile
from workbench.casework.documents import fetch_document
from workbench.domain.errors import InputError
from workbench.files.checking import CheckedFile, check_file
from workbench.ui.account.documents.picture import show_picture
from workbench.ui.frame.failures import show_error
from workbench.ui.html.markup import show_heading
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.live.while_shown import forget, keep, kept
from workbench.ui.text.document_words import document_words

OPEN_SECONDS = 300.0
PDF_HEIGHT = 560
_OPENED = "opened document"
DOWNLOAD_SAFELY = "It is not shown here. Download it only where it is safe to open untrusted files."
NOTHING_TO_DOWNLOAD = "Ask the customer for the document, and upload it again."


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document open in this tab, kept for a few minutes in memory only, and no longer than it is shown."""

    client_account_id: str
    client_document_id: str
    title: str
    name: str
    file: DocumentFile = field(repr=False)
    picture: CheckedFile | None
    check_error: InputError | None
    opened_at: float


def fetch_opened(client_account_id: str, row: dict[str, Any]) -> OpenDocument:
    """Fetch the document from Bakkt; a file that fails the upload checks is offered for download, not shown."""
    with st.spinner("Fetching the document from Bakkt…"):
        file = fetch_document(current_desk().actions, client_account_id, row["client_document_id"])
        checked, check_error = _check(file)
    extension = checked.kind.extension if checked else "bin"
    side = f"-{row['document_side']}" if row["document_side"] else ""
    return OpenDocument(
        client_account_id,
        row["client_document_id"],
        title=document_words(row),
        name=f"{row['document_type']}{side}-{row['client_document_id'][:8]}.{extension}".lower(),
        file=file,
        picture=checked if checked and checked.pixels else None,
        check_error=check_error,
        opened_at=time.monotonic(),
    )


def _check(file: DocumentFile) -> tuple[CheckedFile | None, InputError | None]:
    try:
        return check_file(file.content, FILE_BYTE_LIMIT), None
    except InputError as error:
        next_step = DOWNLOAD_SAFELY if file.content else NOTHING_TO_DOWNLOAD
        return None, InputError(error.message, title=error.title, next_step=next_step)


def keep_opened(opened: OpenDocument) -> None:
    """Keep the document until it is closed, five minutes have passed or the page is left."""
    keep(_OPENED, opened)


def show_opened(client_account_id: str) -> None:
    opened = kept(_OPENED, OpenDocument)
    if opened is None or not may(Act.SEE_DOCUMENT):
        return
    is_of_here = opened.client_account_id == client_account_id
    if not is_of_here or time.monotonic() - opened.opened_at > OPEN_SECONDS:
        forget(_OPENED)
        return
    with st.container(border=True, key="wb-opened"):
        show_heading(opened.title, "open in this tab only, for at most five minutes")
        if opened.picture is not None:
            show_picture(opened.picture, opened.title, next_step="Download it to see all of it.")
        elif opened.check_error is not None:
            show_error(opened.check_error)
        else:
            st.pdf(opened.file.content, height=PDF_HEIGHT, key="wb-opened-pdf")
        _show_document_buttons(opened)


def _show_document_buttons(opened: OpenDocument) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download",
            data=opened.file.content,
            file_name=opened.name,
            mime="application/octet-stream",
            key="wb-opened-download",
            on_click="ignore",
        )
        if st.button("Close", key="wb-opened-close"):
            forget(_OPENED)
            st.rerun()
