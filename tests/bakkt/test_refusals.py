"""Each refusal becomes one error of our own, with Bakkt's words and without customer data."""

import json
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from tests.support.fake_bakkt import METADATA, REQUEST, ScriptedResponses, answer, ask, raw
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktDenied, BakktError, BakktNotFound, BakktRefused, FieldRefusal

Call = Callable[[BakktClient], Awaitable[Any]]


def submit(client: BakktClient) -> Awaitable[Any]:
    return client.submit_account(REQUEST)


def refusal(body: object, status: int = 422, call: Call = submit) -> BakktRefused:
    with pytest.raises(BakktRefused) as caught:
        ask(ScriptedResponses(answer(body, status)), call)
    return caught.value


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("call", [submit, lambda client: client.fetch_account("A-1")], ids=["write", "read"])
def test_a_key_that_is_not_accepted_is_denied(status: int, call: Call) -> None:
    with pytest.raises(BakktDenied) as caught:
        ask(ScriptedResponses(answer({"code": status, "message": "no"}, status)), call)
    assert caught.value.status == status
    assert "allow-listed" in caught.value.next_step


def test_a_404_means_an_unknown_id() -> None:
    error = refusal({"code": 404, "message": "no such account"}, 404, lambda client: client.fetch_account("A-1"))
    assert isinstance(error, BakktNotFound)


def test_a_404_to_an_upload_means_a_refused_document() -> None:
    error = refusal(
        {"code": 404, "message": "wrong side"}, 404, lambda c: c.submit_document(METADATA, b"x", "a/b", "x")
    )
    assert not isinstance(error, BakktNotFound)
    assert error.bakkt_words == "wrong side"


def test_every_validation_error_is_a_refused_field() -> None:
    entries = [
        {"code": 1, "field": "owners[0].identity.taxId", "message": "is not valid", "rejectedValue": "078-05-1120"},
        {"code": 2, "message": "two owners are needed"},
    ]
    error = refusal({"code": 422, "message": "Validation failed", "validationErrors": entries})
    assert error.fields == (
        FieldRefusal("owners[0].identity.taxId", "is not valid"),
        FieldRefusal("", "two owners are needed"),
    )
    assert error.bakkt_words == "Validation failed"


def test_the_details_of_a_partner_path_are_refused_fields() -> None:
    body = {
        "type": "X",
        "detail": "No consent",
        "details": [{"field": "party", "description": "declined", "type": "Y"}],
    }
    error = refusal(body, 400, lambda client: client.fetch_verification_link("A-1"))
    assert (error.fields, error.bakkt_words) == ((FieldRefusal("party", "declined"),), "No consent")


def test_all_words_of_a_partner_error_are_kept_each_once() -> None:
    body = {
        "type": "X",
        "detail": "Not possible",
        "description": "Not possible. The limit is reached",
        "details": [{"type": "Y"}, {"description": "too often", "message": "asked"}, "only once a day"],
    }
    error = refusal(body, 400, lambda client: client.fetch_verification_link("A-1"))
    assert error.bakkt_words == "Not possible. The limit is reached"
    assert [one.message for one in error.fields] == ["Y", "asked · too often", "only once a day"]
    assert error.codes == ("X", "Y")


@pytest.mark.parametrize(
    ("rejected", "words"),
    [
        ("078-05-1120", "SSN 078-05-1120 is known as fraud"),
        ("078-05-1120", "SSN 078051120 is known as fraud"),
        ("Orla O'Brien", "the name orla o'brien is not allowed, nor is O'BRIEN"),
        ("+1 555 000 1111", "cannot call +15550001111"),
        (78051120, "78051120 is not valid"),
        ({"taxId": "078-05-1120", "names": ["Orla O'Brien"]}, "078-05-1120 of Orla O'Brien"),
        ("XY", "country XY is unknown"),
    ],
)
def test_words_that_quote_the_rejected_value_are_scrubbed(rejected: object, words: str) -> None:
    entry = {"code": 1, "field": "owners[0]", "message": words, "rejectedValue": rejected}
    error = refusal({"code": 422, "message": words, "validationErrors": [entry]})
    shown = error.bakkt_words + error.fields[0].message
    assert "[…]" in shown
    for personal in ("078", "1120", "brien", "orla", "555", "xy "):
        assert personal not in shown.lower()


def test_a_short_rejected_value_leaves_other_words_alone() -> None:
    entry = {"code": 1, "field": "a", "message": "an NA is not a nation", "rejectedValue": "NA"}
    assert refusal({"validationErrors": [entry]}).fields[0].message == "an […] is not a nation"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"validationErrors": "x", "details": 7, "message": []}', b'{"details": [1]}'],
)
def test_a_refusal_without_a_readable_message_is_still_a_refusal(body: bytes) -> None:
    with pytest.raises(BakktRefused) as caught:
        ask(ScriptedResponses(raw(body, 422)), submit)
    assert (caught.value.fields, caught.value.bakkt_words) == ((), "")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 302])
@pytest.mark.parametrize("call", [submit, lambda client: client.fetch_account("A-1")], ids=["write", "read"])
def test_bakkts_words_are_in_no_text_of_an_error(status: int, call: Call) -> None:
    secret = "Orla O'Brien, born 1980"
    body = {"code": 1, "message": secret, "validationErrors": [{"field": "x", "message": secret}]}
    with pytest.raises(BakktError) as caught:
        ask(ScriptedResponses(answer(body, status)), call)
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + error.message + error.title + error.next_step
    assert "Orla" not in told


@pytest.mark.parametrize(
    "failure",
    [httpx2.ReadError("Orla"), httpx2.ConnectError("Orla"), httpx2.Response(500), raw(b'{"name": "Orla"')],
    ids=["lost", "no connection", "500", "unreadable"],
)
def test_no_error_hangs_on_one_that_holds_a_request_or_a_body(failure: httpx2.Response | Exception) -> None:
    with pytest.raises(BakktError) as caught:
        ask(ScriptedResponses(failure), submit)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_endless_words_are_cut() -> None:
    body = {"message": "x" * 5000, "validationErrors": [{"field": str(i), "message": "y"} for i in range(900)]}
    error = refusal(json.loads(json.dumps(body)))
    assert (len(error.bakkt_words), len(error.fields)) == (500, 200)
