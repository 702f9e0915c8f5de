"""Reads JSON and multipart request bodies within size limits, and refuses malformed ones."""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from workbench.sandbox.api.faults import Receive, Scope

MAX_JSON_BYTES = 1_000_000
MAX_UPLOAD_BYTES = 20_000_000

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class MalformedRequest(ValueError):
    """The request body is malformed; ``status`` is the HTTP status to return."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class UploadBody:
    """The metadata and the file of a document upload."""

    metadata: dict[str, Any]
    content: bytes
    content_type: str


def media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()


async def read_json(receive: Receive, content_type: str) -> dict[str, Any]:
    if media_type(content_type) != "application/json":
        raise MalformedRequest(415, "The request must be application/json")
    return parse_object(await _read_all(receive, MAX_JSON_BYTES))


def parse_object(raw: bytes | str) -> dict[str, Any]:
    """Parse a JSON object that can be serialised again: no NaN, infinity or lone surrogates."""
    try:
        content = json.loads(raw, parse_constant=_refuse_constant, parse_float=_finite)
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise MalformedRequest(400, "The request is not valid JSON") from None
    if not isinstance(content, dict):
        raise MalformedRequest(400, "The request must be a JSON object")
    return content


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


async def _read_all(receive: Receive, limit: int) -> bytes:
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedRequest(400, "The request ended early")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > limit:
            raise MalformedRequest(413, "The request is too large")
        if not message.get("more_body"):
            return b"".join(pieces)


async def read_upload(scope: Scope, receive: Receive, content_type: str) -> UploadBody:
    """Read the file part ``document`` and the metadata part ``request`` (``metadata`` in the specification)."""
    if media_type(content_type) != "multipart/form-data":
        raise MalformedRequest(415, "The request must be multipart/form-data")
    raw = await _read_all(receive, MAX_UPLOAD_BYTES)
    request = Request({**scope, "app": None}, _replay(raw))
    try:
        async with request.form(max_files=10, max_fields=10, max_part_size=MAX_JSON_BYTES) as form:
            parts = {name: await _part(value) for name, value in form.items()}
    except (MultiPartException, HTTPException, ValueError, KeyError):
        raise MalformedRequest(400, "The multipart body could not be parsed") from None
    return _upload_of(parts)


def _replay(raw: bytes) -> Receive:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": False}

    return receive


async def _part(value: UploadFile | str) -> tuple[bytes, str]:
    if isinstance(value, str):
        return value.encode(errors="surrogateescape"), ""
    return await value.read(), value.content_type or ""


def _upload_of(parts: dict[str, tuple[bytes, str]]) -> UploadBody:
    metadata = parts.get("request") or parts.get("metadata")
    document = parts.get("document")
    if metadata is None or document is None:
        raise MalformedRequest(400, "The document and request parts are both required")
    kind = media_type(document[1])
    if not _MEDIA_TYPE.fullmatch(kind):
        raise MalformedRequest(404, "The document part must have its own Content-Type")
    if not document[0]:
        raise MalformedRequest(404, "The document is empty")
    return UploadBody(parse_object(metadata[0]), document[0], kind)
