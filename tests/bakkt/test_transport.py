"""The real transport against a loopback server that cuts, drips, stalls, hangs up or is not there."""

import asyncio
import gzip
import json
import re
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.fake_bakkt import (
    ACCOUNT,
    KEY,
    METADATA,
    REQUEST,
    STATUS,
    RawServer,
    client_at,
    http_answer,
    raw_server,
)
from workbench.bakkt import answers
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktRefused, BakktUnreachable, BakktUnreadable
from workbench.bakkt.wire.connection import TimeLimits
from workbench.bakkt.wire.retries import RetryPolicy
from workbench.domain.backoff import Backoff
from workbench.domain.errors import SettingsError

Behaviour = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
Call = Callable[[BakktClient], Awaitable[Any]]
ACCOUNT_BODY = json.dumps(ACCOUNT).encode()
ENDLESS_SECONDS = 60.0
IMPATIENT = TimeLimits(connect=30, read=0.5, total=1.5, total_of_write=1.5)
"""Long enough to send a request on a busy machine, and much shorter than the slow responses."""


async def cut(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(ACCOUNT_BODY[:40], length=len(ACCOUNT_BODY)))
    await writer.drain()
    writer.close()


async def hang_up(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def reset(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def stall(_: bytes, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(ENDLESS_SECONDS)


async def drip(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(b"", length=len(ACCOUNT_BODY)))
    for byte in ACCOUNT_BODY:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def drip_the_head(_: bytes, writer: asyncio.StreamWriter) -> None:
    for byte in http_answer(ACCOUNT_BODY):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def babble(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"Orla O'Brien is not an HTTP answer\r\n\r\n")
    await writer.drain()
    writer.close()


async def lie_about_gzip(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(ACCOUNT_BODY, "200 OK", "Content-Encoding: gzip"))


async def say_status(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(http_answer(json.dumps(STATUS).encode()))


def meet(behave: Behaviour, call: Call, **options: Any) -> tuple[RawServer, Any]:
    """Return the result of the call (error or response) and the server it reached."""

    async def run() -> tuple[RawServer, Any]:
        async with raw_server(behave) as (server, base_url), client_at(base_url, **options) as client:
            try:
                return server, await call(client)
            except (BakktUnreachable, BakktUnreadable, BakktRefused) as error:
                return server, error

    return asyncio.run(run())


def limits_for(behave: Behaviour) -> TimeLimits:
    """Return short limits where nothing else ends the exchange."""
    return IMPATIENT if behave in {stall, drip, drip_the_head} else TimeLimits()


@pytest.mark.slow
@pytest.mark.parametrize("behave", [cut, hang_up, reset, stall, drip, drip_the_head, babble])
def test_a_read_with_a_bad_connection_is_tried_and_then_given_up(behave: Behaviour) -> None:
    retry = RetryPolicy(tries=2, backoff=Backoff(0.001, 0.001))
    server, error = meet(behave, lambda client: client.fetch_account("A-1"), retry=retry, limits=limits_for(behave))
    assert isinstance(error, BakktUnreachable)
    assert len(server.requests) == 2


@pytest.mark.many_cases
@pytest.mark.parametrize("behave", [cut, hang_up, reset, stall, drip, babble])
@pytest.mark.parametrize(
    "call",
    [lambda client: client.fetch_verification_link("A-1"), lambda client: client.submit_account(REQUEST)],
    ids=["link", "account"],
)
def test_one_request_alone_arrives_and_its_fate_is_unknown(behave: Behaviour, call: Call) -> None:
    server, error = meet(behave, call, limits=limits_for(behave))
    assert isinstance(error, BakktUnreachable)
    assert (len(server.requests), error.was_sent) == (1, True)


def test_the_link_is_not_asked_for_twice_when_a_kept_connection_has_died() -> None:
    async def answer_once(head: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/status" in head:
            writer.write(http_answer(json.dumps(STATUS).encode()))
        else:
            writer.transport.abort()

    async def call(client: BakktClient) -> Any:
        await client.fetch_account_status("A-1")
        return await client.fetch_verification_link("A-1")

    server, error = meet(answer_once, call)
    assert isinstance(error, BakktUnreachable)
    assert [b"/status" in request for request in server.requests] == [True, False]
    assert server.connections == 2


def test_tries_are_ours_alone_when_a_kept_connection_dies_under_a_read() -> None:
    async def answer_once_a_connection(head: bytes, writer: asyncio.StreamWriter) -> None:
        if b"first" in head:
            writer.write(http_answer(json.dumps(STATUS).encode()))
        else:
            writer.transport.abort()

    async def call(client: BakktClient) -> Any:
        await client.fetch_account_status("first")
        return await client.fetch_account_status("second")

    server, _ = meet(answer_once_a_connection, call)
    assert len(server.requests) == 1 + 4


def test_reads_share_a_kept_connection() -> None:
    async def say_status(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(json.dumps(STATUS).encode()))

    async def call(client: BakktClient) -> None:
        for _ in range(5):
            await client.fetch_account_status("A-1")

    server, _ = meet(say_status, call)
    assert (len(server.requests), server.connections) == (5, 1)


def test_a_port_where_nobody_listens_means_nothing_was_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        async def run() -> BakktUnreachable:
            async with client_at(f"http://127.0.0.1:{port}") as client:
                with pytest.raises(BakktUnreachable) as caught:
                    await client.submit_account(REQUEST)
                return caught.value

        assert asyncio.run(run()).was_sent is False


def test_a_name_that_cannot_be_looked_up_means_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def find_nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def run() -> BakktUnreachable:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", find_nothing)
        async with client_at("http://bakkt.test") as client:
            with pytest.raises(BakktUnreachable) as caught:
                await client.submit_account(REQUEST)
            return caught.value

    assert asyncio.run(run()).was_sent is False


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_missing_file_of_certificates_is_reported_when_the_client_is_made(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "/nowhere")
    with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
        client_at("https://bakkt.test")


def test_a_file_without_certificates_is_reported_when_the_client_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
        client_at("https://bakkt.test")


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.fetch_verification_link("A-1"),
        lambda client: client.submit_account(REQUEST),
        lambda client: client.submit_document(METADATA, b"x", "image/png", "pass.png"),
        lambda client: client.submit_kyb_trigger("A-1"),
    ],
    ids=["link", "account", "document", "kyb"],
)
def test_everything_that_is_sent_once_has_its_own_connection(call: Call) -> None:
    async def keep_open(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b"{}", "422 No" if b"/status" not in head else "200 OK"))

    async def call_repeatedly(client: BakktClient) -> None:
        with suppress(BakktUnreadable):
            await client.fetch_account_status("A-1")
        for _ in range(3):
            with pytest.raises(BakktRefused):
                await call(client)
        await asyncio.gather(*(call(client) for _ in range(3)), return_exceptions=True)

    server, _ = meet(keep_open, call_repeatedly, retry=RetryPolicy(tries=1), concurrency=2)
    assert (len(server.requests), server.connections) == (1 + 6, 1 + 6)


def test_a_server_that_accepts_nobody_means_nothing_was_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.socket() as first, socket.socket() as second:
            for filler in (first, second):
                filler.setblocking(False)
                filler.connect_ex(full.getsockname())

            async def run() -> BakktUnreachable:
                limits = TimeLimits(connect=0.3, read=30, total=60)
                async with client_at(f"http://127.0.0.1:{full.getsockname()[1]}", limits=limits) as client:
                    with pytest.raises(BakktUnreachable) as caught:
                        await client.submit_account(REQUEST)
                    return caught.value

            assert asyncio.run(run()).was_sent is False


def test_a_body_that_is_not_the_gzip_it_claims_to_be_is_unreadable() -> None:
    server, error = meet(lie_about_gzip, lambda client: client.fetch_account("A-1"))
    assert isinstance(error, BakktUnreadable)
    assert len(server.requests) == 4


def test_a_gzipped_answer_is_read() -> None:
    async def squeeze(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(gzip.compress(ACCOUNT_BODY), "200 OK", "Content-Encoding: gzip"))

    _, answer = meet(squeeze, lambda client: client.fetch_account("A-1"))
    assert answer.text == ACCOUNT_BODY.decode()


def test_a_refusal_counts_even_when_its_body_is_cut() -> None:
    async def refuse(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b'{"code": 4', "422 Nope", length=500))
        await writer.drain()
        writer.close()

    server, error = meet(refuse, lambda client: client.submit_account(REQUEST))
    assert isinstance(error, BakktRefused)
    assert (error.status, error.fields, len(server.requests)) == (422, (), 1)


def test_a_redirect_does_not_take_the_key_along() -> None:
    async def redirect(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b"", "307 Elsewhere", "Location: /stolen"))

    server, error = meet(redirect, lambda client: client.fetch_account("A-1"))
    assert isinstance(error, BakktUnreadable)
    assert len(server.requests) == 1


