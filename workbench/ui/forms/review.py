"""The confirmation of a review: one key for each, used once."""

import uuid

import streamlit as st


def confirm_key(kind: str, client_account_id: str) -> str:
    """Return the review's confirm key, the same on every rerun, so that the review is confirmed only once."""
    keys: dict[tuple[str, str], str] = st.session_state.setdefault("wb-confirm-keys", {})
    return keys.setdefault((kind, client_account_id), uuid.uuid4().hex)


def end_review(kind: str, client_account_id: str) -> None:
    """Drop the confirm key, so that the next review of this kind gets a new one."""
    st.session_state.get("wb-confirm-keys", {}).pop((kind, client_account_id), None)
