"""The scripts of the elements on Backlog, announced in the head of each page.

A browser otherwise asks for them only once the element comes from the server, and then for what each imports.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.web.hashed_files import SCRIPTS

ELEMENTS = ("BidiComponent", "DataFrame", "Html", "PageLink", "Pagination", "Selectbox")
"""As Streamlit names their scripts. Figures are not among them: Plotly's script alone has 4.7 MB."""

_IMPORT = re.compile(r'\b(?:from|import)\s*"\./([\w.-]+\.js)"')
_END_OF_HEAD = b"</head>"
_OF_UNCHANGED_PAGE = ("ETag", "Last-Modified", "Accept-Ranges")
_LEFT_OUT = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range"})
"""Of a request for a page: nothing can be added to what is compressed, a part, or not sent again."""


class AnnouncedScripts:
    """Adds the links to the pages. All other answers go through unchanged."""

    def __init__(self, app: ASGIApp, folder: Path, pages: Collection[str]) -> None:
        """``folder``: where Streamlit has what it sends to browsers; ``pages``: the names of the pages."""
        self._app = app
        self._addresses = {"/", *(f"/{name}" for name in pages)}
        announced = (folder / "index.html").read_text(encoding="utf-8")
        names = (name for name in sorted(scripts_of_elements(folder / SCRIPTS)) if name not in announced)
        links = (f'<link rel="modulepreload" crossorigin href="./{SCRIPTS}/{name}">\n' for name in names)
        self._links = "".join(links).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._addresses:
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        page = b""

        async def send_with_links(message: Message) -> None:
            nonlocal start, page
            if _begins_a_page(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            page += message.get("body", b"")
            if not message.get("more_body"):
                page = page.replace(_END_OF_HEAD, self._links + _END_OF_HEAD, 1)
                _describe(start, page)
                await send(start)
                await send({**message, "body": page})

        asked = [(name, value) for name, value in scope["headers"] if name not in _LEFT_OUT]
        await self._app({**scope, "headers": asked}, receive, send_with_links)


def _begins_a_page(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != 200:
        return False
    return Headers(raw=message["headers"]).get("Content-Type", "").startswith("text/html")


def _describe(start: Message, page: bytes) -> None:
    headers = MutableHeaders(scope=start)
    headers["Content-Length"] = str(len(page))
    for name in _OF_UNCHANGED_PAGE:
        del headers[name]


def scripts_of_elements(folder: Path) -> set[str]:
    """The names of the elements' scripts and of all that these import, at any depth."""
    found: set[str] = set()
    waiting = [path.name for element in ELEMENTS for path in folder.glob(f"{element}.*.js")]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imported_by(folder / name)
    return found


def _imported_by(script: Path) -> Iterator[str]:
    for name in _IMPORT.findall(script.read_text(encoding="utf-8")):
        if (script.parent / name).is_file():
            yield name
