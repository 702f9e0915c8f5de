"""The command that opens the notebook: on the workbench that runs, else on one that it starts for as long."""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from workbench.client.server import Server, find_server
from workbench.domain.errors import WorkbenchError
from workbench.project_files import PACKAGE, project_folder
from workbench.settings import Settings, read_settings

NOTEBOOK = PACKAGE.parent / "notebooks" / "onboarding.ipynb"
_SECONDS_TO_START = 90.0

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the workbench, if it has to be started.")]
Options = Annotated[list[str] | None, typer.Argument(help="Options for JupyterLab, after --.")]


def open_notebook(port: Port = 8501, options: Options = None) -> None:
    """Open the notebook in JupyterLab, on the running workbench or on one that is started for as long."""
    if importlib.util.find_spec("jupyterlab") is None or not NOTEBOOK.exists():
        typer.echo(
            "JupyterLab or the notebook is missing. `make notebook` in a checkout installs and opens both.", err=True
        )
        raise typer.Exit(1)
    try:
        with _workbench(read_settings(), port) as server:
            server.publish(None)  # so that the notebook can ask in SQL
            typer.echo(f"On the workbench that runs at {server.url}.", err=True)
            command = [sys.executable, "-m", "jupyterlab", str(NOTEBOOK), *(options or [])]
            path = os.pathsep.join(filter(None, (str(project_folder()), os.environ.get("PYTHONPATH"))))
            environment = {**os.environ, "PYTHONPATH": path, "WORKBENCH_DATABASE": _database()}
            raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603
    except WorkbenchError as error:
        typer.echo(" ".join(filter(None, (f"{error.title}. {error.message}", error.next_step))), err=True)
        raise typer.Exit(1) from error


def _database() -> str:
    """Absolute, as a notebook's process begins in the notebook's folder."""
    return str(read_settings().workbench_database.absolute())


@contextmanager
def _workbench(settings: Settings, port: int) -> Iterator[Server]:
    running = find_server(settings)
    if running is not None:
        with running:
            yield running
        return
    options = ["--server.port", str(port), "--server.headless", "true"]
    app = str(project_folder() / "app.py")
    started = subprocess.Popen([sys.executable, "-m", "streamlit", "run", app, *options])  # noqa: S603
    try:
        with _wait_for(settings, started) as server:
            yield server
    finally:
        started.terminate()
        started.wait()


def _wait_for(settings: Settings, started: "subprocess.Popen[bytes]") -> Server:
    until = time.monotonic() + _SECONDS_TO_START
    while started.poll() is None and time.monotonic() < until:
        server = find_server(settings)
        if server is not None:
            if _has_accounts(server):
                return server
            server.close()
        time.sleep(0.5)
    raise WorkbenchError("The workbench could not be started.", next_step="Start it with `make run`, and look there.")


def _has_accounts(server: Server) -> bool:
    """Whether there is something to see: at its first start the sandbox is read first."""
    try:
        runs = server.query("sync/runs", {}).to_pylist()
    except WorkbenchError:
        return False
    return any(run["finished_at"] for run in runs)
