"""Writes are validated strictly and keep unknown fields."""

import asyncio
import copy
import json
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from python_multipart.multipart import parse_options_header
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.support.fake_bakkt import (
    ACCOUNT,
    DOCUMENT,
    DOCUMENT_ID,
    METADATA,
    OWNER,
    REQUEST,
    ScriptedResponses,
    answer,
    ask,
    connection,
)
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktUnreadable
from workbench.bakkt.lossless_json import read_json
from workbench.bakkt.models import AccountRequest, DocumentRequest, find_account_faults
from workbench.domain.errors import InputError


def submitted(body: dict[str, Any], **options: Any) -> Any:
    """Return the body that arrives at Bakkt."""
    script = ScriptedResponses(answer(ACCOUNT))
    ask(script, lambda client: client.submit_account(body, **options))
    assert script.requests[0].headers["content-type"] == "application/json"
    return read_json(script.requests[0].content)[1]


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(REQUEST), **members}


def test_unknown_fields_survive_an_update_without_loss() -> None:
    extras = {
        "big": 2**80,
        "fine": Decimal("0.1000000000000000000000000001"),
        "nothing": None,
        "佐藤": ["<b>Bob</b>", {"😀": "é"}],
    }
    body = changed(unknown=extras, owners=[{**OWNER, "unknown": extras, "middleNames": None}])
    assert submitted(body) == body


def test_a_plain_account_has_no_faults() -> None:
    assert find_account_faults(REQUEST) == ()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (changed(clientAccountId=""), "clientAccountId"),
        (changed(clientAccountId=7), "clientAccountId"),
        (changed(owners=[]), "owners"),
        (changed(owners=None), "owners"),
        (changed(accountType="PERSON"), "accountType"),
        (changed(settlementMethod="NO_SETTLEMENT"), "settlementMethod"),
        (changed(owners=[{**OWNER, "role": "BOSS"}]), "owners[0].role"),
        (changed(owners=[{**OWNER, "emailAddress": "nobody"}]), "owners[0].emailAddress"),
        (changed(owners=[{**OWNER, "phoneNumber": "555 1111"}]), "owners[0].phoneNumber"),
        (
            changed(owners=[{**OWNER, "identity": {**OWNER["identity"], "dateOfBirth": "1981-02-29"}}]),
            "owners[0].identity.dateOfBirth",
        ),
        (
            changed(owners=[{**OWNER, "identity": {**OWNER["identity"], "taxIdType": "NATIONALID"}}]),
            "owners[0].identity.taxIdType",
        ),
        (changed(owners=[{"role": "PRIMARY_OWNER"}]), "owners[0].identity"),
        (changed(entity={"entityLegalName": "x" * 101}), "entity.entityLegalName"),
        (changed(entity={"subjectToAMLRegulations": "yes"}), "entity.subjectToAMLRegulations"),
        (changed(investmentProfile={"accountGoals": {}}), "investmentProfile.accountGoals.investmentObjective"),
    ],
)
def test_what_the_contract_does_not_allow_is_refused_before_it_is_sent(body: dict[str, Any], field: str) -> None:
    script = ScriptedResponses(answer(ACCOUNT))
    with pytest.raises(InputError) as caught:
        ask(script, lambda client: client.submit_account(body))
    assert field in caught.value.message
    assert script.requests == []


def test_a_refused_write_quotes_nothing_of_it() -> None:
    body = changed(owners=[{**OWNER, "emailAddress": "orla at example", "phoneNumber": "000-secret"}])
    with pytest.raises(InputError) as caught:
        ask(ScriptedResponses(answer(ACCOUNT)), lambda client: client.submit_account(body))
    assert "orla at" not in repr(caught.value)
    assert "secret" not in repr(caught.value)
    assert caught.value.__context__ is None


def test_a_value_that_bakkt_itself_holds_may_stay_in_an_update() -> None:
    stored = changed(accountType="NEWER_THAN_US", owners=[{**OWNER, "role": "BOSS"}])
    update = {**stored, "owners": [{**stored["owners"][0], "phoneNumber": "+15550002222"}]}
    assert submitted(update, stored=stored) == update


def test_a_new_fault_in_an_update_is_refused() -> None:
    stored = changed(accountType="NEWER_THAN_US")
    with pytest.raises(InputError, match="phoneNumber"):
        submitted({**stored, "owners": [{**OWNER, "phoneNumber": "555"}]}, stored=stored)


