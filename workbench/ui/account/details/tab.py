"""The tab Details: the update of everything that may be edited, or of the missing data alone."""

from typing import Any

import streamlit as st

from workbench.domain.vocabulary import Standing
from workbench.ui.account.details.backfill import show_backfill
from workbench.ui.account.details.page import show_update
from workbench.ui.account.tabs import MISSING, open_tab
from workbench.ui.forms.address_codes import pass_on_choice, show_unknown_codes
from workbench.ui.frame.navigation import DETAILS
from workbench.ui.html.markup import show_note

CLOSED_NOTE = "The account is closed: Bakkt no longer accepts changes."
_EVERYTHING = "everything"
_FORM_WORDS = {_EVERYTHING: "Everything", MISSING: "Missing data"}


def show_details(account: dict[str, Any]) -> None:
    show_unknown_codes("details", {"form": {MISSING}})
    if account["standing"] == Standing.CLOSED:
        show_note(CLOSED_NOTE)
        return
    form = MISSING if st.query_params.get("form") == MISSING else _EVERYTHING
    key = f"wb-details-form-{form}"
    st.session_state[key] = form
    st.segmented_control(
        "Form",
        list(_FORM_WORDS),
        format_func=_FORM_WORDS.__getitem__,
        required=True,
        key=key,
        on_change=pass_on_choice,
        args=(key, form, _open_chosen),
        label_visibility="collapsed",
    )
    (show_backfill if form == MISSING else show_update)(account)


def _open_chosen(form: str) -> None:
    open_tab(DETAILS, {"form": MISSING} if form == MISSING else {})
