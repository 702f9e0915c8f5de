"""The way from Data to the page of people and tokens, for admins."""

import streamlit as st

from workbench.access.policy import Act
from workbench.ui.frame.navigation import page_named
from workbench.ui.live.current_desk import current_desk


def show_people_link() -> None:
    if current_desk().acting.may(Act.MANAGE_PEOPLE):
        st.page_link(page_named("known_people"), label="Known people and API tokens", icon=":material/group:")
