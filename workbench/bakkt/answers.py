"""Checks a 200 before it counts as data: the envelope of ``contract.yaml``, and the id that was asked for.

Inside ``request`` nothing is checked: fields of the wrong type, unknown values and unknown fields are kept as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.bakkt.errors import BakktUnreadable
from workbench.bakkt.instants import read_instant
from workbench.bakkt.lossless_json import NotJsonError, read_json
from workbench.bakkt.wire.exchange import RawAnswer

JSON_BYTE_LIMIT = 10_000_000
FILE_BYTE_LIMIT = 100_000_000

FindFault = Callable[[dict[str, Any], str], str | None]


@dataclass(frozen=True, slots=True)
class BakktAnswer:
    """An accepted answer: ``text`` exactly as received, ``value`` parsed without loss (decimals as Decimal)."""

    text: str = field(repr=False)
    started_at: datetime
    value: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """The bytes of one document, with the content type that Bakkt gives it."""

    content: bytes = field(repr=False)
    content_type: str


def read_answer(received: RawAnswer, find_fault: FindFault, asked_id: str) -> BakktAnswer:
    """The answer; raises BakktUnreadable unless it follows the contract and is about ``asked_id``."""
    text, value = _json_of(received)
    fault = find_fault(value, asked_id) if isinstance(value, dict) else "it is not a JSON object"
    if fault is not None:
        raise _unreadable(fault, received)
    return BakktAnswer(text=text, started_at=received.started_at, value=value)


def read_document_file(received: RawAnswer) -> DocumentFile:
    """The file; raises BakktUnreadable when it is over the limit."""
    if received.is_over_limit:
        raise _unreadable("it is too large", received)
    content_type = received.headers.get("content-type", "application/octet-stream")
    return DocumentFile(content=received.body, content_type=content_type)


def read_success(received: RawAnswer) -> None:
    """Accept the text ``success``, bare or as a JSON string (GUIDE.md, "KYB")."""
    if received.body.strip() not in {b"success", b'"success"'}:
        raise _unreadable("it is not the word success", received)


def find_account_fault(value: dict[str, Any], asked_id: str) -> str | None:
    """What is wrong with an account's envelope: id, request, createdAt, status, or about another account."""
    request = value.get("request")
    if not isinstance(request, dict):
        return "it has no request object"
    if not _is_text(value.get("id")):
        return "it has no id"
    if not _is_text(value.get("status")):
        return "it has no status"
    if read_instant(value.get("createdAt")) is None:
        return "its createdAt is not a date-time"
    return _fault_of_other_id(request.get("clientAccountId"), asked_id, "another account")


def find_status_fault(value: dict[str, Any], _asked_id: str) -> str | None:
    """What is wrong with AccountOpeningStatus: it must say whether the account can trade."""
    return None if isinstance(value.get("canTradeCrypto"), bool) else "its canTradeCrypto is not true or false"


def find_account_documents_fault(value: dict[str, Any], asked_id: str) -> str | None:
    """What is wrong with AccountDocuments: a list, or null, of documents with an id that belong to the account."""
    documents = value.get("documentMetadata")
    if documents is None:
        return None
    if not isinstance(documents, list):
        return "its documentMetadata is not a list"
    return next((fault for item in documents if (fault := _find_listed_document_fault(item, asked_id))), None)


def find_document_fault(value: dict[str, Any], asked_id: str) -> str | None:
    """What is wrong with a document's envelope: id, createdAt, request, or about another document."""
    request = value.get("request")
    if not isinstance(request, dict):
        return "it has no request object"
    if not _is_text(value.get("id")):
        return "it has no id"
    if read_instant(value.get("createdAt")) is None:
        return "its createdAt is not a date-time"
    return _fault_of_other_id(request.get("clientDocumentId"), asked_id, "another document")


def find_link_fault(_value: dict[str, Any], _asked_id: str) -> str | None:
    """Always None: KycDocumentVerificationDetails has no required field, and a link is never thrown away."""
    return None


def _find_listed_document_fault(item: object, asked_id: str) -> str | None:
    if not isinstance(item, dict) or not _is_text(item.get("clientDocumentId")):
        return "a document in it has no clientDocumentId"
    return _fault_of_other_id(item.get("account"), asked_id, "another account")


def _fault_of_other_id(found: object, asked_id: str, other: str) -> str | None:
    return f"it is about {other}" if isinstance(found, str) and found.strip() != asked_id.strip() else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _json_of(received: RawAnswer) -> tuple[str, Any]:
    if received.is_over_limit:
        raise _unreadable("it is too large", received)
    try:
        return read_json(received.body)
    except NotJsonError as error:
        reason = str(error)
    raise _unreadable(reason, received)


def _unreadable(reason: str, received: RawAnswer) -> BakktUnreadable:
    return BakktUnreadable(
        f"Bakkt's answer does not follow its contract: {reason}.", status=received.status, was_sent=True
    )
