"""The filters of the page Funnel and their numbers; accounts are read once per data version and path."""

from datetime import date
from typing import Any, NamedTuple

import streamlit as st

from workbench.ui.funnel.cohort_numbers import Entrants, Row, Span
from workbench.ui.live.cached_queries import CACHED_READS, CACHED_SECONDS, Reading, read
from workbench.ui.live.current_desk import current_desk, current_edition, placement

PATHS_KEPT = 2
WHENEVER_DAYS = 36_500


class Asked(NamedTuple):
    """The funnel's filters: accounts of a path that entered in [since, until), each given ``window_days``."""

    path: str
    since: date | None
    until: date | None
    window_days: int

    @property
    def span(self) -> Span:
        return Span(self.since, self.until)

    @property
    def entry(self) -> dict[str, Any]:
        return {"path": self.path, "since": self.since, "until": self.until}

    @property
    def all(self) -> dict[str, Any]:
        return {**self.entry, "window_days": self.window_days}


class Answers(NamedTuple):
    """The rows of the queries ``funnel/…`` of the same names."""

    steps: list[Row]
    times: list[Row]
    cohorts: list[Row]
    stopped: list[Row]


def answers_to(asked: Asked) -> Answers:
    return _answers(asked, current_edition(), placement().serial)


def read_people(asked: Asked, step: str, most: int, *, reached: bool) -> Reading:
    """Return the newest rows of ``funnel/people``, searching only the last days that hold enough of them.

    If none of those accounts is mature, none can have exceeded the window, and all windows share one cached read.
    """
    entrants = _entrants(asked.path, current_edition(), placement().serial)
    since = entrants.newest_since(asked.span, asked.window_days, step, reached=reached, people=most) or asked.since
    matters = entrants.has_mature(Span(since, asked.until), asked.window_days)
    narrowed = asked._replace(since=since, window_days=asked.window_days if matters else WHENEVER_DAYS)
    return read("funnel/people", **narrowed.all, step=step, reached=reached, most=most)


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_READS, show_spinner=False)
def _answers(asked: Asked, edition: int, desk_serial: int) -> Answers:
    entrants = _entrants(asked.path, edition, desk_serial)
    return Answers(
        entrants.steps(asked.span, asked.window_days),
        entrants.times(asked.span),
        entrants.cohorts(asked.span, asked.window_days),
        entrants.stopped(asked.span),
    )


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=PATHS_KEPT, show_spinner=False)
def _entrants(path: str, edition: int, desk_serial: int) -> Entrants:  # noqa: ARG001 - they are the cache's key
    store = current_desk().store
    return Entrants(path, store.read("funnel/ways", path=path), store.read("funnel/spans", path=path))
