"""How requests reach the wire: httpx2's words over aiohttp's connections, with aiohttp's own ideas switched off.

Left to itself aiohttp rewrites addresses (an id ``..`` climbs out of its path), sends a GET again when a kept
connection turns out to be dead (a verification link would be asked for twice), and its errors do not say whether
anything was sent. Proxies and netrc of the environment are not used: netrc would replace our key. A certificate bundle
named by ``SSL_CERT_FILE`` is used.
"""

from collections.abc import AsyncIterator

import aiohttp
import httpx2
from multidict import CIMultiDict
from yarl import URL

from workbench.bakkt.connection import TimeLimits

FRESH_CONNECTION = "fresh_connection"

_NO_BODY = httpx2.ByteStream(b"")
_NO_ADDRESS = httpx2.URL("")


class ReadRequest(httpx2.Request):
    """A GET whose address is parsed only for who asks: parsing is most of what it costs to build a request."""

    def __init__(self, address: str, headers: httpx2.Headers, extensions: dict[str, object]) -> None:
        super().__init__("GET", _NO_ADDRESS, headers=headers, stream=_NO_BODY, extensions=extensions)
        self.address = address

    @property
    def url(self) -> httpx2.URL:
        return httpx2.URL(self.address)

    @url.setter
    def url(self, url: httpx2.URL) -> None:
        self.address = str(url)


class BakktTransport(httpx2.AsyncBaseTransport):
    """Kept connections for reads; a fresh one for requests with the extension ``fresh_connection``.

    A kept connection can be closed by the other side at the moment of sending. A read is tried again then; a request
    that may be sent only once would be lost without anybody knowing.
    """

    def __init__(self, *, connections: int, limits: TimeLimits) -> None:
        self._context = httpx2.create_ssl_context(trust_env=True)
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=limits.connect, sock_connect=limits.connect, sock_read=limits.read
        )
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session(is_fresh=FRESH_CONNECTION in request.extensions)
        read = request if isinstance(request, ReadRequest) else None
        answer = await session.request(
            request.method,
            URL(read.address if read else str(request.url), encoded=True),
            headers=CIMultiDict((name.decode(), value.decode("latin-1")) for name, value in request.headers.raw),
            data=None if read else await request.aread() or None,
            allow_redirects=False,
        )
        return httpx2.Response(answer.status, headers=answer.raw_headers, stream=_AnswerBody(answer))

    async def aclose(self) -> None:
        for session in self._sessions.values():
            await session.close()

    def _session(self, *, is_fresh: bool) -> aiohttp.ClientSession:
        """The session, opened by the first request: there is no event loop before."""
        session = self._sessions.get(is_fresh)
        if session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=self._context, force_close=is_fresh)
            session = self._sessions[is_fresh] = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                middlewares=(_send_once,),
            )
        return session


class _AnswerBody(httpx2.AsyncByteStream):
    """The body of an answer as it comes; its connection goes back when it is closed.

    No generator: an event loop keeps a list of its asynchronous generators, which costs more than reading a body.
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
    """aiohttp sends again after errors of its own, never after one of httpx2."""
    try:
        return await send(request)
    except (aiohttp.ClientError, OSError, UnicodeError) as error:
        failure = _as_httpx2(error)
    raise failure


def _as_httpx2(error: Exception) -> httpx2.TransportError:
    """The error that says whether anything was sent, and nothing of what was: aiohttp's own hold the headers."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return httpx2.ConnectTimeout("no connection in time")
        case aiohttp.ClientConnectorError() | aiohttp.ClientHttpProxyError() | aiohttp.ServerFingerprintMismatch():
            return httpx2.ConnectError("no connection")
        case UnicodeError():
            return httpx2.ConnectError("not a name that can be looked up")
        case TimeoutError():
            return httpx2.ReadTimeout("no answer in time")
        case aiohttp.ClientResponseError():
            return httpx2.RemoteProtocolError("not an HTTP answer")
        case _:
            return httpx2.ReadError("the connection was lost")
