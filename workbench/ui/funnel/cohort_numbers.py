"""The funnel's numbers for any filter, from one read of all accounts of a path: a new filter needs no new query.

DESK.md, "Funnel", says what is counted and when; the rows are those of the queries they are named after.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

FunnelRow = dict[str, Any]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Microseconds = npt.NDArray[np.float64]

STEPS = {
    "individual": ("opened", "screened", "cleared", "trading"),
    "entity": ("opened", "documented", "screened", "cleared", "trading"),
}
WINDOWS = (7, 14, 30, 60, 90)
"""In days. ``funnel/ways`` distinguishes no others."""
TIMES = (1, 24, 72, 168)
"""In hours."""
_NEVER = 10**9
_FIRST_DAY = date(1970, 1, 1)
_WEEKDAY_OF_FIRST_DAY = _FIRST_DAY.weekday()
_HOUR = 3_600_000_000.0
_DAY = 24 * _HOUR


class EntryPeriod(NamedTuple):
    """Accounts that entered in [since, until)."""

    since: date | None = None
    until: date | None = None

    def contains(self, days_entered: Numbers) -> Flags:
        flags = np.ones(len(days_entered), np.bool_)
        if self.since is not None:
            flags &= days_entered >= (self.since - _FIRST_DAY).days
        if self.until is not None:
            flags &= days_entered < (self.until - _FIRST_DAY).days
        return flags


@dataclass(frozen=True, slots=True)
class _StepCounts:
    """The counts of one step, one number per group of accounts."""

    step: str
    accounts: Numbers
    accounts_mature: Numbers
    entered_dated: Numbers
    previous_dated: Numbers
    undated: Numbers


class FunnelCohort:
    """All accounts of a path as they stood when ``funnel/ways`` and ``funnel/spans`` were read."""

    def __init__(self, path: str, ways: pa.Table, spans: pa.Table) -> None:
        self._path = path
        self._steps = STEPS[path]
        self._ways = ways
        self._accounts = _numbers(ways["accounts"])
        self._days_entered = _days(ways["entered_on"])
        self._hours_had = _numbers(ways["hours_had"])
        self._hours_to = {step: _numbers(ways[f"{step}_hours"].fill_null(_NEVER)) for step in self._steps[1:]}
        self._days_each_entered = _days(spans["entered_on"])
        self._microseconds_to = {step: _microseconds(spans[f"{step}_us"]) for step in self._steps[1:]}

    def steps(self, period: EntryPeriod, window_days: int) -> list[FunnelRow]:
        """Return the rows of ``funnel/steps``."""
        inside = period.contains(self._days_entered)
        entered = int(self._accounts[inside].sum())
        mature = int(self._accounts[inside & self._is_mature(window_days)].sum())
        speeds = self._step_hours(period, window_days)
        return [
            {
                "ordinal": ordinal,
                "step": counted.step,
                "accounts": int(counted.accounts[0]),
                "accounts_mature": int(counted.accounts_mature[0]),
                "share_of_entered": _share(counted.accounts_mature[0], counted.entered_dated[0]),
                "share_of_previous": None
                if ordinal == 1
                else _share(counted.accounts_mature[0], counted.previous_dated[0]),
                "median_hours": speeds[counted.step][0],
                "p90_hours": speeds[counted.step][1],
                "undated": int(counted.undated[0]),
                "entered_dated": int(counted.entered_dated[0]),
                "previous_dated": None if ordinal == 1 else int(counted.previous_dated[0]),
                "entered_mature": mature,
                "entered_immature": entered - mature,
            }
            for ordinal, counted in enumerate(self._count(inside, window_days, np.zeros_like(self._days_entered), 1), 1)
        ]

    def cohorts(self, period: EntryPeriod, window_days: int) -> list[FunnelRow]:
        """Return the rows of ``funnel/cohorts``, without the median."""
        inside = period.contains(self._days_entered)
        mondays = self._days_entered - (self._days_entered + _WEEKDAY_OF_FIRST_DAY) % 7
        weeks, week_of = np.unique(mondays, return_inverse=True)
        entered = self._sum(inside, week_of, len(weeks))
        immature = self._sum(inside & ~self._is_mature(window_days), week_of, len(weeks))
        counted = self._count(inside, window_days, week_of, len(weeks))
        return [
            {
                "cohort": _FIRST_DAY + timedelta(days=int(weeks[week])),
                "ordinal": ordinal,
                "step": of_step.step,
                "entered": int(entered[week]),
                "accounts": int(of_step.accounts[week]),
                "accounts_mature": int(of_step.accounts_mature[week]),
                "share_of_entered": _share(of_step.accounts_mature[week], of_step.entered_dated[week]),
                "undated": int(of_step.undated[week]),
                "is_mature": not immature[week],
            }
            for week in reversed(range(len(weeks)))
            if entered[week]
            for ordinal, of_step in enumerate(counted, 1)
        ]

    def times(self, period: EntryPeriod) -> list[FunnelRow]:
        """Return the rows of ``funnel/times``."""
        inside = period.contains(self._days_entered)
        return [self._done_in_time(inside, step, hours) for step in self._steps for hours in TIMES]

    def stopped(self, period: EntryPeriod) -> list[FunnelRow]:
        """Return the rows of ``funnel/stopped``."""
        names = ["last_step", "standing", "turn"]
        never_cleared = period.contains(self._days_entered) & (self._hours_to["cleared"] == _NEVER)
        ways = self._ways.filter(pa.array(never_cleared)).group_by(names).aggregate([("accounts", "sum")])
        rows = ways.rename_columns({"accounts_sum": "accounts"}).to_pylist()
        return sorted(
            rows,
            key=lambda row: (STEPS["entity"].index(row["last_step"]), -row["accounts"], row["standing"], row["turn"]),
        )

    def latest_start(
        self, period: EntryPeriod, window_days: int, step: str, *, reached: bool, min_accounts: int
    ) -> date | None:
        """Return the latest day since which enough of the accounts that ``funnel/min_accounts`` lists have entered.

        None if there are fewer.
        """
        days, day_of = np.unique(self._days_entered, return_inverse=True)
        behind = self._is_listed(period.contains(self._days_entered), window_days, step, reached=reached)
        up_to_now = np.cumsum(self._sum(behind, day_of, len(days))[::-1])
        days_back = int(np.searchsorted(up_to_now, min_accounts))
        return _FIRST_DAY + timedelta(days=int(days[-1 - days_back])) if days_back < len(days) else None

    def has_mature(self, period: EntryPeriod, window_days: int) -> bool:
        return bool((period.contains(self._days_entered) & self._is_mature(window_days)).any())

    def _is_listed(self, inside: Flags, window_days: int, step: str, *, reached: bool) -> Flags:
        of_steps = self._reached(inside, window_days)
        position = self._steps.index(step)
        return of_steps[position] if reached else of_steps[max(position - 1, 0)] & ~of_steps[position]

    def _reached(self, inside: Flags, window_days: int) -> list[Flags]:
        """Flag the accounts of each step; an account counts in a step only if it counts in all before it."""
        flags = [inside]
        for step in self._steps[1:]:
            flags.append(flags[-1] & (self._hours_to[step] <= 24 * window_days))
        return flags

    def _count(self, inside: Flags, window_days: int, group_of: Numbers, groups: int) -> list[_StepCounts]:
        mature, before, counted = inside & self._is_mature(window_days), inside, []
        for step, reached in zip(self._steps, self._reached(inside, window_days), strict=True):
            undated = reached & self._is_undated(step)
            dated = mature & ~undated
            flags = (reached, reached & dated, dated, before & dated, undated)
            counted.append(_StepCounts(step, *(self._sum(each, group_of, groups) for each in flags)))
            before = reached
        return counted

    def _step_hours(self, period: EntryPeriod, window_days: int) -> dict[str, tuple[float | None, float | None]]:
        """Return the median and p90 hours from entry to each step, over the accounts dated in it."""
        in_time = period.contains(self._days_each_entered)
        is_empty = not in_time.any()
        speeds: dict[str, tuple[float | None, float | None]] = {"opened": (None, None) if is_empty else (0.0, 0.0)}
        for step, taken in self._microseconds_to.items():
            in_time &= ~(taken > window_days * _DAY)
            speeds[step] = _median_and_p90(taken[in_time & ~np.isnan(taken)])
        return speeds

    def _done_in_time(self, inside: Flags, step: str, hours: int) -> FunnelRow:
        judged = inside & (self._hours_had >= hours) & ~self._is_undated(step)
        done = judged if step == "opened" else judged & (self._hours_to[step] <= hours)
        accounts, accounts_done = int(self._accounts[judged].sum()), int(self._accounts[done].sum())
        return {"step": step, "hours": hours, "accounts": accounts, "share_done": _share(accounts_done, accounts)}

    def _is_mature(self, window_days: int) -> Flags:
        flags: Flags = self._hours_had >= 24 * window_days
        return flags

    def _is_undated(self, step: str) -> Flags:
        flags: Flags = self._hours_to[step] == 0 if step != "opened" else np.zeros(len(self._accounts), np.bool_)
        return flags

    def _sum(self, flags: Flags, group_of: Numbers, groups: int) -> Numbers:
        sums = np.bincount(group_of[flags], self._accounts[flags], groups)
        return sums.astype(np.int64)


def _share(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None


def _median_and_p90(microseconds: Microseconds) -> tuple[float | None, float | None]:
    if not len(microseconds):
        return None, None
    median, p90 = np.quantile(microseconds, (0.5, 0.9)) / _HOUR
    return float(median), float(p90)


def _numbers(column: pa.ChunkedArray) -> Numbers:
    numbers: Numbers = column.to_numpy().astype(np.int64)
    return numbers


def _days(column: pa.ChunkedArray) -> Numbers:
    return _numbers(column.cast(pa.int32()))


def _microseconds(column: pa.ChunkedArray) -> Microseconds:
    """Convert to floats, NaN where the step was not reached or its time is unknown."""
    microseconds: Microseconds = column.to_numpy().astype(np.float64)
    return microseconds
