"""Clients that connect and send no request: a real server and raw connections to it."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from tests.support.running import until
from workbench.web.slow_headers import slow_headers_cut_off

HEAD_SECONDS = 0.2
ASKED = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
BEGUN = b"GET / HTTP/1.1\r\nHost: here\r\n"


async def answer_late(_: Request) -> PlainTextResponse:
    await asyncio.sleep(4 * HEAD_SECONDS)
    return PlainTextResponse("late")


async def answer_at_once(_: Request) -> PlainTextResponse:
    return PlainTextResponse("here")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        await socket.send_text(await socket.receive_text())


@pytest.fixture
def port() -> Iterator[int]:
    routes = [Route("/", answer_at_once), Route("/late", answer_late), WebSocketRoute("/socket", echo)]
    settings = uvicorn.Config(
        Starlette(routes=routes),
        host="127.0.0.1",
        port=0,
        lifespan="off",
        log_config=None,
        ws="websockets-sansio",
        timeout_keep_alive=60,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run)
    with slow_headers_cut_off(HEAD_SECONDS):
        thread.start()
        until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join()


def connection(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def until_closed(given: socket.socket) -> bytes:
    """Receive everything; fail if the server does not close the connection in time."""
    came = b""
    while chunk := given.recv(65536):
        came += chunk
    return came


@pytest.mark.parametrize("sent", [b"", b"\r\n", BEGUN], ids=["nothing", "a blank line", "half a head"])
def test_a_client_that_sends_no_request_is_cut_off(port: int, sent: bytes) -> None:
    with connection(port) as idle:
        idle.sendall(sent)
        assert until_closed(idle) == b""


@pytest.mark.parametrize("before", [b"", ASKED], ids=["first request", "second request"])
def test_a_head_that_drips_is_cut_off_however_often_it_drips(port: int, before: bytes) -> None:
    with connection(port) as dripping:
        dripping.sendall(before + BEGUN)
        dripping.settimeout(HEAD_SECONDS / 10)
        drips = 0
        while drips < 1000:
            drips += 1
            try:
                dripping.sendall(b"X-A: b\r\n")
                if not dripping.recv(1000):
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert drips < 100


@pytest.mark.slow
def test_a_request_under_way_takes_as_long_as_it_takes(port: int) -> None:
    with connection(port) as patient:
        patient.sendall(ASKED.replace(b"/", b"/late", 1))
        assert patient.recv(65536).endswith(b"late")
        patient.sendall(ASKED)
        assert patient.recv(65536).endswith(b"here")


@pytest.mark.slow
def test_a_web_socket_may_be_silent(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/socket") as open_socket, connection(port) as idle:
        assert until_closed(idle) == b""
        with connection(port) as another:
            assert until_closed(another) == b""
        open_socket.send("still here")
        assert open_socket.recv(timeout=5) == "still here"
