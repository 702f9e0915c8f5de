"""``POST /webhooks/bakkt``: passes requests from the network to the receiver.

Method, type, encoding and size are checked before the signature, and slow senders are cut off. A response is one word.
"""

import asyncio
import logging
import re
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from workbench.events.packing import MAX_BODY_BYTES, is_encoding_taken
from workbench.events.receiver import (
    CLOSED,
    INTERRUPTED,
    TOO_LARGE,
    TOO_SLOW,
    WRONG_ENCODING,
    WRONG_METHOD,
    WRONG_TYPE,
    Receiver,
    WebhookResponse,
    is_json_type,
)

PATH = "/webhooks/bakkt"
BODY_SECONDS = 10.0
"""How long a body may take to arrive."""

_PLAIN_TYPES = frozenset({"", "text/plain", "application/octet-stream"})
"""Types of senders that do not say what they send. What they send must be JSON, which the receiver checks."""
_SECRET_IN_PATH = re.compile(rf"({PATH}/)[^\s?]+")

FindReceiver = Callable[[], Receiver | None]


def webhook_routes(find_receiver: FindReceiver, body_seconds: float = BODY_SECONDS) -> list[BaseRoute]:
    """The routes for the server. Without a receiver the desk is not open, and every request gets 503."""
    logging.getLogger("uvicorn.access").addFilter(_hide_path_secret)
    endpoint = WebhookEndpoint(find_receiver, body_seconds)
    return [Route(path, endpoint) for path in (PATH, f"{PATH}/", f"{PATH}/{{path_secret:path}}")]


class WebhookEndpoint:
    """Handles every method itself: whatever Starlette's router does not match, Streamlit answers with its page."""

    def __init__(self, find_receiver: FindReceiver, body_seconds: float) -> None:
        self._find_receiver = find_receiver
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await PlainTextResponse(f"{answer.word}\n", answer.status_code, _headers_of(answer))(scope, receive, send)

    async def _answer(self, request: Request) -> WebhookResponse:
        receiver = self._find_receiver()
        if receiver is None:
            return CLOSED
        problem = _refusal_before_body(request, receiver)
        if problem is not None:
            return receiver.refuse(problem)
        body = await self._read_body(request)
        if isinstance(body, WebhookResponse):
            return receiver.refuse(body)
        return await receiver.receive_async(request.headers, body, request.path_params.get("path_secret"))

    async def _read_body(self, request: Request) -> bytes | WebhookResponse:
        try:
            async with asyncio.timeout(self._body_seconds):
                return await _read_at_most(MAX_BODY_BYTES, request)
        except TimeoutError:
            return TOO_SLOW
        except ClientDisconnect:
            return INTERRUPTED


def _refusal_before_body(request: Request, receiver: Receiver) -> WebhookResponse | None:
    if request.method != "POST":
        return WRONG_METHOD
    if not receiver.is_open:
        return CLOSED
    content_type = request.headers.get("content-type", "")
    if not is_json_type(content_type) and content_type.split(";")[0].strip().lower() not in _PLAIN_TYPES:
        return WRONG_TYPE
    if not is_encoding_taken(",".join(request.headers.getlist("content-encoding"))):
        return WRONG_ENCODING
    length = request.headers.get("content-length", "")
    return TOO_LARGE if length.isdigit() and int(length) > MAX_BODY_BYTES else None


async def _read_at_most(size: int, request: Request) -> bytes | WebhookResponse:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > size:
            return TOO_LARGE
    return bytes(body)


def _headers_of(answer: WebhookResponse) -> dict[str, str]:
    """The response headers. Refused senders get ``Connection: close``, so that they stop sending the body."""
    headers = {"Cache-Control": "no-store"}
    if answer is WRONG_METHOD:
        headers["Allow"] = "POST"
    return headers if answer.status_code == 200 else headers | {"Connection": "close"}


def _hide_path_secret(record: logging.LogRecord) -> bool:
    """Removes the secret path segment from uvicorn's access log."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _SECRET_IN_PATH.sub(r"\1…", value) if isinstance(value, str) else value for value in record.args
        )
    return True
