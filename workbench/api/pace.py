"""How often one caller may ask."""

import math
import threading
import time
from collections.abc import Callable

REQUESTS_PER_SECOND = 20.0
BURST = 60.0


class Pace:
    """A bucket of requests for each caller, filled at a steady rate. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_seconds(self, caller: str) -> int:
        """0 if the caller may go on now, and this request counts; else the whole seconds to wait."""
        now = self._clock()
        with self._lock:
            left, since = self._buckets.get(caller, (BURST, now))
            left = min(BURST, left + (now - since) * REQUESTS_PER_SECOND)
            self._buckets[caller] = (left - 1 if left >= 1 else left, now)
        return 0 if left >= 1 else math.ceil((1 - left) / REQUESTS_PER_SECOND)
