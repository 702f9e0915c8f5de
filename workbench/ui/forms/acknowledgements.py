"""The acknowledgements that a change to agreements needs before it is sent (GUIDE.md, "Updating an account")."""

from datetime import date

import streamlit as st

from workbench.actions.update_account import Acknowledgements
from workbench.ui.html.labels import Label, label
from workbench.ui.html.markup import show_heading, show_note


def ask_acknowledgements(prefix: str, *, is_wide: bool = False) -> Acknowledgements:
    """Ask whether both sides have acknowledged it and when; ``is_wide`` puts the day beside the checkbox."""
    show_heading("Changes to agreements")
    show_note("Both sides must acknowledge it before it is sent.")
    return Acknowledgements(
        _ask_acknowledgement(label("We have acknowledged it, on"), prefix, "us", is_wide=is_wide),
        _ask_acknowledgement(label("Bakkt has acknowledged it, on"), prefix, "bakkt", is_wide=is_wide),
    )


def _ask_acknowledgement(words: Label, prefix: str, side: str, *, is_wide: bool) -> date | None:
    left, right = st.columns([0.25, 0.75], vertical_alignment="center") if is_wide else (st.container(), st.container())
    with left:
        is_given = st.checkbox(words, key=f"{prefix}-ack-{side}")
    with right:
        day = st.date_input(
            words,
            value=None,
            format="YYYY-MM-DD",
            key=f"{prefix}-ack-day-{side}",
            label_visibility="collapsed",
            width=160 if is_wide else "stretch",
        )
    return day if is_given and isinstance(day, date) else None
