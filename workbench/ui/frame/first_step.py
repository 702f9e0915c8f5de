"""What every page shows while the desk has no account: the first thing to do."""

from typing import Any

import streamlit as st

from workbench.domain.words import plural
from workbench.ui.frame.navigation import go_to_page
from workbench.ui.html.markup import show_empty
from workbench.ui.live.cached_queries import read


def show_empty_list(text: str, next_step: str = "") -> None:
    """Show why a list is empty; while there is no account at all, show the first step instead."""
    pulse = read("data/pulse").first
    if pulse["accounts_total"]:
        show_empty(text, next_step)
    else:
        show_first_step(pulse)


def first_answer(pulse: dict[str, Any]) -> str:
    """The headline of a page that has nothing else to say yet."""
    unread = pulse["never_read"]
    return f"{plural(unread, 'account')} registered, none read from Bakkt yet" if unread else "No accounts yet"


def answer_or_none_yet(answer: str, *notes: str, is_empty: bool) -> tuple[str, ...]:
    """A page's answer with its notes; if it is about nothing because there is no account at all, that alone."""
    pulse = read("data/pulse").first if is_empty else {}
    return (first_answer(pulse),) if pulse and not pulse["accounts_total"] else (answer, *notes)


def show_first_step(pulse: dict[str, Any]) -> None:
    show_empty(
        "Start a sync on Data to read the registered accounts."
        if pulse["never_read"]
        else "Import account ids to begin."
    )
    if st.button("Go to Data", key="wb-first-step", type="primary"):
        go_to_page("data")
