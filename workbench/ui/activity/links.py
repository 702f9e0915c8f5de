"""Links on the page Activity to where work is found that no account is chosen for yet."""

import streamlit as st

from workbench.access.policy import Act
from workbench.ui.frame.navigation import HOME, page_named
from workbench.ui.live.permission import may

PAGES = {"customers": "Find an account to update", "open_account": "Open an account"}
_ACT_OF_LINK = {"customers": Act.UPDATE_ACCOUNT, "open_account": Act.OPEN_ACCOUNT}
VIEWS = {"documents": "Documents that expire soon", "kyb_screening": "KYB screenings", "missing": "Missing data"}
"""Views of Backlog."""


def show_links() -> None:
    with st.container(horizontal=True, gap="xsmall", key="wb-ways", width="content"):
        for name in filter(lambda name: may(_ACT_OF_LINK[name]), PAGES):
            st.page_link(page_named(name), label=PAGES[name])
        for view in VIEWS:
            st.page_link(page_named(HOME), label=VIEWS[view], query_params={"view": view})
