"""Moments in time, with and without a zone, and lengths of time; both in words."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

_MAX_EXACT_SECONDS = 120
_A_MINUTE = 1 / 60
_HOURS_A_DAY = 24
_DAYS_SHOWN_AS_HOURS = 2
_DAYS_SHOWN_AS_DAYS = 60
_DAYS_A_MONTH = 30.44


def moment_in_words(moment: datetime) -> str:
    """ "14:02 UTC on 20 Nov 2034"."""
    return f"{moment:%H:%M} UTC on {moment.day} {moment:%b %Y}"


_IN_WORDS = re.compile(r"(\d\d:\d\d) UTC on (\d{1,2} [A-Z][a-z]{2} \d{4})")


def moments_replaced(text: str, words_of: Callable[[datetime], str]) -> str:
    """The text with each moment that ``moment_in_words`` wrote in other words, such as those of a reader's zone."""

    def replaced(found: re.Match[str]) -> str:
        return words_of(datetime.strptime(f"{found[2]} {found[1]}", "%d %b %Y %H:%M").replace(tzinfo=UTC))

    return _IN_WORDS.sub(replaced, text)


def aware(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone, as the store keeps them, is in UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def naive(moment: datetime) -> datetime:
    """The moment in UTC without a zone, as the store keeps it."""
    return aware(moment).replace(tzinfo=None)


_DAY = r"\d{4}-\d{2}-\d{2}"
_MOMENT = re.compile(rf"{_DAY}([T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?)?", re.ASCII)


def written_day(text: str) -> date | None:
    """The day of a text like 2026-11-22; None for other forms, which Python reads and DuckDB does not."""
    try:
        return date.fromisoformat(text) if re.fullmatch(_DAY, text, re.ASCII) else None
    except ValueError:
        return None


def written_moment(text: str) -> datetime | None:
    """The moment of a text like 2026-11-22 or 2026-11-22T14:00; None for one with a zone, and for other forms."""
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def duration(hours: float | None) -> str:
    """ "40 s", "40 min", "5 h", "3 d", "4 mo": the unit that a person would use."""
    if hours is None:
        return "–"
    size = abs(hours)
    if size < _A_MINUTE:
        return f"{round(size * 3600)} s"
    if size < 1:
        return f"{round(size * 60)} min"
    if size < _DAYS_SHOWN_AS_HOURS * _HOURS_A_DAY:
        return f"{round(size)} h"
    days = size / _HOURS_A_DAY
    return f"{round(days)} d" if days < _DAYS_SHOWN_AS_DAYS else f"{round(days / _DAYS_A_MONTH)} mo"


def wait_in_words(seconds: float) -> str:
    """How long to wait at least: "1 second", "40 seconds", "3 minutes", "2 hours"; never too short."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return _counted(math.ceil(seconds / size), unit)
    return _counted(math.ceil(seconds), "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def span(hours: float) -> str:
    """A setting in hours: "24 h", and in practice mode "24 s" or "72 s"."""
    seconds = hours * 3600
    if hours >= 1:
        return f"{hours:g} h"
    return f"{seconds:.3g} s" if seconds < _MAX_EXACT_SECONDS else duration(hours)
