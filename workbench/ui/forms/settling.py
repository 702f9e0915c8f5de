"""Settling an action whose answer was lost: what it waits for, and the form in which a person settles it."""

import streamlit as st

from workbench.access.policy import Act
from workbench.actions.lost_answers import latest_arrival
from workbench.actions.settling.settling import SETTLED_BY_READING, settle_by_person
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord
from workbench.ui.frame.notices import keep_error, show_notice
from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import clock_words

BY_READING = "Reading the account back"
BY_A_PERSON = "A person"
FOR_AN_ANSWER = "Bakkt's answer"
A_SECOND_PERSON = "A second person"
SETTLED_WORDS = {
    Outcome.ACCEPTED: "Bakkt did it",
    Outcome.REFUSED: "Bakkt refused it",
    Outcome.NOT_SENT: "It never reached Bakkt",
}
_BY_PERSON = {
    ActionKind.TRIGGER_KYB: "Reading back cannot tell whether KYB screening was triggered: ask Bakkt, then settle it.",
    ActionKind.REQUEST_LINK: "Reading back cannot tell whether a link was issued: an event with a link "
    "or Bakkt's support can. Then settle it.",
}


def waits_for(kind: str, outcome: str) -> str:
    """What an open action waits for to get its outcome."""
    if outcome == Outcome.AWAITING_SECOND:
        return A_SECOND_PERSON
    if outcome == Outcome.SENT:
        return FOR_AN_ANSWER
    return BY_READING if ActionKind(kind) in SETTLED_BY_READING else BY_A_PERSON


def settling_words(record: ActionRecord) -> str:
    """How an action whose answer was lost gets settled, and why that may be paused."""
    if waits_for(record.kind, record.outcome) != BY_READING:
        return _BY_PERSON[record.kind]
    paused = current_desk().background.settler.state().paused_because
    why_not = f" Paused now: {paused}" if paused else ""
    until = clock_words(latest_arrival(record))
    return (
        "It will be settled automatically, by reading the account back as soon as Bakkt answers. "
        f"It may still arrive: only if Bakkt does not have it after {until} does it count as not sent.{why_not}"
    )


def show_settling(record: ActionRecord) -> None:
    """Say how an action whose answer was lost gets settled, and ask a person who knows how it turned out."""
    show_note(settling_words(record))
    if not may(Act.SETTLE_ACTION):
        return
    is_read_back = waits_for(record.kind, record.outcome) == BY_READING
    show_heading("Settle this action", "if reading the account back cannot tell" if is_read_back else "")
    action_id = record.action_id
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
