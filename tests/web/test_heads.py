"""Heads of requests that are too long get an answer, and leave nothing in the log."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.raw_requests import HANDSHAKE, ask, open_socket

HOST = "Host: localhost"
PLACES = [
    "/",
    "/customers/",
    "/media/",
    "/app/static/",
    "/component/streamlit_pdf/",
    "/_stcore/bidi-components/streamlit-pdf/",
    "/_stcore/upload_file/a/",
    "/webhooks/bakkt/",
    "/healthz?",
    "/?account=",
]
MARK = "zq"
"""What the addresses repeat, which no line of the log has by itself."""


@pytest.fixture
def new_in_log(server_log: Path, server: str) -> "LogReader":
    return LogReader(server_log)


class LogReader:
    def __init__(self, path: Path) -> None:
        self._path, self._read = path, path.stat().st_size

    def text(self) -> str:
        return self._path.read_text(encoding="utf-8", errors="replace")[self._read :]


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("length", [9_000, 70_000, 1_000_000])
def test_a_very_long_address_ends_in_414_without_a_trace(
    server: str, new_in_log: LogReader, place: str, length: int
) -> None:
    answer = ask(server, place + MARK * (length // 2), HOST)
    assert answer.status == 414
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert MARK.encode() not in answer.body
    assert new_in_log.text() == ""


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_method_ends_so(server: str, method: str) -> None:
    assert ask(server, "/webhooks/bakkt/" + MARK * 5_000, HOST, method=method).status == 414


@pytest.mark.parametrize(
    "address",
    [
        "/app/static/" + "a" * 256,
        "/app/static/" + "a/" * 1_200,
        "/app/static/" + "%C3%A9" * 128,
        "/app/static/" + "%ff" * 100,
        "/component/streamlit_pdf/" + "a" * 300,
        "/" + "a/" * 1_000,
        "/media/" + "%2F" * 700,
    ],
)
def test_an_address_that_no_file_can_have_ends_in_414_too(server: str, new_in_log: LogReader, address: str) -> None:
    assert ask(server, address, HOST).status == 414
    assert new_in_log.text() == ""


@pytest.mark.parametrize(
    "address",
    [
        "/app/static/" + "a" * 255,
        "/" + "a/" * 990 + "a",
        "/?account=" + "a" * 7_900,
        "/customers?" + "&".join(f"p{number}=1" for number in range(800)),
        "/healthz?" + "a" * 7_900,
    ],
)
def test_long_addresses_below_the_limit_are_answered(server: str, new_in_log: LogReader, address: str) -> None:
    assert ask(server, address, HOST).status in {200, 404}
    assert new_in_log.text() == ""


@pytest.mark.parametrize(
    "lines",
    [
        (f"X-A: {'a' * 70_000}",),
        (f"X-A: {'a' * 1_000_000}",),
        (f"Cookie: {'a=b; ' * 20_000}",),
        tuple(f"X-{number}: a" for number in range(20_000)),
        tuple(f"X: {'a' * 8_000}" for _ in range(9)),
    ],
    ids=["one", "one of a megabyte", "cookies", "many", "nine"],
)
def test_headers_that_are_too_large_end_in_431(server: str, new_in_log: LogReader, lines: tuple[str, ...]) -> None:
    for address in ("/", "/webhooks/bakkt", "/healthz"):
        assert ask(server, address, HOST, *lines).status == 431
    assert new_in_log.text() == ""


def test_headers_as_browsers_send_them_are_answered(server: str) -> None:
    cookies = "; ".join(f"name{number}={'v' * 400}" for number in range(100))
    assert ask(server, "/", HOST, f"Cookie: {cookies}").status == 200


@pytest.mark.parametrize("length", [9_000, 70_000, 1_000_000])
def test_a_socket_with_a_very_long_address_gets_414(server: str, new_in_log: LogReader, length: int) -> None:
    for target in ("/_stcore/stream/", "/_stcore/stream?"):
        assert open_socket(server, HOST, target=target + MARK * (length // 2)).status == 414
    assert new_in_log.text() == ""


@pytest.mark.parametrize(
    "lines",
    [tuple(f"X-{number}: a" for number in range(300)), (f"X: {'a' * 9_000}",), (f"X: {'a' * 90_000}",)],
    ids=["many", "long", "longer"],
)
def test_a_handshake_that_the_library_cannot_read_is_answered(
    server: str, new_in_log: LogReader, lines: tuple[str, ...]
) -> None:
    assert open_socket(server, HOST, *lines).status == 431
    assert new_in_log.text() == ""


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"GET /", b"a" * 65_536),
        (b"GET / HTTP/1.1\r\nX-A: ", b"a" * 65_536),
        (b"GET / HTTP/1.1\r\n", b"X: a\r\n" * 9_000),
    ],
    ids=["address", "header", "headers"],
)
def test_a_head_without_end_is_cut_off(server: str, new_in_log: LogReader, start: bytes, more: bytes) -> None:
    parts = urlsplit(server)
    sent = 0
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=60) as endless:
        endless.sendall(start)
        try:
            while sent < 100_000_000:
                endless.sendall(more)
                sent += len(more)
        except ConnectionError:
            pass
    assert sent < 20_000_000
    assert new_in_log.text() == ""


def test_a_refused_handshake_is_not_logged_as_a_failure(server: str, new_in_log: LogReader) -> None:
    for _ in range(3):
        assert ask(server, "/_stcore/stream", "Host: evil.example", *HANDSHAKE).status == 403
    assert new_in_log.text() == ""
