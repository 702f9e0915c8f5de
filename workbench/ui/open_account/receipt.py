"""The receipt of an opening: what came of it, and what comes next."""

import streamlit as st

from workbench.actions import Receipt
from workbench.actions.drafts import Draft
from workbench.domain.account import steps_of
from workbench.domain.vocabulary import Outcome
from workbench.ui.forms.receipts import show_receipt
from workbench.ui.frame.navigation import place
from workbench.ui.html.markup import literal, show_html
from workbench.ui.open_account.drafts import REVIEW, go_to


def show_opening_receipt(receipt: Receipt, draft: Draft | None) -> None:
    """Ends at the account; what was not opened leads back to its draft."""
    record = receipt.record
    if record is None:
        return
    show_html('<h1 class="wb-answer">Open an account</h1>')
    show_receipt(receipt)
    if receipt.outcome is Outcome.ACCEPTED:
        _show_opened(record.client_account_id, record.what.get("owners_abroad", ""))
    elif draft is not None and receipt.may_confirm_again:
        words = "Correct the form" if record.refusals else "Review it again"
        if st.button(words, key="wb-opening-again", type="primary"):
            go_to(draft.draft_id, _step_of_first_refusal(draft))


def _show_opened(client_account_id: str, owners_abroad: str) -> None:
    """The account is Bakkt's to review now; who lives abroad must still show a document."""
    if owners_abroad:
        show_html(
            f'<p class="wb-said wb-amber">An identity document (passport, identification card or driver\'s licence) '
            f"must be uploaded: living outside the USA, owner {literal(owners_abroad)}.</p>"
        )
        st.page_link(place("documents"), label="Upload the document…", query_params={"account": client_account_id})
    st.page_link(place("customers"), label="The account", query_params={"account": client_account_id})


def _step_of_first_refusal(draft: Draft) -> str:
    found = (step.key for step in steps_of(draft.form) if any(one.path in draft.refusals for one in step.fields))
    return next(found, REVIEW)
