"""Times and days in the reader's time zone, in everyday words, with the exact time on hover."""

from datetime import UTC, date, datetime, time, tzinfo

import streamlit as st

from workbench.domain.moments import moments_replaced, naive
from workbench.ui.html.markup import Cell
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.words import ago, clock, exact, hours_since, until, zone_named


def reader_zone() -> tzinfo:
    """The browser's time zone, or UTC if it is not known."""
    return zone_named(st.context.timezone)


def now_here() -> datetime:
    """The desk's time in the reader's time zone."""
    return current_desk().actions.now().astimezone(reader_zone())


def day_here() -> date:
    """The day where the reader sits: dates that they type are compared with it."""
    return now_here().date()


def start_of_day(day: date) -> datetime:
    """When this day begins where the reader sits, in UTC without a zone, as the store keeps moments."""
    return naive(datetime.combine(day, time(), reader_zone()))


def in_reader_zone(text: str) -> str:
    """A sentence of the desk, which tells moments in UTC, with these in the reader's zone."""
    now = datetime.now(UTC)
    return moments_replaced(text, lambda moment: clock(moment, reader_zone(), now))


def ago_cell(at: datetime | None, *, is_undated: bool | None = False) -> Cell | None:
    if at is None:
        return None
    words = ago(hours_since(at, datetime.now(UTC)))
    return Cell(f"more than {words}" if is_undated else words, note=exact(at, reader_zone()))


def clock_words(at: datetime | None, *, is_undated: bool | None = False) -> str:
    if at is None:
        return ""
    now = datetime.now(UTC)
    words = (
        f"{clock(at, reader_zone(), now)} ({until(-hours_since(at, now))})"
        if hours_since(at, now) < 0
        else clock(at, reader_zone(), now)
    )
    return f"before {words}" if is_undated else words
