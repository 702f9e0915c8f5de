"""The form that uploads a document: questions on the left, the review on the right, and then the receipts."""

from typing import Any

import streamlit as st

from workbench.domain.documents import find_account_blocker
from workbench.domain.vocabulary import ActionKind
from workbench.ui.account.documents.upload_questions import ask_document
from workbench.ui.account.documents.upload_receipts import receipts_in_address, show_receipts
from workbench.ui.account.documents.upload_review import show_review
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.html.markup import show_heading


def show_upload(account: dict[str, Any]) -> None:
    """Show the receipts that the address names, otherwise the form for the next document."""
    receipts = receipts_in_address(account["client_account_id"])
    if receipts:
        show_receipts(account["client_account_id"], receipts)
        return
    blocker = find_account_blocker(account["standing"], is_known=True)
    if blocker is not None:
        show_blocker(blocker)
        return
    open_uploads = find_open_actions(ActionKind.UPLOAD_DOCUMENT, account["client_account_id"])
    show_open_actions(f"upload of {account['client_account_id']}", open_uploads)
    left, right = st.columns([0.5, 0.5], gap="large")
    with left:
        show_heading("Upload a document")
        answers = ask_document(account, frozenset(record.slot for record in open_uploads))
    with right:
        if answers is not None:
            show_review(answers)
