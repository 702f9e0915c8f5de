"""API work yields to pages that are running.

Both share the interpreter, and often two cores. A page takes tens of milliseconds, so a program that reads everything
hardly notices that it waits for one.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WAITS_AT_MOST = 0.25
"""How many seconds a piece of work waits for pages that run. Then it goes on, so that every answer ends."""
REST_PER_WORK = 1.0
"""How many seconds of rest follow a second of work while pages run now and then: half of the time is theirs alone."""
RESTS_AT_MOST = 1.0
THERE_SECONDS = 15.0
"""How long after a page ran its reader counts as there. An open tab runs at each change, also if nobody looks at it."""


def seconds_of_rest(worked: float, since_last_page: float) -> float:
    """How long programs rest after a piece of work. All three are seconds."""
    return min(RESTS_AT_MOST, REST_PER_WORK * worked) if since_last_page < THERE_SECONDS else 0.0


class PeopleFirst:
    """Knows which pages run, and says when work for programs may go on. Thread-safe."""

    def __init__(
        self,
        waits_at_most: float = WAITS_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._waits_at_most = waits_at_most
        self._clock = clock
        self._sleep = sleep
        self._changed = threading.Condition()
        self._pages_running = 0
        self._last_page_at = float("-inf")
        self._rests_until = float("-inf")

    @property
    def pages_running(self) -> int:
        return self._pages_running

    @contextmanager
    def page_run(self) -> Iterator[None]:
        """Around one run of a page, whether it ends, fails or is stopped."""
        with self._changed:
            self._pages_running += 1
        try:
            yield
        finally:
            with self._changed:
                self._pages_running -= 1
                self._last_page_at = self._clock()
                self._changed.notify_all()

    @contextmanager
    def piece_of_work(self) -> Iterator[None]:
        """Around a piece of work for a program; the caller does one at a time.

        It begins after the rest that the piece before left to people, and when no page runs.
        """
        self._sleep(max(0.0, self._rests_until - self._clock()))
        with self._changed:
            self._changed.wait_for(lambda: not self._pages_running, self._waits_at_most)
        began = self._clock()
        try:
            yield
        finally:
            ended = self._clock()
            self._rests_until = ended + seconds_of_rest(ended - began, self._since_last_page())

    def _since_last_page(self) -> float:
        with self._changed:
            return 0.0 if self._pages_running else self._clock() - self._last_page_at