@pytest.mark.parametrize("value", [float("nan"), object(), "\ud800", {1: 2}])
def test_what_json_cannot_say_is_refused_before_it_is_sent(value: object) -> None:
    with pytest.raises(InputError):
        submitted(changed(unknown=value))


def test_an_answer_about_another_account_is_no_confirmation() -> None:
    other = {**ACCOUNT, "request": {**REQUEST, "clientAccountId": "A-2"}}
    with pytest.raises(BakktUnreadable) as caught:
        ask(ScriptedResponses(answer(other)), lambda client: client.submit_account(REQUEST))
    assert (caught.value.was_sent, caught.value.status) == (True, 200)


def test_a_model_takes_names_of_both_kinds_and_hides_what_it_refuses() -> None:
    assert AccountRequest.model_validate(REQUEST).owners[0].identity.given_name == "Orla"
    with pytest.raises(ValueError, match="accountType") as caught:
        AccountRequest.model_validate(changed(accountType="Orla's own"))
    assert "Orla" not in str(caught.value)


class Upload:
    """A server that parses uploads as Starlette does."""

    def __init__(self) -> None:
        self.file: UploadFile | None = None
        self.content = b""
        self.names: list[str] = []
        self.request_part: Any = None
        self.request_type: str | None = None
        self.app = Starlette(routes=[Route("/apex-crypto/api/v2/documents", self.take, methods=["POST"])])

    async def take(self, request: Request) -> JSONResponse:
        body = await request.body()
        self.request_type = _content_type_of_part(body, request.headers["content-type"], b'name="request"')
        async with request.form() as form:
            self.names = list(form.keys())
            file = form["document"]
            assert isinstance(file, UploadFile)
            self.file, self.content = file, await file.read()
            self.request_part = json.loads(str(form["request"]))
        return JSONResponse(DOCUMENT)


def _content_type_of_part(body: bytes, content_type: str, marker: bytes) -> str:
    boundary = parse_options_header(content_type)[1][b"boundary"]
    part = next(part for part in body.split(b"--" + boundary) if marker in part)
    return next(line.split(b": ")[1].decode() for line in part.split(b"\r\n") if line.startswith(b"Content-Type"))


def upload(metadata: Any, content: bytes = b"\x89PNG\r\n--x", filename: str = 'päss "1".png') -> Upload:
    server = Upload()

    async def run() -> None:
        transport = httpx2.ASGITransport(app=server.app)
        async with BakktClient(connection(), transport=transport, requests_per_second=None) as client:
            await client.submit_document(metadata, content, "image/png", filename)

    asyncio.run(run())
    return server


def test_an_upload_has_the_file_and_its_metadata_as_two_parts() -> None:
    server = upload({**METADATA, "description": "Pass — 佐藤", "documentExpiration": None})
    assert server.names == ["document", "request"]
    assert server.content == b"\x89PNG\r\n--x"
    assert server.file is not None
    assert server.file.content_type == "image/png"
    assert server.request_type == "application/json"
    assert server.request_part == {**METADATA, "description": "Pass — 佐藤", "documentExpiration": None}


def test_an_upload_takes_the_model_too() -> None:
    assert upload(DocumentRequest.model_validate(METADATA)).request_part == METADATA


def test_a_file_without_a_name_is_still_a_file() -> None:
    assert upload(METADATA, filename="").content == b"\x89PNG\r\n--x"


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({**METADATA, "clientDocumentId": "7"}, "clientDocumentId"),
        ({**METADATA, "documentType": "SELFIE"}, "documentType"),
        ({**METADATA, "issueCountry": "US"}, "issueCountry"),
        ({**METADATA, "documentExpiration": "2026-10-04"}, "documentExpiration"),
        ({**METADATA, "colour": "red"}, "colour"),
        ({"clientDocumentId": DOCUMENT_ID}, "account"),
    ],
)
def test_wrong_metadata_are_refused_before_they_are_sent(metadata: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=field):
        upload(metadata)


@pytest.mark.parametrize("content_type", ["", "png", "image/png\r\nX-Evil: 1", "image/"])
def test_an_invalid_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(InputError):
        ask(
            ScriptedResponses(answer(DOCUMENT)),
            lambda client: client.submit_document(METADATA, b"x", content_type, "x"),
        )


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        upload(METADATA, content=b"")
