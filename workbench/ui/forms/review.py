"""The confirmation of a review: one key for each, used once."""

import uuid

import streamlit as st


def confirm_key(kind: str, client_account_id: str) -> str:
    """The key of one review: the same through every rerun of it, so that it is confirmed once."""
    keys: dict[tuple[str, str], str] = st.session_state.setdefault("wb-confirm-keys", {})
    return keys.setdefault((kind, client_account_id), uuid.uuid4().hex)


def end_review(kind: str, client_account_id: str) -> None:
    """The next review of this kind is another one, with a key of its own."""
    st.session_state.get("wb-confirm-keys", {}).pop((kind, client_account_id), None)
