"""The buttons of the answer card: the next step as the primary one, and what else can be done now."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.casework.handover import log_channel, prepare_handover
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.moments import aware
from workbench.domain.standing.message_to_bakkt import message_to_bakkt
from workbench.domain.standing.next_step import AccountCase, NextStep, StepButton
from workbench.ui.account.needs import identity_codes, lacking_identity
from workbench.ui.account.reads import AccountReads
from workbench.ui.account.tabs import open_tab
from workbench.ui.forms.unknown_account import offer_to_read
from workbench.ui.frame.navigation import DOCUMENTS, KYB, OVERVIEW, SEND_A_LINK
from workbench.ui.html.copying import CopyButton, show_copy_buttons
from workbench.ui.html.labels import Label, label
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

WORKS_ONCE = "Works once: don't open it yourself."
_COPIES = {
    StepButton.COPY_MESSAGE: ("Copy message", f"Message copied: send it to the customer. {WORKS_ONCE}"),
    StepButton.COPY_LINK: ("Copy link", f"Link copied. {WORKS_ONCE}"),
    StepButton.COPY_MESSAGE_TO_BAKKT: ("Copy message to Bakkt", "Copied: send it to Bakkt's operations team."),
    StepButton.CONTACT_BAKKT: ("Contact Bakkt", "Message copied: send it to Bakkt's operations team."),
}
_OPENED_BY: Mapping[StepButton, tuple[str, Mapping[str, str]]] = {
    StepButton.SEND_LINK: (OVERVIEW, SEND_A_LINK),
    StepButton.FETCH_LINK: (OVERVIEW, SEND_A_LINK),
    StepButton.SETTLE_REQUEST: (OVERVIEW, SEND_A_LINK),
    StepButton.UPLOAD_IDENTITY_DOCUMENT: (DOCUMENTS, {"type": "PASSPORT"}),
    StepButton.COMPLETE_CHECKLIST: (KYB, {}),
    StepButton.REVIEW_KYB: (KYB, {}),
}
"""The tab that a button opens, and what is asked there."""

_ACT_OF_STEP: Mapping[StepButton, Act] = {
    StepButton.SEND_LINK: Act.REQUEST_LINK,
    StepButton.FETCH_LINK: Act.REQUEST_LINK,
    StepButton.SETTLE_REQUEST: Act.SETTLE_ACTION,
    StepButton.UPLOAD_IDENTITY_DOCUMENT: Act.UPLOAD_DOCUMENT,
    StepButton.COMPLETE_CHECKLIST: Act.RECORD_KYB,
    StepButton.REVIEW_KYB: Act.TRIGGER_KYB,
    StepButton.COPY_MESSAGE: Act.SEE_LINK,
    StepButton.COPY_LINK: Act.SEE_LINK,
    StepButton.COPY_MESSAGE_TO_BAKKT: Act.SEE_ACCOUNT,
    StepButton.CONTACT_BAKKT: Act.SEE_ACCOUNT,
    StepButton.READ_ACCOUNT: Act.SYNC,
}
_REQUESTS = frozenset({StepButton.SEND_LINK, StepButton.FETCH_LINK})
_TO_BAKKT = frozenset({StepButton.COPY_MESSAGE_TO_BAKKT, StepButton.CONTACT_BAKKT})


def show_step_buttons(
    account: dict[str, Any], case: AccountCase, step: NextStep, reads: AccountReads, *, is_link_waiting: bool = False
) -> None:
    """Show the primary button of the next step and those beside it, as far as the person may use them.

    ``is_link_waiting``: a link request waits for a second person, whose box has the buttons.
    """
    closed = _REQUESTS if is_link_waiting else frozenset[StepButton]()
    shown = [one for one in filter(None, [step.primary, *step.others]) if may(_ACT_OF_STEP[one]) and one not in closed]
    copies = [one for one in shown if one in _COPIES]
    if step.primary in shown and step.primary not in _COPIES:
        _show_button(account, step.primary, reads)
    if copies:
        _show_copies(account, case, copies, step.primary)


def _show_button(account: dict[str, Any], step: StepButton, reads: AccountReads) -> None:
    if step is StepButton.READ_ACCOUNT:
        offer_to_read(account["client_account_id"])
        return
    tab, codes = _OPENED_BY[step]
    if step is StepButton.UPLOAD_IDENTITY_DOCUMENT:
        codes = next((identity_codes(field, reads.owners.rows) for field in lacking_identity(reads)), codes)
    st.button(_words_of(account, step), key="wb-next-step", type="primary", on_click=open_tab, args=(tab, codes))


def _words_of(account: dict[str, Any], step: StepButton) -> Label:
    match step:
        case StepButton.SEND_LINK:
            return label("Send a new link ({} of {} expired)", account["expirations_used"] or 0, LINKS_ALLOWED)
        case StepButton.FETCH_LINK:
            return label("Fetch the link that Bakkt issued")
        case StepButton.SETTLE_REQUEST:
            return label("Settle the lost request")
        case StepButton.UPLOAD_IDENTITY_DOCUMENT:
            return label("Upload an identity document")
        case StepButton.COMPLETE_CHECKLIST:
            return label("Complete the KYB checklist")
    return label("Review and trigger KYB")


def _show_copies(
    account: dict[str, Any], case: AccountCase, steps: list[StepButton], primary: StepButton | None
) -> None:
    buttons = [CopyButton(one.value, *_COPIES[one], is_primary=one is primary) for one in steps]
    st.fragment(show_copy_buttons)(buttons, key="wb-card-copies", give=_giver(account, case))


def _giver(account: dict[str, Any], case: AccountCase) -> Callable[[str], str | None]:
    client_account_id = account["client_account_id"]

    def give(asks: str) -> str | None:
        step = StepButton(asks)
        if step in _TO_BAKKT:
            since = account["standing_since"]
            return message_to_bakkt(
                case, client_account_id, account["bakkt_account_id"], aware(since) if since else None
            )
        return _secret(client_account_id, is_message=step is StepButton.COPY_MESSAGE)

    return give


def _secret(client_account_id: str, *, is_message: bool) -> str | None:
    """The live link, alone or in its message, recorded as shown; None once no link is live."""
    handover = prepare_handover(current_desk().actions, client_account_id)
    if handover is None or not handover.is_live:
        return None
    log_channel("clipboard")
    return handover.message if is_message else handover.url
