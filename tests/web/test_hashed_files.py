"""Streamlit's own files, which are answered from memory: as Streamlit answers them, but without dates and tags."""

from collections import Counter
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from streamlit.file_util import get_static_dir
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from workbench.web.answer_headers import ANSWER_HEADERS, AnswerHeaders
from workbench.web.hashed_files import FOLDERS, HashedFiles

STATIC = Path(get_static_dir())
COMPARED_HEADERS = ("content-type", "content-length", "cache-control", *map(str.lower, ANSWER_HEADERS))


def one_of_each_kind() -> list[str]:
    files = sorted(path for folder in FOLDERS for path in (STATIC / folder).iterdir())
    by_suffix = {path.suffix: path for path in files}
    return [f"/{path.relative_to(STATIC).as_posix()}" for path in by_suffix.values()]


@pytest.fixture
def clients() -> dict[str, TestClient]:
    mount = Mount("/", app=create_streamlit_static_handler(str(STATIC), base_url=None))
    headers, memory = Middleware(AnswerHeaders), Middleware(HashedFiles, folder=STATIC)
    return {
        "memory": TestClient(Starlette(routes=[mount], middleware=[headers, memory])),
        "streamlit": TestClient(Starlette(routes=[mount], middleware=[headers])),
    }


leave = PlainTextResponse("left")
"""Answers in Streamlit's place."""


def server_of(folder: Path) -> TestClient:
    return TestClient(HashedFiles(leave, folder))


@pytest.fixture
def left() -> TestClient:
    return server_of(STATIC)


def test_there_are_scripts_styles_and_fonts() -> None:
    suffixes = Counter(Path(address).suffix for address in one_of_each_kind())
    assert {".js", ".css", ".woff2"} <= suffixes.keys()


@pytest.mark.parametrize("address", one_of_each_kind())
def test_a_file_is_answered_as_by_streamlit_each_time(clients: dict[str, TestClient], address: str) -> None:
    expected = clients["streamlit"].get(address)
    for _ in range(2):
        answer = clients["memory"].get(address)
        assert (answer.status_code, answer.content) == (200, expected.content)
        for name in COMPARED_HEADERS:
            assert answer.headers.get_list(name) == expected.headers.get_list(name), name


@pytest.mark.parametrize("address", one_of_each_kind())
def test_a_whole_file_is_answered_without_streamlit(left: TestClient, address: str) -> None:
    assert left.get(address).content == (STATIC / address.strip("/")).read_bytes()
    assert left.get(f"{address}?v=2").content == (STATIC / address.strip("/")).read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/static/js",
        "/static/js/",
        "/static/js/none.js",
        "/static/js/%2e%2e/%2e%2e/index.html",
        "/static/js/..%5C..%5Cindex.html",
        "/static/index.html",
        "/index.html",
        "/backlog",
    ],
)
def test_all_else_is_left_to_streamlit(left: TestClient, address: str) -> None:
    assert left.get(address).text == "left"


@pytest.mark.parametrize("before", ["/", "/static/js/..", "/static/js/../.."])
def test_a_path_that_only_leads_to_a_file_is_left_to_streamlit(before: str) -> None:
    """Clients tidy such a path up before they send it, so it is put into the request by hand."""
    path = before + one_of_each_kind()[0]

    async def send_on(scope: Scope, receive: Receive, send: Send) -> None:
        await HashedFiles(leave, STATIC)({**scope, "path": path}, receive, send)

    assert TestClient(send_on).get("/").text == "left"


@pytest.mark.parametrize("header", ["Range", "If-Range", "If-None-Match", "If-Modified-Since"])
def test_a_part_or_a_condition_is_left_to_streamlit(left: TestClient, header: str) -> None:
    assert left.get(one_of_each_kind()[0], headers={header: "bytes=0-1"}).text == "left"


def test_another_method_is_left_to_streamlit(left: TestClient) -> None:
    assert left.post(one_of_each_kind()[0]).text == "left"


def test_a_file_that_is_gone_is_left_to_streamlit(tmp_path: Path) -> None:
    """As while another release of Streamlit is installed: what was read before is still answered."""
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    kept, gone = (tmp_path / "static/js" / name for name in ("kept.AbCdEfGh.js", "gone.AbCdEfGh.js"))
    for path in (kept, gone):
        path.write_text(path.stem)
    server = server_of(tmp_path)
    assert server.get(f"/static/js/{kept.name}").text == kept.stem
    kept.unlink()
    gone.unlink()
    assert server.get(f"/static/js/{kept.name}").text == kept.stem
    assert server.get(f"/static/js/{gone.name}").text == "left"
