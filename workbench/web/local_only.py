"""A workbench without sign-in serves this machine alone: whoever reaches it there is everybody it knows."""

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.web.door import is_below

REFUSED = "Sign-in is off: this workbench answers on this machine only. docs/security.md says how to turn sign-in on.\n"
_UNIX = "unix:"
_EVERY_ADDRESS = "every address of this machine"


def why_not_listen_on(address: str | None) -> str | None:
    """Why a server without sign-in may not listen on this address, None for all of them; None if it may."""
    if address is not None and (address.startswith(_UNIX) or is_loopback(address)):
        return None
    return (
        f"Sign-in is off, so the workbench serves this machine only, and not on {address or _EVERY_ADDRESS}. "
        "Listen on 127.0.0.1, or turn sign-in on with [auth] in .streamlit/secrets.toml: docs/security.md."
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


class LocalOnly:
    """Refuses with 403 what arrives at another address than the loopback ones, except at the open paths.

    The server tells the address at which a request arrived; nothing that a client sends changes it.
    """

    def __init__(self, app: ASGIApp, open_paths: Collection[str] = ()) -> None:
        """An open path that ends in ``/`` stands for everything below it."""
        self._app = app
        self._open_paths = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_below(scope["path"], self._open_paths) or _arrived_here(scope):
            await self._app(scope, receive, send)
            return
        await PlainTextResponse(REFUSED, 403, {"Cache-Control": "no-store"})(scope, receive, send)


def _arrived_here(scope: Scope) -> bool:
    """Through a loopback address, or through a Unix socket, which has no port."""
    host, port = scope.get("server") or ("", 0)
    return port is None or is_loopback(host)
