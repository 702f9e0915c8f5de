"""The sandbox served over HTTP in its own process."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.account_requests import individual
from tests.support.running import PATIENCE_SECONDS, ROOT, free_port, running_sandbox, until
from tests.support.sandbox_bench import ACCOUNTS, KEY

pytestmark = pytest.mark.slow

START_SCRIPT = """
import sys
from workbench.sandbox import SandboxOptions, run_sandbox
run_sandbox(SandboxOptions(accounts=20, speed=1e6, events_to=sys.argv[2]), "127.0.0.1", int(sys.argv[1]))
"""


@contextlib.contextmanager
def _served(events_to: str) -> Iterator[httpx2.Client]:
    with _process(events_to) as (process, client):
        yield client
        process.terminate()
        assert process.stderr is not None
        assert process.stderr.read() == ""


@contextlib.contextmanager
def _process(events_to: str) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    port = free_port()
    command = [sys.executable, "-c", START_SCRIPT, str(port), events_to]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
        address = f"http://127.0.0.1:{port}"
        try:
            with httpx2.Client(base_url=address, headers=KEY, timeout=PATIENCE_SECONDS) as client:
                until(lambda: process.poll() is not None or _answers(client))
                yield process, client
        finally:
            process.terminate()


def _answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/sandbox/calls").status_code == 200
    except httpx2.TransportError:
        return False


def test_events_are_appended_to_a_file_after_the_archive_of_the_past(tmp_path: Path) -> None:
    archive = tmp_path / "events.jsonl"

    def bodies() -> list[dict[str, Any]]:
        """Return the event bodies of all complete lines."""
        text = archive.read_text() if archive.exists() else ""
        return [json.loads(line)["body"] for line in text.splitlines(keepends=True) if line.endswith("\n")]

    with _served(str(archive)) as client:
        until(lambda: len(bodies()) >= 10)
        assert client.post(ACCOUNTS, json=individual("N-1")).status_code == 200
        until(lambda: any(body["partnerPartyRef"] == "N-1" for body in bodies()))
    assert archive.stat().st_mode & 0o777 == 0o600


def test_events_are_posted_until_they_are_taken() -> None:
    taken: list[dict[str, Any]] = []

    class Listener(BaseHTTPRequestHandler):
        refusals = 1

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            is_refused, Listener.refusals = Listener.refusals > 0, Listener.refusals - 1
            self.send_response(503 if is_refused else 200)
            self.send_header("content-length", "0")
            self.end_headers()
            if not is_refused:
                taken.append(body)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        with _served(f"http://127.0.0.1:{listener.server_address[1]}/events") as client:
            assert client.post(ACCOUNTS, json=individual("N-1")).status_code == 200
            until(lambda: any(body["partnerPartyRef"] == "N-1" for body in taken))
        listener.shutdown()
        thread.join()
    assert {body["partnerWebhookType"] for body in taken} == {"PARTY_EVENT"}


def test_lost_cut_off_and_refused_connections_break_on_the_wire_and_leave_no_trace_in_the_log(tmp_path: Path) -> None:
    with _served(str(tmp_path / "events.jsonl")) as client:
        with pytest.raises(httpx2.TransportError):
            client.post(ACCOUNTS, json=individual("N-1"), headers={"x-sandbox-fault": "lost"})
        assert client.get(f"{ACCOUNTS}/N-1").status_code == 200
        with pytest.raises(httpx2.TransportError):
            client.get(f"{ACCOUNTS}/N-1", headers={"x-sandbox-fault": "refused"})
        client.post("/sandbox/faults", json={"kind": "cut", "is_broken_off": True, "count": 1})
        with pytest.raises(httpx2.TransportError):
            client.get(f"{ACCOUNTS}/N-1")
        assert client.get(f"{ACCOUNTS}/N-1").status_code == 200


def test_an_answer_that_is_held_back_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with _process(str(tmp_path / "events.jsonl")) as (process, client):
        client.post("/sandbox/faults", json={"kind": "latency", "seconds": 600}).raise_for_status()
        asking = threading.Thread(target=_ask_in_vain, args=[client], daemon=True)
        before = _calls(client)
        asking.start()
        until(lambda: _calls(client) > before)
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _ask_in_vain(client: httpx2.Client) -> None:
    with contextlib.suppress(httpx2.TransportError):
        client.get(f"{ACCOUNTS}/nobody/status")


def _calls(client: httpx2.Client) -> int:
    return sum(client.get("/sandbox/calls").json()["operations"].values())


FOREIGN = ({"Host": "rebound.example"}, {"Origin": "http://evil.example"}, {"Origin": "http://localhost:3000"})
DRIVEN = (("GET", "/sandbox/truth"), ("POST", "/sandbox/faults"), ("GET", "/apex-crypto/api/v2/accounts/a"))


def test_a_foreign_website_cannot_drive_the_sandbox(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, "--accounts", "5") as sandbox:
        for headers, (method, path) in product(FOREIGN, DRIVEN):
            answer = httpx2.request(method, f"{sandbox.address}{path}", headers=headers, content=b"{}")
            assert answer.status_code == 403
        assert sandbox.json("/sandbox/faults") == []
