"""Reading and landing side by side: neither may hang or lose what the other has done."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import pytest

from workbench.domain.errors import StoreError
from workbench.store import Failure
from workbench.sync.pump import BATCH_SIZE, Pump

Take = Callable[[], Awaitable[int | None]]


def numbers(count: int) -> Take:
    waiting = deque(range(count))

    async def take() -> int | None:
        return waiting.popleft() if waiting else None

    return take


async def read(number: int) -> int | Failure:
    await asyncio.sleep(0)
    return number


async def ignore(_read: Sequence[int], _failures: Sequence[Failure]) -> None:
    return


def test_everything_is_landed_once_in_batches() -> None:
    landed: list[int] = []
    sizes: list[int] = []

    async def land(found: Sequence[int], _failures: Sequence[Failure]) -> None:
        landed.extend(found)
        sizes.append(len(found))

    asyncio.run(Pump(numbers(3 * BATCH_SIZE), read, land, lambda: False, 60).run(8))
    assert sorted(landed) == list(range(3 * BATCH_SIZE))
    assert max(sizes) == BATCH_SIZE


def test_a_batch_lands_before_it_is_old_when_nothing_else_is_being_read() -> None:
    has_landed = asyncio.Event()
    first = iter([1])

    async def take() -> int | None:
        number = next(first, None)
        if number is None:
            await has_landed.wait()
        return number

    async def land(_found: Sequence[int], _failures: Sequence[Failure]) -> None:
        has_landed.set()

    asyncio.run(Pump(take, read, land, lambda: False, batch_seconds=3600).run(4))


def test_a_slow_landing_holds_up_the_reading_and_may_fail_after_a_stop() -> None:
    most = 3 * BATCH_SIZE + 8
    given: list[int] = []

    async def read_and_count(number: int) -> int:
        given.append(number)
        return number

    async def land(_found: Sequence[int], _failures: Sequence[Failure]) -> None:
        """Fail only once the readers are stopped and the pump waits for the landing with a full queue."""
        while len(asyncio.all_tasks()) > 2:
            await asyncio.sleep(0)
        for _ in range(10):
            await asyncio.sleep(0)
        raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        asyncio.run(Pump(numbers(2 * most), read_and_count, land, lambda: len(given) == most, 60).run(8))
    assert len(given) == most, "one batch, a full queue, and one result in the hand of each reader"


def test_an_error_of_ours_while_reading_is_raised_once_the_rest_is_landed() -> None:
    landed: list[int] = []

    async def stumble(number: int) -> int:
        if number == 2:
            raise ZeroDivisionError
        return number

    async def land(found: Sequence[int], _failures: Sequence[Failure]) -> None:
        landed.extend(found)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(Pump(numbers(9), stumble, land, lambda: False, 60).run(3))
    assert sorted(landed) == [0, 1, 3, 4, 5, 6, 7, 8]


def test_readers_end_together_so_that_none_goes_on_alone() -> None:
    answers: deque[int | None] = deque([1, None, 2, None, None])

    async def take() -> int | None:
        await asyncio.sleep(0)
        return answers.popleft()

    asyncio.run(Pump(take, read, ignore, lambda: False, 60).run(4))
    assert list(answers) == [2, None, None]
