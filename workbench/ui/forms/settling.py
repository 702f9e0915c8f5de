"""Settling an action whose answer was lost."""

import streamlit as st

from workbench.actions.settling.settling import settle_by_person
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.vocabulary import Outcome
from workbench.ui.frame.notices import keep_error, show_notice
from workbench.ui.html.markup import show_heading
from workbench.ui.live.current_desk import current_desk

SETTLED_WORDS = {
    Outcome.ACCEPTED: "Bakkt did it",
    Outcome.REFUSED: "Bakkt refused it",
    Outcome.NOT_SENT: "It never reached Bakkt",
}


def show_settling(action_id: str) -> None:
    """Ask how an action whose answer was lost turned out, and how the person knows."""
    show_heading("Settle this action", "if reading the account back cannot tell")
    with st.form(f"wb-settle-{action_id}", border=False):
        outcome = st.radio(
            "How did it turn out?", list(SETTLED_WORDS), format_func=SETTLED_WORDS.__getitem__, index=None
        )
        words = st.text_input("How do you know?", max_chars=500, placeholder="Confirmed by Bakkt support, ticket …")
        is_sent = st.form_submit_button("Settle")
    if is_sent:
        _settle(action_id, outcome, words)
    show_notice(_notice_name(action_id))


def _settle(action_id: str, outcome: Outcome | None, words: str) -> None:
    try:
        if outcome is None:
            raise InputError("Choose how it turned out.")
        settle_by_person(current_desk().actions, action_id, outcome, words)
    except WorkbenchError as error:
        keep_error(_notice_name(action_id), error)
    else:
        st.rerun()


def _notice_name(action_id: str) -> str:
    return f"settle-{action_id}"
