"""Date-times as Bakkt writes them."""

from datetime import datetime

from workbench.domain.moments import aware


def read_instant(value: object) -> datetime | None:
    """The value as an aware UTC time, or None; without an offset it is UTC, and nanoseconds are cut off."""
    if not isinstance(value, str):
        return None
    try:
        return aware(datetime.fromisoformat(value.strip().upper()))
    except (ValueError, OverflowError):
        return None
