"""The workbench as `make run` starts it, in a process of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.support.programs import Program, start_program
from tests.support.running import PATIENCE_SECONDS, ROOT, bare_environment, free_port

STARTS_WITHIN = 600


@dataclass(frozen=True, slots=True)
class RunningWorkbench:
    url: str
    pid: int


@contextmanager
def running_workbench(
    folder: Path, port: int | None = None, *, script: str = "app.py", program: str = "streamlit", **settings: object
) -> Iterator[str]:
    """Run the server as ``workbench_process`` does; yield its address."""
    with workbench_process(folder, port, script=script, program=program, **settings) as running:
        yield running.url


@contextmanager
def workbench_process(
    folder: Path, port: int | None = None, *, script: str = "app.py", program: str = "streamlit", **settings: object
) -> Iterator[RunningWorkbench]:
    """Run the server, or another script, in its own process with a database in this folder.

    ``program``: the module that starts it, which takes Streamlit's arguments. If the folder has a ``.streamlit`` of its
    own, that is read.
    """
    url = f"http://127.0.0.1:{port or free_port()}"
    log = folder / "server.log"
    log.unlink(missing_ok=True)
    server = _start(program, script, url, folder, log, settings)
    try:
        _wait_for(url, server, log)
        yield RunningWorkbench(url, server.pid)
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def _start(program: str, script: str, url: str, folder: Path, log: Path, settings: dict[str, object]) -> Program:
    environment = bare_environment(WORKBENCH_DATABASE=folder / "workbench.duckdb", **settings)
    port = url.rsplit(":", 1)[1]
    started_in = folder if (folder / ".streamlit").exists() else ROOT
    return start_program(program, ["run", str(ROOT / script), "--server.port", port], started_in, environment, log)


def _wait_for(url: str, server: Program, log: Path) -> None:
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
