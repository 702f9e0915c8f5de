"""The parts of the Data page about incoming events: the receiver, and the deliveries set aside."""

from collections.abc import Sequence
from datetime import datetime

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.moments import span
from workbench.domain.words import count, plural
from workbench.events import ReceiverState
from workbench.events.inbox import RefusalCount
from workbench.ui.frame.failures import show_error
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import badge, show_facts, show_heading, show_html, show_note
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.tables.columns import moment, text
from workbench.ui.tables.tables import show_table
from workbench.ui.text.moments import ago_cell
from workbench.ui.text.words import sentences

ADDRESS = "/webhooks/bakkt"
REFUSAL_WORDS = {
    "closed": "receiver closed",
    "not kept": "could not be stored",
    "unavailable": "could not be stored",
    "method": "not a POST",
    "type": "not JSON",
    "size": "larger than 256 KiB",
    "slow": "too slow",
    "interrupted": "connection lost",
    "unauthorised": "no valid signature",
}
_REPLAY_NOTICE = "set-aside"


def show_receiver(last_event_at: datetime | None) -> None:
    """Show whether the receiver is open and why not, and how many events were stored, wait or were refused."""
    desk = current_desk()
    state = desk.receiver.state()
    show_heading("Events from Bakkt", f"POST {ADDRESS}")
    word = "Open" if state.is_open else "Closed"
    why = state.reason and h.span(".wb-amber")[state.reason]
    show_html(h.p(".wb-row")[badge(word), " ", why])
    for problem in filter(None, (state.problem, desk.background.applier.problem)):
        show_error(problem)
    show_facts(
        {
            "Last event": ago_cell(last_event_at) or "none yet",
            "Stored": f"{count(state.kept)} since the server started",
            "Waiting": _waiting(state),
            "Refused": refused_words(state.refused),
        }
    )


def _waiting(state: ReceiverState) -> str:
    if not state.waiting:
        return "none"
    since = ago_cell(state.oldest_waiting_at)
    return f"{count(state.waiting)} to be applied, the oldest {since.text if since else 'just now'}"


def refused_words(refused: Sequence[RefusalCount]) -> str:
    """Counts of the refused requests by reason; nothing else of them is stored."""
    counts = [f"{count(one.count)} ({REFUSAL_WORDS.get(one.reason, one.reason)})" for one in refused if one.count]
    return f"{', '.join(counts) or 'none'} in the last 30 days"


def show_set_aside(set_aside: QueryResult) -> None:
    """List the deliveries set aside, with the reason, and offer to process all of them again."""
    total = set_aside.table.num_rows
    if not total:
        show_notice(_REPLAY_NOTICE)
        return
    show_heading("Unreadable events", "they could not be processed and are stored as received")
    show_table(
        set_aside,
        ["received_at", "reason"],
        key="set-aside",
        rows_at_once=4,
        looks={"received_at": moment("Received", width=110), "reason": text("Reason")},
    )
    if may(Act.REPLAY_EVENTS) and st.button(label("Try {} again", plural(total, "event")), key="wb-replay-set-aside"):
        _replay()
    show_notice(_REPLAY_NOTICE)


def _replay() -> None:
    try:
        replayed = current_desk().replay_set_aside()
    except WorkbenchError as error:
        keep_error(_REPLAY_NOTICE, error)
        return
    processed = f"{count(replayed.counted)} processed, {plural(replayed.repeated, 'duplicate')}."
    keep_message(_REPLAY_NOTICE, sentences(processed, f"{count(replayed.still_set_aside)} still unreadable."))
    st.rerun()


def show_silent_accounts(silent: QueryResult) -> None:
    """Count the accounts that have had no event, a day after they were opened."""
    total = silent.table.num_rows
    if total:
        speed = current_desk().settings.speed
        day = "a day" if speed == 1 else span(24 / speed)
        show_note(f"{plural(total, 'account')} opened more than {day} ago without any event so far.")
