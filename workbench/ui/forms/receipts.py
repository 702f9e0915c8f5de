"""Parts shared by the pages of all actions: the account, the confirm key of a review, the receipt and settling."""

import htpy as h
import streamlit as st

from workbench.actions import Receipt
from workbench.domain.account.field_words import field_words
from workbench.domain.second_person import WaitingEnd, ending_in_words
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord
from workbench.ui.forms.rejections import offer_seen
from workbench.ui.forms.second_person import show_answering
from workbench.ui.forms.settling import show_settling
from workbench.ui.html.markup import show_facts, show_heading, show_html, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.confirmed_words import confirmed_words
from workbench.ui.text.moments import ago_cell, in_reader_zone
from workbench.ui.text.words import OUTCOME_WORDS

_ANSWERS = frozenset({Outcome.ACCEPTED, Outcome.REFUSED, Outcome.REJECTED_LATER})
_TONES = {Outcome.ACCEPTED: "wb-done", Outcome.UNKNOWN: "wb-open", Outcome.AWAITING_SECOND: "wb-open"}
NOT_OF_THIS_ACCOUNT = "The address names an action of another account, so it is not shown."


def receipt_in_address() -> Receipt | None:
    """Return the account's receipt named in the address, so that a reload shows it again; None without one."""
    action_id = st.query_params.get("action")
    receipt = current_desk().actions.receipt(action_id) if action_id else None
    is_of_this_account = (
        receipt is not None
        and receipt.record is not None
        and receipt.record.client_account_id == st.query_params.get("account")
    )
    if action_id and not is_of_this_account:
        show_note(NOT_OF_THIS_ACCOUNT, role="status")
    return receipt if is_of_this_account else None


def put_in_address(receipt: Receipt) -> None:
    """Put the receipt's action id into the address (ids only)."""
    if receipt.record is not None:
        st.query_params["action"] = receipt.record.action_id


def show_receipt(receipt: Receipt, *, is_brief: bool = False) -> None:
    """Show the outcome of the action: who, when, Bakkt's answer and what to do now.

    In brief its facts are in a fold, where something else stands below it.
    """
    tone = _TONES.get(receipt.outcome or Outcome.NOT_SENT, "wb-not")
    save_error = receipt.save_error and h.p(".wb-amber")[receipt.save_error]
    next_step = receipt.next_step and h.p[receipt.next_step]
    show_html(
        h.div(f".wb-receipt.{tone}", role="status")[
            h.strong[receipt.title], h.p[in_reader_zone(receipt.words)], save_error, next_step
        ]
    )
    if receipt.record is not None and receipt.outcome is Outcome.AWAITING_SECOND:
        show_answering(receipt.record, put_in_address)
    with st.expander("Receipt") if is_brief else st.container():
        _show_record(receipt)
    if receipt.record is not None and receipt.outcome is Outcome.UNKNOWN:
        show_settling(receipt.record)
    if receipt.record is not None and receipt.outcome is Outcome.REJECTED_LATER and receipt.record.seen_at is None:
        offer_seen(receipt.record.action_id)


def _second_words(record: ActionRecord) -> str:
    """Who confirmed or declined it, or how else the waiting for a second person ended."""
    return in_reader_zone(ending_in_words(record.waiting)) if record.waiting else ""


def _is_answered(record: ActionRecord) -> bool:
    """Whether Bakkt's own answer ended it; a settled action has its outcome from somewhere else."""
    return record.settled_by is None and record.outcome in _ANSWERS


def _show_record(receipt: Receipt) -> None:
    record = receipt.record
    if record is None:
        return
    is_unsent = record.waiting is not None and record.waiting.ended_as is not WaitingEnd.CONFIRMED
    show_heading("Receipt", record.action_id)
    show_facts(
        {
            "Outcome": OUTCOME_WORDS[record.outcome],
            "By": record.actor,
            "Asked": ago_cell(record.waiting.asked_at) if record.waiting else None,
            "Second person": _second_words(record),
            "When": None if is_unsent else ago_cell(record.started_at),
            "Answered" if _is_answered(record) else "Ended": ago_cell(record.finished_at),
            "Reason": record.reason,
            "Changed fields": "; ".join(map(field_words, record.changed_fields)),
            "Confirmed despite": confirmed_words(record.what),
            "Bakkt said": record.bakkt_words,
            **{f"Refused: {field_words(field)}": words for field, words in record.refusals},
            "Note": in_reader_zone(record.note),
            "Settled": ago_cell(record.settled_at),
            "Settled by": record.settled_by,
            "Settled because": in_reader_zone(record.settled_words or ""),
            "Seen": ago_cell(record.seen_at),
            "Seen by": record.seen_by,
        }
    )
