"""The message that sends a verification link to a customer, in plain words (GUIDE.md, "Verification links")."""

from datetime import UTC, datetime, timedelta

from workbench.domain.account.names import name_to_greet
from workbench.domain.links.zones import CustomerZone


def message_for_customer(
    url: str, expires_at: datetime, zone: CustomerZone | None = None, name: str | None = None
) -> str:
    """A message to send with the link; it promises nothing, and says that opening it twice is not an error."""
    greeting = f"Hello {known}," if (known := name_to_greet(name)) else "Hello,"
    return "\n\n".join(
        [
            greeting,
            "To continue with your account, please confirm your identity. Open this link on your phone:",
            url,
            f"Please do this before {expiry_in_words(expires_at, zone)}. After that the link no longer works.",
            "Have your passport or driver's license ready. You will be asked to take a photo of it and to scan "
            "your face.",
            'The link works once, so open it when you have a few minutes. If it says "Session Expired" when you open '
            "it a second time, nothing is wrong: just tell us, and we will check the status.",
        ]
    )


def expiry_in_words(expires_at: datetime, zone: CustomerZone | None = None) -> str:
    """When a link expires, in the customer's time zone, else in UTC; always with the offset."""
    known = zone or CustomerZone(UTC, "UTC")
    there = expires_at.astimezone(known.zone)
    offset = "" if zone is None else f" ({_offset_in_words(there.utcoffset() or timedelta())})"
    return f"{_clock(there)} on {there:%A}, {there.day} {there:%B %Y}, {known.words}{offset or ' (UTC+0)'}"


def _clock(there: datetime) -> str:
    half = "am" if there.hour < 12 else "pm"
    return f"{there:%H:%M} ({there.hour % 12 or 12}:{there:%M} {half})"


def _offset_in_words(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
