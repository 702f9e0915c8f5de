"""The message that sends a verification link to a customer, in plain words (GUIDE.md, "Verification links")."""

from datetime import UTC, datetime, timedelta

from workbench.domain.account.names import name_to_greet
from workbench.domain.links.zones import CustomerZone

SUBJECT = "Please confirm your identity"
SMS_LETTERS = 160
"""What goes into one SMS; these take two of its places each: ^ { } [ ] ~ | and the backslash."""
_DOUBLE = frozenset("^{}[]~|\\")


def message_for_customer(
    url: str, expires_at: datetime, zone: CustomerZone | None, now: datetime, name: str | None = None
) -> str:
    """A message to send with the link; it promises nothing, and says that opening it twice is not an error."""
    greeting = f"Hello {known}," if (known := name_to_greet(name)) else "Hello,"
    return "\n\n".join(
        [
            greeting,
            "To continue with your account, please confirm your identity. Open this link on your phone:",
            url,
            f"Please do this before {expiry_in_words(expires_at, zone, now)}. After that the link no longer works.",
            "Have your passport or driver's license ready. You will be asked to take a photo of it and to scan "
            "your face.",
            'The link works once, so open it when you have a few minutes. If it says "Session Expired" when you open '
            "it a second time, nothing is wrong: just tell us, and we will check the status.",
        ]
    )


def sms_for_customer(url: str, expires_at: datetime, zone: CustomerZone | None, now: datetime) -> str | None:
    """The same for one SMS; None if the link is too long for that."""
    expiry = short_expiry_in_words(expires_at, zone, now)
    attempts = (
        f"Please confirm your identity {expiry}. The link works once: {url}",
        f"Please confirm your identity {expiry}: {url}",
        f"Please confirm your identity: {url}",
    )
    return next((text for text in attempts if _places_in_sms(text) <= SMS_LETTERS), None)


def _places_in_sms(text: str) -> int:
    return len(text) + sum(letter in _DOUBLE for letter in text)


def expiry_in_words(expires_at: datetime, zone: CustomerZone | None, now: datetime) -> str:
    """When a link expires, in the customer's time zone; without one in UTC, with the time that is left."""
    there = expires_at.astimezone(zone.zone if zone else UTC)
    if zone is None:
        return f"{_clock(there)} UTC on {_day(there)}, {_time_left(expires_at - now)} from now"
    return f"{_clock(there)} on {_day(there)}, {zone.words} ({_offset_in_words(there.utcoffset() or timedelta())})"


def short_expiry_in_words(expires_at: datetime, zone: CustomerZone | None, now: datetime) -> str:
    """The same for a message of few letters."""
    if zone is None:
        return f"within {_time_left(expires_at - now)}"
    there = expires_at.astimezone(zone.zone)
    return f"before {there:%H:%M} on {there:%a} {there.day} {there:%b} {zone.words}"


def _day(there: datetime) -> str:
    return f"{there:%A}, {there.day} {there:%B %Y}"


def _time_left(left: timedelta) -> str:
    """Whole hours, or minutes in the last hour; rounded down, so that nobody comes too late."""
    minutes = max(0, left // timedelta(minutes=1))
    number, unit = (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _clock(there: datetime) -> str:
    half = "am" if there.hour < 12 else "pm"
    return f"{there:%H:%M} ({there.hour % 12 or 12}:{there:%M} {half})"


def _offset_in_words(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
