"""The funnel computed with pandas from one row per account, as DESK.md defines it ("Funnel"), without any SQL."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import sqrt
from statistics import median
from typing import Any

import pandas as pd

from tests.support.answers_by_hand import rounded_up
from tests.support.facts import NOW
from tests.support.sandbox_desk import TrueAccount

PATHS = {"individual": ["opened", "screened", "cleared", "trading"]}
PATHS["entity"] = ["opened", "documented", *PATHS["individual"][1:]]
TOP = 10
Row = dict[str, Any]


def frame_of(truth: Iterable[TrueAccount]) -> pd.DataFrame:
    """One row per account: its properties, and for each step the time from entry, None where it was not reached."""
    return pd.DataFrame([_row(one) for one in truth])


def _row(one: TrueAccount) -> Row:
    country, state = one.residence
    steps: Row = {}
    for step in PATHS["entity"]:
        found = one.milestones.get(step)
        steps[f"{step}_undated"] = found is not None and found.undated
        steps[f"{step}_after"] = None if found is None or found.undated else found.moment - one.opened
    return {
        "id": one.id,
        "path": "entity" if one.is_entity else "individual",
        "opened": one.opened,
        "account_type": one.account_type,
        "country": country,
        "state": f"{country}-{state}" if country and state else None,
        "entry_month": f"{one.opened:%Y-%m}",
        "migrated": "migrated" if one.undated_in("cleared") else "new",
        "completed_link": str(one.completed_link or "none"),
        **steps,
    }


def cohort_of(frame: pd.DataFrame, path: str, since: date | None, until: date | None) -> pd.DataFrame:
    day = frame["opened"].map(lambda moment: moment.date())
    is_in = frame["path"] == path
    if since:
        is_in &= day >= since
    if until:
        is_in &= day < until
    return frame[is_in]


def with_steps(cohort: pd.DataFrame, path: str, window: timedelta) -> pd.DataFrame:
    """The cohort with a column for each step: whether it and all before it were reached within the window."""
    reached = pd.Series(data=True, index=cohort.index)
    columns = {"is_mature": cohort["opened"] + window <= NOW}
    for step in PATHS[path]:
        after = pd.to_timedelta(cohort[f"{step}_after"])
        reached = reached & (cohort[f"{step}_undated"] | (after <= window))
        columns[step] = reached
    return cohort.assign(**columns)


def breakdown_in_pandas(frame: pd.DataFrame, path: str, by: str, days: int, *period: date | None) -> list[Row]:
    cohort = with_steps(cohort_of(frame, path, *period), path, timedelta(days=days))
    groups: list[tuple[str | None, bool, pd.DataFrame]] = []
    top = _top(cohort[by], by)
    groups += [(value, False, cohort[cohort[by] == value]) for value in top]
    groups.append((None, False, cohort[cohort[by].isna()]))
    groups.append((None, True, cohort[cohort[by].notna() & ~cohort[by].isin(top)]))
    return [row for value, is_other, group in groups if len(group) for row in _rows_of(group, path, value, is_other)]


def _top(values: "pd.Series[Any]", by: str) -> list[str]:
    if by == "entry_month":
        return sorted(set(values), reverse=True)[:TOP]
    counts = values.dropna().value_counts()
    return sorted(counts.index, key=lambda value: (-counts[value], value))[:TOP]


def _rows_of(group: pd.DataFrame, path: str, value: str | None, is_other: bool) -> list[Row]:
    rows = []
    for ordinal, step in enumerate(PATHS[path], 1):
        reached = group[group[step]]
        undated = reached[f"{step}_undated"] if step != "opened" else pd.Series(data=False, index=reached.index)
        dated = reached[~undated]
        mature, base = dated["is_mature"].sum(), group["is_mature"].sum() - reached[undated]["is_mature"].sum()
        low, high = wilson(int(mature), int(base))
        spans = [rounded_up(after) for after in pd.to_timedelta(dated[f"{step}_after"])]
        rows.append(
            {
                "value": value,
                "is_other": is_other,
                "ordinal": ordinal,
                "step": step,
                "entered": len(group),
                "accounts": len(reached),
                "accounts_mature": int(mature),
                "entered_dated": int(base),
                "share_of_entered": mature / base if base else None,
                "share_low": low,
                "share_high": high,
                "is_few": bool(base < 30),
                "undated": int(undated.sum()),
                "median_hours": median(spans) if spans else None,
            }
        )
    return rows


def wilson(found: int, cases: int) -> tuple[float | None, float | None]:
    """The limits in which a share lies in 95 of 100 samples (Wilson 1927), solved from its quadratic equation."""
    if not cases:
        return None, None
    z2, share = 1.96**2, found / cases
    a, b, c = 1 + z2 / cases, -(2 * share + z2 / cases), share**2
    root = sqrt(b * b - 4 * a * c)
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def done_within(cohort: pd.DataFrame, step: str, hours: float) -> tuple[int, int]:
    """How many of the mature accounts of ``with_steps`` reached the step so soon, of all that are not undated in it."""
    mature = cohort[cohort["is_mature"]]
    dated = mature[~(mature[step] & mature[f"{step}_undated"])]
    soon = pd.to_timedelta(dated[f"{step}_after"]) <= timedelta(hours=hours)
    return int((dated[step] & soon).sum()), len(dated)
