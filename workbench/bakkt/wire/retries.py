"""Which failures are retried, after how long, when a run gives up, and how long a worker pauses."""

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from workbench.bakkt.errors import BakktError, BakktUnreachable, BakktUnreadable
from workbench.domain.backoff import Backoff
from workbench.domain.errors import WorkbenchError
from workbench.domain.moments import aware

MAX_WAIT = 366 * 86_400.0
"""Seconds; longer waits are cut to this, so that sums stay finite."""
_BACKOFF = Backoff(first=0.5, longest=10.0)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Up to ``tries`` attempts, with growing waits between them; after a timeout there is only one more.

    ``jitter`` gives a number from 0 to 1: the wait is between half and all of the backoff. Bakkt's own
    ``Retry-After`` is honoured up to ``longest_retry_after``; for a longer one there is no retry.
    """

    tries: int = 4
    timeouts: int = 2
    backoff: Backoff = _BACKOFF
    longest_retry_after: float = 300.0
    jitter: Callable[[], float] = random.random

    def delay_after(self, error: BakktError, *, tries_made: int, timeouts: int = 0) -> float | None:
        """Seconds to wait before the next attempt, or None if there must be none; ``timeouts``: attempts timed out."""
        if tries_made >= self.tries or timeouts >= self.timeouts or not _is_worth_another_try(error):
            return None
        retry_after = error.retry_after_seconds if isinstance(error, BakktUnreachable) else None
        if retry_after is not None and retry_after > self.longest_retry_after:
            return None
        return max(retry_after or 0.0, self.wait_after(tries_made))

    def wait_after(self, tries_made: int) -> float:
        """Seconds to wait after that many attempts, whatever Bakkt asks for."""
        return self.backoff.after(tries_made) * (0.5 + self.jitter() / 2)


def _is_worth_another_try(error: BakktError) -> bool:
    return isinstance(error, BakktUnreachable) or (isinstance(error, BakktUnreadable) and error.status == 200)


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that Bakkt asks to wait, from either form of ``Retry-After``; None if it is absent or unreadable.

    An HTTP date is compared with the answer's own ``Date`` if there is one, as clocks differ.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return min(float(text), MAX_WAIT)
    instant = _read_http_date(text)
    if instant is None:
        return None
    answered_at = _read_http_date(headers.get("date", "")) or now
    return min(max(0.0, (instant - answered_at).total_seconds()), MAX_WAIT)


def _read_http_date(text: str) -> datetime | None:
    try:
        return aware(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


class FailureStreak:
    """Counts failures in a row; a run stops at ``limit``."""

    def __init__(self, limit: int = 20) -> None:
        self.limit = limit
        self.failures_in_a_row = 0

    def record_failure(self) -> None:
        self.failures_in_a_row += 1

    def record_success(self) -> None:
        self.failures_in_a_row = 0

    @property
    def has_reached_limit(self) -> bool:
        return self.failures_in_a_row >= self.limit


class PauseAfterFailures:
    """The pauses of a worker after failures in a row; ``reason`` is of the last failure, None after a success.

    ``what`` is being paused, for the log.
    """

    def __init__(self, what: str, backoff: Backoff) -> None:
        self._what = what
        self._backoff = backoff
        self._failures_in_a_row = 0
        self._ends_at = 0.0
        self.reason: str | None = None

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._ends_at - time.monotonic())

    def record_failure(self, error: Exception) -> None:
        """Begins a pause, at least as long as Bakkt asks for. Failures during a pause count once."""
        if self.seconds_left:
            return
        self._failures_in_a_row += 1
        self.reason = (
            error.message if isinstance(error, WorkbenchError) else f"an internal error ({type(error).__name__})"
        )
        if self._failures_in_a_row == 1:
            logger.warning("%s is paused: %s", self._what, self.reason)
        asked = error.retry_after_seconds if isinstance(error, BakktUnreachable) else None
        self._ends_at = time.monotonic() + max(self._backoff.after(self._failures_in_a_row), asked or 0.0)

    def record_success(self) -> None:
        self._failures_in_a_row, self.reason = 0, None
