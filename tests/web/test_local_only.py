"""Without sign-in the workbench serves this machine alone, under any server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.support.running import PATIENCE_SECONDS, ROOT, bare_environment, command
from tests.support.sign_in import turn_sign_in_on
from workbench.web.local_only import REFUSED, LocalOnly, why_not_listen_on

HERE = ["127.0.0.1", "127.8.9.10", "[::1]", "localhost", "[::ffff:127.0.0.1]"]
ELSEWHERE = ["192.0.2.7", "[fd00::7]", "0.0.0.0", "[::]", "[::ffff:192.0.2.7]", "desk.example.com", "127.0.0.1.example"]  # noqa: S104


async def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("here")


async def accept(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


ROUTES = [
    *(Route(path, answer) for path in ("/", "/healthz", "/webhooks/bakkt/{secret}")),
    WebSocketRoute("/_stcore/stream", accept),
]


def at(host: str) -> TestClient:
    """A client whose requests arrive at this address of the server."""
    return TestClient(LocalOnly(Starlette(routes=ROUTES), ("/healthz", "/webhooks/bakkt/")), f"http://{host}:8501")


@pytest.mark.parametrize("host", HERE)
def test_what_arrives_at_a_loopback_address_is_answered(host: str) -> None:
    assert at(host).get("/").text == "here"
    with at(host).websocket_connect(f"ws://{host}:8501/_stcore/stream"):
        pass


@pytest.mark.parametrize("host", ELSEWHERE)
def test_what_arrives_at_another_address_is_refused_whatever_it_says_of_itself(host: str) -> None:
    claimed = {"Host": "localhost:8501", "X-Forwarded-Host": "localhost", "X-Forwarded-For": "127.0.0.1"}
    refused = at(host).get("/", headers=claimed)
    assert (refused.status_code, refused.text) == (403, REFUSED)
    with pytest.raises(WebSocketDisconnect), at(host).websocket_connect(f"ws://{host}:8501/_stcore/stream"):
        pass


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "x-real-ip"])
def test_what_a_proxy_of_this_machine_passed_on_is_refused(header: str) -> None:
    passed_on = {header: "192.0.2.7"}
    assert at("127.0.0.1").get("/", headers=passed_on).status_code == 403
    assert at("127.0.0.1").get("/webhooks/bakkt/a-secret", headers=passed_on).text == "here"


@pytest.mark.parametrize("path", ["/healthz", "/webhooks/bakkt/a-secret"])
def test_the_webhook_and_the_health_check_answer_at_every_address(path: str) -> None:
    assert at("192.0.2.7").get(path).text == "here"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "unix:///run/desk.sock", "127.0.0.2"])
def test_a_server_may_listen_on_this_machine(address: str) -> None:
    assert why_not_listen_on(address) is None


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.0.2.7", "fd00::7", "desk.example.com"])  # noqa: S104
def test_a_server_may_listen_nowhere_else_and_is_told_what_to_do(address: str | None) -> None:
    reason = why_not_listen_on(address)
    assert reason is not None
    assert (address or "every address of this machine") in reason
    assert "[auth]" in reason


def test_a_wrong_setting_is_named_where_it_keeps_people_from_signing_in(tmp_path: Path) -> None:
    wrong = {"WORKBENCH_HOSTS": "desk.example.com", "WORKBENCH_API_TOKENS": "of an earlier version"}
    ended = command(["serve", "--address", "0.0.0.0"], tmp_path, wrong)  # noqa: S104
    assert ended.exit_code == 1
    assert "Unknown setting: WORKBENCH_API_TOKENS." in ended.stderr
    assert "Sign-in is off" not in ended.stderr
    ended = command(["serve", "--address", "0.0.0.0"], tmp_path, {"WORKBENCH_HOSTS": "desk.example.com"})  # noqa: S104
    assert "add a section [auth]" in ended.stderr


def test_serve_ends_on_another_address(tmp_path: Path) -> None:
    ended = command(["serve", "--address", "0.0.0.0"], tmp_path, {})  # noqa: S104
    assert ended.exit_code == 1
    assert "Sign-in is off" in ended.stderr


def run_as_script(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The server's file as ``streamlit run`` runs it, up to where it would begin to listen."""
    return subprocess.run(  # noqa: S603 -- our own interpreter and file
        [sys.executable, os.fspath(ROOT / "app.py")],
        cwd=folder,
        env=bare_environment(STREAMLIT_SERVER_ADDRESS="0.0.0.0", **settings),  # noqa: S104
        timeout=PATIENCE_SECONDS,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_streamlit_run_ends_on_another_address_unless_people_sign_in(tmp_path: Path) -> None:
    ended = run_as_script(tmp_path)
    assert ended.returncode == 1
    assert "Sign-in is off" in ended.stderr
    assert run_as_script(tmp_path, SIGN_IN_ROLES=turn_sign_in_on(tmp_path)).returncode == 0
