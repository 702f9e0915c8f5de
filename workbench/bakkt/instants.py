"""Date-times as Bakkt writes them."""

from datetime import UTC, datetime


def read_instant(value: object) -> datetime | None:
    """The value as an aware UTC time, or None; without an offset it is UTC, and nanoseconds are cut off."""
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value.strip().upper())
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
