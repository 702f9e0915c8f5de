"""The filters of the page Funnel."""

import streamlit as st

from workbench.ui.funnel.answers import FunnelFilters
from workbench.ui.funnel.cohort_numbers import STEPS, WINDOWS
from workbench.ui.html.markup import show_heading
from workbench.ui.text.words import STEP_WORDS

PATH_WORDS = {"individual": "Individuals", "entity": "Entities"}
DEFAULT_WINDOW = 30


def ask_for_filters() -> FunnelFilters:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        path = st.segmented_control(
            "Account type",
            list(PATH_WORDS),
            format_func=PATH_WORDS.__getitem__,
            default="individual",
            required=True,
            key="path",
            bind="query-params",
        )
        since = st.date_input(
            "Opened from", value=None, format="YYYY-MM-DD", key="since", bind="query-params", width=150
        )
        until = st.date_input("to", value=None, format="YYYY-MM-DD", key="until", bind="query-params", width=150)
        window = st.selectbox(
            "Time allowed",
            WINDOWS,
            index=WINDOWS.index(DEFAULT_WINDOW),
            format_func=lambda days: f"{days} days",
            key="window",
            bind="query-params",
            width=150,
        )
    return FunnelFilters(path or "individual", since, until, window)


def ask_for_step(filters: FunnelFilters) -> tuple[str, bool]:
    """Ask which accounts to list: a step, also set by a click on its bar, and whether they reached it."""
    show_heading("Accounts", "that reached a step, or stopped before it")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        step = st.segmented_control(
            "Step",
            STEPS[filters.path],
            format_func=STEP_WORDS.__getitem__,
            default="cleared",
            required=True,
            key="step",
            bind="query-params",
            label_visibility="collapsed",
        )
        stopped = st.toggle("Stopped before it", key="stopped", bind="query-params")
    return step or "cleared", not stopped