def test_the_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def say_status(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(json.dumps(STATUS).encode()))

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    _, answer = meet(say_status, lambda client: client.fetch_account_status("A-1"))
    assert answer.value == STATUS


def test_a_cookie_is_not_sent_back() -> None:
    async def set_cookie(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(json.dumps(STATUS).encode(), "200 OK", "Set-Cookie: session=1; Path=/"))

    async def call(client: BakktClient) -> None:
        await client.fetch_account_status("A-1")
        await client.fetch_account_status("A-1")

    server, _ = meet(set_cookie, call)
    assert not any(b"cookie" in request.lower() for request in server.requests)


def test_a_cancelled_read_gives_its_place_back() -> None:
    async def answer_the_second(head: bytes, writer: asyncio.StreamWriter) -> None:
        if b"slow" in head:
            await asyncio.sleep(ENDLESS_SECONDS)
        writer.write(http_answer(json.dumps(STATUS).encode()))

    async def call(client: BakktClient) -> Any:
        slow = asyncio.create_task(client.fetch_account_status("slow"))
        while not client.requests_sent:
            await asyncio.sleep(0)
        slow.cancel()
        return await client.fetch_account_status("quick")

    _, answer = meet(answer_the_second, call, concurrency=1)
    assert answer.value == STATUS


