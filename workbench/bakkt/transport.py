"""How requests reach the wire: httpx2 over aiohttp's connections, with aiohttp's own ideas switched off.

Left to itself aiohttp rewrites addresses (an id ``..`` climbs out of its path), sends a GET again when a kept
connection turns out to be dead (a verification link would be asked for twice), and its errors do not say whether
anything was sent. Proxies and netrc of the environment are not used: netrc would replace our key. A certificate bundle
named by ``SSL_CERT_FILE`` is used.
"""

import ssl
from contextvars import ContextVar
from functools import partial

import aiohttp
import httpx2
from httpx_aiohttp.httpx2 import AiohttpTransport
from yarl import URL

FRESH_CONNECTION = "fresh_connection"

_address_as_written: ContextVar[str] = ContextVar("address_as_written")


class BakktTransport(httpx2.AsyncBaseTransport):
    """Kept connections for reads; a fresh one for requests with the extension ``fresh_connection``.

    A kept connection can be closed by the other side at the moment of sending. A read is tried again then; a request
    that may be sent only once would be lost without anybody knowing.
    """

    def __init__(self, *, connections: int) -> None:
        context = httpx2.create_ssl_context(trust_env=True)
        self._kept = AiohttpTransport(client=partial(_open_session, context, connections, keep=True))
        self._fresh = AiohttpTransport(client=partial(_open_session, context, connections, keep=False))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        _address_as_written.set(str(request.url))
        transport = self._fresh if request.extensions.get(FRESH_CONNECTION) else self._kept
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._kept.aclose()
        await self._fresh.aclose()


def _open_session(context: ssl.SSLContext, connections: int, *, keep: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=connections, ssl=context, force_close=not keep)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), middlewares=(_send_once_as_written,)
    )


async def _send_once_as_written(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    request.url = URL(_address_as_written.get(), encoded=True)
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
