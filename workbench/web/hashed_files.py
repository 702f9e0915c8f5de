"""Streamlit's own scripts, styles and fonts, kept in memory once somebody asked for them.

Streamlit reads them anew for each request, in steps on other threads, which wait for the threads that run pages.
A first load asks for more than a hundred.
"""

from mimetypes import guess_type
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

SCRIPTS = "static/js"
FOLDERS = (SCRIPTS, "static/css", "static/media")
"""The names of these files contain a hash of their content, so that a file never changes."""
FOREVER = "public, immutable, max-age=31536000"
"""As Streamlit lets browsers keep them."""
_CONDITIONS = frozenset({b"range", b"if-range", b"if-none-match", b"if-modified-since"})


class HashedFiles:
    """Answers what asks for a whole file, with its name exactly as it is; all else is left to Streamlit."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        """``folder``: where Streamlit has what it sends to browsers."""
        self._app = app
        self._paths = dict(_paths_by_address(folder))
        self._contents: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = self._content(scope["path"]) if _asks_for_a_whole_file(scope) else None
        if content is None:
            await self._app(scope, receive, send)
            return
        media_type = guess_type(scope["path"])[0] or "application/octet-stream"
        await Response(content, media_type=media_type, headers={"Cache-Control": FOREVER})(scope, receive, send)

    def _content(self, address: str) -> bytes | None:
        """The file of an address; None if it is none of these, or cannot be read any more."""
        if address not in self._contents and address in self._paths:
            try:
                self._contents[address] = self._paths[address].read_bytes()
            except OSError:
                return None
        return self._contents.get(address)


def _paths_by_address(folder: Path) -> list[tuple[str, Path]]:
    files = [path for each in FOLDERS for path in (folder / each).iterdir() if path.is_file()]
    return [(f"/{path.relative_to(folder).as_posix()}", path) for path in files]


def _asks_for_a_whole_file(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and _CONDITIONS.isdisjoint(name for name, _ in scope["headers"])
    )
