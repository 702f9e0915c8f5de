"""The filters of the page Funnel and their numbers; accounts are read once per data version and path."""

from datetime import date
from typing import Any, NamedTuple

import streamlit as st

from workbench.ui.funnel.cohort_numbers import EntryPeriod, FunnelCohort, FunnelRow
from workbench.ui.live.cached_queries import CACHED_READS, CACHED_SECONDS, QueryResult, read
from workbench.ui.live.current_desk import current_desk, desk_holder, shown_data_version

CACHED_PATHS = 2
UNLIMITED_DAYS = 36_500


class FunnelFilters(NamedTuple):
    """The funnel's filters: accounts of a path that entered in [since, until), each given ``window_days``."""

    path: str
    since: date | None
    until: date | None
    window_days: int

    @property
    def span(self) -> EntryPeriod:
        return EntryPeriod(self.since, self.until)

    @property
    def entry_params(self) -> dict[str, Any]:
        return {"path": self.path, "since": self.since, "until": self.until}

    @property
    def params(self) -> dict[str, Any]:
        return {**self.entry_params, "window_days": self.window_days}


class FunnelRows(NamedTuple):
    """The rows of the queries ``funnel/…`` of the same names."""

    steps: list[FunnelRow]
    times: list[FunnelRow]
    cohorts: list[FunnelRow]
    stopped: list[FunnelRow]


def read_funnel(filters: FunnelFilters) -> FunnelRows:
    return _read_funnel(filters, shown_data_version(), desk_holder().serial)


def read_people(filters: FunnelFilters, step: str, most: int, *, reached: bool) -> QueryResult:
    """Return the newest rows of ``funnel/people``, searching only the last days that hold enough of them.

    If none of those accounts is mature, none can have exceeded the window, and all windows share one cached read.
    """
    cohort = _funnel_cohort(filters.path, shown_data_version(), desk_holder().serial)
    since = (
        cohort.latest_start(filters.span, filters.window_days, step, reached=reached, min_accounts=most)
        or filters.since
    )
    window_matters = cohort.has_mature(EntryPeriod(since, filters.until), filters.window_days)
    narrowed = filters._replace(since=since, window_days=filters.window_days if window_matters else UNLIMITED_DAYS)
    return read("funnel/people", **narrowed.params, step=step, reached=reached, most=most)


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_READS, show_spinner=False)
def _read_funnel(filters: FunnelFilters, data_version: int, desk_serial: int) -> FunnelRows:
    cohort = _funnel_cohort(filters.path, data_version, desk_serial)
    return FunnelRows(
        cohort.steps(filters.span, filters.window_days),
        cohort.times(filters.span),
        cohort.cohorts(filters.span, filters.window_days),
        cohort.stopped(filters.span),
    )


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_PATHS, show_spinner=False)
def _funnel_cohort(path: str, data_version: int, desk_serial: int) -> FunnelCohort:  # noqa: ARG001 - they are the cache's key
    store = current_desk().store
    return FunnelCohort(path, store.read("funnel/ways", path=path), store.read("funnel/spans", path=path))
