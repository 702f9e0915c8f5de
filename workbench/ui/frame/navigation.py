"""The pages, their addresses, and the ways from one to another."""

from copy import copy
from functools import cache
from pathlib import Path
from typing import NoReturn

import streamlit as st

PAGES = Path(__file__).parents[3] / "pages"

TITLES = {
    "today": "Today",
    "customers": "Customers",
    "verification": "Verification",
    "funnel": "Funnel",
    "data": "Data",
    "actions": "Actions done",
    "open_account": "Open an account",
    "link": "Send a link",
    "update": "Change an account",
    "documents": "Documents",
    "kyb": "KYB",
    "backfill": "Missing data",
}
_MENU = "Actions"
_OF_THE_MENU = ("actions", "open_account", "link", "update", "documents", "kyb", "backfill")
_HELP = {
    "today": "What needs someone now",
    "customers": "Find a customer, see where the account stands",
    "verification": "Everyone who must still verify, and their links",
    "funnel": "How many get through, how far and how fast",
    "actions": "What was sent to Bakkt, by whom, and what became of it",
    "data": "Import accounts, read Bakkt, runs and failures",
    "link": "Ask Bakkt for a new verification link",
    "update": "Change names, addresses, phones and more, and send the whole account again",
    "open_account": "Fill in what Bakkt asks of a new account, and send it",
    "backfill": "Give Bakkt what an account still lacks",
    "kyb": "Complete a business's papers, start its screen, manual KYB",
    "documents": "Upload, open and renew the papers of accounts",
}


def place(name: str) -> st.Page:
    """A page of one's own for each run: ``st.navigation`` notes in it which one may be run, and people run at once."""
    return copy(_made_place(name))


@cache
def _made_place(name: str) -> st.Page:
    """Made once, since Streamlit looks each page's file up on the disk; only within a page's run is it whole."""
    return st.Page(
        PAGES / f"{name}.py",
        title=TITLES[name],
        url_path=name,
        default=name == "today",
        help=_HELP[name],
    )


def all_places() -> dict[str, list[st.Page]]:
    """The desk's questions side by side, then what can be done in a menu of its own."""
    questions = [place(name) for name in TITLES if name not in _OF_THE_MENU]
    return {"": questions, _MENU: [place(name) for name in _OF_THE_MENU]}


def open_account(client_account_id: str) -> NoReturn:
    st.switch_page(place("customers"), query_params={"account": client_account_id})


def open_place(name: str, **filters: str) -> NoReturn:
    st.switch_page(place(name), query_params=filters)
