"""Parts of the page Funnel: how many get through, how far and how fast."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from workbench.domain.moments import duration
from workbench.ui.charts.bars import bars_markup, show_bars
from workbench.ui.charts.figures import SMALL_SAMPLE, counted, draw_funnel, draw_standings, is_undated
from workbench.ui.funnel.answers import FunnelFilters
from workbench.ui.funnel.filters import PATH_WORDS
from workbench.ui.html.markup import Cell, show_grid, show_heading, show_note
from workbench.ui.live.cached_queries import read
from workbench.ui.tables.pages import go_to_first_page
from workbench.ui.text.words import STEP_WORDS, count, plural, sentences, share, standing_word, turn_word

_SPAN_WORDS = {1: "within 1 h", 24: "within 1 d", 72: "within 3 d", 168: "within 7 d"}


def headline_of(filters: FunnelFilters, steps: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Say how many accounts were cleared within the window, of those that have had that long."""
    people = PATH_WORDS[filters.path].lower()
    cleared = next((row for row in steps if row["step"] == "cleared"), None)
    entered = steps[0]["accounts"] if steps else 0
    if not entered or cleared is None:
        return f"No {people} opened an account in this period", ""
    if cleared["share_of_entered"] is None or counted(cleared) < SMALL_SAMPLE:
        answer = f"{count(cleared['accounts'])} of {count(entered)} {people} cleared; too few are old enough for a rate"
    else:
        answer = (
            f"{share(cleared['share_of_entered'])} of {people} cleared within {filters.window_days} days "
            f"({cleared['accounts_mature']:,} of the {count(counted(cleared))} who have had {filters.window_days} days)"
        )
    return answer, _lead(filters, cleared, entered)


def _lead(filters: FunnelFilters, cleared: dict[str, Any], entered: int) -> str:
    speed = ""
    if cleared["median_hours"] is not None:
        speed = f"Median {duration(cleared['median_hours'])}; 90% within {duration(cleared['p90_hours'])}."
    immature = cleared["entered_immature"]
    young = f"{count(immature)} of {count(entered)} have not had {filters.window_days} days yet." if immature else ""
    undated = f"{cleared['undated']:,} cleared before we first read them, so undated." if cleared["undated"] else ""
    return sentences(speed, young, undated)


def show_steps(steps: Sequence[dict[str, Any]]) -> None:
    show_bars(
        f"From opened to trading, {plural(steps[0]['accounts'], 'account')}",
        bars_markup(draw_funnel(steps, st.session_state.get("step")), room=1.7, is_tall=True),
        key="funnel",
        note="click a step to list its accounts",
        on_pick=_choose_step,
    )


def _choose_step(step: str) -> None:
    st.session_state["step"] = step
    go_to_first_page()


def show_numbers(steps: Sequence[dict[str, Any]]) -> None:
    show_heading("Step by step", "of accounts old enough to count, with a known date")
    rows = [
        [
            Cell(STEP_WORDS.get(row["step"], row["step"])),
            Cell(count(row["accounts"])),
            _share_cell(row, "share_of_entered"),
            _share_cell(row, "share_of_previous"),
            *_span_cells(row),
            Cell(count(row["undated"]), is_quiet=not row["undated"]),
        ]
        for row in steps
    ]
    show_grid(["Step", "Accounts", "Of opened", "Of previous", "Median", "90% within", "Date unknown"], rows)


def _span_cells(row: dict[str, Any]) -> list[Cell]:
    """Cells with median and p90 from entry to the step; the entry itself takes no time."""
    if row["ordinal"] == 1:
        return [Cell("–", is_quiet=True)] * 2
    return [Cell(duration(row["median_hours"])), Cell(duration(row["p90_hours"]))]


def show_times(times: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> None:
    """Show the share done within 1 h, 1 d, 3 d and 7 d, each of all accounts that have had that long."""
    show_heading("How fast", "of all accounts that have had that long, done or not")
    unseen = {row["step"] for row in steps if is_undated(row)}
    by_step: dict[str, dict[int, dict[str, Any]]] = {}
    for row in times:
        by_step.setdefault(row["step"], {})[int(row["hours"])] = row
    rows = [
        [
            Cell(STEP_WORDS.get(step, step)),
            *(_time_cell(None if step in unseen else spans.get(hours)) for hours in _SPAN_WORDS),
        ]
        for step, spans in by_step.items()
        if step != "opened"
    ]
    show_grid(["Step", *_SPAN_WORDS.values()], rows)


def show_branch(filters: FunnelFilters) -> None:
    rows = read("funnel/verification_branch", **filters.entry_params).rows
    total = sum(row["accounts"] for row in rows)
    if not total:
        show_heading("No account had to verify")
        return
    title = f"{plural(total, 'account')} had to verify: where they are now"
    show_bars(title, bars_markup(draw_standings(rows), room=1.4), key="branch")


def show_stopped(rows: Sequence[dict[str, Any]]) -> None:
    total = sum(row["accounts"] for row in rows)
    show_heading("Where the rest stopped", f"{count(total)} not cleared")
    if not rows:
        show_note("All accounts were cleared.")
        return
    show_grid(
        ["Last step", "Standing now", "Whose move", "Accounts"],
        [
            [
                Cell(STEP_WORDS.get(row["last_step"], row["last_step"])),
                Cell(standing_word(row["standing"])),
                Cell(turn_word(row["turn"])),
                Cell(f"{count(row['accounts'])} · {share(row['accounts'] / total)}", is_quiet=total < SMALL_SAMPLE),
            ]
            for row in rows
        ],
        text_columns=3,
    )


def _share_cell(row: dict[str, Any], name: str) -> Cell:
    part = None if is_undated(row) else row[name]
    return Cell(share(part), is_quiet=part is None or counted(row) < SMALL_SAMPLE)


def _time_cell(row: dict[str, Any] | None) -> Cell:
    if row is None or row["share_done"] is None:
        return Cell("–", is_quiet=True)
    return Cell(f"{share(row['share_done'])} of {count(row['accounts'])}", is_quiet=row["accounts"] < SMALL_SAMPLE)
