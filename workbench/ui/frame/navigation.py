"""The pages, their addresses, and navigation between them."""

import time
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import NoReturn

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.project_files import project_folder
from workbench.ui.live.permission import may

PAGES = project_folder() / "pages"

TITLES = {
    "backlog": "Backlog",
    "customers": "Customers",
    "verification": "Verification",
    "funnel": "Funnel",
    "explore": "Explore",
    "data": "Data",
    "sql": "SQL",
    "actions": "Activity",
    "audit": "Audit trail",
    "open_account": "Open an account",
    "link": "Send a link",
    "update": "Update an account",
    "documents": "Documents",
    "kyb": "KYB",
    "backfill": "Missing data",
    "today": "Backlog",
    "known_people": "Known people",
}
ACT_OF_PAGE: Mapping[str, Act] = {
    **dict.fromkeys(("backlog", "verification", "funnel", "explore", "data", "actions", "today"), Act.SEE_LISTS),
    **dict.fromkeys(("customers", "documents", "kyb"), Act.SEE_ACCOUNT),
    "sql": Act.ASK_SQL,
    "audit": Act.SEE_AUDIT_TRAIL,
    "known_people": Act.MANAGE_PEOPLE,
    "open_account": Act.OPEN_ACCOUNT,
    "link": Act.REQUEST_LINK,
    "update": Act.UPDATE_ACCOUNT,
    "backfill": Act.UPDATE_ACCOUNT,
}
"""What a person must be allowed to do to open a page."""
HOME = "backlog"
OVERVIEW, DETAILS, DOCUMENTS, KYB, RAW = "overview", "details", "documents", "kyb", "raw"
"""The tabs of an account's page, as its address calls them."""
SEND_A_LINK = {"send": "link"}
"""Of the address of an account's page: the form for a link is open."""
_IN_NAVIGATION = ("backlog", "verification", "funnel", "explore", "actions")
"""Pages named in the navigation. Find and the bar, or an account's own page, lead to the others."""
_HELP = {
    "backlog": "What needs someone, whose move it is, and by when",
    "customers": "Find a customer and see where the account stands",
    "verification": "Customers who still have to verify, and their links",
    "funnel": "How many get through, how far and how fast",
    "explore": "Any share of any cohort, who is behind it, the open work over time, and SQL of your own",
    "sql": "The old address of the tab SQL of Explore",
    "actions": "What was sent to Bakkt, by whom, and how it turned out",
    "audit": "Who did what, when, and how it turned out; for admins",
    "data": "Import accounts, sync with Bakkt, see runs and failures",
    "link": "Ask Bakkt for a new verification link",
    "update": "Update names, addresses, phone numbers and more; the whole record is sent",
    "open_account": "Fill in what Bakkt requires of a new account, and send it",
    "backfill": "Fill in the data that accounts still lack",
    "kyb": "Complete a business's documents, trigger KYB screening, record manual KYB",
    "documents": "Upload, open and renew documents",
    "today": "The old address of Backlog",
    "known_people": "Who signed in and as what, their sessions, and the tokens of the API",
}


_SHOWN, _PENDING = "wb-shown-page", "wb-pending-page"
_LOST_WITHIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Destination:
    """The page to open, from which one, and when that was asked for on the monotonic clock."""

    name: str
    filters: Mapping[str, str | Sequence[str]]
    left: str
    asked_at: float


def page_named(name: str) -> st.Page:
    """A copy of the page per run: ``st.navigation`` marks in it which one may run, and sessions run concurrently."""
    return copy(_cached_page(name, is_listed=name in _IN_NAVIGATION and may_open(name)))


def may_open(name: str) -> bool:
    """Whether the page is for the person's role; what is wrong with a desk that is not open, every page says."""
    try:
        return may(ACT_OF_PAGE[name])
    except WorkbenchError:
        return True


@cache
def _cached_page(name: str, *, is_listed: bool) -> st.Page:
    """Cached, because Streamlit looks up the page's file on disk each time; works only during a script run."""
    return st.Page(
        PAGES / f"{name}.py",
        title=TITLES[name],
        url_path=name,
        default=name == HOME,
        visibility="visible" if is_listed else "hidden",
        help=_HELP[name],
    )


def all_pages() -> list[st.Page]:
    """All pages, those of the navigation first."""
    others = (name for name in TITLES if name not in _IN_NAVIGATION)
    return [page_named(name) for name in (*_IN_NAVIGATION, *others)]


def go_to_account(client_account_id: str, **codes: str) -> NoReturn:
    """Open an account's page; ``codes`` name a tab or a form of it."""
    go_to_page("customers", account=client_account_id, **codes)


def go_to_page(name: str, **filters: str | Sequence[str]) -> NoReturn:
    left = st.session_state.get(_SHOWN, HOME)
    st.session_state[_PENDING] = Destination(name, filters, left, time.monotonic())
    st.switch_page(page_named(name), query_params=filters)


def resume_lost_navigation(shown: str) -> None:
    """Open the page that ``go_to_page`` named if the one that was left runs again instead.

    A message of the browser that arrives as the page is switched, such as the watch for new data once a second, still
    names the page that is left, and Streamlit runs the page that was named last. Called first in each run, with the
    page that runs.
    """
    st.session_state[_SHOWN] = shown
    wanted: Destination | None = st.session_state.pop(_PENDING, None)
    if wanted is None or shown != wanted.left or time.monotonic() - wanted.asked_at > _LOST_WITHIN_SECONDS:
        return
    if shown != wanted.name or not all(_is_in_address(*one) for one in wanted.filters.items()):
        go_to_page(wanted.name, **wanted.filters)


def _is_in_address(name: str, value: str | Sequence[str]) -> bool:
    return st.query_params.get_all(name) == ([value] if isinstance(value, str) else list(value))
