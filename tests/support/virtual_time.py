"""An event loop with virtual time: an hour of waiting is over at once, and never late."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from workbench.bakkt.wire.pacing import Clock

T = TypeVar("T")


POLL_SECONDS = 1e-6


class _SkippingSelector(selectors.DefaultSelector):
    """A selector that skips waiting times, plus a little at each poll, so that early wakers make progress."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(timeout or 0.0, POLL_SECONDS)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = _SkippingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


def loop_time() -> float:
    return asyncio.get_running_loop().time()


CLOCK = Clock(monotonic=loop_time)
"""A client's clock on such a loop."""


def run_in_virtual_time(coroutine: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)
