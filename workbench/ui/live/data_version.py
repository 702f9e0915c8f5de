"""The data version that pages show: all pages adopt new data together, no faster than people can read."""

import math
import threading
import time
from collections.abc import Callable

MIN_SECONDS_BETWEEN_VERSIONS = 1.0
MAX_SECONDS_BETWEEN_VERSIONS = 60.0
BUSY_CPU_SHARE = 0.6
"""Of one core, since the last new version: above it, pages wait longer for the next, so that events need not."""
MAX_PAUSE_SECONDS_WHEN_BUSY = 5.0
_SHORTEST_MAX_SECONDS = 2.0


class ShownDataVersion:
    """Numbers the data versions that pages show; what was read under a number is valid while it is the current one.

    A new version is adopted at most once in ``min_seconds``, so that a hundred events a second do not clear every
    cache each time, and less often while the process is busy. Without new data there is a new number every
    ``max_seconds``, since links expire and accounts become late by time alone.
    """

    def __init__(
        self,
        min_seconds: float = 0.0,
        max_seconds: float = math.inf,
        calm_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._min_seconds = min_seconds
        self._max_seconds = max_seconds
        self._calm_seconds = calm_seconds
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._pause_seconds = min_seconds
        self._cpu_at_adoption = cpu_clock()
        self._lock = threading.Lock()
        self._adopted: int | None = None
        self._adopted_at = -math.inf
        self._number = 0
        self._calm_number, self._calm_at = 0, -math.inf

    @property
    def max_seconds(self) -> float:
        """After so long there is a new version without new data."""
        return self._max_seconds

    def number(self, data_version: int) -> int:
        """Return the number in force now that the store is at this data version."""
        with self._lock:
            now = self._clock()
            age_seconds = now - self._adopted_at
            has_new_data = data_version != self._adopted and age_seconds >= self._pause_seconds
            if has_new_data or age_seconds >= self._max_seconds:
                self._adopt(data_version, now)
            return self._number

    def calm_number(self, data_version: int) -> int:
        """Return the number that figures show, which changes at most once in ``calm_seconds``."""
        number = self.number(data_version)
        with self._lock:
            if number != self._calm_number and self._clock() - self._calm_at >= self._calm_seconds:
                self._calm_number, self._calm_at = number, self._clock()
            return self._calm_number

    def renew(self, data_version: int) -> None:
        """Show the newest data at once, figures too: what they were asked of has changed, and the page says so."""
        with self._lock:
            self._adopt(data_version, self._clock())
            self._calm_number, self._calm_at = self._number, self._adopted_at

    def advance_past(self, data_version: int, seconds_ago: float) -> None:
        """Advance the number if it is older than a moment, this many seconds ago, when time changed what pages show."""
        with self._lock:
            now = self._clock()
            if now - self._adopted_at > max(seconds_ago, self._pause_seconds):
                self._adopt(data_version, now)

    def _adopt(self, data_version: int, now: float) -> None:
        self._pause_seconds = self._next_pause(now - self._adopted_at)
        self._adopted, self._adopted_at = data_version, now
        self._number += 1

    def _next_pause(self, age_seconds: float) -> float:
        """Double the pause while the process is busy, halve it otherwise."""
        cpu_seconds, self._cpu_at_adoption = self._cpu_clock() - self._cpu_at_adoption, self._cpu_clock()
        if cpu_seconds > BUSY_CPU_SHARE * age_seconds:
            return min(2 * self._pause_seconds, max(MAX_PAUSE_SECONDS_WHEN_BUSY, self._min_seconds))
        return max(self._pause_seconds / 2, self._min_seconds)


def live_data_version(speed: float) -> ShownDataVersion:
    """Make the version of a running server: at a limited pace, advancing with time, faster in practice mode."""
    minute = max(MAX_SECONDS_BETWEEN_VERSIONS / speed, _SHORTEST_MAX_SECONDS)
    return ShownDataVersion(MIN_SECONDS_BETWEEN_VERSIONS, minute, minute)
