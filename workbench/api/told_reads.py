"""Which reads of the API the audit trail has a row of already: a program that asks all the time is one row a minute."""

import threading
import time
from collections.abc import Callable

_TOLD_AGAIN_AFTER_SECONDS = 60.0


class ToldReads:
    """What each token has read within the last minute. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._told_at: dict[tuple[str, str], float] = {}

    def is_told(self, token_id: str, query: str) -> bool:
        """Whether a row tells of this already. The minute counts from that row, however often it is asked."""
        with self._lock:
            told_at = self._told_at.get((token_id, query))
        return told_at is not None and self._clock() - told_at < _TOLD_AGAIN_AFTER_SECONDS

    def note(self, token_id: str, query: str) -> None:
        """A row was written."""
        with self._lock:
            self._told_at[token_id, query] = self._clock()
