"""The door: pages, files, sockets and uploads are for this server's own names alone.

A foreign website can make a browser send requests here, under its own name too (DNS rebinding). The browser tells the
name in ``Host`` and the page that asks in ``Origin``. ``X-Forwarded-Host`` is never read, because anyone can set it.
"""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.web.own_names import OwnNames

FOREIGN_HOST = "This server does not answer under this name."
FOREIGN_ORIGIN = "This request came from a page of another site."
ADVICE = "To allow another name of this workbench, add it to the setting WORKBENCH_HOSTS."


class Door:
    """Refuses foreign names and foreign pages with 403, except at the paths that answer under any name."""

    def __init__(
        self, app: ASGIApp, own_names: OwnNames, open_paths: Collection[str] = (), advice: str = ADVICE
    ) -> None:
        """An open path that ends in ``/`` stands for everything below it."""
        self._app = app
        self._own_names = own_names
        self._open_paths = frozenset(open_paths)
        self._advice = advice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_below(scope["path"], self._open_paths):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = self._own_names.host_in(headers.getlist("host"))
        if host is None:
            await self._refusal(FOREIGN_HOST)(scope, receive, send)
        elif not self._own_names.has_origin(headers.getlist("origin"), host):
            await self._refusal(FOREIGN_ORIGIN)(scope, receive, send)
        else:
            await self._app(_with_host_of_origin(scope, headers), receive, send)

    def _refusal(self, words: str) -> PlainTextResponse:
        return PlainTextResponse(f"{words} {self._advice}\n", 403, {"Cache-Control": "no-store"})


def is_below(path: str, paths: Collection[str]) -> bool:
    """Whether the path is one of these, or below one that ends in ``/``."""
    return any(path.startswith(one) if one.endswith("/") else path == one for one in paths)


def _with_host_of_origin(scope: Scope, headers: Headers) -> Scope:
    """Of a socket, the request under the name of its page, where a proxy in between asked under another.

    Streamlit compares the two texts; where they differ it asks a server on the internet for this machine's address.
    """
    origin = headers.get("origin")
    if scope["type"] != "websocket" or origin is None:
        return scope
    host = origin.split("://", 1)[1].encode("latin-1")
    return {**scope, "headers": [(name, host if name == b"host" else value) for name, value in scope["headers"]]}
