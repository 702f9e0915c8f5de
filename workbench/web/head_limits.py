"""How long the head of a request may be: 414 for an address that is too long, 431 for headers that are too large."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MAX_TARGET_BYTES = 8_000
"""Of path, question mark and query together."""
MAX_PATH_BYTES = 2_000
MAX_PART_BYTES = 255
"""Of what stands between two slashes, decoded: Linux refuses longer names of files, and Streamlit looks for one."""
MAX_HEADER_BYTES = 65_536
BYTES_PER_HEADER = 32
"""What a header takes besides its name and value."""


class HeadLimits:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif _is_address_too_long(scope):
            await PlainTextResponse("This address is too long.\n", 414)(scope, receive, send)
        elif _header_bytes(scope) > MAX_HEADER_BYTES:
            await PlainTextResponse("The headers of this request are too large.\n", 431)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_address_too_long(scope: Scope) -> bool:
    path = scope["path"].encode(errors="replace")
    sent = len(scope.get("raw_path") or path)
    return (
        sent + len(b"?") + len(scope["query_string"]) > MAX_TARGET_BYTES
        or max(sent, len(path)) > MAX_PATH_BYTES
        or max(map(len, path.split(b"/"))) > MAX_PART_BYTES
    )


def _header_bytes(scope: Scope) -> int:
    return sum(len(name) + len(value) + BYTES_PER_HEADER for name, value in scope["headers"])
