"""When live links expire: one column per hour ahead, with customers' last links at the bottom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from workbench.domain.moments import aware
from workbench.domain.words import plural
from workbench.figures.columns import Caption, Column, column_figure
from workbench.figures.palette import AMBER, COLOURS, RED, Theme
from workbench.figures.samples import Row
from workbench.figures.texts import hidden_where_narrow, lines

_HOURS_BETWEEN_TICKS = 6
_HOURS_BEFORE_LATER, _HOURS_AFTER_LATER = 18, 28
"""The columns that the captions beside "later" take in the narrowest window."""


def draw_expiry(
    rows: Sequence[Row], theme: Theme, *, zone: str, soon_hours: float, speed: float = 1.0, picked: str = ""
) -> go.Figure:
    """Draw rows of ``verification/forecast``: grey, amber where it is soon, red for customers' last links.

    ``zone`` is the reader's; ``picked`` the code of the hour that is marked. In practice mode an hour is shorter by the
    factor ``speed``.
    """
    local = ZoneInfo(zone)
    hours = [aware(row["hour"]) for row in rows]
    soon = sum(hour < hours[0] + timedelta(hours=soon_hours) for hour in hours)
    columns = [
        _column(row, theme, hour.astimezone(local), speed, is_soon=place < soon, picked=picked)
        for place, (row, hour) in enumerate(zip(rows, hours, strict=True))
    ]
    return column_figure(columns, _captions(soon, len(rows), theme), theme)


def hour_code(hour: datetime) -> str:
    """An hour of the query as an address has it."""
    return hour.isoformat()


def _column(row: Row, theme: Theme, hour: datetime, speed: float, *, is_soon: bool, picked: str) -> Column:
    last, code = row["last_links"], hour_code(row["hour"])
    others = AMBER if is_soon else COLOURS[theme].faint
    return Column(
        parts=((last, RED), (row["links_ending"] - last, others)),
        on_hover=_words(row, hour),
        code=code if row["links_ending"] else "",
        tick=_tick(hour, speed),
        is_picked=code == picked,
    )


def _words(row: Row, hour: datetime) -> str:
    """What expires in an hour of the reader's zone, and what of it is somebody's last link."""
    last = row["last_links"]
    return lines(
        f"<b>{hour:%a} {hour.day} {hour:%b %H:%M}</b>: {plural(row['links_ending'], 'link')}",
        f"For {last_link_words(last, row['expected_used_up'])}" if last else "",
        "Click to list the customers" if row["links_ending"] else "",
    )


def last_link_words(customers: int, expected_used_up: float) -> str:
    """For how many customers it is the last link, and how many of them will probably run out of links."""
    number = round(expected_used_up)
    likely = f"about {plural(number, 'customer')}" if number else "probably no customer"
    return f"{plural(customers, 'customer')} it is the last one; {likely} will run out of links"


def _captions(soon: int, hours: int, theme: Theme) -> list[Caption]:
    colours = COLOURS[theme]
    captions = [Caption("expires soon", colours.amber_words, 0)] if soon else []
    if _HOURS_BEFORE_LATER <= soon < hours - _HOURS_AFTER_LATER:
        captions.append(Caption("later", colours.quiet, soon))
    return [*captions, Caption("■ last link", colours.red_words)]


def _tick(hour: datetime, speed: float) -> str:
    """Label every sixth hour; in practice mode, where hours are short, every twelfth, with seconds.

    A narrow figure keeps every second label.
    """
    if speed == 1:
        number, apart, words = hour.hour, _HOURS_BETWEEN_TICKS, f"{hour:%H:%M}<br>{hour:%a} {hour.day}"
    else:
        number, apart = round(hour.timestamp() * speed / 3600), 2 * _HOURS_BETWEEN_TICKS
        words = f"{hour:%H:%M:%S}"
    if number % apart:
        return ""
    return hidden_where_narrow(words, is_spare=number % (2 * apart) > 0)
