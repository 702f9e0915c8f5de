"""Addresses of earlier versions whose lists are views of Backlog now."""

from typing import NoReturn

import streamlit as st

from workbench.ui.forms.address_codes import show_unknown
from workbench.ui.frame.navigation import go_to_page

_LISTS_OF_TODAY = {
    "With us": "late_us",
    "With customer": "late_customer",
    "With Bakkt": "late_bakkt",
    "Contradictions": "contradictions",
    "Restricted by event": "restricted",
    "All open": "open",
}
_LINKS_OF_VERIFICATION = {
    "All": "verification",
    "Call first": "live",
    "Expires soon": "expiring",
    "Last link": "last",
    "Live": "live",
    "Expired": "expired",
    "No link yet": "no_link",
    "Out of links": "out_of_links",
}


def go_to_list_of_today() -> NoReturn:
    """Open the view that a list of the page Today is now; without a list, Backlog."""
    chosen = st.query_params.get("list", "")
    view = "due" if chosen.startswith("Due in") else _LISTS_OF_TODAY.get(chosen)
    go_to_page("backlog", **({"view": view} if view else {}))


def leave_for_list_of_links() -> None:
    """Open the view that a list of the page Verification is now; answer an unknown one."""
    chosen = st.query_params.get("link", "")
    if chosen in _LINKS_OF_VERIFICATION:
        go_to_page("backlog", view=_LINKS_OF_VERIFICATION[chosen])
    show_unknown({"list": chosen} if chosen else {})


def go_to_view_of(view: str) -> NoReturn:
    """Open a view in place of a list that had a page of its own."""
    go_to_page("backlog", view=view)
