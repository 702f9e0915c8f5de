"""The pictures: grey first, labelled directly, readable in both themes; each title answers its page's question."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from workbench.domain.vocabulary import Turn
from workbench.ui.charts.bars import Bar, Caption, Column, Part
from workbench.ui.text.words import (
    STEP_WORDS,
    as_utc,
    count,
    duration,
    ordinal,
    plural,
    share,
    span,
    standing_word,
    turn_word,
)

SMALL_SAMPLE = 30
_HOURS_BETWEEN_TICKS = 6
_HOURS_A_CAPTION_TAKES = 6
"""The room that the words "ends soon" need, in columns."""


def draw_open_work(rows: Sequence[dict[str, Any]], standing: str | None = None) -> list[Bar]:
    """One bar a standing and turn: how many wait there, and how many of them are past due."""
    return [
        Bar(
            name=standing_word(row["standing"]),
            mark=turn_word(row["turn"]),
            parts=(
                Part(row["overdue"], f"turn-{Turn(row['turn'])}", f"{count(row['overdue'])} past due"),
                Part(row["accounts"] - row["overdue"], "faint", f"{count(row['accounts'] - row['overdue'])} in time"),
            ),
            numbers=count(row["accounts"]),
            note=f"· {count(row['overdue'])} past due" if row["overdue"] else "",
            pick=row["standing"],
            is_picked=row["standing"] == standing,
        )
        for row in sorted(rows, key=lambda row: -row["accounts"])
    ]


def open_work_title(rows: Sequence[dict[str, Any]]) -> str:
    total, overdue = sum(row["accounts"] for row in rows), sum(row["overdue"] for row in rows)
    if not total:
        return "Nothing is open"
    return f"{plural(total, 'account')} open, {count(overdue)} past due"


def draw_expiry(
    rows: Sequence[dict[str, Any]], zone: tzinfo, now: datetime, soon_hours: float, speed: float = 1.0
) -> tuple[list[Column], list[Caption]]:
    """One column an hour for the next 72: grey, amber where it is soon, red where the link is somebody's last.

    In practice an hour is shorter by ``speed``.
    """
    soon_until = as_utc(now) + timedelta(hours=soon_hours)
    hours = [as_utc(row["hour"]) for row in rows]
    columns = [
        _expiry_column(row, hour.astimezone(zone), _tick(hour.astimezone(zone), speed), is_soon=hour < soon_until)
        for row, hour in zip(rows, hours, strict=True)
    ]
    later = next((position for position, hour in enumerate(hours) if hour >= soon_until), None)
    captions = [Caption("ends soon", "amber", 0)] if hours and hours[0] < soon_until else []
    captions += [Caption("later", "quiet", later)] if later is not None and later >= _HOURS_A_CAPTION_TAKES else []
    return columns, [*captions, Caption("■ somebody's last link", "red")]


def _expiry_column(row: dict[str, Any], hour: datetime, tick: tuple[str, ...], *, is_soon: bool) -> Column:
    last, others = row["last_links"], row["links_ending"] - row["last_links"]
    said = f"{hour:%a} {hour.day} {hour:%b %H:%M}: {plural(row['links_ending'], 'link')}"
    lasts = f", {count(last)} somebody's last, {row['expected_exhausted']:.1f} expected exhausted" if last else ""
    return Column((Part(last, "red"), Part(others, "amber" if is_soon else "faint")), said + lasts, tick)


def _tick(hour: datetime, speed: float) -> tuple[str, ...]:
    """What stands under a column: each sixth hour; in practice each twelfth, which is short, with its second."""
    if speed == 1:
        return (f"{hour:%H:%M}", f"{hour:%a} {hour.day}") if not hour.hour % _HOURS_BETWEEN_TICKS else ()
    number = round(hour.timestamp() * speed / 3600)
    return () if number % (2 * _HOURS_BETWEEN_TICKS) else (f"{hour:%H:%M:%S}",)


def forecast_title(rows: Sequence[dict[str, Any]], speed: float = 1.0) -> str:
    """The picture's answer: "38 links end in the next 72 hours, 11 are somebody's last; about 4.2 customers …"."""
    ending, last = sum(row["links_ending"] for row in rows), sum(row["last_links"] for row in rows)
    within = "72 hours" if speed == 1 else span(72 / speed)
    if not ending:
        return f"No live link ends in the next {within}"
    verb = "ends" if ending == 1 else "end"
    said = f"{plural(ending, 'link')} {verb} in the next {within}"
    if not last:
        return f"{said}, none is somebody's last"
    expected = sum(row["expected_exhausted"] for row in rows)
    exhausted = "customer" if f"{expected:.1f}" == "1.0" else "customers"
    return (
        f"{said}, {count(last)} {'is' if last == 1 else 'are'} somebody's last; "
        f"about {expected:,.1f} {exhausted} will be exhausted"
    )


