"""A server of its own on a free port with a database of its own, and Chromium in front of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, sync_playwright
from running import PATIENCE_SECONDS, bare_environment, free_port

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
STARTS_WITHIN = 180
SANDBOX_ACCOUNTS = 400


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The workbench as `make run` starts it, on the embedded sandbox, once its first sync is done."""
    folder = tmp_path_factory.mktemp("desk")
    with running_workbench(folder, SANDBOX_ACCOUNTS=SANDBOX_ACCOUNTS) as url:
        yield url


@contextmanager
def running_workbench(folder: Path, port: int | None = None, **settings: object) -> Iterator[str]:
    """The server in a process of its own with a database in this folder, until the block ends; its address."""
    url = f"http://127.0.0.1:{port or free_port()}"
    with (folder / "server.log").open("wb") as log:
        server = _start(url, folder, log.fileno(), settings)
        try:
            _wait_for(url, server, folder / "server.log")
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop going in this thread: it must end before tests that run one of their own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


SCREENSHOTS = os.environ.get("WORKBENCH_SCREENSHOTS")
"""The folder for them, where they were asked for; there they are of both themes."""


@pytest.fixture(params=["light", "dark"] if SCREENSHOTS else ["light"])
def screen(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Screen]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, color_scheme=request.param, timezone_id="America/New_York"
    )
    yield Screen(context.new_page(), base_url, _keep_in(), request.param)
    context.close()


def _keep_in() -> Path | None:
    if not SCREENSHOTS:
        return None
    folder = ROOT / SCREENSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _start(url: str, folder: Path, log: int, settings: dict[str, object]) -> subprocess.Popen[bytes]:
    environment = bare_environment(WORKBENCH_DATABASE=folder / "workbench.duckdb", **settings)
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
