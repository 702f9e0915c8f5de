"""The update of an account: the form, its review, and the receipt."""

from typing import Any

import streamlit as st

from workbench.actions import Receipt
from workbench.domain.updates.letters import OWNERSHIP_REMINDER
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.account.details.edit_session import LETTER, EditSession
from workbench.ui.account.details.form import show_form
from workbench.ui.account.details.review import show_review
from workbench.ui.account.details.versions import show_read_back, show_versions
from workbench.ui.account.tabs import open_tab
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.forms.receipts import receipt_in_address, show_receipt
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import OVERVIEW
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_note


def show_update(account: dict[str, Any]) -> None:
    """Show the receipt that the address names, otherwise the review or the form of the edit session."""
    receipt = receipt_in_address()
    if receipt is not None:
        _show_receipt(account, receipt)
        return
    found = find_open_actions(ActionKind.UPDATE_ACCOUNT, account["client_account_id"])
    if show_open_actions(f"update of {account['client_account_id']}", found):
        return
    with shown_errors(try_again="wb-update-retry"):
        session = EditSession.for_account(account["client_account_id"])
        session.keep_draft()
        if session.is_reviewed:
            show_review(session)
        else:
            show_form(session)


def _show_receipt(account: dict[str, Any], receipt: Receipt) -> None:
    session = EditSession.current(account["client_account_id"])
    show_receipt(receipt)
    if receipt.outcome is Outcome.ACCEPTED:
        show_read_back(receipt)
        _show_letter(receipt)
        _offer_next()
    elif session is not None and session.bakkt_now is not None:
        show_versions(session)
        _offer_rebase(session)
    elif receipt.may_confirm_again:
        _offer_correction(session)


def _show_letter(receipt: Receipt) -> None:
    """Show the letter that tells Bakkt of a change in ownership, until the next edit session begins."""
    action_id, letter = st.session_state.get(LETTER, ("", ""))
    if receipt.record is not None and receipt.record.action_id == action_id:
        show_note(OWNERSHIP_REMINDER, tone="wb-amber")
        show_copyable(letter, key="wb-update-tell")


def show_update_receipt(receipt: Receipt) -> None:
    """Show the receipt of an update where no form stands beside it."""
    show_receipt(receipt, is_brief=True)
    if receipt.outcome is Outcome.ACCEPTED:
        show_read_back(receipt)
        _show_letter(receipt)


def _offer_next() -> None:
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Back to the overview", key="wb-back-to-overview", on_click=open_tab, args=(OVERVIEW,))
        if st.button("Make another update", key="wb-update-more"):
            EditSession.end()
            _leave_receipt()


def _offer_rebase(session: EditSession) -> None:
    now = session.bakkt_now
    if now is not None and st.button("Reapply my changes to Bakkt's latest", key="wb-update-rebase", type="primary"):
        session.rebase_on(now)
        _leave_receipt()
    if st.button("Discard changes and reload", key="wb-update-drop"):
        EditSession.end()
        _leave_receipt()


def _offer_correction(session: EditSession | None) -> None:
    if st.button("Correct it", key="wb-update-correct", type="primary"):
        if session is not None:
            session.is_reviewed = False
        _leave_receipt()


def _leave_receipt() -> None:
    st.query_params.pop("action", None)
    st.rerun()
