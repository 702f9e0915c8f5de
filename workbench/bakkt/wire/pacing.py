"""Decides when the next request may leave: free slots, a steady rate, and one gate that a 429 closes for all."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiolimiter import AsyncLimiter

from workbench.bakkt.errors import BakktUnreachable
from workbench.domain.moments import wait_in_words


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The client's source of time; tests pass one that does not really wait."""

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


class Throttle:
    """Shared by all requests of a client: a limited number at once, evenly spread, none while the gate is closed."""

    def __init__(
        self, *, concurrency: int, requests_per_second: float | None, longest_pause: float, clock: Clock
    ) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._rate = None if requests_per_second is None else _steady_rate(requests_per_second)
        self._longest_pause = longest_pause
        self._clock = clock
        self._opens_at = clock.monotonic()

    @property
    def requests_per_second(self) -> float | None:
        return None if self._rate is None else self._rate.max_rate / self._rate.time_period

    async def __aenter__(self) -> None:
        """Hold a slot while one request runs; raises BakktUnreachable if the gate is closed for too long."""
        await self._slots.acquire()
        try:
            await self._wait_for_turn()
        except BaseException:
            self._slots.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._slots.release()

    def pause(self, seconds: float) -> None:
        """Close the gate for that many seconds."""
        self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)

    async def _wait_for_turn(self) -> None:
        await self._wait_for_gate()
        while self._rate is not None:
            await self._rate.acquire()
            if self._seconds_closed() <= 0:
                break
            await self._wait_for_gate()

    async def _wait_for_gate(self) -> None:
        while (seconds := self._seconds_closed()) > 0:
            if seconds > self._longest_pause:
                raise asked_to_wait(seconds, status=429, was_sent=False)
            await self._clock.sleep(seconds)

    def _seconds_closed(self) -> float:
        return self._opens_at - self._clock.monotonic()


def asked_to_wait(seconds: float, *, status: int, was_sent: bool = True) -> BakktUnreachable:
    """The error for a wait that is too long."""
    pause = wait_in_words(seconds)
    return BakktUnreachable(
        f"Bakkt asks us to wait {pause} before the next request, too long to wait automatically.",
        title="Bakkt asks us to wait",
        next_step=f"Try again in {pause}.",
        status=status,
        was_sent=was_sent,
        retry_after_seconds=seconds,
    )


def _steady_rate(requests_per_second: float) -> AsyncLimiter:
    """A bucket of 20 ms spreads requests evenly enough, and late timers do not lower the rate."""
    bucket = max(1.0, requests_per_second / 50)
    return AsyncLimiter(bucket, bucket / requests_per_second)
