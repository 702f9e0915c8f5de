"""One request and its answer: every way in which that can fail on the wire, told apart by whether it was sent."""

import asyncio
from collections.abc import AsyncIterable
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
class Received:
    """An answer as it came; the body of one that is not 200 is empty where it was lost."""

    status: int
    headers: httpx2.Headers = field(repr=False)
    body: bytes = field(repr=False)
    started_at: datetime
    is_over_limit: bool = False


@dataclass(slots=True)
class _Progress:
    status: int | None = None
    headers: httpx2.Headers = field(default_factory=httpx2.Headers)
    body: bytearray = field(default_factory=bytearray)
    is_over_limit: bool = False


async def exchange(
    transport: httpx2.AsyncBaseTransport,
    request: httpx2.Request,
    *,
    started_at: datetime,
    seconds: float,
    byte_limit: int,
) -> Received:
    """Send the request once and read its answer within ``seconds``; raises BakktUnreachable or BakktUnreadable.

    The errors are raised outside the handlers, so that the causes (with key, address and bodies) do not hang on them.
    An answer that says no counts even when the rest of its body is lost.
    """
    progress = _Progress()
    failure = await _try_to_exchange(transport, request, progress, seconds=seconds, byte_limit=byte_limit)
    if failure is not None and (progress.status is None or progress.status == httpx2.codes.OK):
        raise failure
    if progress.status is None:  # no failure without a status, no status without an answer
        raise BakktUnreachable("Bakkt gave no answer.")
    body = b"" if failure else bytes(progress.body)
    return Received(progress.status, progress.headers, body, started_at, progress.is_over_limit)


async def _try_to_exchange(
    transport: httpx2.AsyncBaseTransport,
    request: httpx2.Request,
    progress: _Progress,
    *,
    seconds: float,
    byte_limit: int,
) -> BakktError | None:
    try:
        async with asyncio.timeout(seconds):
            await _send_and_read(transport, request, progress, byte_limit)
    except TimeoutError:
        return BakktUnreachable(f"Bakkt's answer was not complete within {seconds:g} seconds.", status=progress.status)
    except httpx2.DecodingError:
        return BakktUnreadable("The body of Bakkt's answer cannot be decompressed.", status=progress.status)
    except (httpx2.RequestError, httpx2.StreamError) as error:
        return _lost_exchange(error, progress.status)
    return None


async def _send_and_read(
    transport: httpx2.AsyncBaseTransport, request: httpx2.Request, progress: _Progress, byte_limit: int
) -> None:
    response = await transport.handle_async_request(request)
    try:
        progress.status, progress.headers = response.status_code, response.headers
        async for chunk in _body_of(response):
            progress.body += chunk
            if len(progress.body) > byte_limit:
                progress.is_over_limit = True
                return
    finally:
        await response.aclose()


def _body_of(response: httpx2.Response) -> AsyncIterable[bytes]:
    """What was encoded for the way is decoded; most is not, and comes without httpx2's layers."""
    if "content-encoding" in response.headers or not isinstance(response.stream, httpx2.AsyncByteStream):
        return response.aiter_bytes()
    return response.stream


def _lost_exchange(error: Exception, status: int | None) -> BakktUnreachable:
    if status is not None:
        return BakktUnreachable("The connection was lost in the middle of Bakkt's answer.", status=status)
    if isinstance(error, NEVER_SENT):
        return BakktUnreachable("No connection to Bakkt could be made.", was_sent=False)
    if isinstance(error, httpx2.TimeoutException):
        return BakktUnreachable("Bakkt did not answer in time.")
    return BakktUnreachable("The connection to Bakkt was lost before it answered.")
