"""What uvicorn and its WebSocket library leave open and have no setting for.

Heads of requests without end, handshakes without an answer, and answers of their own without our headers.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Response
from websockets.server import ServerProtocol

from workbench.web.answer_headers import ANSWER_HEADERS
from workbench.web.head_limits import MAX_TARGET_BYTES

MAX_HEAD_BYTES = 4_194_304
"""A longer head is not read to its end."""

_HOST_OF_TARGET = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_Method = Callable[..., Any]


@contextmanager
def uvicorn_gaps_closed() -> Iterator[None]:
    """Within the block, this process's servers answer such requests, and with our headers."""
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in _REPLACED]
    for (owner, name, original), (_, _, replacing) in zip(originals, _REPLACED, strict=True):
        setattr(owner, name, replacing(original))
    try:
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def _cut_off_endless_heads(original: _Method) -> _Method:
    received: WeakKeyDictionary[HttpToolsProtocol, int] = WeakKeyDictionary()

    def data_received(self: HttpToolsProtocol, data: bytes) -> None:
        original(self, data)
        if not _is_inside_head(self):
            received.pop(self, None)
            return
        received[self] = received.get(self, 0) + len(data)
        if received[self] > MAX_HEAD_BYTES:
            _answer(self, 414 if len(self.url) > MAX_TARGET_BYTES else 431)

    return data_received


def _is_inside_head(protocol: HttpToolsProtocol) -> bool:
    """Between the first byte of a request and the end of its headers, when uvicorn stores the method."""
    return bool(protocol.scope) and "method" not in protocol.scope and not protocol.transport.is_closing()


def _cut_address(_: _Method) -> _Method:
    """At the length that ``HeadLimits`` refuses: uvicorn's parser fails at 65,536 bytes, and that is logged."""

    def on_url(self: HttpToolsProtocol, url: bytes) -> None:
        self.url = (self.url + url)[: MAX_TARGET_BYTES + 1]

    return on_url


def _take_host_of_target(original: _Method) -> _Method:
    """The host of a target such as ``http://host/path`` goes before the header ``Host`` (RFC 9112, 3.2.2)."""

    def on_headers_complete(self: HttpToolsProtocol) -> None:
        found = _HOST_OF_TARGET.match(self.url)
        if found:
            self.headers[:] = [*(pair for pair in self.headers if pair[0] != b"host"), (b"host", found[1])]
        original(self)

    return on_headers_complete


def _answer_unread_handshake(original: _Method) -> _Method:
    """The library takes at most 128 headers of 8 KB; any other handshake stays open without an answer."""

    def handle_websocket_upgrade(self: HttpToolsProtocol) -> None:
        original(self)
        socket = self.transport.get_protocol()
        if isinstance(socket, WebSocketsSansIOProtocol) and not socket.handshake_initiated:
            _answer(self, 431)

    return handle_websocket_upgrade


def _answer_malformed(_: _Method) -> _Method:
    def send_400_response(self: HttpToolsProtocol, _: str) -> None:
        _answer(self, 400)

    return send_400_response


def _answer(protocol: HttpToolsProtocol, status_code: int) -> None:
    """Answer without the app and close the connection."""
    status = HTTPStatus(status_code)
    words = f"{status.phrase}\n"
    headers = ANSWER_HEADERS | {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(words))}
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    protocol.transport.write("\r\n".join([*lines, "Connection: close", "", words]).encode("ascii"))
    protocol.transport.close()


def _refuse_handshake_with_headers(original: _Method) -> _Method:
    def reject(self: ServerProtocol, status: int, text: str) -> Response:
        response: Response = original(self, status, text)
        response.headers.update(ANSWER_HEADERS)
        return response

    return reject


def _complete_refused_handshake(original: _Method) -> _Method:
    """Uvicorn logs an error for each socket that the app refused with an answer, as if there had been none."""

    async def send(self: WebSocketsSansIOProtocol, message: Any) -> None:
        await original(self, message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    return send


_REPLACED: tuple[tuple[type, str, Callable[[_Method], _Method]], ...] = (
    (HttpToolsProtocol, "data_received", _cut_off_endless_heads),
    (HttpToolsProtocol, "on_url", _cut_address),
    (HttpToolsProtocol, "on_headers_complete", _take_host_of_target),
    (HttpToolsProtocol, "handle_websocket_upgrade", _answer_unread_handshake),
    (HttpToolsProtocol, "send_400_response", _answer_malformed),
    (ServerProtocol, "reject", _refuse_handshake_with_headers),
    (WebSocketsSansIOProtocol, "send", _complete_refused_handshake),
)
