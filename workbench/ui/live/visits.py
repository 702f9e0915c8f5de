"""Visits and searches of the person in this tab, each written into the audit trail once, however often pages rerun."""

from time import monotonic

import streamlit as st

from workbench.access.policy import Act
from workbench.ui.live.current_desk import current_desk

_VISITED, _SEARCHED = "wb-visited", "wb-searched"
_A_SEARCH_ENDS_AFTER_SECONDS = 60.0


def begin_visit(client_account_id: str) -> None:
    """Write down that this customer's page is opened, unless it is open already.

    Raises NotAllowedError, StoreError; then nothing of the customer may be shown.
    """
    if st.session_state.get(_VISITED) == client_account_id:
        return
    end_visit()
    current_desk().acting.begin(Act.SEE_ACCOUNT, client_account_id)
    st.session_state[_VISITED] = client_account_id
    end_search()


def end_visit() -> None:
    """The person is elsewhere: opening the same customer again is another visit."""
    st.session_state.pop(_VISITED, None)


def begin_search(term: str) -> None:
    """Write down a search, without its term. A term that is typed on or back is the same search, up to a minute.

    So is a page that runs again with its term. Raises NotAllowedError, StoreError; then nothing may be searched.
    """
    before, began_at = st.session_state.get(_SEARCHED, ("", None))
    if term == before:
        return
    if began_at is None or not _goes_on(before, term) or monotonic() - began_at > _A_SEARCH_ENDS_AFTER_SECONDS:
        current_desk().acting.begin(Act.SEARCH)
        began_at = monotonic()
    st.session_state[_SEARCHED] = (term, began_at)


def _goes_on(before: str, term: str) -> bool:
    return term.startswith(before) or before.startswith(term)


def end_search() -> None:
    """The next term is another search."""
    st.session_state.pop(_SEARCHED, None)
