"""The transport for what is sent once: httpx2's interface over aiohttp, with aiohttp's automatic behaviour off.

By default aiohttp rewrites addresses (an id ``..`` leaves its path), resends a GET when a kept
connection turns out to be closed (a verification link would be requested twice), and its errors do not say whether
anything was sent. Environment proxies and netrc are not used: netrc would replace our key. A certificate bundle
named by ``SSL_CERT_FILE`` is used.
"""

import ssl
from collections.abc import AsyncIterator

import aiohttp
import httpx2
from multidict import CIMultiDict
from yarl import URL

from workbench.bakkt.wire.connection import TimeLimits
from workbench.domain.errors import SettingsError


class BakktTransport(httpx2.AsyncBaseTransport):
    """Sends every request over its own connection, for requests that may be sent only once.

    A kept connection can be closed by the server at the moment of sending: the request would be lost
    unnoticed, or sent twice.
    """

    def __init__(self, *, connections: int, limits: TimeLimits) -> None:
        self._context = _trusted_certificates()
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=limits.connect, sock_connect=limits.connect, sock_read=limits.read
        )
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._open_session().request(
            request.method,
            URL(str(request.url), encoded=True),
            headers=CIMultiDict((name.decode(), value.decode("latin-1")) for name, value in request.headers.raw),
            data=await request.aread() or None,
            allow_redirects=False,
        )
        return httpx2.Response(answer.status, headers=answer.raw_headers, stream=_AnswerBody(answer))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        """The session, opened by the first request: before that there is no event loop."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=self._context, force_close=True)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                middlewares=(_send_once,),
            )
        return self._session


def _trusted_certificates() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context(trust_env=True)
    except OSError as error:
        raise SettingsError("SSL_CERT_FILE or SSL_CERT_DIR does not point to usable certificates.") from error


class _AnswerBody(httpx2.AsyncByteStream):
    """The streamed body of an answer; closing it closes its connection.

    Not a generator: the event loop tracks async generators, which costs more than reading a body.
    """

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            part = await self._answer.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            failure = _as_httpx2(error)
        else:
            if part:
                return part
            raise StopAsyncIteration
        raise failure

    async def aclose(self) -> None:
        self._answer.release()
        await self._answer.wait_for_close()


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Turns aiohttp's errors into httpx2's, as aiohttp resends only after its own."""
    try:
        return await send(request)
    except (aiohttp.ClientError, OSError, UnicodeError) as error:
        failure = _as_httpx2(error)
    raise failure


def _as_httpx2(error: Exception) -> httpx2.TransportError:
    """The httpx2 error that says whether anything was sent; aiohttp's own errors hold the headers."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return httpx2.ConnectTimeout("no connection in time")
        case aiohttp.ClientConnectorError() | aiohttp.ClientHttpProxyError() | aiohttp.ServerFingerprintMismatch():
            return httpx2.ConnectError("no connection")
        case UnicodeError():
            return httpx2.ConnectError("host name cannot be looked up")
        case TimeoutError():
            return httpx2.ReadTimeout("no answer in time")
        case aiohttp.ClientResponseError():
            return httpx2.RemoteProtocolError("not an HTTP answer")
        case _:
            return httpx2.ReadError("the connection was lost")
