"""The filters of the page Funnel and their numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from workbench.ui.live.cached_queries import QueryResult, read
from workbench.ui.tables.pages import ROWS_A_PAGE, offset_of

FunnelRow = dict[str, Any]

STEPS = {
    "individual": ("opened", "screened", "cleared", "trading"),
    "entity": ("opened", "documented", "screened", "cleared", "trading"),
}
WINDOWS = (7, 14, 30, 60, 90)
"""In days."""
UNLIMITED_DAYS = 36_500


class EntryPeriod(NamedTuple):
    """Accounts that entered in [since, until)."""

    since: date | None = None
    until: date | None = None


class FunnelFilters(NamedTuple):
    """The funnel's filters: accounts of a path that entered in [since, until), each given ``window_days``."""

    path: str
    since: date | None
    until: date | None
    window_days: int

    @property
    def entry_params(self) -> dict[str, Any]:
        return {"path": self.path, "since": self.since, "until": self.until}

    @property
    def params(self) -> dict[str, Any]:
        return {**self.entry_params, "window_days": self.window_days}


class FunnelRows(NamedTuple):
    """The rows of the queries ``funnel/…`` of the same names, or the whole result if it can be downloaded as shown."""

    steps: Sequence[FunnelRow]
    times: Sequence[FunnelRow]
    cohorts: QueryResult
    stopped: Sequence[FunnelRow]


def read_funnel(filters: FunnelFilters) -> FunnelRows:
    return FunnelRows(
        read("funnel/steps", **filters.params).rows,
        read("funnel/times", **filters.entry_params).rows,
        read("funnel/cohorts", **filters.params),
        read("funnel/stopped", **filters.entry_params).rows,
    )


def count_people(filters: FunnelFilters, step: str, *, reached: bool) -> int:
    accounts: int = _listed(filters, step, 1, reached=reached)["accounts"]
    return accounts


def read_people(filters: FunnelFilters, step: str, page: int, *, reached: bool) -> QueryResult:
    """Read a page of ``funnel/people``, searching only the last days that hold enough of them.

    If none of those accounts is mature, none can have exceeded the window, and all windows share one cached read.
    """
    listed = _listed(filters, step, page, reached=reached)
    narrowed = filters._replace(
        since=listed["newest_since"] or filters.since,
        window_days=filters.window_days if listed["has_mature"] else UNLIMITED_DAYS,
    )
    of_page = {"limit": ROWS_A_PAGE, "offset": offset_of(page)}
    return read("funnel/people", **narrowed.params, step=step, reached=reached, **of_page)


def _listed(filters: FunnelFilters, step: str, page: int, *, reached: bool) -> FunnelRow:
    up_to = page * ROWS_A_PAGE
    return read("funnel/listed", **filters.params, step=step, reached=reached, limit=up_to).first
