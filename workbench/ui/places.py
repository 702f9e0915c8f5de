"""The five pages, their addresses, and the ways from one to another."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

PAGES = Path(__file__).parents[2] / "pages"

TITLES = {
    "today": "Today",
    "customers": "Customers",
    "verification": "Verification",
    "funnel": "Funnel",
    "data": "Data",
}
_HELP = {
    "today": "What needs someone now",
    "customers": "Find a customer, see where the account stands",
    "verification": "Everyone who must still verify, and their links",
    "funnel": "How many get through, how far and how fast",
    "data": "Import accounts, read Bakkt, runs and failures",
}


def place(name: str) -> st.Page:
    return st.Page(PAGES / f"{name}.py", title=TITLES[name], url_path=name, default=name == "today", help=_HELP[name])


def all_places() -> list[st.Page]:
    return [place(name) for name in TITLES]


def open_account(client_account_id: str) -> NoReturn:
    st.switch_page(place("customers"), query_params={"account": client_account_id})


def open_place(name: str, **filters: str) -> NoReturn:
    st.switch_page(place(name), query_params=filters)
