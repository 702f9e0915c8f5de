"""A response that comes before the whole body was read: 413 to one that is too large, say.

Closing a connection with unread bytes resets it, and the sender loses a response that it has not read yet. So what
still arrives is read and dropped for a moment, between the last byte of the response and the end of the connection.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DROPPED_FOR_SECONDS = 1.0
"""How long a sender may go on after the response."""


class UnreadBodies:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        body = _Body(receive)

        async def send_and_drop(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body") or body.is_read:
                await send(message)
                return
            await send({**message, "more_body": True})
            await body.drop()
            await send({"type": "http.response.body"})

        await self._app(scope, body.receive, send_and_drop)


class _Body:
    """The body of a request, and whether all of it was read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.is_read = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.is_read = self.is_read or not message.get("more_body")
        return message

    async def drop(self) -> None:
        try:
            async with asyncio.timeout(DROPPED_FOR_SECONDS):
                while not self.is_read:
                    await self.receive()
        except TimeoutError:
            return


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
