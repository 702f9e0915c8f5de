"""The script Streamlit runs for every page; alone in its folder, because Streamlit puts that first on sys.path."""

import streamlit as st

from workbench.ui.find.bar import show_bar
from workbench.ui.frame import frame, gate, navigation
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.not_allowed import is_allowed, show_way_home
from workbench.ui.frame.shut import show_what_goes_on
from workbench.ui.live.people import people_first
from workbench.ui.live.visits import end_visit
from workbench.ui.live.watching import note_run_started, note_shown_address
from workbench.ui.live.while_shown import what_is_not_shown_is_freed


def set_up(page_title: str) -> None:
    st.set_page_config(
        page_title=frame.tab_title(page_title),
        page_icon=frame.ICON_ADDRESS,
        layout="wide",
        menu_items={"About": "Onboarding Workbench: see where customers are in onboarding at Bakkt, and move them on."},
    )
    st.logo(frame.LOGO_ADDRESS, size="medium")


def show_page() -> None:
    page = st.navigation(navigation.all_pages(), position="top")
    set_up(page.title)
    note_run_started()
    with people_first().page_run(), what_is_not_shown_is_freed(), shown_errors():
        navigation.resume_lost_navigation(page.url_path or navigation.HOME)
        if page.url_path != "customers":
            end_visit()
        frame.show_style()
        show_bar(page.url_path or navigation.HOME)
        frame.show_frame()
        if is_allowed(navigation.ACT_OF_PAGE[page.url_path or navigation.HOME]):
            page.run()
        else:
            show_way_home()
    show_what_goes_on()
    note_shown_address()


refused = gate.refusal()
if refused is None:
    show_page()
else:
    st.navigation(navigation.all_pages(), position="hidden")  # takes the pages' names from a tab that had them
    set_up("Sign in")
    frame.show_style()
    gate.show_gate(refused)
