"""Which responses are retried, how long the client waits, and what is sent only once."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_bakkt import (
    ACCOUNT,
    DOCUMENT_ID,
    METADATA,
    REQUEST,
    START,
    STATUS,
    FakeTime,
    ScriptedResponses,
    answer,
    ask,
    client_of,
    raw,
    retry_later,
)
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import (
    BakktDenied,
    BakktError,
    BakktRefused,
    BakktTimedOut,
    BakktUnreachable,
    BakktUnreadable,
)
from workbench.bakkt.wire.retries import FailureStreak, PauseAfterFailures, RetryPolicy, read_retry_after
from workbench.domain.backoff import Backoff

Call = Callable[[BakktClient], Awaitable[Any]]

ONLY_ONCE: dict[str, Call] = {
    "link": lambda client: client.fetch_verification_link("A-1"),
    "account": lambda client: client.submit_account(REQUEST),
    "document": lambda client: client.submit_document(METADATA, b"x", "image/png", "pass.png"),
    "kyb": lambda client: client.submit_kyb_trigger("A-1"),
}
READS: dict[str, Call] = {
    "account": lambda client: client.fetch_account("A-1"),
    "status": lambda client: client.fetch_account_status("A-1"),
    "documents": lambda client: client.fetch_account_documents("A-1"),
    "metadata": lambda client: client.fetch_document_metadata(DOCUMENT_ID),
    "file": lambda client: client.fetch_document_file(DOCUMENT_ID),
}


def fetch_account(client: BakktClient) -> Awaitable[Any]:
    return client.fetch_account("A-1")


@pytest.mark.parametrize("call", READS.values(), ids=READS.keys())
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_a_read_that_finds_bakkt_busy_is_tried_four_times(call: Call, status: int) -> None:
    script = ScriptedResponses(httpx2.Response(status))
    with pytest.raises(BakktUnreachable) as caught:
        ask(script, call)
    assert (len(script.requests), caught.value.status) == (4, status)


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError,
        httpx2.ReadError,
        ssl.SSLError,
    ],
)
def test_a_read_without_an_answer_is_tried_four_times(failure: type[httpx2.TransportError | ssl.SSLError]) -> None:
    script = ScriptedResponses(failure("secret detail"))
    with pytest.raises(BakktUnreachable):
        ask(script, fetch_account)
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    "failure", [httpx2.ConnectTimeout, httpx2.ReadTimeout, httpx2.WriteTimeout, httpx2.PoolTimeout]
)
def test_a_read_that_times_out_is_tried_once_more(failure: type[httpx2.TimeoutException]) -> None:
    script = ScriptedResponses(failure("secret detail"))
    with pytest.raises(BakktTimedOut):
        ask(script, fetch_account)
    assert len(script.requests) == 2


def test_a_timeout_after_other_failures_is_tried_once_more_too() -> None:
    script = ScriptedResponses(httpx2.Response(500), httpx2.ReadTimeout("slow"), answer(ACCOUNT))
    assert ask(script, fetch_account).value["id"] == "bakkt-1"


def test_a_200_that_cannot_be_read_is_tried_four_times_and_then_unreadable() -> None:
    script = ScriptedResponses(raw(b"<html>maintenance</html>"))
    with pytest.raises(BakktUnreadable) as caught:
        ask(script, fetch_account)
    assert (len(script.requests), caught.value.status) == (4, 200)


def test_the_first_good_answer_after_failures_is_taken() -> None:
    script = ScriptedResponses(httpx2.Response(500), raw(b"{"), httpx2.ReadTimeout("slow"), answer(ACCOUNT))
    assert ask(script, fetch_account).value["id"] == "bakkt-1"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 451])
def test_any_other_refusal_is_never_retried(status: int) -> None:
    script = ScriptedResponses(httpx2.Response(status))
    with pytest.raises((BakktRefused, BakktDenied)):
        ask(script, fetch_account)
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [201, 204, 206, 301, 302, 307, 308])
def test_a_redirect_or_a_foreign_success_is_neither_followed_nor_repeated(status: int) -> None:
    script = ScriptedResponses(httpx2.Response(status, headers={"location": "http://elsewhere.test/"}))
    with pytest.raises(BakktUnreadable):
        ask(script, fetch_account)
    assert [request.url.host for request in script.requests] == ["bakkt.test"]


@pytest.mark.parametrize("call", ONLY_ONCE.values(), ids=ONLY_ONCE.keys())
@pytest.mark.parametrize(
    "failure",
    [
        httpx2.Response(500),
        httpx2.Response(429, headers={"retry-after": "1"}),
        httpx2.Response(408),
        raw(b"not json"),
        httpx2.ConnectError("x"),
        httpx2.ReadTimeout("x"),
    ],
    ids=["500", "429", "408", "unreadable", "no connection", "no answer"],
)
def test_writes_and_the_link_are_sent_exactly_once(call: Call, failure: httpx2.Response | Exception) -> None:
    script = ScriptedResponses(failure)
    with pytest.raises(BakktError):
        ask(script, call)
    assert len(script.requests) == 1


@pytest.mark.parametrize("call", ONLY_ONCE.values(), ids=ONLY_ONCE.keys())
@pytest.mark.parametrize(
    ("failure", "was_sent"),
    [
        (httpx2.ConnectError("x"), False),
        (httpx2.ConnectTimeout("x"), False),
        (httpx2.PoolTimeout("x"), False),
        (httpx2.ReadTimeout("x"), True),
        (httpx2.WriteTimeout("x"), True),
        (httpx2.ReadError("x"), True),
        (httpx2.RemoteProtocolError("x"), True),
        (ssl.SSLError("x"), True),
        (httpx2.Response(503), True),
    ],
)
def test_a_lost_write_says_whether_it_may_have_arrived(
    call: Call, failure: httpx2.Response | Exception, was_sent: bool
) -> None:
    with pytest.raises(BakktUnreachable) as caught:
        ask(ScriptedResponses(failure), call)
    assert caught.value.was_sent is was_sent


def test_waits_double_up_to_a_cap_and_are_jittered() -> None:
    policy = RetryPolicy(tries=9, backoff=Backoff(1, 5), jitter=lambda: 1.0)
    assert [policy.wait_after(tries_made) for tries_made in range(1, 6)] == [1, 2, 4, 5, 5]
    halved = RetryPolicy(backoff=Backoff(1, 5), jitter=lambda: 0.0)
    assert [halved.wait_after(tries_made) for tries_made in (1, 4)] == [0.5, 2.5]
    assert len({RetryPolicy().wait_after(1) for _ in range(50)}) > 1


def test_the_waits_between_tries_are_those_of_the_policy() -> None:
    time = FakeTime()
    with pytest.raises(BakktUnreachable):
        ask(
            ScriptedResponses(httpx2.Response(500)),
            fetch_account,
            time=time,
            retry=RetryPolicy(backoff=Backoff(1, 10), jitter=lambda: 1),
        )
    assert time.waits == [1, 2, 4]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_never_undercut(status: int) -> None:
    time = FakeTime()
    sent_at: list[float] = []
    script = ScriptedResponses(retry_later(120, status), answer(ACCOUNT))

    def handle(request: httpx2.Request) -> httpx2.Response:
        sent_at.append(time.seconds)
        return script(request)

    ask(handle, fetch_account, time=time)
    assert sent_at[0] == 0
    assert 120 <= sent_at[1] < 130


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_as_a_date_is_never_undercut(status: int) -> None:
    time = FakeTime()
    instant = format_datetime(START + timedelta(seconds=90), usegmt=True)
    ask(ScriptedResponses(retry_later(instant, status), answer(ACCOUNT)), fetch_account, time=time)
    assert 90 <= time.seconds < 100


@pytest.mark.parametrize("wait", ["301", "9" * 400, format_datetime(START + timedelta(hours=2), usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_of_more_than_five_minutes_is_given_up_at_once_with_a_message(wait: str, status: int) -> None:
    time = FakeTime()
    script = ScriptedResponses(retry_later(wait, status))
    with pytest.raises(BakktUnreachable, match="asks us to wait") as caught:
        ask(script, fetch_account, time=time)
    assert (len(script.requests), time.waits) == (1, [])
    assert re.fullmatch(r"Try again in \d+ (minutes|hours|days)\.", caught.value.next_step)


def test_a_wait_of_five_minutes_is_waited_out() -> None:
    time = FakeTime()
    ask(ScriptedResponses(retry_later(300), answer(ACCOUNT)), fetch_account, time=time)
    assert time.seconds >= 300


@pytest.mark.parametrize("nonsense", ["soon", "-5", "", "nan", "inf", "1e9", "٣", "Wed, 99 Foo 2026"])
def test_a_retry_after_that_cannot_be_read_counts_as_none(nonsense: str) -> None:
    assert read_retry_after({"retry-after": nonsense}, START) is None


def test_a_retry_date_in_the_past_means_no_wait() -> None:
    past = format_datetime(START - timedelta(days=1), usegmt=True)
    assert read_retry_after({"retry-after": past}, START) == 0


def test_a_date_is_measured_by_the_clock_of_the_answer() -> None:
    headers = {
        "date": format_datetime(START + timedelta(hours=1), usegmt=True),
        "retry-after": format_datetime(START + timedelta(hours=1, seconds=7), usegmt=True),
    }
    assert read_retry_after(headers, START) == 7


@given(st.text())
def test_no_retry_after_whatever_breaks_the_client(text: str) -> None:
    seconds = read_retry_after({"retry-after": text, "date": text}, START)
    assert seconds is None or seconds >= 0


def test_a_429_holds_everybody_back_until_the_instant_it_names() -> None:
    time = FakeTime()
    sent: list[tuple[float, str]] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        sent.append((time.seconds, request.url.path))
        return retry_later(60) if len(sent) == 1 else answer(STATUS)

    async def run() -> None:
        async with client_of(handle, time, concurrency=1) as client, asyncio.TaskGroup() as tasks:
            for number in range(5):
                tasks.create_task(client.fetch_account_status(f"A-{number}"))

    asyncio.run(run())
    assert len(sent) == 6
    assert all(seconds >= 60 for seconds, _ in sent[1:])


def test_a_429_to_a_write_holds_reads_back_too() -> None:
    time = FakeTime()
    script = ScriptedResponses(retry_later(45), answer(STATUS))

    async def run() -> None:
        async with client_of(script, time) as client:
            with pytest.raises(BakktUnreachable):
                await client.submit_account(REQUEST)
            await client.fetch_account_status("A-1")

    asyncio.run(run())
    assert time.seconds >= 45


def test_while_a_long_pause_lasts_nothing_is_sent_and_a_write_says_so() -> None:
    script = ScriptedResponses(retry_later(3600), answer(ACCOUNT))

    async def run() -> BakktUnreachable:
        async with client_of(script) as client:
            with pytest.raises(BakktUnreachable):
                await client.fetch_account("A-1")
            with pytest.raises(BakktUnreachable, match="asks us to wait") as caught:
                await client.submit_account(REQUEST)
            return caught.value

    error = asyncio.run(run())
    assert (len(script.requests), error.was_sent) == (1, False)


def test_every_try_is_counted() -> None:
    async def run() -> int:
        async with client_of(
            ScriptedResponses(httpx2.Response(500), httpx2.ConnectError("x"), answer(ACCOUNT))
        ) as client:
            await client.fetch_account("A-1")
            return client.requests_sent

    assert asyncio.run(run()) == 3


def test_started_at_is_when_the_try_that_succeeded_started() -> None:
    time = FakeTime()
    found = ask(ScriptedResponses(retry_later(30), answer(ACCOUNT)), fetch_account, time=time)
    assert found.started_at == START + timedelta(seconds=time.seconds)
    assert found.started_at >= START + timedelta(seconds=30)


def test_twenty_failures_in_a_row_end_a_run() -> None:
    streak = FailureStreak()
    for _ in range(19):
        streak.record_failure()
    assert not streak.has_reached_limit
    streak.record_failure()
    assert streak.has_reached_limit


def test_one_success_between_failures_starts_the_count_again() -> None:
    streak = FailureStreak(limit=2)
    streak.record_failure()
    streak.record_success()
    streak.record_failure()
    assert not streak.has_reached_limit


def test_failures_during_a_pause_do_not_lengthen_it() -> None:
    pause = PauseAfterFailures("Reading", Backoff(60, 300))
    for _ in range(3):
        pause.record_failure(BakktDenied("no"))
    assert 0 < pause.seconds_left <= 60
    assert pause.reason == "no"


def test_a_success_clears_the_reason_and_not_the_wait() -> None:
    pause = PauseAfterFailures("Reading", Backoff(60, 300))
    pause.record_failure(BakktUnreachable("away"))
    pause.record_success()
    assert pause.reason is None
    assert pause.seconds_left > 0


def test_a_pause_is_as_long_as_bakkt_asks() -> None:
    pause = PauseAfterFailures("Reading", Backoff(1, 300))
    pause.record_failure(BakktUnreachable("away", retry_after_seconds=600))
    assert 300 < pause.seconds_left <= 600


def test_a_pause_after_an_error_of_ours_quotes_none_of_its_words(caplog: pytest.LogCaptureFixture) -> None:
    pause = PauseAfterFailures("Reading", Backoff(1, 300))
    pause.record_failure(KeyError("219-09-9881"))
    assert pause.reason == "an internal error (KeyError)"
    assert caplog.messages == ["Reading is paused: an internal error (KeyError)"]
