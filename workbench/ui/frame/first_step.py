"""A desk without any account: the one thing to do about it, the same on every page."""

from typing import Any

import streamlit as st

from workbench.ui.frame.navigation import open_place
from workbench.ui.html.markup import show_empty
from workbench.ui.live.cached_queries import read
from workbench.ui.text.words import plural


def show_empty_list(text: str, next_step: str = "") -> None:
    """What stands where a list would be; while there is no account at all, the way to have some."""
    summary = read("today/summary").first
    if summary["accounts_total"]:
        show_empty(text, next_step)
    else:
        show_first_step(summary)


def show_first_step(summary: dict[str, Any]) -> None:
    if summary["never_read"]:
        show_empty(
            f"{plural(summary['never_read'], 'account')} registered, none read from Bakkt yet.",
            "Read Bakkt on the page Data.",
        )
    else:
        show_empty("No account is registered.", "Import your account ids on the page Data.")
    if st.button("Go to Data", key="wb-first-step", type="primary"):
        open_place("data")
