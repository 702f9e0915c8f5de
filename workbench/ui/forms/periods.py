"""Periods of days: the one before each, and the box that asks for the first and the last day of one."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from workbench.ui.forms.address_codes import pass_on_choice
from workbench.ui.html.labels import Label

_FIRST_DAY = date(2015, 1, 1)
"""Days before it can be picked only if the address has one."""
_WIDTH = 258
"""Of two days and their signs."""


def before(since: date, until: date) -> tuple[date, date]:
    """The period before [since, until): the month before a month, else as many days."""
    if is_month(since, until):
        return (since - timedelta(days=1)).replace(day=1), since
    return since - (until - since), since


def is_month(since: date, until: date) -> bool:
    """Whether [since, until) is one month of the calendar."""
    return since.day == 1 and until == next_month(since)


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def ask_for_period(
    title: Label,
    key: str,
    days: Sequence[str | None],
    on_choose: Callable[[str | None, str | None], None],
) -> None:
    """Ask for the first and the last day; while only the first is picked, what was chosen before stays."""
    chosen = tuple(date.fromisoformat(day) for day in days if day)
    is_half_picked = len(st.session_state.get(key, ())) == 1
    if not is_half_picked:
        st.session_state[key] = chosen if chosen == tuple(sorted(chosen)) and len(chosen) == 2 else ()
    today = date.today() + timedelta(days=1)  # noqa: DTZ011 - tomorrow somewhere; the calendar only has to reach it

    def pass_on(picked: Sequence[date]) -> None:
        if len(picked) != 1:
            on_choose(*(day.isoformat() for day in picked) if picked else (None, None))

    st.date_input(
        title,
        value=[],
        min_value=min((_FIRST_DAY, *chosen)),
        max_value=max((today, *chosen)),
        format="YYYY-MM-DD",
        key=key,
        label_visibility="collapsed",
        on_change=pass_on_choice,
        args=(key, st.session_state[key], pass_on),
        width=_WIDTH,
    )
