"""How long a slow Bakkt is waited for: one request, its retry, and all reads of one account. Time is virtual."""

import asyncio

import httpx2
import pytest

from tests.support.fake_bakkt import ACCOUNT, METADATA, REQUEST, STATUS, ScriptedResponses, answer, connection
from tests.support.virtual_time import CLOCK, loop_time, run_in_virtual_time
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktTimedOut
from workbench.bakkt.wire.connection import TimeLimits
from workbench.bakkt.wire.retries import RetryPolicy
from workbench.domain.backoff import Backoff
from workbench.sync.reading import read_account

BRIEF_WAITS = RetryPolicy(backoff=Backoff(0.001, 0.001))
DOCUMENTS: dict[str, list[object]] = {"documentMetadata": []}


class SlowBakkt(httpx2.AsyncBaseTransport):
    """Answers each kind of request after some seconds; one that is given up on is counted too."""

    def __init__(self, account: float = 0.0, status: float = 0.0, documents: float = 0.0) -> None:
        self.seconds = {"A-1": account, "status": status, "accountDocumentMetadata": documents}
        self.failures: list[httpx2.Response] = []
        self.requests: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        kind = request.url.path.rpartition("/")[2]
        self.requests.append(kind)
        await asyncio.sleep(self.seconds.get(kind, 600.0))
        if self.failures:
            return self.failures.pop()
        return answer({"A-1": ACCOUNT, "status": STATUS, "accountDocumentMetadata": DOCUMENTS}[kind])


def client_over(bakkt: httpx2.AsyncBaseTransport, rate: float | None = None) -> BakktClient:
    return BakktClient(
        connection(), transport=bakkt, requests_per_second=rate, concurrency=4, retry=BRIEF_WAITS, clock=CLOCK
    )


def seconds_to_read(bakkt: SlowBakkt) -> float:
    """How long the whole account took, read or given up on."""

    async def read() -> float:
        async with client_over(bakkt) as client:
            await read_account(client, "A-1", lambda _: False)
        return loop_time()

    return run_in_virtual_time(read())


def test_the_limits_in_seconds() -> None:
    limits = TimeLimits()
    assert (limits.total, limits.total_of_write, limits.total_with_file, limits.account) == (30, 60, 300, 90)


def test_a_read_ends_after_thirty_seconds_and_is_tried_once_more() -> None:
    bakkt = SlowBakkt(account=600)

    async def read() -> float:
        async with client_over(bakkt) as client:
            with pytest.raises(BakktTimedOut, match="30 s"):
                await client.fetch_account("A-1")
        return loop_time()

    assert run_in_virtual_time(read()) == pytest.approx(60, abs=0.1)
    assert bakkt.requests == ["A-1"] * 2


@pytest.mark.parametrize(("kind", "seconds"), [("link", 60), ("account", 60), ("kyb", 60), ("document", 300)])
def test_what_is_sent_once_keeps_its_time_and_is_never_tried_again(kind: str, seconds: float) -> None:
    calls = {
        "link": lambda client: client.fetch_verification_link("A-1"),
        "account": lambda client: client.submit_account(REQUEST),
        "kyb": lambda client: client.submit_kyb_trigger("A-1"),
        "document": lambda client: client.submit_document(METADATA, b"x", "image/png", "pass.png"),
    }
    bakkt = SlowBakkt(account=600)

    async def send() -> float:
        async with client_over(bakkt) as client:
            with pytest.raises(BakktTimedOut):
                await calls[kind](client)
        return loop_time()

    assert run_in_virtual_time(send()) == pytest.approx(seconds, abs=0.1)
    assert len(bakkt.requests) == 1


def test_an_account_whose_answers_each_come_in_time_is_read() -> None:
    assert seconds_to_read(SlowBakkt(29, 29, 29)) == pytest.approx(87, abs=0.1)


def test_all_reads_of_one_account_share_ninety_seconds() -> None:
    bakkt = SlowBakkt(account=29, status=29, documents=600)

    async def read() -> float:
        async with client_over(bakkt) as client:
            with pytest.raises(BakktTimedOut, match="longer than 90 s"):
                await read_account(client, "A-1", lambda _: False)
        return loop_time()

    assert run_in_virtual_time(read()) == pytest.approx(90, abs=0.1)


def test_the_next_account_has_ninety_seconds_of_its_own() -> None:
    bakkt = SlowBakkt(account=29, status=29, documents=29)

    async def read_twice() -> float:
        async with client_over(bakkt) as client:
            for _ in range(2):
                await read_account(client, "A-1", lambda _: False)
        return loop_time()

    assert run_in_virtual_time(read_twice()) == pytest.approx(174, abs=0.1)


@pytest.mark.parametrize("status", [429, 503])
def test_waiting_as_long_as_bakkt_asks_takes_nothing_from_the_ninety_seconds(status: int) -> None:
    bakkt = SlowBakkt(account=14, status=29, documents=29)
    bakkt.failures = [httpx2.Response(status, headers={"retry-after": "200"})]
    assert seconds_to_read(bakkt) == pytest.approx(14 + 200 + 14 + 29 + 29, abs=0.1)


def test_waiting_for_our_own_rate_takes_nothing_from_the_ninety_seconds() -> None:
    async def read() -> float:
        async with client_over(SlowBakkt(1, 1, 1), rate=0.01) as client:
            await read_account(client, "A-1", lambda _: False)
        return loop_time()

    assert run_in_virtual_time(read()) > 190


def test_waits_of_our_own_between_tries_are_taken_from_them() -> None:
    async def read() -> float:
        script = ScriptedResponses(httpx2.Response(500))
        retry = RetryPolicy(tries=100, backoff=Backoff(40, 40), jitter=lambda: 1.0)
        transport = httpx2.MockTransport(script)
        async with BakktClient(
            connection(), transport=transport, requests_per_second=None, retry=retry, clock=CLOCK
        ) as client:
            with pytest.raises(BakktTimedOut, match="longer than 90 s"):
                await read_account(client, "A-1", lambda _: False)
        return loop_time()

    assert run_in_virtual_time(read()) == pytest.approx(80, abs=0.1), "a third wait would end after the limit"
