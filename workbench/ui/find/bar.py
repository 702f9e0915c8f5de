"""The bar at the top of every page, right of the pages' names: Find, Data with its health, and opening an account."""

import streamlit as st

from workbench.ui.find.box import show_find_box
from workbench.ui.frame.health import health_now
from workbench.ui.frame.navigation import HOME, page_named
from workbench.ui.html.labels import literal

_DATA = {"green": ":green[●] Data", "amber": ":orange[▲] Data", "red": ":red[■] Data"}
"""By the health's tone; the signs tell them apart without colour."""


def show_bar(page: str) -> None:
    """Show the bar on the page with this address; on the home page the cursor is in the Find box."""
    with st.container(key="wb-bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        show_find_box(focused_on=page if page == HOME else "")
        health = health_now()
        st.page_link(page_named("data"), label=_DATA[health.tone], help=literal(health.sentence), width="content")
        st.page_link(page_named("open_account"), label="Open account", icon=":material/add:", width="content")
