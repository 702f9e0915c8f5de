"""Every id reaches Bakkt as a single path segment, in httpx2 and on the wire."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from pydantic import SecretStr

from tests.support.fake_bakkt import (
    ACCOUNT,
    DOCUMENT,
    DOCUMENT_ID,
    KEY,
    METADATA,
    PARTNER,
    REQUEST,
    STATUS,
    RawServer,
    ScriptedResponses,
    answer,
    ask,
    client_at,
    http_answer,
    raw_server,
)
from workbench.bakkt.client import (
    ACCOUNT_SUBMISSION,
    DOCUMENT_SUBMISSION,
    ApiCall,
    BakktClient,
    kyb_trigger_call,
    link_request_call,
)
from workbench.bakkt.errors import BakktError
from workbench.bakkt.wire.connection import BakktConnection, quote_segment
from workbench.domain.errors import InputError

IDS = [
    "ACC 1/é",
    "a?b#c",
    "..",
    ".",
    "%2F",
    "%2e%2e",
    "a/../b",
    "x" * 300,
    "a+b&c=d;e",
    "佐藤'\"<b>",
    "a\r\nb: c",
    "~!@$*()",
]


@pytest.mark.parametrize("account_id", IDS)
def test_an_id_is_one_segment_in_httpx2(account_id: str) -> None:
    script = ScriptedResponses(answer(STATUS))
    ask(script, lambda client: client.fetch_account_status(account_id))
    *before, segment, last = script.requests[0].url.raw_path.decode().split("/")
    assert (before, last) == (["", "apex-crypto", "api", "v2", "accounts"], "status")
    assert unquote(segment) == account_id


def test_an_id_is_one_segment_on_the_wire() -> None:
    async def run() -> RawServer:
        async def say_status(_: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(http_answer(b'{"canTradeCrypto": true}'))

        async with raw_server(say_status) as (server, base_url), client_at(base_url) as client:
            for account_id in IDS:
                await client.fetch_account_status(account_id)
        return server

    targets = [request.split(b" ")[1].decode() for request in asyncio.run(run()).requests]
    assert [target.count("/") for target in targets] == [6] * len(IDS)
    assert [unquote(target.split("/")[5]) for target in targets] == IDS


@pytest.mark.parametrize("account_id", ["", "\ud800", "x" * 100_000])
def test_an_id_that_names_nothing_is_refused_before_it_is_sent(account_id: str) -> None:
    with pytest.raises(InputError):
        quote_segment(account_id)


def test_the_link_is_asked_for_below_the_partner() -> None:
    script = ScriptedResponses(answer({}))
    ask(script, lambda client: client.fetch_verification_link("A/1"))
    expected = f"/partner/v1/partner/{PARTNER}/party/A%2F1/kyc/documentVerificationDetails"
    assert script.requests[0].url.raw_path.decode() == expected


def test_a_declined_consent_is_overridden_only_on_request() -> None:
    script = ScriptedResponses(answer({}))
    ask(script, lambda client: client.fetch_verification_link("A-1", override_declined_consent=True))
    assert script.requests[0].url.query == b"overrideCustomerDeclinedConsent=true"


def test_every_request_carries_the_key() -> None:
    script = ScriptedResponses(answer(STATUS, **{"set-cookie": "session=1"}))
    ask(script, lambda client: client.fetch_account_status("A-1"))
    assert script.requests[0].headers["authorization"] == f"API-Key {KEY}"


def test_a_document_is_found_by_its_id() -> None:
    script = ScriptedResponses(answer({}, 404))
    with pytest.raises(Exception, match="404"):
        ask(script, lambda client: client.fetch_document_file(DOCUMENT_ID))
    assert script.requests[0].url.path == f"/apex-crypto/api/v2/documents/{DOCUMENT_ID}"


def test_a_transport_can_ask_a_read_for_everything_that_a_request_has() -> None:
    script = ScriptedResponses(answer(STATUS))
    ask(script, lambda client: client.fetch_account_status("A 1"))
    read = script.requests[0]
    made = httpx2.Request("GET", str(read.url), headers=read.headers)
    assert (read.method, read.url, read.headers, read.content) == (made.method, made.url, made.headers, made.content)
    assert (read.url.host, read.headers["host"]) == ("bakkt.test", "bakkt.test")


def test_a_host_beyond_ascii_is_named_as_dns_writes_it() -> None:
    made = BakktConnection("https://bücher.test", SecretStr(KEY), PARTNER)
    assert made.address_of("A-1") == "https://xn--bcher-kva.test/A-1"


SHOWN: list[tuple[ApiCall, Callable[[BakktClient], Awaitable[Any]], object]] = [
    (ACCOUNT_SUBMISSION, lambda client: client.submit_account(REQUEST), ACCOUNT),
    (DOCUMENT_SUBMISSION, lambda client: client.submit_document(METADATA, b"%PDF-", "application/pdf", "a"), DOCUMENT),
    *((kyb_trigger_call(one), partial(BakktClient.submit_kyb_trigger, client_account_id=one), {}) for one in IDS),
    *((link_request_call(one), partial(BakktClient.fetch_verification_link, client_account_id=one), {}) for one in IDS),
    (
        link_request_call("A-1", override_declined_consent=True),
        lambda client: client.fetch_verification_link("A-1", override_declined_consent=True),
        {},
    ),
]


@pytest.mark.parametrize(("call", "send", "found"), SHOWN)
def test_the_address_that_a_dry_run_shows_is_the_one_that_is_sent_to(
    call: ApiCall, send: Callable[[BakktClient], Awaitable[Any]], found: object
) -> None:
    script = ScriptedResponses(answer(found))
    with suppress(BakktError):
        ask(script, send)
    request = script.requests[0]
    shown = call.in_words.replace("{partnerId}", quote_segment(PARTNER))
    assert shown == f"{request.method} {request.url.raw_path.decode()}"
