"""A workbench without sign-in serves this machine alone: whoever reaches it there is everybody it knows."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.web.door import is_below
from workbench.web.own_names import is_loopback

REFUSED = (
    "This workbench answers on its own machine only: sign-in is off, or a setting is wrong, as its log then says. "
    "docs/security.md says how to turn sign-in on.\n"
)
_UNIX = "unix:"
_SET_BY_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_EVERY_ADDRESS = "every address of this machine"


def why_not_listen_on(address: str | None, wrong_setting: str = "") -> str | None:
    """Why a server without sign-in may not listen on this address, None for all of them; None if it may.

    ``wrong_setting`` is the sentence on a setting because of which nobody can sign in.
    """
    if address is not None and (address.startswith(_UNIX) or is_loopback(address)):
        return None
    served = f"the workbench serves this machine only, and not on {address or _EVERY_ADDRESS}."
    if wrong_setting:
        return f"{wrong_setting} Until that is corrected, {served}"
    return (
        f"Sign-in is off, so {served} "
        "Listen on 127.0.0.1, or turn sign-in on with [auth] in .streamlit/secrets.toml: docs/security.md."
    )


class LocalOnly:
    """Refuses with 403 what arrives at another address than the loopback ones, except at the open paths.

    The server tells the address at which a request arrived; nothing that a client sends changes it. What a proxy says
    that it passed on is refused too: everybody behind one arrives at the loopback address.
    """

    def __init__(self, app: ASGIApp, open_paths: Collection[str] = ()) -> None:
        """An open path that ends in ``/`` stands for everything below it."""
        self._app = app
        self._open_paths = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_below(scope["path"], self._open_paths) or _is_from_here(scope):
            await self._app(scope, receive, send)
            return
        await PlainTextResponse(REFUSED, 403, {"Cache-Control": "no-store"})(scope, receive, send)


def _is_from_here(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return _arrived_here(scope) and not any(name in headers for name in _SET_BY_PROXIES)


def _arrived_here(scope: Scope) -> bool:
    """Through a loopback address, or through a Unix socket, which has no port."""
    host, port = scope.get("server") or ("", 0)
    return port is None or is_loopback(host)
