"""Reads over reqwest's kept connections: HTTP in Rust, outside the interpreter's lock, at a third of the CPU time.

Only for requests that may be sent twice: reqwest resends by itself what a closing connection did not take.
Redirects, cookies, environment proxies and decompression are off; its errors, which quote addresses, do not
leave this module. It trusts the machine's certificates, or the bundle named by ``SSL_CERT_FILE``.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import httpx2
from pyreqwest import exceptions
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.request import StreamRequest
from pyreqwest.response import Response

from workbench.bakkt.wire.connection import TimeLimits
from workbench.bakkt.wire.exchange import IncomingAnswer, read_body

IDLE_SECONDS = 15
"""Idle connections are closed before gateways usually close them."""

_ENCODED_DOT = "/%2E"


def can_be_read(address: str) -> bool:
    """Whether the address arrives as written: reqwest's parser takes an encoded ``..`` as the parent folder."""
    return _ENCODED_DOT not in address


class KeptConnections:
    """GETs with the same headers to one host; failures are raised as httpx2's errors."""

    def __init__(self, headers: Mapping[str, str], limits: TimeLimits) -> None:
        self._headers = dict(headers)
        self._limits = limits
        self._client: Client | None = None
        self._durations: dict[float, timedelta] = {}

    async def read(self, address: str, seconds: float, reception: IncomingAnswer) -> None:
        """Fills in the answer, within ``seconds`` in all."""
        try:
            async with self._request(address, seconds) as response:
                await _receive(response, reception)
            return
        except exceptions.PyreqwestError as error:
            failure = _as_httpx2(error)
        raise failure

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()

    def _open_client(self) -> Client:
        if self._client is None:
            self._client = self._build_client()
        return self._client

    def _build_client(self) -> Client:
        unpacking_nothing = ClientBuilder().gzip(False).brotli(False).zstd(False).deflate(False)
        return (
            unpacking_nothing.default_headers(self._headers)
            .follow_redirects(False)
            .referer(False)
            .no_proxy()
            .connect_timeout(timedelta(seconds=self._limits.connect))
            .read_timeout(timedelta(seconds=self._limits.read))
            .pool_idle_timeout(timedelta(seconds=IDLE_SECONDS))
            .build()
        )

    def _request(self, address: str, seconds: float) -> StreamRequest:
        duration = self._durations.get(seconds)
        if duration is None:
            duration = self._durations[seconds] = timedelta(seconds=seconds)
        return self._open_client().get(address).timeout(duration).build_streamed()


async def _receive(response: Response, reception: IncomingAnswer) -> None:
    reception.status, reception.headers = response.status, response.headers
    if response.get_header("content-encoding") is not None:
        packed = httpx2.Response(response.status, headers=[*response.headers.items()], stream=_Parts(response))
        await read_body(packed, reception)
        return
    reader = response.body_reader
    while not reception.is_over_limit and (part := await reader.read_chunk()) is not None:
        reception.take(part.to_bytes())


class _Parts(httpx2.AsyncByteStream):
    """A streamed body, for httpx2 to decompress."""

    def __init__(self, response: Response) -> None:
        self._reader = response.body_reader

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (part := await self._reader.read_chunk()) is not None:
            yield bytes(part)


def _as_httpx2(error: exceptions.PyreqwestError) -> httpx2.TransportError:
    """The httpx2 error that says whether anything was sent, without quoting it."""
    match error:
        case exceptions.ConnectTimeoutError() | exceptions.PoolTimeoutError():
            return httpx2.ConnectTimeout("no connection in time")
        case exceptions.ConnectError() | exceptions.BuilderError():
            return httpx2.ConnectError("no connection")
        case exceptions.RequestTimeoutError():
            return httpx2.ReadTimeout("no answer in time")
        case _:
            return httpx2.ReadError("the connection was lost")
