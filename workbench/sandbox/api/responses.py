"""HTTP responses of the sandbox: status, body and headers, sent unchanged."""

import json
from dataclasses import dataclass
from typing import Any

JSON = b"application/json"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One HTTP response."""

    status: int
    body: bytes
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        length = str(len(self.body)).encode()
        return [(b"content-type", self.content_type), (b"content-length", length), *self.headers]


def json_response(status: int, content: Any, *headers: tuple[bytes, bytes]) -> HttpResponse:
    return HttpResponse(status, json.dumps(content, ensure_ascii=False).encode(), JSON, headers)


def error(status: int, message: str, *headers: tuple[bytes, bytes]) -> HttpResponse:
    return json_response(status, {"code": status, "message": message}, *headers)


_TYPES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    429: "TOO_MANY_REQUESTS",
}


def partner_error(status: int, detail: str, *headers: tuple[bytes, bytes]) -> HttpResponse:
    """Build an error in the format of the partner paths, which differs from the rest (GUIDE.md, "Errors")."""
    kind = _TYPES.get(status, "INTERNAL_ERROR")
    content = {"type": kind, "description": detail, "detail": detail, "details": []}
    return json_response(status, content, *headers)
