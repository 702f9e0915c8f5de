"""A server of its own on a free port with a database of its own, and Chromium in front of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.screen import Screen

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STARTS_WITHIN = 60
SANDBOX_ACCOUNTS = 400
OUR_SETTINGS = ("BAKKT_", "WORKBENCH_", "SANDBOX_", "SYNC_", "TARGET_HOURS_", "LINK_")


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The workbench as `make run` starts it, on the embedded sandbox, once its first sync is done."""
    folder = tmp_path_factory.mktemp("desk")
    url = f"http://127.0.0.1:{_free_port()}"
    with (folder / "server.log").open("wb") as log:
        server = _start(url, folder, log.fileno())
        try:
            _wait_for(url, server, folder / "server.log")
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def screen(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Screen]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, color_scheme=request.param, timezone_id="America/New_York"
    )
    yield Screen(context.new_page(), base_url, _keep_in(), request.param)
    context.close()


def _keep_in() -> Path | None:
    asked = os.environ.get("WORKBENCH_SCREENSHOTS")
    if not asked:
        return None
    folder = ROOT / asked
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _start(url: str, folder: Path, log: int) -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OUR_SETTINGS)}
    environment = inherited | {
        "WORKBENCH_DATABASE": str(folder / "workbench.duckdb"),
        "SANDBOX_ACCOUNTS": str(SANDBOX_ACCOUNTS),
    }
    port = url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", port]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up_at:
        if server.poll() is not None:
            break
        try:
            if httpx2.get(f"{url}/_stcore/health").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
