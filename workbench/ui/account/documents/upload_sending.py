"""Send one side of a document, and keep the upload if it may be sent again."""

import streamlit as st

from workbench.actions import Receipt
from workbench.actions.upload_document import DocumentUpload, upload_document
from workbench.domain.vocabulary import Outcome
from workbench.ui.forms.review import confirm_key, end_review
from workbench.ui.live.current_desk import current_desk

KIND = "upload_document"


def send(client_account_id: str, upload: DocumentUpload) -> Receipt:
    """Send one upload; if it may be sent again, it is kept in this tab's memory only."""
    desk = current_desk()
    kind = f"{KIND} {upload.document.slot} {upload.file.sha256}"
    receipt = upload_document(desk.actions, client_account_id, upload, confirm_key=confirm_key(kind, client_account_id))
    if receipt.record is not None:
        end_review(kind, client_account_id)
        if receipt.may_confirm_again:
            kept_uploads()[receipt.record.action_id] = upload
    if receipt.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        desk.background.read_back.mark_due([client_account_id])
    return receipt


def kept_uploads() -> dict[str, DocumentUpload]:
    kept: dict[str, DocumentUpload] = st.session_state.setdefault("wb-uploads-again", {})
    return kept
