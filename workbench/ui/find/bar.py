"""The bar at the top of every page, right of the pages' names: Find, Data with its health, opening an account, and who
is signed in."""

import streamlit as st

from workbench.access.policy import Act
from workbench.ui.find.box import show_find_box
from workbench.ui.frame.gate import show_person
from workbench.ui.frame.health import health_now
from workbench.ui.frame.navigation import HOME, page_named
from workbench.ui.html.labels import literal
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

_DATA = {"green": ":green[●] Data", "amber": ":orange[▲] Data", "red": ":red[■] Data"}
"""By the health's tone; the signs tell them apart without colour."""


def show_bar(page: str) -> None:
    """Show the bar on the page with this address; on the home page the cursor is in the Find box."""
    with st.container(key="wb-bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        show_find_box(focused_on=page if page == HOME else "")
        health = health_now()
        with _place("data", page):
            st.page_link(page_named("data"), label=_DATA[health.tone], help=literal(health.sentence), width="content")
        if may(Act.OPEN_ACCOUNT):
            with _place("open_account", page):
                st.page_link(page_named("open_account"), label="Open account", icon=":material/add:", width="content")
        show_person(current_desk().acting.person)


def _place(name: str, page: str) -> st.delta_generator.DeltaGenerator:
    """Where a link stands; that of the page which is open is marked."""
    return st.container(key=f"wb-bar-{name}-{'here' if name == page else 'link'}", width="content")
