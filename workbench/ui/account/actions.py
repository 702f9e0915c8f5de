"""Links to what can be done without an account first, on the page Activity."""

import streamlit as st

from workbench.ui.frame.navigation import page_named

GENERAL_ACTIONS = {
    "customers": "Find an account to update",
    "open_account": "Open an account",
    "documents": "Documents that expire soon",
    "kyb": "KYB screenings",
    "backfill": "Missing data",
}


def show_general_action_links() -> None:
    with st.container(horizontal=True, gap="xsmall", key="wb-ways"):
        for name in GENERAL_ACTIONS:
            st.page_link(page_named(name), label=GENERAL_ACTIONS[name])