def draw_funnel(steps: Sequence[dict[str, Any]], step: str | None = None) -> list[Bar]:
    """One bar a step, of the accounts that reached it, labelled with count and share; the answer's bar is darker."""
    return [
        Bar(
            name=STEP_WORDS.get(row["step"], row["step"]),
            parts=(Part(row["accounts"], "grey" if row["step"] == "cleared" and not _is_small(row) else "faint"),),
            numbers=count(row["accounts"]),
            note=_step_note(row),
            pick=row["step"],
            is_picked=row["step"] == step,
        )
        for row in steps
    ]


def draw_standings(rows: Sequence[dict[str, Any]]) -> list[Bar]:
    """One bar a standing, labelled with its count."""
    total = sum(row["accounts"] for row in rows) or 1
    return [
        Bar(
            name=standing_word(row["standing"]),
            parts=(Part(row["accounts"], "faint"),),
            numbers=count(row["accounts"]),
            note=f"({share(row['accounts'] / total)})",
        )
        for row in sorted(rows, key=lambda row: -row["accounts"])
    ]


def _step_note(row: dict[str, Any]) -> str:
    if is_undated(row):
        return "at times nobody saw"
    if row["share_of_entered"] is None or row["ordinal"] == 1:
        return ""
    rate = f"{share(row['share_of_entered'])} of {count(counted(row))}"
    return rate if row["median_hours"] is None else f"{rate} · median {duration(row['median_hours'])}"


def counted(row: dict[str, Any]) -> int:
    """How many a share of entered is of: the mature accounts, without those undated in the step."""
    dated: int = row["entered_dated"]
    return dated


def is_undated(row: dict[str, Any]) -> bool:
    """Where no mature account has a date in the step, its share would say nothing but that nobody watched."""
    return bool(row["undated"]) and not row["accounts_mature"]


def _is_small(row: dict[str, Any]) -> bool:
    return counted(row) < SMALL_SAMPLE


def draw_yield(rows: Sequence[dict[str, Any]]) -> list[Bar]:
    """One bar an ordinal, of the links whose customer verified while it was the newest; grey where they are few."""
    return [
        Bar(
            name=f"{ordinal(row['ordinal'])} link",
            parts=(
                Part(row["completed"], "faint" if row["is_few"] else "grey", f"{count(row['completed'])} completed"),
                Part(row["links"] - row["completed"], "trace", f"{count(row['links'] - row['completed'])} did not"),
            ),
            numbers=share(row["share"]),
            note=f"of {count(row['links'])}{', few' if row['is_few'] else ''}",
        )
        for row in rows
    ]


def yield_title(rows: Sequence[dict[str, Any]]) -> str:
    """The picture's answer, of the first link: it is the one that everybody gets."""
    first = next((row for row in rows if row["ordinal"] == 1), None)
    if first is None:
        return "No link was decided yet"
    small = f"; fewer than {SMALL_SAMPLE} cases say little" if first["is_few"] else ""
    return f"{count(first['completed'])} of {plural(first['links'], 'first link')} completed{small}"
