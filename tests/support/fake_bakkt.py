"""Shared helpers: invented Bakkt responses, a clock that does not wait, and a raw server on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from pydantic import SecretStr

from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.bakkt.wire.pacing import Clock
from workbench.bakkt.wire.retries import RetryPolicy
from workbench.domain.backoff import Backoff

KEY = "k3y-of-nobody"
PARTNER = "11111111-2222-3333-4444-555555555555"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESS = {"streetAddress": ["1 High Street"], "city": "Springfield", "postalCode": "62701", "country": "USA"}
OWNER: dict[str, Any] = {
    "role": "PRIMARY_OWNER",
    "clientOwnerId": "owner-1",
    "emailAddress": "orla@example.com",
    "phoneNumber": "+15550001111",
    "mailingAddress": ADDRESS,
    "agreements": [{"name": "user agreement", "version": "3"}],
    "identity": {
        "givenName": "Orla",
        "familyName": "O'Brien",
        "dateOfBirth": "1980-02-29",
        "personalAddress": ADDRESS,
    },
}
REQUEST: dict[str, Any] = {"clientAccountId": "A-1", "accountType": "INDIVIDUAL", "owners": [OWNER]}
ACCOUNT: dict[str, Any] = {
    "id": "bakkt-1",
    "createdAt": "2026-01-29T02:55:02.847Z",
    "status": "COMPLETE",
    "mode": "OPEN",
    "request": REQUEST,
}
STATUS = {"canTradeCrypto": True, "cipClearanceState": "ACCEPTED", "settlementMethod": "NET_SETTLEMENT"}
DOCUMENT_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
METADATA = {"clientDocumentId": DOCUMENT_ID, "account": "A-1", "documentType": "PASSPORT", "documentSide": "FRONT"}
DOCUMENT = {"id": "3fa85f64-0000-4562-b3fc-2c963f66afa6", "createdAt": "2026-01-29T02:55:02Z", "request": METADATA}

AsyncHandler = Callable[[httpx2.Request], Coroutine[None, None, httpx2.Response]]
Handler = Callable[[httpx2.Request], httpx2.Response] | AsyncHandler


class FakeTime:
    """A clock that only advances in ``sleep``; ``waits`` lists the requested durations."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds = max(self.seconds, self.seconds + seconds)
        await asyncio.sleep(0)

    def clock(self) -> Clock:
        return Clock(
            now=lambda: START + timedelta(seconds=self.seconds), monotonic=lambda: self.seconds, sleep=self.sleep
        )


class ScriptedResponses:
    """A handler that returns the listed responses in turn, repeats the last one, and records the requests."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)


def connection(base_url: str = "http://bakkt.test") -> BakktConnection:
    return BakktConnection(base_url=base_url, api_key=SecretStr(KEY), partner_id=PARTNER)


def client_of(handler: Handler, time: FakeTime | None = None, **options: Any) -> BakktClient:
    """Return a real client without a rate limit that calls ``handler`` instead of the network."""
    options.setdefault("requests_per_second", None)
    clock = (time or FakeTime()).clock()
    return BakktClient(connection(), transport=httpx2.MockTransport(handler), clock=clock, **options)


def ask(handler: Handler, call: Callable[[BakktClient], Awaitable[Any]], **options: Any) -> Any:
    """Make one call through a client over ``handler``."""

    async def run() -> Any:
        async with client_of(handler, **options) as client:
            return await call(client)

    return asyncio.run(run())


def answer(value: object, status: int = 200, /, **headers: str) -> httpx2.Response:
    return httpx2.Response(status, content=json.dumps(value).encode(), headers=headers)


def raw(body: bytes, status: int = 200, /, **headers: str) -> httpx2.Response:
    return httpx2.Response(status, content=body, headers=headers)


def retry_later(seconds: object, status: int = 429) -> httpx2.Response:
    return httpx2.Response(status, headers={"retry-after": str(seconds)})


class RawServer:
    """A server that passes each connection to ``behave`` once its request was read."""

    def __init__(self, behave: Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]) -> None:
        self._behave = behave
        self.requests: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await _read_request(reader):
                self.requests.append(head)
                await self._behave(head, writer)
                await writer.drain()
                if writer.is_closing():
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


def http_answer(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def raw_server(
    behave: Callable[[bytes, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[tuple[RawServer, str]]:
    """Yield the server and its base URL."""
    server = RawServer(behave)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server, f"http://127.0.0.1:{port}"


def client_at(base_url: str, **options: Any) -> BakktClient:
    """Return a client over the real transport that hardly waits between attempts."""
    options.setdefault("requests_per_second", None)
    options.setdefault("retry", RetryPolicy(backoff=Backoff(0.001, 0.001)))
    return BakktClient(connection(base_url), **options)
