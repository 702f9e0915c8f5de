"""Closing connections that send no request headers: uvicorn waits for them forever and has no setting for it."""

from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEADER_SECONDS = 10.0
"""How long request headers may take; at most twice that after a response on the same connection."""


@contextmanager
def slow_headers_cut_off(seconds: float = HEADER_SECONDS) -> Iterator[None]:
    """Closes connections to this process's servers that send no request headers in time, within the block.

    Requests in progress and WebSockets are never touched.
    """
    original = HttpToolsProtocol.connection_made

    def connection_made(self: HttpToolsProtocol, transport: Transport) -> None:
        original(self, transport)
        self.loop.call_later(seconds, _check, self, transport, None, seconds)

    HttpToolsProtocol.connection_made = connection_made  # type: ignore[method-assign]
    try:
        yield
    finally:
        HttpToolsProtocol.connection_made = original  # type: ignore[method-assign]


def _check(
    protocol: HttpToolsProtocol, transport: Transport, seen_before: RequestResponseCycle | None, seconds: float
) -> None:
    """Closes a connection that has no request in progress and started none since the previous check."""
    if protocol not in protocol.connections:  # it closed or became a WebSocket
        return
    newest: RequestResponseCycle | None = protocol.cycle
    is_answered = newest is None or newest.response_complete
    if is_answered and newest is seen_before:
        transport.close()
        return
    protocol.loop.call_later(seconds, _check, protocol, transport, newest if is_answered else None, seconds)
