"""The running server answers to its own names alone, at every route, and each answer has our headers."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.support.raw_requests import Answer, ask, ask_raw, open_socket
from tests.support.running import PATIENCE_SECONDS
from tests.support.served_routes import METHODS, ServedRoute, served_routes
from tests.support.workbench_server import running_workbench

OPEN_ROUTES = {
    "/healthz",
    "/_stcore/health",
    "/webhooks/bakkt",
    "/webhooks/bakkt/",
    "/webhooks/bakkt/{path_secret:path}",
}
"""The only routes that answer under any name. A route that joins them needs its reason in app.py."""

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' blob: 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

FOREIGN = {
    "host": ("Host: evil.example",),
    "host and origin": ("Host: evil.example", "Origin: http://evil.example"),
    "origin": ("Host: localhost", "Origin: http://evil.example"),
    "null origin": ("Host: localhost", "Origin: null"),
    "forwarded host": ("Host: evil.example", "X-Forwarded-Host: localhost", "Forwarded: host=localhost"),
}


@pytest.fixture(scope="module")
def routes() -> list[ServedRoute]:
    return served_routes()


def answers_at(server: str, route: ServedRoute, *lines: str) -> Iterator[Answer]:
    if route.kind == "WebSocketRoute":
        yield open_socket(server, *lines, target=route.address)
    for method in (*route.methods, "OPTIONS"):
        yield ask(server, route.address, *lines, method=method)


def assert_has_headers(answer: Answer) -> None:
    assert HEADERS.items() <= answer.headers.items()


@pytest.mark.slow
@pytest.mark.parametrize("kind", FOREIGN)
def test_every_route_but_the_open_ones_refuses_what_is_foreign(
    server: str, routes: list[ServedRoute], kind: str
) -> None:
    answered = set()
    for route in routes:
        for answer in answers_at(server, route, *FOREIGN[kind]):
            assert_has_headers(answer)
            if answer.status != 403:
                answered.add(route.path)
    assert answered == OPEN_ROUTES


def test_every_route_answers_under_an_own_name(server: str, routes: list[ServedRoute]) -> None:
    assert {route.path for route in routes} > OPEN_ROUTES
    for route in routes:
        for answer in answers_at(server, route, "Host: localhost"):
            assert_has_headers(answer)
            assert b"WORKBENCH_HOSTS" not in answer.body, route


@pytest.mark.parametrize("path", sorted(OPEN_ROUTES - {"/webhooks/bakkt/{path_secret:path}"}))
def test_an_open_route_answers_without_any_host(server: str, path: str) -> None:
    answer = ask_raw(server, f"GET {path} HTTP/1.0")
    assert answer.status == (405 if path.startswith("/webhooks") else 200)


@pytest.mark.parametrize("method", METHODS)
def test_foreign_requests_are_refused_with_a_sentence_that_says_how_to_allow_it(server: str, method: str) -> None:
    by_host = ask(server, "/customers", "Host: evil.example", method=method)
    by_origin = ask(server, "/customers", "Host: localhost", "Origin: https://evil.example", method=method)
    assert (by_host.status, by_origin.status) == (403, 403)
    if method != "HEAD":
        advice = b"To allow another name of this workbench, add it to the setting WORKBENCH_HOSTS."
        assert by_host.body == b"This server does not answer under this name. " + advice + b"\n"
        assert by_origin.body == b"This request came from a page of another site. " + advice + b"\n"


PLACES = ["/", "/customers", "/index.html", "/media/a.png", "/app/static/logo.svg", "/_stcore/host-config", "/nowhere"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.evil.example",
        "user@localhost",
        "localhost@evil.example",
        "localhost:0",
        "127.1",
        "[::1",
    ],
)
def test_a_host_that_only_looks_like_ours_is_refused(server: str, place: str, host: str) -> None:
    assert ask(server, place, f"Host: {host}").status == 403


def test_a_missing_a_second_and_another_host_in_the_target_are_refused(server: str) -> None:
    assert ask(server, "/").status == 403
    assert ask(server, "/", "Host: localhost", "Host: evil.example").status == 403
    assert ask(server, "/", "Host: evil.example", "Host: localhost").status == 403
    assert ask(server, "http://evil.example/", "Host: localhost").status == 403
    assert ask(server, "http://user@localhost/", "Host: localhost").status == 403
    assert ask(server, "http://localhost/", "Host: evil.example").status == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:{port}", "http://localhost:{port}"),
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}"),
        ("[::1]:{port}", "http://[::1]:{port}"),
        ("127.0.0.1:{port}", "http://[::1]:{port}"),
        ("LocalHost.:{port}", "http://localhost:{port}"),
        ("desk.example.com", "https://desk.example.com"),
        ("desk.example.net:8443", "https://desk.example.net:8443"),
        ("[fd00::7]:9000", "http://[fd00::7]:9000"),
        ("127.0.0.1:{port}", "https://desk.example.com"),
    ],
)
def test_pages_and_sockets_open_under_each_own_name(server: str, host: str, origin: str) -> None:
    port = server.rsplit(":", 1)[1]
    lines = (f"Host: {host}".format(port=port), f"Origin: {origin}".format(port=port))
    page = ask(server, "/customers", *lines)
    assert page.status == 200
    assert b"<title>" in page.body
    assert open_socket(server, *lines).status == 101


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example:{port}", "http://evil.example:{port}"),
        ("localhost:{port}", "http://evil.example"),
        ("localhost:{port}", "null"),
        ("localhost:{port}", "http://localhost:3000"),
        ("desk.example.net:8444", "https://desk.example.net:8444"),
        ("desk.example.com", "https://evil.example"),
        ("desk.example.com", "http://localhost:3000"),
    ],
)
def test_no_socket_opens_for_a_foreign_site(server: str, host: str, origin: str) -> None:
    port = server.rsplit(":", 1)[1]
    answer = open_socket(server, f"Host: {host}".format(port=port), f"Origin: {origin}".format(port=port))
    assert answer.status == 403
    assert b"WORKBENCH_HOSTS" in answer.body
    assert_has_headers(answer)


def test_a_rebound_name_gets_no_session_from_a_client_that_speaks_the_whole_protocol(server: str) -> None:
    port = server.rsplit(":", 1)[1]
    address = f"ws://rebound.example:{port}/_stcore/stream"
    with socket.create_connection(("127.0.0.1", int(port))) as given, pytest.raises(InvalidStatus) as refused:
        connect(address, sock=given, proxy=None)
    assert refused.value.response.status_code == 403
    with connect(f"{server.replace('http', 'ws')}/_stcore/stream", origin=Origin(server)) as opened:
        opened.ping().wait(PATIENCE_SECONDS)


def test_uploads_from_a_foreign_page_are_refused_before_the_body_is_read(server: str) -> None:
    for lines in FOREIGN.values():
        answer = ask(server, "/_stcore/upload_file/a/b", *lines, "Content-Length: 50000000", method="PUT")
        assert answer.status == 403


def test_failures_and_malformed_requests_have_the_headers_too(server: str) -> None:
    own = "Host: localhost"
    malformed = (
        ask(server, "/_stcore/upload_file/a/b", own, method="PUT"),
        ask(server, "/media/none.png", own),
        ask(server, "/a%00b", own),
        ask(server, "//evil.example", own),
        ask(server, "/", own, method="NONSENSE"),
        ask_raw(server, "nonsense"),
        ask(server, "/_stcore/stream", own, "Upgrade: websocket", "Connection: Upgrade"),
        open_socket(server, own, target="/nowhere"),
    )
    assert [answer.status for answer in malformed] == [403, 404, 400, 400, 400, 400, 400, 403]
    for answer in malformed:
        assert_has_headers(answer)


def test_no_app_of_another_site_may_command_our_pages(server: str) -> None:
    body = ask(server, "/_stcore/host-config", "Host: localhost").body
    assert re.search(rb'"allowedOrigins":\s*\[\]', body)


@pytest.mark.slow
def test_a_list_that_is_no_list_is_named_on_the_page_and_leaves_this_machine_s_names(tmp_path: Path) -> None:
    with running_workbench(tmp_path, WORKBENCH_HOSTS="https://desk.example.com") as url:
        assert ask(url, "/", "Host: localhost").status == 200
        assert ask(url, "/", "Host: desk.example.com").status == 403
        assert ask(url, "/healthz", "Host: desk.example.com").status == 503
