"""Sends one request and receives its answer; every failure says whether the request was sent."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx2

from workbench.bakkt.errors import BakktError, BakktTimedOut, BakktUnreachable, BakktUnreadable

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
class _Reception:
    """What has been received of an answer so far."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    is_over_limit: bool = False


async def exchange(
    transport: httpx2.AsyncBaseTransport,
    request: httpx2.Request,
    *,
    started_at: datetime,
    seconds: float,
    byte_limit: int,
) -> RawAnswer:
    """Send one request and return its answer, within ``seconds``; raises BakktUnreachable, BakktUnreadable.

    Errors are raised outside the except blocks, so that they do not carry causes with key, address and bodies.
    A refusal counts even if the rest of its body is lost.
    """
    reception = _Reception()
    failure = await _try_to_receive(transport, request, reception, seconds, byte_limit)
    status = reception.status
    if failure is not None and (status is None or status == httpx2.codes.OK):
        raise failure
    if status is None:  # without a failure there is always a status
        raise BakktUnreachable("Bakkt gave no answer.")
    body = b"" if failure else bytes(reception.body)
    return RawAnswer(status, reception.headers, body, started_at, reception.is_over_limit)


async def _try_to_receive(
    transport: httpx2.AsyncBaseTransport,
    request: httpx2.Request,
    reception: _Reception,
    seconds: float,
    byte_limit: int,
) -> BakktError | None:
    try:
        async with asyncio.timeout(seconds):
            await _receive(transport, request, reception, byte_limit)
    except TimeoutError:
        return BakktTimedOut(f"Bakkt's answer was not complete within {seconds:g} s.", status=reception.status)
    except httpx2.DecodingError:
        return BakktUnreadable("The body of Bakkt's answer cannot be decompressed.", status=reception.status)
    except (httpx2.RequestError, httpx2.StreamError, OSError) as error:  # a broken TLS record is an OSError
        return _connection_error(error, reception.status)
    return None


async def _receive(
    transport: httpx2.AsyncBaseTransport, request: httpx2.Request, reception: _Reception, byte_limit: int
) -> None:
    """Receive an answer; its body is read, decompressed if necessary, until it is over the limit."""
    response = await transport.handle_async_request(request)
    try:
        reception.status, reception.headers = response.status_code, response.headers
        async for part in response.aiter_bytes():
            reception.body += part
            reception.is_over_limit = len(reception.body) > byte_limit
            if reception.is_over_limit:
                return
    finally:
        await response.aclose()


def _connection_error(error: Exception, status: int | None) -> BakktUnreachable:
    if status is not None:
        return BakktUnreachable("The connection was lost during Bakkt's answer.", status=status)
    is_timeout = isinstance(error, httpx2.TimeoutException)
    if isinstance(error, NEVER_SENT):
        return (BakktTimedOut if is_timeout else BakktUnreachable)("Could not connect to Bakkt.", was_sent=False)
    if is_timeout:
        return BakktTimedOut("Bakkt did not answer in time.")
    return BakktUnreachable("The connection to Bakkt was lost before it answered.")
