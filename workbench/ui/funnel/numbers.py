"""Parts of the page Funnel: how many get through, how far and how fast."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from workbench.domain.moments import duration
from workbench.domain.words import STEP_WORDS, count, day, plural, share
from workbench.figures.samples import SMALL_SAMPLE, compared_words, counted, is_undated
from workbench.ui.charts.bars import bars_markup, show_bars
from workbench.ui.charts.figures import draw_standings
from workbench.ui.funnel.answers import FunnelFilters
from workbench.ui.funnel.codes import FunnelCodes
from workbench.ui.funnel.filters import PATH_WORDS
from workbench.ui.html.markup import Cell, show_grid, show_heading, show_note
from workbench.ui.text.words import sentences, standing_word, turn_word

Steps = Sequence[dict[str, Any]]


def headline_of(codes: FunnelCodes, steps: Steps, before: Steps = ()) -> tuple[str, str]:
    """Say how many accounts were cleared within the window, of those that have had that long."""
    filters, cleared = codes.filters, _cleared(steps)
    people = PATH_WORDS[filters.path].lower()
    entered = steps[0]["accounts"] if steps else 0
    if not entered or cleared is None:
        whose = " of this segment" if codes.segment else ""
        return f"No {people}{whose} opened an account in this period", ""
    if cleared["share_of_entered"] is None or counted(cleared) < SMALL_SAMPLE:
        answer = f"{count(cleared['accounts'])} of {count(entered)} {people} cleared; too few are old enough for a rate"
    else:
        answer = (
            f"{share(cleared['share_of_entered'])} of {people} cleared within {filters.window_days} days "
            f"({cleared['accounts_mature']:,} of the {count(counted(cleared))} who have had {filters.window_days} days)"
        )
    return answer + _against(codes, cleared, _cleared(before)), _lead(filters, cleared, entered)


def _cleared(steps: Steps) -> dict[str, Any] | None:
    return next((row for row in steps if row["step"] == "cleared"), None)


def _against(codes: FunnelCodes, cleared: dict[str, Any], before: dict[str, Any] | None) -> str:
    """What the share is against the compared period; empty without one, or if either has too few for a rate."""
    if before is None or codes.compared is None:
        return ""
    if min(counted(cleared), counted(before)) < SMALL_SAMPLE:
        return f"; too few to compare in {period_words(codes.compared)}"
    more = compared_words(cleared["share_of_entered"], before["share_of_entered"])
    return f", {more} in {period_words(codes.compared)} ({share(before['share_of_entered'])})"


def period_words(filters: FunnelFilters) -> str:
    """ "1 Oct 2026 to 31 Oct 2026": the first and the last day."""
    first, last = filters.since, filters.until and filters.until - timedelta(days=1)
    if first and last:
        return day(first) if first == last else f"{day(first)} to {day(last)}"
    if first:
        return f"all days since {day(first)}"
    return f"all days until {day(last)}" if last else "all time"


def _lead(filters: FunnelFilters, cleared: dict[str, Any], entered: int) -> str:
    speed = ""
    if cleared["median_hours"] is not None:
        speed = f"Median {duration(cleared['median_hours'])}; 90% within {duration(cleared['p90_hours'])}."
    immature = cleared["entered_immature"]
    young = f"{count(immature)} of {count(entered)} have not had {filters.window_days} days yet." if immature else ""
    undated = f"{cleared['undated']:,} cleared before we first read them, so undated." if cleared["undated"] else ""
    return sentences(speed, young, undated)


def empty_words(codes: FunnelCodes, first_on: date | None) -> tuple[str, str]:
    """Why there is nothing to show, and what to do about it."""
    until = codes.period.until
    if codes.is_upside_down:
        return "The period ends before it begins.", "Choose its first day again, then its last."
    if first_on and until and until <= first_on:
        return f"The period ends before the first account opened, on {day(first_on)}.", "Choose later days."
    whose, others = (" and segment", ", or choose everyone") if codes.segment else ("", "")
    missing = f"No accounts of this type{whose} opened in this period."
    return missing, f"Widen the dates or change the account type{others}."


def show_numbers(steps: Steps) -> None:
    show_heading("Step by step", f"of accounts old enough to count, with a known date; grey: fewer than {SMALL_SAMPLE}")
    rows = [
        [
            Cell(STEP_WORDS[row["step"]]),
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


def _share_cell(row: dict[str, Any], name: str) -> Cell:
    part = None if is_undated(row) else row[name]
    return Cell(share(part), is_quiet=part is None or counted(row) < SMALL_SAMPLE)


def show_branch(rows: Steps) -> None:
    total = sum(row["accounts"] for row in rows)
    if not total:
        show_heading("No account had to verify")
        return
    title = f"{plural(total, 'account')} had to verify: where they are now"
    show_bars(title, bars_markup(draw_standings(rows), room=1.4))


def show_stopped(rows: Steps) -> None:
    total = sum(row["accounts"] for row in rows)
    show_heading("Where the rest stopped", f"{count(total)} not cleared")
    if not rows:
        show_note("All accounts were cleared.")
        return
    show_grid(
        ["Last step", "State now", "Whose move", "Accounts"],
        [
            [
                Cell(STEP_WORDS[row["last_step"]]),
                Cell(standing_word(row["standing"])),
                Cell(turn_word(row["turn"])),
                Cell(f"{count(row['accounts'])} · {share(row['accounts'] / total)}", is_quiet=total < SMALL_SAMPLE),
            ]
            for row in rows
        ],
        text_columns=3,
    )
