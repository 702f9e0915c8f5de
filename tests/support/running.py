"""Runs the workbench as people do: the command line, and a sandbox in its own process on a free port."""

import contextlib
import json
import os
import random
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from tests.support.programs import Program, start_program
from workbench.cli.main import app
from workbench.settings import Settings

ROOT = Path(__file__).parents[2]
OUR_PREFIXES = tuple({name.split("_")[0].upper() + "_" for name in Settings.model_fields})
"""Of a developer's own environment: these variables do not reach the tests."""
SANDBOX_KEY = "sandbox-key"
SANDBOX_PARTNER = "5b1d7c1e-8a55-4d0b-9c5e-3f6f0a7be001"
PATIENCE_SECONDS = 90.0
"""Far more than a wait takes on an idle machine."""
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For single requests to plain addresses: reading the machine's certificates takes longer than the request."""
LONGEST_PAUSE = 0.1
"""Seconds between two looks at what is waited for, each of which takes time from what it waits for."""


def bare_environment(**settings: object) -> dict[str, str]:
    """Return this process's environment without our settings, plus the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(OUR_PREFIXES)}
    return kept | {"PYTHONPATH": str(ROOT)} | {name: str(value) for name, value in settings.items()}


def credentials(address: str, **settings: object) -> dict[str, str]:
    """Return the settings of a desk whose Bakkt is at that address."""
    return {
        "BAKKT_BASE_URL": address,
        "BAKKT_API_KEY": SANDBOX_KEY,
        "BAKKT_PARTNER_ID": SANDBOX_PARTNER,
        "BAKKT_REQUESTS_PER_SECOND": "5000",
        **{name: str(value) for name, value in settings.items()},
    }


def start(arguments: Sequence[str], folder: Path, settings: Mapping[str, str]) -> Program:
    """Start ``python -m workbench`` in its own process, in a folder without a secrets file."""
    return start_program("workbench", arguments, folder, bare_environment(**settings))


def run(arguments: Sequence[str], folder: Path, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Call ``start`` and wait for the process to end."""
    with start(arguments, folder, settings) as process:
        out, err = process.communicate(timeout=PATIENCE_SECONDS * 2)
    return subprocess.CompletedProcess(arguments, process.wait(), out, err)


def command(arguments: Sequence[str], folder: Path, settings: Mapping[str, str]) -> Result:
    """Run a command in this process, which is faster; return its output and exit code."""
    ours = {name: None for name in os.environ if name.upper().startswith(OUR_PREFIXES)}
    with contextlib.chdir(folder):
        return CliRunner().invoke(app, list(arguments), env={**ours, **settings})


def until(is_so: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition; fail if it does not become true in time."""
    pause, ends_at = 0.01, time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends_at:
            raise TimeoutError("what was waited for did not happen")
        time.sleep(pause)
        pause = min(1.2 * pause, LONGEST_PAUSE)


def free_port() -> int:
    """Return a port below the ephemeral range, so that no outgoing connection takes it before the server does."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox in its own process."""

    address: str

    def text(self, path: str, method: str = "GET", body: object = None) -> str:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", data=content, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            text: str = answer.read().decode()
            return text

    def json(self, path: str, method: str = "GET", body: object = None) -> Any:
        return json.loads(self.text(path, method, body))

    def is_up(self) -> bool:
        try:
            self.text("/sandbox/calls")
        except OSError:
            return False
        return True


@contextlib.contextmanager
def running_sandbox(folder: Path, *options: str) -> Iterator[RunningSandbox]:
    """Run ``python -m workbench sandbox`` with these options on a free port until the block ends."""
    port = free_port()
    with start(["sandbox", "--port", str(port), *options], folder, {}) as process:
        try:
            sandbox = RunningSandbox(f"http://127.0.0.1:{port}")
            until(lambda: process.poll() is not None or sandbox.is_up())
            assert process.poll() is None, process.communicate()[1]
            yield sandbox
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)
