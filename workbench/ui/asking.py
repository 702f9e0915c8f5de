"""What every action's page shares: the account it is about, the key of one review, and the receipt at its end."""

import uuid
from typing import Any

import streamlit as st

from workbench.actions import Receipt
from workbench.actions.settling.settling import settle_by_person
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.vocabulary import Outcome
from workbench.ui.desk import current_desk
from workbench.ui.field_words import field_words
from workbench.ui.frame import show_freshness, wake_at
from workbench.ui.markup import literal, show_empty, show_facts, show_heading, show_html
from workbench.ui.moments import said_past
from workbench.ui.notices import keep_error, show_notice
from workbench.ui.places import open_account, place
from workbench.ui.reads import read_once
from workbench.ui.words import OUTCOME_WORDS, standing_word

LONGEST_ID = 300
SETTLED_WORDS = {
    Outcome.ACCEPTED: "Bakkt did it",
    Outcome.REFUSED: "Bakkt refused it",
    Outcome.NOT_SENT: "It never reached Bakkt",
}


def account_in_address() -> dict[str, Any]:
    """The account that the address names, with the way back to it; ends the page where there is none."""
    client_account_id = st.query_params.get("account", "")[:LONGEST_ID]
    account = read_once("accounts/one", client_account_id=client_account_id).first if client_account_id else {}
    if not account:
        _show_no_account(client_account_id)
        st.stop()
    wake_at([account["link_expires_at"], account["due_at"]])
    left, right = st.columns([0.5, 0.5], vertical_alignment="center")
    with left, st.container(key="wb-back"):
        st.page_link(place("customers"), label="← The account", query_params={"account": client_account_id})
    with right:
        show_freshness()
    return account


def _show_no_account(client_account_id: str) -> None:
    """An id of which nothing is known yet: the account's own page tells why, and can read it."""
    show_html(
        '<h1 class="wb-answer">This account was not read yet</h1>'
        f'<p class="wb-lead wb-id wb-name">{literal(client_account_id)}</p>'
    )
    show_empty("No account with this id was read yet.", "Open it on Customers and read it from Bakkt first.")
    if st.button("Open it on Customers", key="wb-open-unread", type="primary"):
        open_account(client_account_id)


def show_title(title: str, account: dict[str, Any]) -> None:
    """What the page does, and to whom."""
    name = account["display_name"] or account["client_account_id"]
    show_html(
        f'<h1 class="wb-answer">{literal(title)}</h1>'
        f'<p class="wb-lead wb-name">{literal(name)} · {literal(standing_word(account["standing"]))} · '
        f'<span class="wb-id">{literal(account["client_account_id"])}</span></p>'
    )


def confirm_key(kind: str, client_account_id: str) -> str:
    """The key of one review: the same through every rerun of it, so that it is confirmed once."""
    keys: dict[tuple[str, str], str] = st.session_state.setdefault("wb-confirm-keys", {})
    return keys.setdefault((kind, client_account_id), uuid.uuid4().hex)


def end_review(kind: str, client_account_id: str) -> None:
    """The next review of this kind is another one, with a key of its own."""
    st.session_state.get("wb-confirm-keys", {}).pop((kind, client_account_id), None)


def receipt_in_address() -> Receipt | None:
    """The receipt that the address names, so that a reload shows it again and asks nothing anew."""
    action_id = st.query_params.get("action")
    receipt = current_desk().actions.receipt(action_id) if action_id else None
    is_of_this_account = (
        receipt is not None
        and receipt.record is not None
        and receipt.record.client_account_id == st.query_params.get("account")
    )
    return receipt if is_of_this_account else None


def keep_in_address(receipt: Receipt) -> None:
    """Names the receipt in the address (ids alone)."""
    if receipt.record is not None:
        st.query_params["action"] = receipt.record.action_id


def show_receipt(receipt: Receipt) -> None:
    """What became of the action: who, when, Bakkt's answer, and what to do now."""
    tone = {Outcome.ACCEPTED: "wb-done", Outcome.UNKNOWN: "wb-open"}.get(receipt.outcome or Outcome.NOT_SENT, "wb-not")
    next_step = f"<p>{literal(receipt.next_step)}</p>" if receipt.next_step else ""
    trouble = f'<p class="wb-amber">{literal(receipt.trouble)}</p>' if receipt.trouble else ""
    show_html(
        f'<div class="wb-receipt {tone}" role="status"><strong>{literal(receipt.title)}</strong>'
        f"<p>{literal(receipt.words)}</p>{trouble}{next_step}</div>"
    )
    _show_record(receipt)
    if receipt.record is not None and receipt.outcome is Outcome.UNKNOWN:
        show_settling(receipt.record.action_id)


def _show_record(receipt: Receipt) -> None:
    record = receipt.record
    if record is None:
        return
    show_heading("Receipt", record.action_id)
    show_facts(
        {
            "Outcome": OUTCOME_WORDS[record.outcome],
            "By": record.actor,
            "When": said_past(record.started_at),
            "Answered": said_past(record.finished_at),
            "Reason": record.reason,
            "Changed": "; ".join(map(field_words, record.changed_fields)),
            "Bakkt said": record.bakkt_words,
            **{f"Refused: {field_words(field)}": words for field, words in record.refusals},
            "Note": record.note,
            "Settled": said_past(record.settled_at),
            "Settled by": record.settled_by,
            "Why so settled": record.settled_words,
        }
    )


def show_settling(action_id: str) -> None:
    """A person says how an action turned out whose answer was lost, and how they know."""
    show_heading("Settle it", "where reading the account back cannot tell")
    with st.form(f"wb-settle-{action_id}", border=False):
        outcome = st.radio(
            "How did it turn out?", list(SETTLED_WORDS), format_func=SETTLED_WORDS.__getitem__, index=None
        )
        words = st.text_input("How do you know?", max_chars=500, placeholder="Bakkt's support said so, ticket …")
        is_sent = st.form_submit_button("Settle it")
    if is_sent:
        _settle(action_id, outcome, words)
    show_notice(_place_of(action_id))


def _settle(action_id: str, outcome: Outcome | None, words: str) -> None:
    try:
        if outcome is None:
            raise InputError("Choose how it turned out.")
        settle_by_person(current_desk().actions, action_id, outcome, words)
    except WorkbenchError as error:
        keep_error(_place_of(action_id), error)
    else:
        st.rerun()


def _place_of(action_id: str) -> str:
    return f"settle-{action_id}"
