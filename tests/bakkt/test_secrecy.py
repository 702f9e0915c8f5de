"""No body, key, link or name appears in a log, a repr or the text of an exception."""

import asyncio
import json
import logging
import traceback
from contextlib import suppress

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
    START,
    ScriptedResponses,
    answer,
    client_at,
    client_of,
    connection,
    http_answer,
    raw,
    raw_server,
)
from workbench.bakkt.answers import BakktAnswer, DocumentFile
from workbench.bakkt.errors import BakktError
from workbench.bakkt.wire.connection import BakktConnection
from workbench.domain.errors import SettingsError

SECRETS = (KEY, "Orla", "O'Brien", "orla@example.com", "https://verify.test/secret", "1980-02-29", "file of Orla")
LINK = {"verificationURL": "https://verify.test/secret", "verificationURLExpiry": "2026-11-25T12:00:00.000Z"}


@pytest.fixture
def landed_event(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_the_whole_walk_logs_no_secret(landed_event: pytest.LogCaptureFixture) -> None:
    script = ScriptedResponses(
        answer(ACCOUNT), answer(LINK), answer(ACCOUNT), answer(DOCUMENT), raw(b"file of Orla"), raw(b"success")
    )

    async def run() -> None:
        async with client_of(script) as client:
            await client.fetch_account("A-1")
            await client.fetch_verification_link("A-1")
            await client.submit_account(REQUEST)
            await client.submit_document(METADATA, b"file of Orla", "image/png", "Orla O'Brien.png")
            await client.fetch_document_file(DOCUMENT_ID)
            await client.submit_kyb_trigger("A-1")

    asyncio.run(run())
    assert "A-1" in landed_event.text
    assert not [secret for secret in SECRETS if secret in landed_event.text]


@pytest.mark.parametrize(
    "bad",
    [
        http_answer(b'{"message": "Orla O\'Brien"}', "422 No"),
        http_answer(b'{"verificationURL": "https://verify.test/secret"'),
        b"Orla O'Brien\r\n\r\n",
        http_answer(b'{"name": "Orla"}', length=999),
    ],
    ids=["refused", "unreadable", "not http", "cut"],
)
def test_failures_on_the_real_wire_tell_no_secret(bad: bytes, landed_event: pytest.LogCaptureFixture) -> None:
    async def misbehave(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(bad)
        await writer.drain()
        writer.close()

    async def run() -> str:
        async with raw_server(misbehave) as (_, base_url), client_at(base_url) as client:
            texts = []
            for call in (
                client.fetch_account("A-1"),
                client.fetch_verification_link("A-1"),
                client.submit_account(REQUEST),
            ):
                with pytest.raises(BakktError) as caught:
                    await call
                texts += [*traceback.format_exception(caught.value, chain=True), repr(caught.value)]
            return "".join(texts)

    everything = asyncio.run(run()) + landed_event.text
    assert not [secret for secret in SECRETS if secret in everything]


@pytest.mark.parametrize("status", ["200 OK", "422 Orla"])
def test_no_value_of_a_response_on_the_real_wire_reaches_a_log(
    status: str, landed_event: pytest.LogCaptureFixture
) -> None:
    async def say_link(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http_answer(json.dumps(LINK).encode(), status, "Set-Cookie: session=Orla", "X-Name: O'Brien"))

    async def run() -> None:
        async with raw_server(say_link) as (_, base_url), client_at(base_url) as client:
            for call in (client.fetch_account("A-1"), client.fetch_verification_link("A-1")):
                with suppress(BakktError):
                    await call

    asyncio.run(run())
    assert status[:3] in landed_event.text
    assert not [secret for secret in SECRETS if secret in landed_event.text]


def test_neither_connection_nor_client_shows_the_key() -> None:
    assert KEY not in repr(connection()) + str(connection())
    client = client_of(ScriptedResponses(answer({})))
    assert KEY not in repr(client) + repr(client.connection) + repr(client.headers)


def test_answers_do_not_show_what_they_hold() -> None:
    shown = repr(BakktAnswer(text="Orla", started_at=START, value={"name": "Orla"}))
    assert "Orla" not in shown + repr(DocumentFile(content=b"Orla", content_type="image/png"))


@pytest.mark.parametrize("key", ["", " ", "käse", "a\r\nX: 1", "a\nb", "\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unquoted(key: str) -> None:
    with pytest.raises(SettingsError, match="BAKKT_API_KEY") as caught:
        BakktConnection(base_url="https://bakkt.test", api_key=SecretStr(key), partner_id=PARTNER)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "bakkt.test",
        "ftp://bakkt.test",
        "https://",
        "https://a b",
        "https://bakkt.test?x=1",
        "https://u:p@bakkt.test",
        "http://bakkt.test:99999",
        "http://[::1",
        "https://☃.test",
        f"https://{'x' * 64}.test",
    ],
)
def test_an_address_that_cannot_work_is_refused_by_its_name(base_url: str) -> None:
    with pytest.raises(SettingsError, match="BAKKT_BASE_URL"):
        BakktConnection(base_url=base_url, api_key=SecretStr(KEY), partner_id=PARTNER)


@pytest.mark.parametrize(("template", "sent"), [("Bearer {key}", f"Bearer {KEY}"), ("{key}", KEY)])
def test_the_form_of_the_authorization_is_a_setting(template: str, sent: str) -> None:
    made = BakktConnection("https://bakkt.test", SecretStr(KEY), PARTNER, authorization_template=template)
    assert made.authorization() == sent


def test_a_base_url_may_end_in_a_slash_and_have_a_path() -> None:
    made = BakktConnection("https://bakkt.test/gate/", SecretStr(KEY), PARTNER)
    assert made.address_of("a", "b/c") == "https://bakkt.test/gate/a/b%2Fc"


def test_an_unexpected_error_of_a_transport_is_not_swallowed() -> None:
    def break_down(_: httpx2.Request) -> httpx2.Response:
        raise ZeroDivisionError

    async def run() -> None:
        async with client_of(break_down) as client:
            await client.fetch_account("A-1")

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())
