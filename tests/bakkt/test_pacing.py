"""How many at once, and how evenly."""

import asyncio
import time

import httpx2
import pytest

from workbench.bakkt.answers import Answer
from workbench.bakkt.client import BakktClient

from .wire import STATUS, Script, answer, connection, retry_later


class Gauge(httpx2.AsyncBaseTransport):
    """Answers after ``seconds``, and keeps when each request came and how many were there at once."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.under_way = 0
        self.most_under_way = 0
        self.came_at: list[float] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002 - its signature
        self.came_at.append(time.monotonic())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(self.seconds)
        self.under_way -= 1
        return answer(STATUS)


async def ask_many(client: BakktClient, count: int) -> None:
    async with client, asyncio.TaskGroup() as tasks:
        for number in range(count):
            tasks.create_task(client.fetch_account_status(f"A-{number}"))


@pytest.mark.parametrize("concurrency", [1, 4])
def test_no_more_are_under_way_than_allowed(concurrency: int) -> None:
    gauge = Gauge(seconds=0.005)
    client = BakktClient(connection(), transport=gauge, requests_per_second=None, concurrency=concurrency)
    asyncio.run(ask_many(client, 20))
    assert gauge.most_under_way == concurrency


def test_requests_are_spread_evenly_from_the_first_on() -> None:
    gauge = Gauge()
    asyncio.run(ask_many(BakktClient(connection(), transport=gauge, requests_per_second=50), 11))
    gaps = [later - earlier for earlier, later in zip(gauge.came_at, gauge.came_at[1:], strict=False)]
    assert min(gaps) > 0.01
    assert gauge.came_at[-1] - gauge.came_at[0] >= 0.19


def test_a_slow_rate_is_kept_too() -> None:
    gauge = Gauge()
    asyncio.run(ask_many(BakktClient(connection(), transport=gauge, requests_per_second=4.5), 2))
    assert gauge.came_at[1] - gauge.came_at[0] >= 0.2


def test_a_high_rate_is_nearly_reached_and_never_passed() -> None:
    gauge = Gauge()
    asyncio.run(ask_many(BakktClient(connection(), transport=gauge, requests_per_second=1000), 300))
    seconds = gauge.came_at[-1] - gauge.came_at[0]
    assert seconds >= (300 - 20) / 1000 * 0.95


def test_who_waits_for_the_rate_while_the_gate_shuts_waits_for_the_gate_too() -> None:
    sent_at: list[float] = []

    async def handle(_: httpx2.Request) -> httpx2.Response:
        sent_at.append(time.monotonic())
        for _ in range(5):  # until the others wait for the rate
            await asyncio.sleep(0)
        return retry_later(0.5) if len(sent_at) == 1 else answer(STATUS)

    client = BakktClient(connection(), transport=httpx2.MockTransport(handle), requests_per_second=10)
    asyncio.run(ask_many(client, 3))
    assert min(sent_at[1:]) - sent_at[0] >= 0.5


def test_who_is_cancelled_while_waiting_for_the_gate_gives_its_place_back() -> None:
    script = Script(retry_later(0.2), answer(STATUS))

    async def run() -> Answer:
        client = BakktClient(connection(), transport=httpx2.MockTransport(script), concurrency=1)
        async with client, asyncio.timeout(5):
            waiting = asyncio.create_task(client.fetch_account_status("waiting"))
            while not script.requests:
                await asyncio.sleep(0)
            await asyncio.sleep(0.01)
            waiting.cancel()
            return await client.fetch_account_status("next")

    assert asyncio.run(run()).value == STATUS
    assert len(script.requests) == 2
