"""Date-times as Bakkt writes them, and as other senders write them."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from workbench.domain.moments import aware

_EARLIEST_SECONDS = 946_684_800
"""The year 2000: a smaller number is a length of time."""
_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**20, 10**9))
"""Numbers below the first of each pair count seconds, milliseconds, microseconds and nanoseconds since 1970."""
_WRAPPED = ("$date", "seconds", "epochSecond")
_DOT_NET = re.compile(r"/Date\((\d+)(?:[+-]\d{4})?\)/")
_COMPACT = re.compile(r"20\d{12}")
_ZONE_NAME = re.compile(r"\s*(?:\[[^\]]*\]|\([^)]*\))$")
_UTC = re.compile(r"\s*\b(?:UTC|GMT|Z)\b")
_OFFSET = re.compile(r"\s+([+-]\d{2}:?\d{2})$")
_FORMATS = (
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y, %I:%M:%S %p",
    "%B %d, %Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y, %I:%M:%S %p",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %Y %H:%M:%S%z",
    "%a %b %d %Y %H:%M:%S",
)
"""How Java, JavaScript and .NET write a date-time where nobody chose a format."""


def read_instant(value: object) -> datetime | None:
    """The value as an aware UTC time, or None; without an offset it is UTC, and nanoseconds are cut off."""
    if not isinstance(value, str):
        return None
    try:
        return aware(datetime.fromisoformat(value.strip().upper()))
    except (ValueError, OverflowError):
        return None


def read_first_expiry(fields: Mapping[str, Any], names: Iterable[str]) -> datetime | None:
    """The first of the named fields that is a date-time in any usual spelling."""
    return next(filter(None, (read_any_instant(fields.get(name)) for name in names)), None)


def read_any_instant(value: object) -> datetime | None:
    """The value as an aware UTC time in any usual spelling: as text, as a number, in parts, or wrapped."""
    if isinstance(value, str):
        return _of_text(value.strip())
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _of_number(Decimal(value))
    if isinstance(value, list):
        return _of_parts(value)
    if isinstance(value, Mapping):
        return next((read_any_instant(value[name]) for name in _WRAPPED if name in value), None)
    return None


def _of_number(number: Decimal) -> datetime | None:
    unit = next((unit for below, unit in _UNITS if number < below), None)
    if unit is None or not number.is_finite() or number / unit < _EARLIEST_SECONDS:
        return None
    return datetime.fromtimestamp(float(number / unit), UTC)


def _of_parts(parts: list[Any]) -> datetime | None:
    """Year, month, day, hour, minute, second and nanoseconds, the later ones optional."""
    if not all(isinstance(part, int) for part in parts):
        return None
    try:
        return datetime(*parts[:6], microsecond=parts[6] // 1000 if len(parts) > 6 else 0, tzinfo=UTC)  # type: ignore[misc]
    except (TypeError, ValueError):
        return None


def _of_text(text: str) -> datetime | None:
    wrapped = _DOT_NET.fullmatch(text)
    digits = wrapped[1] if wrapped else text
    if _COMPACT.fullmatch(digits):
        return _in_format(digits, "%Y%m%d%H%M%S")
    if re.fullmatch(r"\d{9,}(?:\.\d+)?", digits, re.ASCII):
        return _of_number(Decimal(digits))
    return read_instant(text) or _of_words(_ZONE_NAME.sub("", text)) or _of_mail_date(text)


def _of_words(text: str) -> datetime | None:
    plain = _OFFSET.sub(r"\1", _UTC.sub("", text)).replace("\u202f", " ")
    iso = re.sub(r"^(\d{4})/(\d{1,2})/", r"\1-\2-", plain)
    return read_instant(iso) or next(filter(None, (_in_format(plain, form) for form in _FORMATS)), None)


def _in_format(text: str, form: str) -> datetime | None:
    try:
        return aware(datetime.strptime(text, form))  # noqa: DTZ007 -- without an offset it is UTC
    except (ValueError, OverflowError):
        return None


def _of_mail_date(text: str) -> datetime | None:
    try:
        return aware(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None
