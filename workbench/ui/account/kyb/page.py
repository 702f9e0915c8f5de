"""The tab KYB of one business: its checklist, the trigger with its receipt, and manual KYB."""

from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.actions import Receipt
from workbench.actions.trigger_kyb import KybReview, review_kyb, trigger_kyb
from workbench.bakkt.client import kyb_trigger_call
from workbench.domain.kyb.triggers import STILL_MET, TRIGGER_RULES
from workbench.domain.vocabulary import ActionKind
from workbench.domain.words import plural
from workbench.ui.account.kyb.checklist import show_checklist, show_rulings
from workbench.ui.account.kyb.manual import show_form, show_manual_kyb
from workbench.ui.account.kyb.owner_facts import show_owner_facts
from workbench.ui.account.tabs import open_tab
from workbench.ui.backlog.kyb_screens import show_screenings
from workbench.ui.forms.dry_run import show_dry_run
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.forms.receipts import receipt_in_address, show_receipt
from workbench.ui.forms.review import send_reviewed
from workbench.ui.forms.second_person import show_second_person_note
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.navigation import KYB, OVERVIEW
from workbench.ui.frame.notices import show_notice
from workbench.ui.html.markup import show_heading, show_note, show_sentence
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

KIND = "trigger_kyb"
LONGEST_REASON = 300


def show_kyb(account: dict[str, Any]) -> None:
    """Show the receipt named in the address, else the checklist with its actions."""
    receipt = receipt_in_address()
    if receipt is not None:
        _show_receipt(account, receipt)
        return
    client_account_id = account["client_account_id"]
    review = review_kyb(current_desk().actions, client_account_id)
    if not account["is_entity"]:
        if review.blocker is not None:
            show_blocker(review.blocker)
        return
    found = find_open_actions(ActionKind.TRIGGER_KYB, client_account_id)
    is_open = show_open_actions(f"KYB of {client_account_id}", found)
    lines = read_of_account("kyb/checklist", client_account_id).rows
    show_sentence(_answer(lines, review))
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        with st.container():  # this and the one at the right are there in every run, so that no form below them moves
            show_checklist(account, lines)
        show_owner_facts(client_account_id, read_of_account("accounts/owners", client_account_id).rows)
        show_rulings(client_account_id)
    with right:
        with st.container():
            if not is_open and may(Act.TRIGGER_KYB):
                _show_trigger(client_account_id, review)
            show_screenings(client_account_id)
        if may(Act.RECORD_KYB):
            show_manual_kyb(client_account_id, review)
        if may(Act.MAKE_KYB_FORM):
            show_form(client_account_id)


def _answer(lines: list[dict[str, Any]], review: KybReview) -> str:
    met = f"{sum(line['is_met'] for line in lines)} of {plural(len(lines), 'requirement')} met"
    if review.blocker is not None:
        return f"{met}. {review.blocker.title}."
    if not may(Act.TRIGGER_KYB):
        return f"{met}."
    if review.owned_by_business is not None:
        return f"{met}. {review.owned_by_business.title}: manual KYB is needed."
    if review.unmet:
        rest = "the last one is" if len(review.unmet) == 1 else "all are"
        return f"{met}. You can trigger screening once {rest} met, or with a reason."
    return f"{met}. You can trigger screening."


def _show_receipt(account: dict[str, Any], receipt: Receipt) -> None:
    client_account_id = account["client_account_id"]
    show_receipt(receipt)
    show_screenings(client_account_id)
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Back to the overview", key="wb-back-to-overview", on_click=open_tab, args=(OVERVIEW,))
        if receipt.may_confirm_again:
            st.button("Review again", key="wb-kyb-again", on_click=open_tab, args=(KYB,))


def _show_trigger(client_account_id: str, review: KybReview) -> None:
    with st.container(border=True, gap="small", key="wb-kyb-trigger"):
        show_heading("Trigger KYB screening")
        if review.blocker is not None:
            show_blocker(review.blocker)
            return
        if review.owned_by_business is not None:
            show_blocker(review.owned_by_business)
            return
        show_note(review.consequence)
        reason = _ask_reason(client_account_id, review) if review.wants_reason else ""
        if review.needs_second:
            show_second_person_note()
        without = "Ask to start without these documents" if review.needs_second else "Start without these documents"
        words = without if review.wants_reason else "Trigger KYB screening"
        if st.button(words, key="wb-kyb-start", type="secondary" if review.wants_reason else "primary"):
            _confirm(client_account_id, reason)
        show_notice(_notice_name(client_account_id))
        show_dry_run(kyb_trigger_call(client_account_id), (*TRIGGER_RULES, STILL_MET))


def _ask_reason(client_account_id: str, review: KybReview) -> str:
    show_note(f"Not met: {'; '.join(review.unmet)}.", tone="wb-amber", role="status")
    return st.text_input(
        "Reason for starting without them",
        key=f"wb-kyb-reason-{client_account_id}",
        max_chars=LONGEST_REASON,
        persist_state="page",
        autocomplete="off",
    )


def _confirm(client_account_id: str, reason: str) -> None:
    def send(key: str) -> Receipt:
        with st.spinner("Reading the account from Bakkt again, then sending…"):
            return trigger_kyb(current_desk().actions, client_account_id, confirm_key=key, reason=reason.strip())

    send_reviewed(KIND, client_account_id, _notice_name(client_account_id), send)


def _notice_name(client_account_id: str) -> str:
    return f"kyb-{client_account_id}"
