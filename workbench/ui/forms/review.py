"""The confirmation of a review: one key for each, used once."""

import uuid
from collections.abc import Callable

import streamlit as st

from workbench.actions import Receipt
from workbench.domain.errors import WorkbenchError
from workbench.ui.forms.receipts import put_in_address
from workbench.ui.frame.notices import forget_notice, keep_error


def confirm_key(kind: str, client_account_id: str) -> str:
    """Return the review's confirm key, the same on every rerun, so that the review is confirmed only once."""
    keys: dict[tuple[str, str], str] = st.session_state.setdefault("wb-confirm-keys", {})
    return keys.setdefault((kind, client_account_id), uuid.uuid4().hex)


def end_review(kind: str, client_account_id: str) -> None:
    """Drop the confirm key, so that the next review of this kind gets a new one."""
    st.session_state.get("wb-confirm-keys", {}).pop((kind, client_account_id), None)


def send_reviewed(kind: str, client_account_id: str, notice: str, send: Callable[[str], Receipt]) -> None:
    """Send once with the review's confirm key and go on to the receipt; what prevents it becomes the notice."""
    forget_notice(notice)
    try:
        receipt = send(confirm_key(kind, client_account_id))
    except WorkbenchError as error:
        keep_error(notice, error)
        return
    if receipt.record is None:
        keep_error(notice, WorkbenchError(receipt.words, title=receipt.title, next_step=receipt.next_step))
        return
    end_review(kind, client_account_id)
    put_in_address(receipt)
    st.rerun()
