"""How much one session may hold in uploads: the files that Streamlit keeps for it, and those on their way."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMING_BYTES = 1_024
"""What a body has around its file."""
_UPLOAD = re.compile(r".*/_stcore/upload_file/([^/]+)/[^/]+", re.DOTALL)


class _AllowanceExceeded(Exception):
    """Ends the reading of a body."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a session may hold, and how much it holds."""

    bytes_per_session: Callable[[], int]
    bytes_held: Callable[[str], int]


class UploadAllowance:
    """Answers 413 to an upload with which the session would hold more, by the bytes that arrive.

    Files that were removed, and those of a session that ended, count no longer: the store of files itself is asked.
    """

    def __init__(self, app: ASGIApp, allowance: Allowance) -> None:
        self._app = app
        self._allowance = allowance
        self._arriving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        upload = _UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if upload is None:
            await self._app(scope, receive, send)
            return
        try:
            await self._count(upload[1], scope, receive, send)
        except _AllowanceExceeded:
            words = "This tab holds too many files. Send or remove some of them first.\n"
            await PlainTextResponse(words, 413)(scope, receive, send)

    async def _count(self, session_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = 0

        async def receive_counted() -> Message:
            nonlocal arrived
            message = await receive()
            size = len(message.get("body", b""))
            arrived += size
            self._arriving[session_id] += size
            self._check(session_id)
            return message

        self._check(session_id, _declared_bytes(scope))
        try:
            await self._app(scope, receive_counted, send)
        finally:
            self._arriving[session_id] -= arrived
            if not self._arriving[session_id]:
                del self._arriving[session_id]

    def _check(self, session_id: str, more: int = 0) -> None:
        held = self._allowance.bytes_held(session_id) + self._arriving[session_id] + more
        if held > self._allowance.bytes_per_session() + FRAMING_BYTES:
            raise _AllowanceExceeded


@contextmanager
def uploads_kept_off_disk() -> Iterator[None]:
    """Within the block, Starlette receives uploads in memory alone: it would put more than a megabyte on the disk."""
    before, MultiPartParser.spool_max_size = MultiPartParser.spool_max_size, 0
    try:
        yield
    finally:
        MultiPartParser.spool_max_size = before


def _declared_bytes(scope: Scope) -> int:
    """What the sender says will come, so that most are refused before it does; not trusted further."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
