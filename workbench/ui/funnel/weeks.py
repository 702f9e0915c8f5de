"""The funnel by week opened: a table to sort, copy and download, with two columns a step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from workbench.domain.words import STEP_WORDS
from workbench.figures.samples import SMALL_SAMPLE, is_undated
from workbench.ui.funnel.answers import STEPS, FunnelRow
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.columns import Look, calendar_day, number, percent, text
from workbench.ui.tables.tables import show_table

_WEEK = {"cohort": calendar_day("Week of", 104), "entered": number("Opened", width=80)}
_MATURE = {"is_mature": text("Old enough", 96, "Whether all accounts of the week have had the days to clear in")}
_ARRANGED = "Arranged by week: one row per cohort, with the accounts and the share of each step as columns."


def show_table_of_weeks(path: str, cohorts: QueryResult) -> None:
    """Show the rows of ``funnel/cohorts``, one week a line, newest first."""
    weeks = _weeks(path, cohorts.rows)
    show_heading("Each week in numbers", f"fewer than {SMALL_SAMPLE} accounts say little")
    looks = {**_WEEK, **_looks_of(STEPS[path][1:]), **_MATURE}
    show_table(
        replace(cohorts, table=weeks, arranged=_ARRANGED),
        list(looks),
        key=f"weeks-{path}",
        file_name="funnel_by_week",
        looks=looks,
    )


def _looks_of(steps: Sequence[str]) -> dict[str, Look]:
    """Two columns a step: the accounts that reached it, and their share of those opened."""
    looks: dict[str, Look] = {}
    for step in steps:
        looks[step] = number(STEP_WORDS[step], width=88)
        looks[f"{step}_share"] = percent(f"{STEP_WORDS[step]} %", 96, "Of accounts old enough, with a known date")
    return looks


def _weeks(path: str, cohorts: Sequence[FunnelRow]) -> pa.Table:
    by_week: dict[date, FunnelRow] = {}
    for row in cohorts:
        week = by_week.setdefault(row["cohort"], {"cohort": row["cohort"], "entered": row["entered"]})
        week["is_mature"] = "yes" if row["is_mature"] else "not yet"
        week[row["step"]] = row["accounts"]
        week[f"{row['step']}_share"] = None if is_undated(row) else row["share_of_entered"]
    names = ["cohort", "entered", *(name for step in STEPS[path][1:] for name in (step, f"{step}_share")), "is_mature"]
    return pa.table({name: [week.get(name) for week in by_week.values()] for name in names})
