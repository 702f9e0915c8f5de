"""Which responses are accepted as data, and which 200s are not."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.support.fake_bakkt import (
    ACCOUNT,
    DOCUMENT,
    DOCUMENT_ID,
    METADATA,
    REQUEST,
    STATUS,
    ScriptedResponses,
    answer,
    ask,
    raw,
)
from workbench.bakkt import answers
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktUnreadable

Call = Callable[[BakktClient], Awaitable[Any]]


def fetch_account(client: BakktClient) -> Awaitable[Any]:
    return client.fetch_account("A-1")


def fetch_status(client: BakktClient) -> Awaitable[Any]:
    return client.fetch_account_status("A-1")


def fetch_documents(client: BakktClient) -> Awaitable[Any]:
    return client.fetch_account_documents("A-1")


def fetch_metadata(client: BakktClient) -> Awaitable[Any]:
    return client.fetch_document_metadata(DOCUMENT_ID)


def reason_of_refusal(body: bytes, call: Call = fetch_account) -> str:
    with pytest.raises(BakktUnreadable) as caught:
        ask(ScriptedResponses(raw(body)), call)
    return caught.value.message


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: inner for key, inner in value.items() if key != name}


def test_an_answer_is_kept_exactly_as_received() -> None:
    text = '{ "id":"b", "createdAt":"2026-01-29T02:55:02Z","status":"NEW ONE", "request":{"née":null, "é":"\\u00e9"}}\n'
    assert ask(ScriptedResponses(raw(text.encode())), fetch_account).text == text


def test_ids_in_an_answer_are_compared_without_blanks_around_them() -> None:
    account = {**ACCOUNT, "request": {"clientAccountId": " A-1 "}}
    assert ask(ScriptedResponses(raw(json.dumps(account).encode())), fetch_account).value == account
    other = {**ACCOUNT, "request": {"clientAccountId": "A -1"}}
    assert "another account" in reason_of_refusal(json.dumps(other).encode())


def test_numbers_lose_nothing() -> None:
    body = json.dumps(ACCOUNT)[:-1] + ', "big": 123456789012345678901234567890, "fine": 0.10000000000000000000001}'
    value = ask(ScriptedResponses(raw(body.encode())), fetch_account).value
    assert value["big"] == 123456789012345678901234567890
    assert str(value["fine"]) == "0.10000000000000000000001"
    assert isinstance(value["fine"], Decimal)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"<html></html>", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"id": "b"', "not JSON"),
        (b'{"id": 1e99999999999999999999}', "not JSON"),
        (b'{"id": "a", "id": "b"}', "same key twice"),
        (b'{"request": {"owners": [{"a": 1, "a": 1}]}}', "same key twice"),
        (b'{"id": NaN}', "not a JSON number"),
        (b'{"id": -Infinity}', "not a JSON number"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "\\ud800"}', "not Unicode"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 150 + b"1" + b"}" * 150, "nested"),
    ],
)
@pytest.mark.parametrize("call", [fetch_account, fetch_status, fetch_documents, fetch_metadata])
def test_a_200_that_is_not_the_json_it_should_be_is_an_error(body: bytes, reason: str, call: Call) -> None:
    assert reason in reason_of_refusal(body, call)


def test_a_body_over_the_limit_is_an_error() -> None:
    assert "too large" in reason_of_refusal(b" " * (answers.JSON_BYTE_LIMIT + 1))


def test_a_pair_of_surrogates_is_a_letter_like_any_other() -> None:
    body = json.dumps({**ACCOUNT, "x": "😀"}).encode()
    assert b"\\ud83d" in body
    assert ask(ScriptedResponses(raw(body)), fetch_account).value["x"] == "😀"


@pytest.mark.parametrize("name", ["id", "request", "createdAt", "status"])
@pytest.mark.parametrize("wrong", [None, 7, [], True, "missing"])
def test_an_account_needs_its_envelope(name: str, wrong: object) -> None:
    broken = without(ACCOUNT, name) if wrong == "missing" else {**ACCOUNT, name: wrong}
    assert name in reason_of_refusal(json.dumps(broken).encode())


def test_an_account_whose_created_at_is_no_time_is_an_error() -> None:
    assert "createdAt" in reason_of_refusal(json.dumps({**ACCOUNT, "createdAt": "yesterday"}).encode())


@pytest.mark.parametrize("wrong", [None, "true", 1, 0, "missing"])
def test_a_status_must_say_whether_the_account_can_trade(wrong: object) -> None:
    broken = without(STATUS, "canTradeCrypto") if wrong == "missing" else {**STATUS, "canTradeCrypto": wrong}
    assert "canTradeCrypto" in reason_of_refusal(json.dumps(broken).encode(), fetch_status)


@pytest.mark.parametrize("empty", [{}, {"documentMetadata": None}, {"documentMetadata": []}])
def test_an_account_without_documents_may_say_so_in_three_ways(empty: dict[str, object]) -> None:
    assert ask(ScriptedResponses(answer(empty)), fetch_documents).value == empty


@pytest.mark.parametrize("wrong", ["none", {}, [None], [{}], [{"clientDocumentId": 7}], [METADATA, {"account": "A-1"}]])
def test_a_list_of_documents_must_be_one(wrong: object) -> None:
    reason_of_refusal(json.dumps({"documentMetadata": wrong}).encode(), fetch_documents)


@pytest.mark.parametrize("name", ["id", "request", "createdAt"])
def test_a_document_needs_its_envelope(name: str) -> None:
    assert name in reason_of_refusal(json.dumps(without(DOCUMENT, name)).encode(), fetch_metadata)


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ({**ACCOUNT, "request": {**REQUEST, "clientAccountId": "A-2"}}, fetch_account),
        ({"documentMetadata": [METADATA, {**METADATA, "account": "A-2"}]}, fetch_documents),
        ({**DOCUMENT, "request": {**METADATA, "clientDocumentId": "other"}}, fetch_metadata),
    ],
    ids=["account", "documents", "document"],
)
def test_an_answer_about_somebody_else_is_an_error(body: dict[str, Any], call: Call) -> None:
    assert "about another" in reason_of_refusal(json.dumps(body).encode(), call)


@pytest.mark.parametrize(
    "request_value",
    [
        {},
        {"clientAccountId": None, "owners": "none"},
        {"clientAccountId": 7, "accountType": ["X"], "owners": [None, 3, {"identity": "x"}]},
        {"accountType": "SOMETHING_NEW", "settlementMethod": "LATER", "unknown": {"deep": [1, None]}},
    ],
)
def test_inside_the_request_everything_is_kept_as_it_is(request_value: dict[str, Any]) -> None:
    body = {**ACCOUNT, "request": request_value, "status": "UNHEARD_OF", "mode": None, "extra": 1}
    assert ask(ScriptedResponses(answer(body)), fetch_account).value == body


def test_a_file_comes_with_its_bytes_and_content_type() -> None:
    script = ScriptedResponses(raw(b"\x89PNG\x00\xff", **{"content-type": "image/png"}))
    found = ask(script, lambda client: client.fetch_document_file(DOCUMENT_ID))
    assert (found.content, found.content_type) == (b"\x89PNG\x00\xff", "image/png")


def test_a_link_is_kept_whatever_else_is_missing() -> None:
    body = {"verificationURL": "https://verify.test/x", "verificationUrlExpiry": 12}
    assert ask(ScriptedResponses(answer(body)), lambda client: client.fetch_verification_link("A-1")).value == body


@pytest.mark.parametrize("body", [b"success", b'"success"', b" success\n"])
def test_the_kyb_trigger_takes_success_bare_or_as_json(body: bytes) -> None:
    script = ScriptedResponses(raw(body))
    assert ask(script, lambda client: client.submit_kyb_trigger("A-1")) is None
    assert script.requests[0].content == b""


@pytest.mark.parametrize("body", [b"", b"failure", b'{"success": false}', b"unsuccess"])
def test_the_kyb_trigger_takes_nothing_else(body: bytes) -> None:
    with pytest.raises(BakktUnreadable) as caught:
        ask(ScriptedResponses(raw(body)), lambda client: client.submit_kyb_trigger("A-1"))
    assert caught.value.was_sent
