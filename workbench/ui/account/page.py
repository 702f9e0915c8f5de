"""The page of one account: the answer card and the contact above, and the tabs with all that is done to it."""

from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.actions import Receipt
from workbench.domain.vocabulary import ActionKind
from workbench.ui.account.card.card import show_card, show_card_line
from workbench.ui.account.contact import show_contact
from workbench.ui.account.contact_edit import show_contact_edit
from workbench.ui.account.dates import show_dates
from workbench.ui.account.details.page import show_update_receipt
from workbench.ui.account.details.tab import show_details
from workbench.ui.account.documents.tab import show_documents_tab
from workbench.ui.account.head import show_name
from workbench.ui.account.kyb.page import show_kyb
from workbench.ui.account.link.request import show_link_receipt
from workbench.ui.account.overview import show_overview
from workbench.ui.account.payload import show_payload
from workbench.ui.account.reads import AccountReads
from workbench.ui.account.tabs import ACT_OF_TAB, TAB_WORDS, offer_overview, open_tab, show_tabs, tab_in_address
from workbench.ui.account.timeline import show_timeline
from workbench.ui.forms.address_codes import show_unknown_codes
from workbench.ui.forms.away import show_away
from workbench.ui.forms.receipts import put_in_address, receipt_in_address, show_receipt
from workbench.ui.forms.rejections import show_rejections
from workbench.ui.forms.second_person import find_waiting, show_not_confirmed, show_waiting
from workbench.ui.frame.frame import wake_at
from workbench.ui.frame.navigation import DETAILS, DOCUMENTS, KYB, OVERVIEW, RAW
from workbench.ui.frame.not_allowed import is_allowed
from workbench.ui.live.cached_queries import QueryResult, read_of_account
from workbench.ui.live.kept_places import kept_places
from workbench.ui.live.permission import may

_FORMS = {DETAILS: show_details, DOCUMENTS: show_documents_tab, KYB: show_kyb}


def show_account(found: QueryResult) -> None:
    """Only what the open tab shows is read and built."""
    account = found.first
    wake_at([account["link_expires_at"], account["due_at"]], found.read_at)
    show_name(account)
    tab, reads = tab_in_address(), AccountReads(account["client_account_id"])
    if (tab in _FORMS or "send" in st.query_params) and may(Act.UPDATE_ACCOUNT):
        show_away()
    show_unknown_codes("customers", {"tab": TAB_WORDS, "send": {"link"}})
    if tab == OVERVIEW:
        _show_overview(account, reads)
        return
    show_card_line(account)
    with show_tabs(tab, has_kyb=account["is_entity"]):
        if not is_allowed(ACT_OF_TAB[tab]):
            offer_overview()
        elif tab == RAW:
            show_payload(reads.payload)
        else:
            _FORMS[tab](account)


def _show_overview(account: dict[str, Any], reads: AccountReads) -> None:
    with st.container(key="wb-account"):
        main, side = st.columns([0.64, 0.36], gap="medium")
    with main:
        with st.container(key="wb-answer-part"):
            _show_answer(account, reads)
        with st.container(key="wb-tabs-part"), show_tabs(OVERVIEW, has_kyb=account["is_entity"]):
            show_overview(account, reads)
    with side:
        show_contact(account, reads)
        show_dates(account)
        with st.container(key="wb-timeline-part"):
            show_timeline(reads.timeline)
    show_contact_edit(account)


def _show_answer(account: dict[str, Any], reads: AccountReads) -> None:
    receipt, waiting = receipt_in_address(), set[ActionKind]()
    rejections, second_person = st.container(), st.container()  # in every run, so that no form below moves
    if account["has_actions"]:  # of most customers nothing was ever sent, and three queries need not be asked
        with rejections:
            show_rejections(account["client_account_id"])
        with second_person:
            waiting = _show_second_person(account["client_account_id"], receipt)
    if receipt is not None:
        _show_receipt(receipt)
    show_card(
        account,
        reads,
        asks_for_link=receipt is None and st.query_params.get("send") == "link",
        is_link_waiting=ActionKind.REQUEST_LINK in waiting,
    )


def _show_second_person(client_account_id: str, receipt: Receipt | None) -> set[ActionKind]:
    """Show what waits for a second person, and what ended so, unless the receipt shows it; the kinds that wait."""
    shown = {receipt.record.action_id} if receipt is not None and receipt.record is not None else set()
    waiting = find_waiting(client_account_id)
    read_at = read_of_account("actions/awaiting", client_account_id).read_at
    wake_at([one.waiting.lapses_at for one in waiting if one.waiting], read_at)
    boxes = [record for record in waiting if record.action_id not in shown]
    places = kept_places(f"awaiting of {client_account_id}", [one.action_id for one in boxes])
    for record, place in zip(boxes, places, strict=True):
        with place:
            show_waiting(record, put_in_address)
    show_not_confirmed(client_account_id, shown)
    return {record.kind for record in waiting}


def _show_receipt(receipt: Receipt) -> None:
    kind = receipt.record.kind if receipt.record else None
    if kind is ActionKind.REQUEST_LINK:
        show_link_receipt(receipt)
    elif kind is ActionKind.UPDATE_ACCOUNT:
        show_update_receipt(receipt)
    else:
        show_receipt(receipt, is_brief=True)
    st.button("Close the receipt", key="wb-receipt-close", type="tertiary", on_click=open_tab, args=(OVERVIEW,))
