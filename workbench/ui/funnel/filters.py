"""The filters of the page Funnel."""

from datetime import date, timedelta

import streamlit as st

from workbench.ui.forms.address_codes import ANY_DAY, YES_OR_NO, show_unknown_codes
from workbench.ui.funnel.answers import STEPS, WINDOWS, EntryPeriod, FunnelFilters
from workbench.ui.tables.pages import go_to_first_page
from workbench.ui.text.words import STEP_WORDS

PATH_WORDS = {"individual": "Individuals", "entity": "Entities"}
DEFAULT_WINDOW = 30
_PERIOD = "wb-funnel-period"


_KNOWN = {
    "path": {*PATH_WORDS, *PATH_WORDS.values()},
    "opened": ANY_DAY,
    "window": {words for days in WINDOWS for words in (str(days), f"{days} days")},
    "step": {*STEP_WORDS, *STEP_WORDS.values()},
    "stopped": YES_OR_NO,
}


def ask_for_filters() -> FunnelFilters:
    show_unknown_codes("funnel", _KNOWN)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        path = st.segmented_control(
            "Account type",
            list(PATH_WORDS),
            format_func=PATH_WORDS.__getitem__,
            default="individual",
            required=True,
            key="path",
            bind="query-params",
            on_change=go_to_first_page,
        )
        picked = st.date_input(
            "Opened between",
            value=[],
            format="YYYY-MM-DD",
            key="opened",
            bind="query-params",
            on_change=go_to_first_page,
            width=250,
        )
        window = st.selectbox(
            "Time allowed",
            WINDOWS,
            index=WINDOWS.index(DEFAULT_WINDOW),
            format_func=lambda days: f"{days} days",
            key="window",
            bind="query-params",
            on_change=go_to_first_page,
            width=150,
        )
    return FunnelFilters(path or "individual", *_whole_period(picked), window)


def _whole_period(picked: tuple[date, ...]) -> EntryPeriod:
    """The picked days, first and last included; while only the first is picked, the last whole period stays."""
    if len(picked) == 2:
        st.session_state[_PERIOD] = EntryPeriod(picked[0], picked[1] + timedelta(days=1))
    elif not picked:
        st.session_state[_PERIOD] = EntryPeriod()
    kept: EntryPeriod = st.session_state.get(_PERIOD, EntryPeriod())
    return kept


def ask_for_step(filters: FunnelFilters) -> tuple[str, bool]:
    """Ask which accounts to list: a step, also set by a click on its bar, and whether they reached it."""
    step = st.segmented_control(
        "Step",
        STEPS[filters.path],
        format_func=STEP_WORDS.__getitem__,
        default="cleared",
        required=True,
        key="step",
        bind="query-params",
        on_change=go_to_first_page,
        label_visibility="collapsed",
    )
    stopped = st.toggle("Stopped before it", key="stopped", bind="query-params", on_change=go_to_first_page)
    return step or "cleared", not stopped