def test_a_read_sends_these_headers_and_no_others() -> None:
    server, _ = meet(say_status, lambda client: client.fetch_account_status("A-1"))
    _, *headers = server.requests[0].decode().splitlines()
    sent = dict(header.split(": ", 1) for header in headers if header)
    host = sent.pop("Host")
    assert host.startswith("127.0.0.1:")
    assert sent == {
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Authorization": f"API-Key {KEY}",
        "User-Agent": "onboarding-workbench",
    }


def test_a_silence_beyond_the_read_limit_ends_a_try_long_before_its_total() -> None:
    limits = TimeLimits(connect=30, read=0.1, total=ENDLESS_SECONDS)
    started = time.monotonic()
    _, error = meet(stall, lambda client: client.fetch_account("A-1"), limits=limits, retry=RetryPolicy(tries=1))
    assert isinstance(error, BakktUnreachable)
    assert time.monotonic() - started < ENDLESS_SECONDS / 2


def test_a_body_that_comes_in_pieces_is_put_together() -> None:
    async def say_in_chunks(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for position in range(0, len(ACCOUNT_BODY), 100):
            piece = ACCOUNT_BODY[position : position + 100]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    _, answer = meet(say_in_chunks, lambda client: client.fetch_account("A-1"))
    assert answer.text == ACCOUNT_BODY.decode()


def test_a_small_body_that_unpacks_to_more_than_the_limit_is_too_large() -> None:
    packed = gzip.compress(b" " * (answers.JSON_BYTE_LIMIT + 1))

    async def send_packed(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(packed, "200 OK", "Content-Encoding: gzip"))

    retry = RetryPolicy(tries=1)
    _, error = meet(send_packed, lambda client: client.fetch_account("A-1"), retry=retry)
    assert isinstance(error, BakktUnreadable)
    assert "too large" in error.message


def test_a_connection_left_in_the_middle_of_a_body_is_not_used_again() -> None:
    async def say_too_much_at_first(head: bytes, writer: asyncio.StreamWriter) -> None:
        if b"first" in head:
            writer.write(http_answer(b" " * (answers.JSON_BYTE_LIMIT + 10), length=answers.JSON_BYTE_LIMIT + 20))
        else:
            await say_status(head, writer)

    async def call(client: BakktClient) -> Any:
        with pytest.raises(BakktUnreadable):
            await client.fetch_account_status("first")
        return await client.fetch_account_status("second")

    server, answer = meet(say_too_much_at_first, call, retry=RetryPolicy(tries=1))
    assert (answer.value, server.connections) == (STATUS, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.fetch_account("A-1"),
        lambda client: client.fetch_verification_link("A-1", override_declined_consent=True),
        lambda client: client.submit_account(REQUEST),
        lambda client: client.submit_document(METADATA, b"x", "image/png", "pass.png"),
    ],
    ids=["read", "link", "account", "document"],
)
def test_any_transport_of_httpx2_sends_what_ours_sends(call: Call) -> None:
    async def refuse(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(b"{}", "422 No", "Connection: close"))
        await writer.drain()
        writer.close()

    ours, _ = meet(refuse, call)
    theirs, _ = meet(refuse, call, transport=httpx2.AsyncHTTPTransport())
    assert _as_sent(ours.requests) == _as_sent(theirs.requests)


def _as_sent(requests: list[bytes]) -> list[tuple[bytes, set[bytes], bytes]]:
    """Return first line, headers and body, without ports, boundaries and whatever else differs by transport."""
    heads = [request.partition(b"\r\n\r\n") for request in requests]
    changing = (b"Host:", b"Connection:", b"Content-Type: multipart")
    return [
        (
            head.splitlines()[0],
            {line for line in head.splitlines()[1:] if not line.startswith(changing)},
            re.sub(rb"--[0-9a-f]{32}", b"--", body),
        )
        for head, _, body in heads
    ]
