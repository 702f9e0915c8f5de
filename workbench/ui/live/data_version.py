"""The data version that pages show: all pages adopt new data together, no faster than people can read."""

import math
import threading
import time
from collections.abc import Callable

CALM_SECONDS = 1.0
MOVES_SECONDS = 60.0
BUSY_SHARE = 0.6
"""Of one core, since the last new version: above it, pages wait longer for the next, so that events need not."""
CALMEST_SECONDS = 5.0
_LEAST_MOVES_SECONDS = 2.0


class Edition:
    """Numbers the data versions that pages show; what was read under a number is valid while it is the current one.

    A new version is adopted at most once in ``calm_seconds``, so that a hundred events a second do not clear every
    cache each time, and less often while the process is busy. Without new data there is a new number every
    ``moves_seconds``, since links expire and accounts become late by time alone.
    """

    def __init__(
        self,
        calm_seconds: float = 0.0,
        moves_seconds: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._calm_seconds = calm_seconds
        self._moves_seconds = moves_seconds
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._pause_seconds = calm_seconds
        self._cpu_at_adoption = cpu_clock()
        self._lock = threading.Lock()
        self._adopted: int | None = None
        self._adopted_at = -math.inf
        self._number = 0

    @property
    def moves_seconds(self) -> float:
        """After so long there is a new edition without any news."""
        return self._moves_seconds

    def number(self, data_version: int) -> int:
        """Return the number in force now that the store is at this data version."""
        with self._lock:
            now = self._clock()
            age_seconds = now - self._adopted_at
            has_news = data_version != self._adopted and age_seconds >= self._pause_seconds
            if has_news or age_seconds >= self._moves_seconds:
                self._adopt(data_version, now)
            return self._number

    def move_past(self, data_version: int, seconds_ago: float) -> None:
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
        if cpu_seconds > BUSY_SHARE * age_seconds:
            return min(2 * self._pause_seconds, max(CALMEST_SECONDS, self._calm_seconds))
        return max(self._pause_seconds / 2, self._calm_seconds)


def live_edition(speed: float) -> Edition:
    """Make the version of a running server: at a limited pace, advancing with time, faster in practice mode."""
    return Edition(CALM_SECONDS, max(MOVES_SECONDS / speed, _LEAST_MOVES_SECONDS))
