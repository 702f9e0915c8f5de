"""A rate limit on the sandbox's own clock."""

from datetime import datetime


class RateLimit:
    """A token bucket that refills at the allowed rate."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = max(1.0, per_second)
        self._filled_at: datetime | None = None

    def allows(self, now: datetime) -> bool:
        if self._filled_at is not None:
            filled = (now - self._filled_at).total_seconds() * self._per_second
            self._left = min(max(1.0, self._per_second), self._left + filled)
        self._filled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
