"""Forms that are emptied once what they asked for is done. What was refused stays in them, to be corrected."""

from collections.abc import Mapping

import streamlit as st

_DONE = "wb-form-done-"


def empty_if_done(form: str, empty: Mapping[str, object]) -> None:
    """Before the fields are drawn: empty them if the form was done. ``empty`` is their values then, by widget key."""
    if st.session_state.pop(_DONE + form, False):
        st.session_state.update(empty)


def rerun_done(form: str) -> None:
    """Rerun the page, which empties the form."""
    st.session_state[_DONE + form] = True
    st.rerun()
