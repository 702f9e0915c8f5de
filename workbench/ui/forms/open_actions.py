"""The actions of one kind that are open on an account: said before anything is filled in, with the way to end them."""

from collections.abc import Sequence
from typing import Literal

import htpy as h
import streamlit as st

from workbench.domain.actions import action_at_start
from workbench.domain.documents import slot_in_words
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord
from workbench.ui.forms.receipts import put_in_address
from workbench.ui.forms.second_person import show_waiting
from workbench.ui.forms.settling import show_settling
from workbench.ui.html.markup import show_html
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.kept_places import kept_places
from workbench.ui.text.moments import clock_words


def find_open_actions(kind: ActionKind, client_account_id: str) -> list[ActionRecord]:
    """The account's actions of this kind that have no answer yet, whose answer was lost, or that wait, oldest first."""
    rows = read_of_account("actions/open", client_account_id, kind=kind.value).rows
    found = (current_desk().actions.store.find_action(row["action_id"]) for row in rows)
    return [record for record in found if record is not None and record.outcome.is_open]


def show_open_actions(form: str, records: Sequence[ActionRecord], *, gap: Literal["xsmall", "small"] = "small") -> bool:
    """Show each open action with the way to settle or end it; whether there is any.

    Called in every run, also without any, so that no form moves when one comes or is settled. ``form`` names the form
    below and its account; ``gap`` is that of the container around both.
    """
    with st.container(gap=gap):
        places = kept_places(f"open actions, {form}", [record.action_id for record in records], gap=gap)
    for record, place in zip(records, places, strict=True):
        with place:
            _show_open(record)
    return bool(records)


def _show_open(record: ActionRecord) -> None:
    if record.outcome is Outcome.AWAITING_SECOND:
        show_waiting(record, put_in_address)
        return
    what = f"{action_at_start(record.kind)}{_slot_words(record)}"
    who = f"{record.actor}, {clock_words(record.started_at)}"
    if record.outcome is Outcome.SENT:
        _show_box("Already in progress", f"{what} by {who}, has no answer yet.", "This page continues when it arrives.")
        return
    words = f"{what} by {who}, was sent, but its answer was lost: Bakkt may have done it."
    _show_box("The last attempt is not settled", words, "Nothing of this kind can be sent until it is settled.")
    show_settling(record)


def _slot_words(record: ActionRecord) -> str:
    return f" ({slot_in_words(record.slot)})" if record.kind is ActionKind.UPLOAD_DOCUMENT else ""


def _show_box(title: str, words: str, next_step: str) -> None:
    show_html(h.div(".wb-receipt.wb-open", role="status")[h.strong[title], h.p[words], h.p[next_step]])
