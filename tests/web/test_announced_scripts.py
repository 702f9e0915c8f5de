"""The links in a page's head to the scripts of its elements. Which they are: tests/browser/test_acts.py."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from workbench.web.announced_scripts import AnnouncedScripts

PAGE = (
    '<html><head><link rel="modulepreload" crossorigin href="./static/js/shared.A1.js"></head>'
    f"<body></head> {'is wrong here, ' * 100}</body></html>"
)
OF_THE_FILE = {"ETag": '"1"', "Last-Modified": "Mon, 30 Nov 2026 20:00:00 GMT", "Accept-Ranges": "bytes"}
SCRIPTS = {
    "DataFrame.B2.js": 'import{a as b}from"./shared.A1.js";import"./grid.C3.js";import("./editor.D4.js");',
    "Html.E5.js": 'import{x}from"./grid.C3.js";import y from "./gone.F6.js";export{x as z}',
    "grid.C3.js": 'export*from"./canvas.G7.js";import{d}from"./DataFrame.B2.js";',
    "canvas.G7.js": "",
    "editor.D4.js": "",
    "shared.A1.js": "",
    "DataFrameExport.H8.js": "",
}
"""Of DataFrame and Html, all that is imported at once and is in the folder, but for what the page names already."""
ANNOUNCED = ["DataFrame.B2.js", "Html.E5.js", "canvas.G7.js", "grid.C3.js"]


async def page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers=OF_THE_FILE | {"Cache-Control": "no-cache"})


async def page_in_parts(_: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        for start in range(0, len(PAGE), 10):
            yield PAGE[start : start + 10]

    return StreamingResponse(parts(), media_type="text/html")


async def text(_: Request) -> Response:
    return PlainTextResponse(PAGE)


async def missing(_: Request) -> Response:
    return HTMLResponse(PAGE, status_code=404)


async def asked(request: Request) -> Response:
    """Which headers of the request arrive here."""
    return HTMLResponse(" ".join(sorted(request.headers)))


async def fail_midway(_: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        yield PAGE
        raise RuntimeError

    return StreamingResponse(parts(), media_type="text/html")


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    for name, content in SCRIPTS.items():
        (folder / name).write_text(content, encoding="utf-8")
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    routes = [
        Route("/", page, methods=["GET", "HEAD", "POST"]),
        Route("/parts", page_in_parts),
        Route("/text", text),
        Route("/missing", missing),
        Route("/elsewhere", page),
        Route("/asked", asked),
        Route("/midway", fail_midway),
    ]
    pages = ("parts", "text", "missing", "asked", "midway")
    middleware = [Middleware(AnnouncedScripts, folder=tmp_path, pages=pages), Middleware(GZipMiddleware)]
    return TestClient(Starlette(routes=routes, middleware=middleware), raise_server_exceptions=False)


def announced_in(content: str) -> list[str]:
    head, _, _ = content.partition("</head>")
    return re.findall(r'<link rel="modulepreload" crossorigin href="\./static/js/([^"]+)">', head)


@pytest.mark.parametrize("address", ["/", "/parts"])
def test_a_page_announces_what_its_elements_import(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert announced_in(answer.text) == ["shared.A1.js", *ANNOUNCED]
    links = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">\n' for name in ANNOUNCED)
    assert answer.text == PAGE.replace("</head>", f"{links}</head>", 1)
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_a_page_is_described_as_it_is_sent(client: TestClient) -> None:
    """What Streamlit says of its file would let a browser keep a page that announces other scripts."""
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "no-cache"
    assert not set(map(str.lower, OF_THE_FILE)) & set(headers)


def test_a_page_is_asked_for_whole_and_as_it_is(client: TestClient) -> None:
    conditions = {"If-None-Match": '"1"', "If-Modified-Since": OF_THE_FILE["Last-Modified"], "Range": "bytes=0-9"}
    kept = {"Host", "User-Agent", "Accept", "Connection"}
    assert client.get("/asked", headers=conditions | {"If-Range": '"1"'}).text == " ".join(sorted(map(str.lower, kept)))


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/text"), ("GET", "/missing"), ("GET", "/elsewhere"), ("POST", "/")]
)
def test_all_else_goes_through_unchanged(client: TestClient, method: str, address: str) -> None:
    assert client.request(method, address).text == PAGE


def test_what_is_no_page_may_still_be_compressed(client: TestClient) -> None:
    elsewhere = client.get("/elsewhere")
    assert elsewhere.headers["Content-Encoding"] == "gzip"
    assert elsewhere.headers["ETag"] == OF_THE_FILE["ETag"]
    assert "Content-Encoding" not in client.get("/").headers


def test_a_page_that_fails_midway_is_answered_as_a_failure(client: TestClient) -> None:
    answer = client.get("/midway")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
