"""The scripts of the elements that most of our pages consist of, announced in the page's head.

A browser otherwise asks for them only once the element comes from the server, and then for what each imports.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ELEMENTS = ("BidiComponent", "DataFrame", "Html", "PageLink", "Pagination", "Selectbox")
"""As Streamlit names the scripts of the elements on Backlog. Of figures there is none: they are ten times as large."""
SCRIPTS = "static/js"
"""Where they are, below the folder of Streamlit's own files and below the address of a page."""

_IMPORT = re.compile(r'\b(?:from|import)\s*"\./([\w.-]+\.js)"')
_END_OF_HEAD = b"</head>"


class AnnouncedScripts:
    """Adds the links to each page. Whatever else is answered goes through unchanged."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        """``folder``: where Streamlit has what it sends to browsers."""
        self._app = app
        announced = (folder / "index.html").read_text(encoding="utf-8")
        names = (name for name in sorted(scripts_of_elements(folder / SCRIPTS)) if name not in announced)
        links = (f'<link rel="modulepreload" crossorigin href="./{SCRIPTS}/{name}">\n' for name in names)
        self._links = "".join(links).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_for_a_page(scope):
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
                MutableHeaders(scope=start)["Content-Length"] = str(len(page))
                await send(start)
                await send({**message, "body": page})

        await self._app(_without_compression(scope), receive, send_with_links)


def _asks_for_a_page(scope: Scope) -> bool:
    return (
        scope["type"] == "http" and scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("Accept", "")
    )


def _without_compression(scope: Scope) -> Scope:
    """Streamlit compresses most pages, in which nothing can be added."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


def _begins_a_page(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != 200:
        return False
    return Headers(raw=message["headers"]).get("Content-Type", "").startswith("text/html")


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
