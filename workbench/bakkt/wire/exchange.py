"""Sends one request and receives its answer; every failure says whether the request was sent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx2

from workbench.bakkt.errors import BakktError, BakktUnreachable, BakktUnreadable

NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A received answer; the body of one that is not 200 is empty if it was lost."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    started_at: datetime
    is_over_limit: bool = False


@dataclass(slots=True)
class IncomingAnswer:
    """An answer being received; its body is read up to ``byte_limit``. Header names may be in either case."""

    byte_limit: int
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytearray = field(default_factory=bytearray, repr=False)
    is_over_limit: bool = False

    def take(self, part: bytes) -> None:
        self.body += part
        self.is_over_limit = len(self.body) > self.byte_limit


SendRequest = Callable[[IncomingAnswer], Awaitable[None]]
"""Sends one request and fills in its answer; raises httpx2's errors, or TimeoutError for the whole."""


async def exchange(receive: SendRequest, *, started_at: datetime, seconds: float, byte_limit: int) -> RawAnswer:
    """Send one request and return its answer, within ``seconds``; raises BakktUnreachable, BakktUnreadable.

    Errors are raised outside the except blocks, so that they do not carry causes with key, address and bodies.
    A refusal counts even if the rest of its body is lost.
    """
    reception = IncomingAnswer(byte_limit)
    failure = await _try_to_receive(receive, reception, seconds)
    status = reception.status
    if failure is not None and (status is None or status == httpx2.codes.OK):
        raise failure
    if status is None:  # without a failure there is always a status
        raise BakktUnreachable("Bakkt gave no answer.")
    body = b"" if failure else bytes(reception.body)
    return RawAnswer(status, reception.headers, body, started_at, reception.is_over_limit)


async def send_over(
    transport: httpx2.AsyncBaseTransport, request: httpx2.Request, seconds: float, reception: IncomingAnswer
) -> None:
    """Send a request over an httpx2 transport and receive its answer within ``seconds``."""
    async with asyncio.timeout(seconds):
        response = await transport.handle_async_request(request)
        try:
            reception.status, reception.headers = response.status_code, response.headers
            await read_body(response, reception)
        finally:
            await response.aclose()


async def read_body(response: httpx2.Response, reception: IncomingAnswer) -> None:
    """Read the body, decompressed if necessary, until it is over the limit."""
    async for part in response.aiter_bytes():
        reception.take(part)
        if reception.is_over_limit:
            return


async def _try_to_receive(receive: SendRequest, reception: IncomingAnswer, seconds: float) -> BakktError | None:
    try:
        await receive(reception)
    except TimeoutError:
        return BakktUnreachable(f"Bakkt's answer was not complete within {seconds:g} s.", status=reception.status)
    except httpx2.DecodingError:
        return BakktUnreadable("The body of Bakkt's answer cannot be decompressed.", status=reception.status)
    except (httpx2.RequestError, httpx2.StreamError) as error:
        return _connection_error(error, reception.status)
    return None


def _connection_error(error: Exception, status: int | None) -> BakktUnreachable:
    if status is not None:
        return BakktUnreachable("The connection was lost during Bakkt's answer.", status=status)
    if isinstance(error, NEVER_SENT):
        return BakktUnreachable("Could not connect to Bakkt.", was_sent=False)
    if isinstance(error, httpx2.TimeoutException):
        return BakktUnreachable("Bakkt did not answer in time.")
    return BakktUnreachable("The connection to Bakkt was lost before it answered.")
