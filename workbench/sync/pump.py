"""Reading many accounts or documents at once and landing the results in batches, while the reading goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from workbench.store import Failure

BATCH_SIZE = 1000
SECONDS_BETWEEN_CHECKS = 0.1

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class Pump(Generic[T, R]):
    """Readers take items until ``take`` gives None; one task lands what they read, however the reading ends.

    The queue between them is bounded, so that a slow store slows the reading down. A batch lands when it is full or
    ``batch_seconds`` old, or when nothing else is being read.
    """

    take: Callable[[], Awaitable[T | None]]
    read: Callable[[T], Awaitable[R | Failure]]
    land: Callable[[Sequence[R], Sequence[Failure]], Awaitable[None]]
    is_stop_wanted: Callable[[], bool]
    batch_seconds: float
    _readers: list[asyncio.Task[None]] = field(init=False, default_factory=list)
    _results: asyncio.Queue[R | Failure | None] = field(
        init=False, default_factory=partial(asyncio.Queue, 2 * BATCH_SIZE)
    )
    _taking: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _in_flight: int = field(init=False, default=0)
    _is_over: bool = field(init=False, default=False)

    async def run(self, concurrency: int) -> None:
        """Returns once everything is landed. Raises what reading or landing raised."""
        lander = asyncio.create_task(self._keep_landing())
        lander.add_done_callback(lambda _: self._stop())
        self._readers = [asyncio.create_task(self._keep_reading()) for _ in range(concurrency)]
        try:
            while (await asyncio.wait(self._readers, timeout=SECONDS_BETWEEN_CHECKS))[1]:
                self._stop_if_wanted()  # every reader may be waiting minutes for a retry
        finally:
            self._stop()
            outcomes = await asyncio.gather(*self._readers, return_exceptions=True)
            await self._finish(lander)
        for error in outcomes:
            if isinstance(error, Exception):
                raise error

    async def _finish(self, lander: asyncio.Task[None]) -> None:
        """Lands what is left. If landing fails, nobody empties a full queue, so the end is not waited for."""
        ending = asyncio.create_task(self._results.put(None))
        try:
            await lander
        finally:
            ending.cancel()

    def _stop_if_wanted(self) -> None:
        if self.is_stop_wanted():
            self._stop()

    def _stop(self) -> None:
        self._is_over = True
        for reader in self._readers:
            reader.cancel()

    async def _keep_reading(self) -> None:
        while (item := await self._next_item()) is not None:
            self._in_flight += 1
            result = await self.read(item)
            self._in_flight -= 1
            await self._results.put(result)

    async def _next_item(self) -> T | None:
        """The next item; None to all readers once one got None, so that none goes on alone."""
        async with self._taking:
            self._stop_if_wanted()
            item = None if self._is_over else await self.take()
            self._is_over = item is None
            return item

    async def _keep_landing(self) -> None:
        is_last = False
        while not is_last:
            batch = await self._next_batch()
            is_last = batch[-1] is None
            failures = [result for result in batch if isinstance(result, Failure)]
            read = [result for result in batch if result is not None and not isinstance(result, Failure)]
            if read or failures:
                await self.land(read, failures)

    async def _next_batch(self) -> list[R | Failure | None]:
        """The next batch; None is its last item if no more will come."""
        batch = [await self._results.get()]
        with suppress(TimeoutError):
            async with asyncio.timeout(self.batch_seconds):
                while batch[-1] is not None and len(batch) < BATCH_SIZE and self._is_more_expected():
                    batch.append(await self._results.get())
        return batch

    def _is_more_expected(self) -> bool:
        return self._in_flight > 0 or not self._results.empty()
