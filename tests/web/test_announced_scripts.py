"""The links in a page's head to the scripts of its elements. That they are the right ones, a browser says."""

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
IN_BROWSERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br, zstd"}
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
    return HTMLResponse(PAGE, headers={"ETag": '"1"'})


async def page_in_parts(_: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        for start in range(0, len(PAGE), 10):
            yield PAGE[start : start + 10]

    return StreamingResponse(parts(), media_type="text/html")


async def text(_: Request) -> Response:
    return PlainTextResponse(PAGE)


async def missing(_: Request) -> Response:
    return HTMLResponse(PAGE, status_code=404)


async def fail(_: Request) -> Response:
    raise RuntimeError


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
        Route("/fail", fail),
    ]
    middleware = [Middleware(AnnouncedScripts, folder=tmp_path), Middleware(GZipMiddleware)]
    return TestClient(
        Starlette(routes=routes, middleware=middleware), headers=IN_BROWSERS, raise_server_exceptions=False
    )


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


def test_the_other_headers_of_a_page_stay(client: TestClient) -> None:
    assert client.get("/").headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("method", "address", "accepted"),
    [
        ("GET", "/text", "text/html"),
        ("GET", "/missing", "text/html"),
        ("GET", "/", "application/json"),
        ("GET", "/", "*/*"),
        ("POST", "/", "text/html"),
    ],
)
def test_all_else_goes_through_unchanged(client: TestClient, method: str, address: str, accepted: str) -> None:
    assert client.request(method, address, headers={"Accept": accepted}).text == PAGE


def test_the_head_of_a_page_alone_goes_through(client: TestClient) -> None:
    assert client.head("/", headers={"Accept-Encoding": "identity"}).headers["Content-Length"] == str(len(PAGE))


def test_what_is_no_page_may_still_be_compressed(client: TestClient) -> None:
    assert client.get("/", headers={"Accept": "*/*"}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/").headers


def test_a_failure_is_answered_as_before(client: TestClient) -> None:
    assert client.get("/fail").status_code == 500
