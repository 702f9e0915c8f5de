"""The tab Balance: the open work day by day, whose move it was, and how old it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.domain.moments import duration
from workbench.domain.words import TURN_WORDS, count, day, plural
from workbench.figures.balance import draw_balance
from workbench.ui.charts.figures import balance_title
from workbench.ui.charts.plots import show_figure
from workbench.ui.explore.codes import ExploreCodes, go_to
from workbench.ui.explore.filters import ask_for_days
from workbench.ui.explore.periods import EVER, PRESETS, Period
from workbench.ui.frame.first_step import answer_or_none_yet, show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import Cell, show_grid, show_heading, show_note
from workbench.ui.live.cached_queries import QueryResult, read, read_slow_moving
from workbench.ui.segments.choosing import ask_for_segment, show_segment
from workbench.ui.tables.provenance import offer_answer
from workbench.ui.text.moments import day_here
from workbench.ui.text.words import sentences, standing_word, turn_word

_TURNS = ("all", *(turn.value for turn in TURN_WORDS if turn.value != "nobody"))
_AGES = {
    "under_1d": "Under 24 h",
    "d1_3": "1–3 d",
    "d3_7": "3–7 d",
    "d7_30": "7–30 d",
    "over_30d": "Over 30 d",
}
_DAYS_SHOWN = 31
_PERIODS = {code: words for code, words in PRESETS.items() if code != EVER}
_WITHOUT_LIMIT = "last_30"
"""What is shown for "At any time", which accounts can have opened at, but of which days are not listed."""


def show_balance(codes: ExploreCodes, heading: Any) -> None:
    """Show what came and went in the period, by day and turn, and how old the open work is."""
    asked = replace(codes, opened=_WITHOUT_LIMIT) if codes.opened == EVER else codes
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-balance"):
        ask_for_days(asked, "Days", _PERIODS)
        ask_for_segment(codes.segment, key="wb-balance-segment", on_choose=lambda code: go_to(segment=code))
    show_segment(codes.segment)
    period = asked.period(day_here())
    found = read_slow_moving("explore/balance", **period.params, segment=codes.segment)
    of_all = [row for row in found.rows if row["turn"] == "all"]
    is_empty = not any(row["closing"] or row["came_in"] for row in of_all)
    with heading:
        show_answer(*answer_or_none_yet(*headline_of(of_all, period), is_empty=is_empty))
    if is_empty:
        show_empty_list("Nothing was open in this period.", "Widen the period.")
        return
    _show_days(found)
    _show_ages(read("today/by_standing"))


def headline_of(rows: Sequence[Mapping[str, Any]], period: Period) -> tuple[str, str]:
    """How the open work changed over the period, with the sum that adds up."""
    if not rows:
        return "No day of this period has begun", ""
    came, went = (sum(row[name] for row in rows) for name in ("came_in", "went_out"))
    first, last = rows[0], rows[-1]
    if not (came or first["opening"]):
        return f"Nothing was open {period.when}", ""
    change = last["closing"] - first["opening"]
    words = f"{count(abs(change))} {'more' if change > 0 else 'fewer'}" if change else "as many"
    when = f"since {day(first['day'])}" if last["day"] >= date.today() else period.when  # noqa: DTZ011 - the last day that has begun
    return (
        f"{plural(last['closing'], 'account')} open, {words} {'than before' if change else 'as before'}, {when}",
        sentences(
            f"{count(first['opening'])} at the start + {count(came)} came in − {count(went)} went out = "
            f"{count(last['closing'])}. Days are those of UTC; whose move it is, is what is usual in that state."
        ),
    )


def _show_days(found: QueryResult) -> None:
    days = _by_day(found.table)
    shown = list(days)[-_DAYS_SHOWN:][::-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        show_heading(balance_title(found.rows))
        offer_answer(found, "explore-balance", "explore-balance")
    show_figure(
        draw_balance,
        found,
        key="wb-figure-balance",
        alt="Open accounts at the end of each day, stacked by whose move it was",
    )
    if len(days) > _DAYS_SHOWN:
        show_note(f"The table has the last {_DAYS_SHOWN} days, the figure and the file have all.")
    show_grid(
        ["Day", "At start", "In", "Out", "At end", *(f"{turn_word(turn)} at end" for turn in _TURNS[1:])],
        [_day_row(one, days[one]) for one in shown],
    )


def _by_day(table: pa.Table) -> dict[date, dict[str, dict[str, Any]]]:
    days: dict[date, dict[str, dict[str, Any]]] = {}
    for row in table.to_pylist():
        days.setdefault(row["day"], {})[row["turn"]] = row
    return days


def _day_row(one: date, turns: Mapping[str, Mapping[str, Any]]) -> list[Cell]:
    everyone = turns["all"]
    sums = [Cell(count(everyone[name])) for name in ("opening", "came_in", "went_out", "closing")]
    return [Cell(day(one)), *sums, *(_turn_cell(turns[turn]) for turn in _TURNS[1:])]


def _turn_cell(row: Mapping[str, Any]) -> Cell:
    note = f"{count(row['opening'])} at start, {count(row['came_in'])} in, {count(row['went_out'])} out"
    return Cell(count(row["closing"]), note=note)


def _show_ages(ages: QueryResult) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        show_heading("How old the open work is now", "by state and whose move it is; everyone, whatever the period")
        offer_answer(ages, "today-by-standing", "explore-ages")
    note = undated_words(sum(row["undated"] for row in ages.rows))
    if note:
        show_note(note)
    show_grid(
        ["State", "Whose move", "Accounts", "Late", *_AGES.values(), "Median", "90% within", "Oldest", "Date unknown"],
        [_age_row(row) for row in ages.rows],
        text_columns=2,
    )


def undated_words(accounts: int) -> str:
    """What the ages of accounts are whose state began before anybody looked; empty without any."""
    if not accounts:
        return ""
    came = plural(accounts, "account was in its state", "accounts were in their state")
    return f"{came} before we first read them, so the ages shown for them are minimums, counted from that reading."


def _age_row(row: Mapping[str, Any]) -> list[Cell]:
    times = [Cell(duration(row[name])) for name in ("median_hours", "p90_hours", "oldest_hours")]
    numbers = [Cell(count(row[name]), is_quiet=not row[name]) for name in ("accounts", "overdue", *_AGES)]
    undated = Cell(count(row["undated"]), is_quiet=not row["undated"])
    return [Cell(standing_word(row["standing"])), Cell(turn_word(row["turn"])), *numbers, *times, undated]
