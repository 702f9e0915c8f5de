"""The headers of answers that nobody wrote: those to failures."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from workbench.web.answer_headers import ANSWER_HEADERS, AnswerHeaders


async def fail(_: Request) -> Response:
    raise RuntimeError("a name of a customer")


async def fail_midway(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("a name of a customer")

    return StreamingResponse(pieces())


async def set_own(_: Request) -> Response:
    return Response("here", headers={"X-Frame-Options": "ALLOWALL", "Content-Security-Policy": "frame-ancestors *"})


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route("/fail", fail),
        Route("/midway", fail_midway),
        Route("/own", set_own),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(AnswerHeaders)])
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(("path", "status"), [("/fail", 500), ("/own", 200), ("/nowhere", 404), ("/midway", 200)])
def test_every_answer_has_them_once(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    for name, value in ANSWER_HEADERS.items():
        assert answer.headers.get_list(name) == [value]


def test_a_failure_says_nothing_of_its_cause(client: TestClient) -> None:
    assert client.get("/fail").text == "Internal Server Error"


def test_a_failure_still_reaches_the_server_which_logs_it(client: TestClient) -> None:
    with pytest.raises(RuntimeError):
        TestClient(client.app).get("/fail")
