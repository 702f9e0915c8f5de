"""The filters of the page Funnel and their numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from workbench.ui.live.cached_queries import QueryResult, read_calmly
from workbench.ui.tables.pages import ROWS_A_PAGE, offset_of

FunnelRow = dict[str, Any]

STEPS = {
    "individual": ("opened", "screened", "cleared", "trading"),
    "entity": ("opened", "documented", "screened", "cleared", "trading"),
}
UNLIMITED_DAYS = 36_500


class EntryPeriod(NamedTuple):
    """Accounts that entered in [since, until)."""

    since: date | None = None
    until: date | None = None


class FunnelFilters(NamedTuple):
    """The funnel's filters: accounts of a path that entered in [since, until), each given ``window_days``.

    ``segment`` is the code of the one that they are in; None for everybody.
    """

    path: str
    since: date | None
    until: date | None
    window_days: int
    segment: str | None = None

    @property
    def entry_params(self) -> dict[str, Any]:
        return {"path": self.path, "since": self.since, "until": self.until, "segment": self.segment}

    @property
    def params(self) -> dict[str, Any]:
        return {**self.entry_params, "window_days": self.window_days}


class FunnelAnswers(NamedTuple):
    """The answers of the queries ``funnel/…`` of the same names, all of the same moment."""

    steps: QueryResult
    curves: QueryResult
    cohorts: QueryResult
    stopped: QueryResult
    branch: QueryResult

    @property
    def is_empty(self) -> bool:
        return not self.steps.first.get("accounts")


def read_funnel(filters: FunnelFilters) -> FunnelAnswers:
    return FunnelAnswers(
        read_steps(filters),
        read_curves(filters),
        read_calmly("funnel/cohorts", **filters.params),
        read_calmly("funnel/stopped", **filters.entry_params),
        read_calmly("funnel/verification_branch", **filters.entry_params),
    )


def read_steps(filters: FunnelFilters) -> QueryResult:
    return read_calmly("funnel/steps", **filters.params)


def read_curves(filters: FunnelFilters) -> QueryResult:
    return read_calmly("funnel/curves", **filters.params)


def read_breakdown(filters: FunnelFilters, by: str) -> QueryResult:
    return read_calmly("funnel/breakdown", **filters.params, by=by)


def read_span(filters: FunnelFilters) -> FunnelRow:
    """The days on which the first and the last account of a path and segment entered; None if there is none."""
    return read_calmly("funnel/span", path=filters.path, segment=filters.segment).first


def count_people(filters: FunnelFilters, step: str, *, reached: bool) -> int:
    accounts: int = _listed(filters, step, 1, reached=reached)["accounts"]
    return accounts


def count_people_of(breakdown: Sequence[FunnelRow], value: str | None, step: str, *, reached: bool) -> int:
    """How many accounts of one value of a breakdown reached a step, or stopped before it."""
    counts = {row["ordinal"]: row["accounts"] for row in breakdown if row["value"] == value and not row["is_other"]}
    at = next((row["ordinal"] for row in breakdown if row["step"] == step), 0)
    found: int = counts.get(at, 0) if reached else counts.get(at - 1, 0) - counts.get(at, 0)
    return found


def read_people_of(
    filters: FunnelFilters, by: str, value: str | None, step: str, page: int, *, reached: bool
) -> QueryResult:
    of_page = {"limit": ROWS_A_PAGE, "offset": offset_of(page)}
    return read_calmly("funnel/people", **filters.params, step=step, reached=reached, by=by, value=value, **of_page)


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
    return read_calmly("funnel/people", **narrowed.params, step=step, reached=reached, **of_page)


def _listed(filters: FunnelFilters, step: str, page: int, *, reached: bool) -> FunnelRow:
    up_to = page * ROWS_A_PAGE
    return read_calmly("funnel/listed", **filters.params, step=step, reached=reached, limit=up_to).first
