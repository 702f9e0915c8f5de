"""The tabs of the account page. The address says which one is open, so that a reload and Back show it again."""

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.access.policy import Act
from workbench.ui.forms.address_codes import pass_on_choice
from workbench.ui.frame.navigation import DETAILS, DOCUMENTS, KYB, OVERVIEW, RAW, go_to_page
from workbench.ui.live.permission import may

TAB_WORDS = {OVERVIEW: "Overview", DETAILS: "Details", DOCUMENTS: "Documents", KYB: "KYB", RAW: "Raw"}
ACT_OF_TAB = {
    OVERVIEW: Act.SEE_ACCOUNT,
    DETAILS: Act.UPDATE_ACCOUNT,
    DOCUMENTS: Act.SEE_ACCOUNT,
    KYB: Act.SEE_ACCOUNT,
    RAW: Act.SEE_PAYLOAD,
}
"""What a person must be allowed to do to open a tab."""
MISSING = "missing"
"""The form of the tab Details that asks for missing data alone."""

_OF_A_TAB = ("tab", "form", "send", "action", "owner", "type", "side", "requirement")
"""What the address says of one tab and what is done there: left out when another one is opened."""


def tab_in_address() -> str:
    code = st.query_params.get("tab", OVERVIEW)
    return code if code in TAB_WORDS else OVERVIEW


def open_tab(tab: str, codes: Mapping[str, str] | None = None) -> None:
    """Put a tab in the address, and what is done there; ids and codes only. For callbacks of buttons."""
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in _OF_A_TAB}
    opened = {} if tab == OVERVIEW else {"tab": tab}
    st.query_params.from_dict({**kept, **opened, **(codes or {})})


def lead_to_account(tab: str, codes: Mapping[str, str] | None = None) -> NoReturn:
    """From an old address of a form to the account's tab, with what that address says of it."""
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    opened = {} if tab == OVERVIEW else {"tab": tab}
    go_to_page("customers", **{**asked, **opened, **(codes or {})})


def offer_overview() -> None:
    """The way back from what is not for the person's role."""
    st.button("Back to the overview", key="wb-to-overview", on_click=open_tab, args=(OVERVIEW,))


def show_tabs(tab: str, *, has_kyb: bool) -> DeltaGenerator:
    """Show the tabs and return the place of the open one; nothing is put into the others.

    Those that are not for the person's role are left out, but for the one that the address names.

    They have a key for each open tab: with one key, those of the page before would still report what they showed when
    the browser goes back.
    """
    shown = [code for code in TAB_WORDS if code == tab or (may(ACT_OF_TAB[code]) and (code != KYB or has_kyb))]
    words = [TAB_WORDS[code] for code in shown]
    key = f"wb-account-tab-{tab}"
    st.session_state[key] = TAB_WORDS[tab]
    places = st.tabs(words, key=key, on_change=pass_on_choice, args=(key, TAB_WORDS[tab], _open_chosen))
    return places[shown.index(tab)]


def _open_chosen(chosen: str) -> None:
    open_tab(next(code for code, words in TAB_WORDS.items() if words == chosen))
