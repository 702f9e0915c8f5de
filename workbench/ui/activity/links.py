"""Links on the page Activity to where work is found that no account is chosen for yet."""

import streamlit as st

from workbench.ui.frame.navigation import HOME, page_named

LINKS = (
    ("customers", "", "Find an account to update"),
    ("open_account", "", "Open an account"),
    (HOME, "documents", "Documents that expire soon"),
    (HOME, "kyb_screening", "KYB screenings"),
    (HOME, "missing", "Missing data"),
)
"""The page, its view on Backlog, and the words of the link."""


def show_links() -> None:
    with st.container(horizontal=True, gap="xsmall", key="wb-ways"):
        for page, view, words in LINKS:
            st.page_link(page_named(page), label=words, query_params={"view": view} if view else None)
