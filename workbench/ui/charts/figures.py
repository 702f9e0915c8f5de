"""Charts: grey first, labelled directly, readable in both themes; each title answers its page's question."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.moments import aware, span
from workbench.figures.samples import SMALL_SAMPLE
from workbench.ui.charts.bars import Bar, Caption, Column, Segment
from workbench.ui.text.words import count, ordinal, plural, share, standing_word

_HOURS_BETWEEN_TICKS = 6
_HOURS_A_CAPTION_TAKES = 6
"""The width of the caption "expires soon", in columns."""


def draw_expiry(
    rows: Sequence[dict[str, Any]], zone: tzinfo, now: datetime, soon_hours: float, speed: float = 1.0
) -> tuple[list[Column], list[Caption]]:
    """Draw one column per hour for the next 72: grey, amber where it is soon, red for customers' last links.

    In practice mode an hour is shorter by the factor ``speed``.
    """
    soon_until = aware(now) + timedelta(hours=soon_hours)
    hours = [aware(row["hour"]) for row in rows]
    columns = [
        _expiry_column(row, hour.astimezone(zone), _tick(hour.astimezone(zone), speed), is_soon=hour < soon_until)
        for row, hour in zip(rows, hours, strict=True)
    ]
    later = next((position for position, hour in enumerate(hours) if hour >= soon_until), None)
    captions = [Caption("expires soon", "amber", 0)] if hours and hours[0] < soon_until else []
    captions += [Caption("later", "quiet", later)] if later is not None and later >= _HOURS_A_CAPTION_TAKES else []
    return columns, [*captions, Caption("■ last link", "red")]


def _expiry_column(row: dict[str, Any], hour: datetime, tick: tuple[str, ...], *, is_soon: bool) -> Column:
    last, others = row["last_links"], row["links_ending"] - row["last_links"]
    words = f"{hour:%a} {hour.day} {hour:%b %H:%M}: {plural(row['links_ending'], 'link')}"
    if last:
        words += f"; for {_last_link_words(last, row['expected_used_up'])}"
    return Column((Segment(last, "red"), Segment(others, "amber" if is_soon else "faint")), words, tick)


def _last_link_words(customers: int, expected_used_up: float) -> str:
    """For how many customers it is the last link, and how many of them will probably run out of links."""
    number = round(expected_used_up)
    likely = f"about {plural(number, 'customer')}" if number else "probably no customer"
    return f"{plural(customers, 'customer')} it is the last one; {likely} will run out of links"


def _tick(hour: datetime, speed: float) -> tuple[str, ...]:
    """Label every sixth hour; in practice mode, where hours are short, every twelfth, with seconds."""
    if speed == 1:
        return (f"{hour:%H:%M}", f"{hour:%a} {hour.day}") if not hour.hour % _HOURS_BETWEEN_TICKS else ()
    number = round(hour.timestamp() * speed / 3600)
    return () if number % (2 * _HOURS_BETWEEN_TICKS) else (f"{hour:%H:%M:%S}",)


def forecast_title(rows: Sequence[dict[str, Any]], speed: float = 1.0) -> str:
    """Answer in the title: "38 links expire in the next 72 h; for 11 customers it is the last one; about 4 …"."""
    ending, last = sum(row["links_ending"] for row in rows), sum(row["last_links"] for row in rows)
    within = span(LINK_LIFE_HOURS / speed)
    if not ending:
        return f"No live link expires in the next {within}"
    verb = "expires" if ending == 1 else "expire"
    words = f"{plural(ending, 'link')} {verb} in the next {within}"
    if not last:
        return f"{words}; for no customer it is the last one"
    return f"{words}; for {_last_link_words(last, sum(row['expected_used_up'] for row in rows))}"


def draw_standings(rows: Sequence[dict[str, Any]]) -> list[Bar]:
    """Draw one bar per standing, labelled with its count."""
    total = sum(row["accounts"] for row in rows) or 1
    return [
        Bar(
            name=standing_word(row["standing"]),
            parts=(Segment(row["accounts"], "faint"),),
            numbers=count(row["accounts"]),
            note=f"({share(row['accounts'] / total)})",
        )
        for row in sorted(rows, key=lambda row: -row["accounts"])
    ]


def draw_yield(rows: Sequence[dict[str, Any]]) -> list[Bar]:
    """Draw one bar per ordinal: links completed while they were the newest; fainter where there are few."""
    return [
        Bar(
            name=f"{ordinal(row['ordinal'])} link",
            parts=(
                Segment(row["completed"], "faint" if row["is_few"] else "grey", f"{count(row['completed'])} completed"),
                Segment(
                    row["links"] - row["completed"], "trace", f"{count(row['links'] - row['completed'])} not completed"
                ),
            ),
            numbers=share(row["share"]),
            note=f"of {count(row['links'])}{', small sample' if row['is_few'] else ''}",
        )
        for row in rows
    ]


def yield_title(rows: Sequence[dict[str, Any]]) -> str:
    """Answer in the title for the first link, the one that every customer gets."""
    first = next((row for row in rows if row["ordinal"] == 1), None)
    if first is None:
        return "No link has been completed or expired yet"
    small = f"; fewer than {SMALL_SAMPLE} links, so not reliable" if first["is_few"] else ""
    return f"{first['share']:.0%} of first links were completed ({first['completed']:,} of {first['links']:,}){small}"
