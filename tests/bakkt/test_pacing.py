"""How many requests are in flight at once, and how evenly they are spaced."""

import asyncio

import httpx2
import pytest

from tests.support.fake_bakkt import STATUS, ScriptedResponses, answer, connection, retry_later
from tests.support.virtual_time import CLOCK, loop_time, run_in_virtual_time
from workbench.bakkt.answers import BakktAnswer
from workbench.bakkt.client import BakktClient


class Gauge(httpx2.AsyncBaseTransport):
    """Responds after ``seconds`` and records arrival times and the number of requests in flight."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.under_way = 0
        self.most_under_way = 0
        self.came_at: list[float] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002 - fixed signature
        self.came_at.append(loop_time())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(self.seconds)
        self.under_way -= 1
        return answer(STATUS)


def client_over(transport: httpx2.AsyncBaseTransport, rate: float | None, concurrency: int = 32) -> BakktClient:
    return BakktClient(
        connection(), transport=transport, requests_per_second=rate, concurrency=concurrency, clock=CLOCK
    )


def ask_many(
    transport: httpx2.AsyncBaseTransport, count: int, rate: float | None = None, concurrency: int = 32
) -> None:
    """Send ``count`` requests at once, in virtual time."""

    async def ask() -> None:
        async with client_over(transport, rate, concurrency) as client, asyncio.TaskGroup() as tasks:
            for number in range(count):
                tasks.create_task(client.fetch_account_status(f"A-{number}"))

    run_in_virtual_time(ask())


@pytest.mark.parametrize("concurrency", [1, 4])
def test_no_more_are_under_way_than_allowed(concurrency: int) -> None:
    gauge = Gauge(seconds=0.005)
    ask_many(gauge, 20, concurrency=concurrency)
    assert gauge.most_under_way == concurrency


def test_requests_are_spread_evenly_from_the_first_on() -> None:
    gauge = Gauge()
    ask_many(gauge, 11, rate=50)
    gaps = [later - earlier for earlier, later in zip(gauge.came_at, gauge.came_at[1:], strict=False)]
    assert gaps == [pytest.approx(0.02, rel=0.02)] * 10


def test_a_slow_rate_is_kept_too() -> None:
    gauge = Gauge()
    ask_many(gauge, 2, rate=4.5)
    assert gauge.came_at[1] - gauge.came_at[0] == pytest.approx(1 / 4.5, rel=0.01)


def test_a_high_rate_is_nearly_reached_and_never_passed() -> None:
    gauge = Gauge()
    ask_many(gauge, 300, rate=1000)
    seconds = gauge.came_at[-1] - gauge.came_at[0]
    assert (300 - 20) / 1000 * 0.999 <= seconds <= 300 / 1000 * 1.05


def test_requests_after_an_idle_time_do_not_leave_together() -> None:
    gauge = Gauge()

    async def run() -> None:
        async with client_over(gauge, 50) as client:
            await client.fetch_account_status("first")
            await asyncio.sleep(10)
            async with asyncio.TaskGroup() as tasks:
                for number in range(5):
                    tasks.create_task(client.fetch_account_status(f"A-{number}"))

    run_in_virtual_time(run())
    gaps = [later - earlier for earlier, later in zip(gauge.came_at, gauge.came_at[1:], strict=False)]
    assert gaps[0] >= 10
    assert gaps[1:] == [pytest.approx(0.02, rel=0.02)] * 4


def test_requests_leave_in_the_order_in_which_they_were_asked_for() -> None:
    asked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path.split("/")[-2])
        return answer(STATUS)

    ask_many(httpx2.MockTransport(handle), 12, rate=50)
    assert asked == [f"A-{number}" for number in range(12)]


def test_who_is_cancelled_while_waiting_for_the_rate_holds_nobody_up() -> None:
    gauge = Gauge()

    async def run() -> None:
        async with client_over(gauge, 1) as client:
            await client.fetch_account_status("first")
            first_in_line = asyncio.create_task(client.fetch_account_status("gives up"))
            second = asyncio.create_task(client.fetch_account_status("second"))
            await asyncio.sleep(0.5)
            first_in_line.cancel()
            await second

    run_in_virtual_time(run())
    assert gauge.came_at[1] - gauge.came_at[0] == pytest.approx(1, rel=0.01)
    assert len(gauge.came_at) == 2


def test_who_waits_for_the_rate_while_the_gate_shuts_waits_for_the_gate_too() -> None:
    sent_at: list[float] = []

    async def handle(_: httpx2.Request) -> httpx2.Response:
        sent_at.append(loop_time())
        for _turn in range(5):  # wait until the others are held back by the rate limit
            await asyncio.sleep(0)
        return retry_later(0.5) if len(sent_at) == 1 else answer(STATUS)

    ask_many(httpx2.MockTransport(handle), 3, rate=10)
    assert min(sent_at[1:]) - sent_at[0] >= 0.5


def test_who_is_cancelled_while_waiting_for_the_gate_gives_its_place_back() -> None:
    script = ScriptedResponses(retry_later(200), answer(STATUS))

    async def run() -> BakktAnswer:
        async with client_over(httpx2.MockTransport(script), None, concurrency=1) as client:
            waiting = asyncio.create_task(client.fetch_account_status("waiting"))
            await asyncio.sleep(100)
            assert len(script.requests) == 1
            waiting.cancel()
            return await client.fetch_account_status("next")

    assert run_in_virtual_time(run()).value == STATUS
    assert len(script.requests) == 2
