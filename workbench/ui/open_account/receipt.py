"""The receipt of an account opening: its outcome and the next step."""

import htpy as h
import streamlit as st

from workbench.actions import Receipt
from workbench.actions.drafts import Draft
from workbench.domain.account import steps_of
from workbench.domain.vocabulary import Outcome
from workbench.ui.forms.receipts import show_receipt
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.markup import show_html, show_sentence
from workbench.ui.open_account.drafts import REVIEW, go_to


def show_opening_receipt(receipt: Receipt, draft: Draft | None) -> None:
    """Show the receipt, with a link to the new account, or back to the draft if it was not opened."""
    record = receipt.record
    if record is None:
        return
    show_html(h.h1(".wb-answer")["Open an account"])
    show_receipt(receipt)
    if receipt.outcome is Outcome.ACCEPTED:
        _show_opened(record.client_account_id, record.what.get("owners_abroad", ""))
    elif draft is not None and receipt.may_confirm_again:
        words = "Correct the form" if record.refusals else "Review it again"
        if st.button(words, key="wb-opening-again", type="primary"):
            go_to(draft.draft_id, _step_of_first_refusal(draft))


def _show_opened(client_account_id: str, owners_abroad: str) -> None:
    """Link to the account; an owner outside the USA still needs an identity document."""
    if owners_abroad:
        show_sentence(
            "Upload an identity document (passport, ID card or driver's licence) "
            f"for each owner outside the USA: {owners_abroad}.",
            tone="wb-amber",
        )
        st.page_link(page_named("documents"), label="Upload the document…", query_params={"account": client_account_id})
    st.page_link(page_named("customers"), label="Go to account", query_params={"account": client_account_id})


def _step_of_first_refusal(draft: Draft) -> str:
    found = (step.key for step in steps_of(draft.form) if any(one.path in draft.refusals for one in step.fields))
    return next(found, REVIEW)
