"""A program that is no workbench, or another one, at the address in the file beside the database."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from workbench.client.server import Server, ServerGoneError, find_server
from workbench.client.server_file import ServerAddress, write_address
from workbench.domain.errors import InputError
from workbench.settings import read_settings

OTHER_WORKBENCH = b'{"error": {"kind": "NotFound", "message": "There is nothing at this address."}}'


@contextmanager
def program(status: int, content_type: str, content: bytes) -> Iterator[str]:
    """A server that answers everything with this; yields its address."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("status", "content_type", "content"),
    [
        (200, "text/html; charset=utf-8", b"<!doctype html>"),
        (404, "application/json", OTHER_WORKBENCH),
        (404, "text/plain", b"Not Found"),
        (401, "application/json", b"[]"),
    ],
)
def test_it_is_not_asked_in_the_place_of_the_file(
    tmp_path: Path, status: int, content_type: str, content: bytes
) -> None:
    database = tmp_path / "workbench.duckdb"
    with program(status, content_type, content) as url:
        write_address(database, ServerAddress(url, "of-nobody"))
        assert find_server(read_settings({"WORKBENCH_DATABASE": str(database)})) is None


def test_no_log_of_the_client_has_a_parameter_or_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        program(404, "application/json", OTHER_WORKBENCH) as url,
        Server(ServerAddress(url, "token-of-nobody")) as server,
        pytest.raises(InputError) as refused,
    ):
        server.query("accounts/search", {"term": "Zebulon"})
    assert "Zebulon" not in caplog.text + str(refused.value)
    assert "token-of-nobody" not in caplog.text


def test_one_that_the_settings_name_is_said_to_be_none() -> None:
    with program(200, "text/html", b"<!doctype html>") as url:
        server = find_server(read_settings({"WORKBENCH_URL": url, "WORKBENCH_TOKEN": "of-nobody"}))
        assert server is not None
        with server, pytest.raises(ServerGoneError, match="Something other than a workbench answered"):
            server.queries()
