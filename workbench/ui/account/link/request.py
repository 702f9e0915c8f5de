"""Sending a new verification link: what it costs, the confirmation and the receipt."""

from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.actions import Receipt
from workbench.actions.request_link import record_no_link_left, request_link, review_link_request
from workbench.bakkt.client import link_request_call
from workbench.domain.links.requests import LINKS_ALLOWED, REQUEST_RULES, LinkRequestPlan
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.account.tabs import open_tab
from workbench.ui.forms.dry_run import show_dry_run
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.forms.receipts import show_receipt
from workbench.ui.forms.review import send_reviewed
from workbench.ui.forms.second_person import show_second_person_note
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import OVERVIEW
from workbench.ui.frame.notices import show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note, show_sentence
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import in_reader_zone

KIND = "request_link"


def show_link_receipt(receipt: Receipt) -> None:
    """Show what came of a link request, and what can be done about it."""
    show_receipt(receipt, is_brief=True)
    _offer_to_record_no_link_left(receipt)
    words = "Fetch the link that Bakkt issued" if _is_unseen(receipt) else "Review again"
    if may(Act.REQUEST_LINK) and (receipt.may_confirm_again or _is_unseen(receipt)):
        st.button(words, key="wb-link-again", on_click=open_tab, args=(OVERVIEW, {"send": "link"}))


def _is_unseen(receipt: Receipt) -> bool:
    """Whether Bakkt issued a link for it, as a person found out, so that another request fetches it."""
    return receipt.record is not None and receipt.record.link_unseen_until is not None


def _offer_to_record_no_link_left(receipt: Receipt) -> None:
    """Offer to record what a refusal says in words that the workbench does not recognise."""
    record = receipt.record
    if not may(Act.REQUEST_LINK) or record is None or record.outcome is not Outcome.REFUSED or record.says_no_link_left:
        return
    show_note("If these words say that the account has no link left, record it: no further link is offered then.")
    if st.button("Bakkt says no link is left", key="wb-link-none-left"):
        with shown_errors():
            record_no_link_left(current_desk().actions, record.action_id)
            st.rerun()


def show_link_form(account: dict[str, Any]) -> None:
    """Show what a new link costs and the confirmation, or why none can be sent now."""
    client_account_id = account["client_account_id"]
    plan = review_link_request(current_desk().actions, client_account_id)
    found = find_open_actions(ActionKind.REQUEST_LINK, client_account_id)
    is_open = bool(found)
    shown = [record for record in found if record.outcome is not Outcome.AWAITING_SECOND]
    show_open_actions(f"link of {client_account_id}", shown, gap="xsmall")
    if plan.blocker is None and not is_open:
        _ask(account, plan)
        return
    if plan.blocker is not None and plan.blocker.code != "open_action":
        show_blocker(plan.blocker)
    _offer_to_close(can_send=False)


def _offer_to_close(*, can_send: bool) -> None:
    st.button("Cancel" if can_send else "Close", key="wb-link-close", on_click=open_tab, args=(OVERVIEW,))


def _ask(account: dict[str, Any], plan: LinkRequestPlan) -> None:
    client_account_id = account["client_account_id"]
    show_sentence(in_reader_zone(plan.consequence))
    with st.container(gap="xsmall"):  # in every run: the field below a warning that goes loses what is typed
        if plan.needs_second:
            show_second_person_note()
        if plan.clock_warning:
            show_note(in_reader_zone(plan.clock_warning), tone="wb-amber", role="status")
    reason = st.text_input(
        "Why is the customer ready now?" if plan.needs_reason else "Note (optional)",
        key=f"wb-link-reason-{client_account_id}",
        max_chars=300,
        persist_state="page",
        autocomplete="off",
    )
    override = st.checkbox(
        "The customer declined consent earlier and now agrees (recorded under your name)",
        key=f"wb-link-override-{client_account_id}",
    )
    template = "Ask for the last link ({} of {} expired)" if plan.needs_second else "Send a new link ({} of {} expired)"
    words = label(template, account["expirations_used"] or 0, LINKS_ALLOWED)
    with st.container(horizontal=True, gap="xsmall"):
        is_confirmed = st.button(words, key="wb-link-send", type="primary")
        _offer_to_close(can_send=True)
    if is_confirmed:
        _confirm(client_account_id, reason, override=override)
    show_notice(_notice_name(client_account_id))
    call = link_request_call(client_account_id, override_declined_consent=override)
    show_dry_run(call, REQUEST_RULES)


def _confirm(client_account_id: str, reason: str, *, override: bool) -> None:
    def send(key: str) -> Receipt:
        return request_link(
            current_desk().actions,
            client_account_id,
            confirm_key=key,
            reason=reason.strip(),
            override_declined_consent=override,
        )

    send_reviewed(KIND, client_account_id, _notice_name(client_account_id), send)


def _notice_name(client_account_id: str) -> str:
    return f"link-{client_account_id}"
