"""The tabs Times and Flow: how long it took, and what came after a reason code."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from workbench.domain.moments import duration
from workbench.domain.words import code_in_sentence, count, plural, reason_word, share
from workbench.figures.flow import MOST_REASONS, draw_flow, next_word, reason_of_mark
from workbench.figures.samples import SMALL_SAMPLE
from workbench.figures.times import draw_times
from workbench.ui.charts.plots import show_figure
from workbench.ui.explore.codes import ExploreCodes, go_to
from workbench.ui.explore.filters import ask_for_cohort
from workbench.ui.explore.phrases import MILESTONE_WORDS, whose
from workbench.ui.frame.first_step import answer_or_none_yet, show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import Cell, show_grid, show_heading
from workbench.ui.live.cached_queries import read_calmly
from workbench.ui.segments.choosing import show_segment
from workbench.ui.tables.provenance import offer_answer
from workbench.ui.text.moments import day_here
from workbench.ui.text.words import sentences, standing_in_sentence

_DAYS_ALONE = 30
"""From so many days on, a duration is in months elsewhere."""


def show_times(codes: ExploreCodes, heading: Any) -> None:
    """Show the share that was done by each span of hours, with those still open counted for as long as they waited."""
    ask_for_cohort(codes, "start", "finish")
    show_segment(codes.segment)
    found = read_calmly("explore/times", start=codes.start, finish=codes.finish, **_cohort(codes))
    rows = found.rows
    way = f"“{MILESTONE_WORDS[codes.start].lower()}” to “{MILESTONE_WORDS[codes.finish].lower()}”"
    is_empty = not rows or not rows[0]["at_risk"]
    with heading:
        people = whose(codes, codes.period(day_here()))
        note = "Those still open count for as long as they have waited so far."
        show_answer(*answer_or_none_yet(headline_of_times(people, way, rows), note, is_empty=is_empty))
    if is_empty:
        show_empty_list("No account counts in this period.", "Widen the period.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        show_heading(
            f"From {way}",
            f"the share done by then, of {plural(rows[0]['at_risk'], 'account')} with known dates; grey: fewer than "
            f"{SMALL_SAMPLE}",
        )
        offer_answer(found, "explore-times", "explore-times")
    show_figure(draw_times, found, key="wb-figure-times", alt=f"The share that went from {way}, by hours")
    show_grid(
        ["Within", "Not done before", "Done", "Still open", "Share done"],
        [_span_row(row) for row in rows if row["at_risk"]],
    )


def headline_of_times(people: str, way: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """How soon half of the people were done, or how many were by the longest time that anyone has had."""
    known = [row for row in rows if row["share_done"] is not None]
    if not known:
        return f"None of {people} to count from {way}"
    if known[0]["is_few"]:
        done = sum(row["done"] for row in known)
        return f"{count(done)} of {count(known[0]['at_risk'])} of {people} went from {way}; too few for a rate"
    half = _hours_to(0.5, known)
    if half is None:
        last = known[-1]
        return f"{share(last['share_done'])} of {people} went from {way} within {duration(last['hours'])}"
    most = _hours_to(0.9, known)
    rest = f", nine of ten within {duration(most)}" if most else ""
    return f"Half of {people} went from {way} within {duration(half)}{rest}"


def _hours_to(part: float, rows: Sequence[Mapping[str, Any]]) -> float | None:
    return next((row["hours"] for row in rows if row["share_done"] >= part), None)


def _span_row(row: Mapping[str, Any]) -> list[Cell]:
    numbers = [count(row["at_risk"]), count(row["done"]), count(row["still_open"]), share(row["share_done"])]
    return [Cell(_within(row["hours"])), *(Cell(number, is_quiet=row["is_few"]) for number in numbers)]


def _within(hours: float) -> str:
    """A span as the figure's axis has it: never in months."""
    return f"{hours // 24:.0f} d" if hours >= 24 * _DAYS_ALONE else duration(hours)


def show_flow(codes: ExploreCodes, heading: Any) -> None:
    """Show which state came after each reason code, how often and how soon, or after the one that is chosen."""
    ask_for_cohort(codes, "reason")
    show_segment(codes.segment)
    found = read_calmly("explore/flow", **_cohort(codes))
    rows = [row for row in found.rows if codes.reason in (None, row["reason_code"])]
    with heading:
        note = "Steps of accounts: an account that came to a state twice counts twice."
        show_answer(*answer_or_none_yet(headline_of_flow(rows), note, is_empty=not rows))
    if not rows:
        show_empty_list("No such event with a reason code in this period.", "Widen the period.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        show_heading("What came after each reason code", _flow_note(found.rows))
        offer_answer(found, "explore-flow", "explore-flow")
    show_figure(
        draw_flow,
        found,
        key="wb-figure-flow",
        alt="How often each state came next after each reason code, and the median time until then",
        options={"picked": codes.reason or ""},
        on_pick=lambda mark: _choose(codes, reason_of_mark(found.rows, mark)),
    )
    show_grid(
        ["Reason code", "Next state", "Times", "Share", "Accounts", "Median", "90% within"],
        [_flow_row(row) for row in rows],
        text_columns=2,
    )


def _choose(codes: ExploreCodes, reason: str | None) -> None:
    """List what came after this code alone; after every code again, if it was chosen already."""
    go_to(reason=None if reason == codes.reason else reason)


def _flow_note(rows: Sequence[Mapping[str, Any]]) -> str:
    """What a bar is, and which codes have none."""
    codes = len({row["reason_code"] for row in rows})
    return sentences(
        f"the figure has the {MOST_REASONS} most frequent of {count(codes)};" if codes > MOST_REASONS else "",
        f"a bar is all the times that a code brought an account to a state; grey: fewer than {SMALL_SAMPLE}",
    )


def headline_of_flow(rows: Sequence[Mapping[str, Any]]) -> str:
    """What came most often after a reason code, of those with enough cases for a rate if there are any."""
    followed = [row for row in rows if row["next_standing"]]
    if not followed:
        return "Nothing came after a reason code in this period"
    first = max([row for row in followed if not row["is_few"]] or followed, key=lambda row: int(row["times"]))
    after = f"After “{code_in_sentence(first['reason_code'])}”"
    became = f"became {standing_in_sentence(first['next_standing'])}"
    if first["is_few"]:
        return f"{after}, {count(first['times'])} of {count(first['of_times'])} {became}; too few for a rate"
    return f"{after}, {share(first['share'])} {became}, in {duration(first['median_hours'])} (median)"


def _flow_row(row: Mapping[str, Any]) -> list[Cell]:
    numbers = [count(row["times"]), share(row["share"]), count(row["accounts"])]
    times = [duration(row["median_hours"]), duration(row["p90_hours"])]
    return [
        Cell(reason_word(row["reason_code"])),
        Cell(next_word(row["next_standing"])),
        *(Cell(number, is_quiet=row["is_few"]) for number in [*numbers, *times]),
    ]


def _cohort(codes: ExploreCodes) -> dict[str, str | None]:
    path = None if codes.path == "all" else codes.path
    return {"path": path, **codes.period(day_here()).params, "segment": codes.segment}
