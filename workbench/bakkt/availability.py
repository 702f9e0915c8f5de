"""Whether Bakkt answers: the one place that knows, told by everything that asks Bakkt and read by every page."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from workbench.bakkt.errors import BakktDenied, BakktError, BakktRefused, BakktUnreachable

_BUSY_STATUSES = frozenset({408, 429})
"""Bakkt is there and asks us to slow down."""


@dataclass(frozen=True, slots=True)
class Away:
    """Since when Bakkt gives no usable answer, and why, without anything personal."""

    since: datetime
    reason: str


def is_no_answer(error: BakktError) -> bool:
    """No connection, timeout, 5xx, 401 or 403: says nothing about the account that was asked for."""
    return isinstance(error, BakktDenied) or (
        isinstance(error, BakktUnreachable) and error.status not in _BUSY_STATUSES
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _keep_nowhere(_: Away | None) -> None:
    return


class Availability:
    """Away from the first question without an answer until the next answer. Thread-safe.

    ``away``: what was known when the process before this one ended; ``keep`` is called with every change.
    """

    def __init__(
        self,
        away: Away | None = None,
        keep: Callable[[Away | None], None] = _keep_nowhere,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._away = away
        self._keep = keep
        self._now = now
        self._lock = threading.Lock()
        self._answers = 0
        self._asked_at: float | None = None

    @property
    def away(self) -> Away | None:
        return self._away

    @property
    def seconds_since_asked(self) -> float | None:
        """How old this knowledge is; None if nothing has been asked yet."""
        return None if self._asked_at is None else time.monotonic() - self._asked_at

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around a question to Bakkt: notes whether it was answered. A refusal is an answer too.

        Something else that was answered meanwhile shows that Bakkt is there, whatever became of this question.
        """
        asked_at, answers_before = self._now(), self._answers
        try:
            yield
        except BakktRefused:
            self._note_answer()
            raise
        except BakktError as error:
            if is_no_answer(error) and self._answers == answers_before:
                self.note_away(error, asked_at)
            raise
        self._note_answer()

    def note_away(self, error: BakktError, since: datetime) -> None:
        """Bakkt is away since then; if that is known already, since the time that is known."""
        with self._lock:
            self._asked_at = time.monotonic()
            if self._away is None:
                self._change(Away(since, _reason(error)))

    def _note_answer(self) -> None:
        with self._lock:
            self._answers += 1
            self._asked_at = time.monotonic()
            if self._away is not None:
                self._change(None)

    def _change(self, away: Away | None) -> None:
        self._away = away
        self._keep(away)


def _reason(error: BakktError) -> str:
    return f"{error.message} {error.next_step}" if isinstance(error, BakktDenied) else error.message
