"""The command that starts the web app, in a checkout and in an installed package."""

import os
import sys
from typing import Annotated

import typer

from workbench.domain.errors import SettingsError
from workbench.project_files import project_folder
from workbench.settings import is_sign_in_on
from workbench.web.local_only import why_not_listen_on

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
Address = Annotated[
    str,
    typer.Option(
        help="Address to listen on; without sign-in only one of this machine. Its other names go into WORKBENCH_HOSTS."
    ),
]


def serve(port: Port = 8501, address: Address = "127.0.0.1") -> None:
    """Start the web app: pages, webhook and background work in one process."""
    reason = _why_not_on(address)
    if reason is not None:
        typer.echo(reason, err=True)
        raise typer.Exit(1)
    app = project_folder() / "app.py"
    options = ["--server.port", str(port), "--server.address", address]
    # Streamlit takes this process over, so that whoever stops it stops the server.
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), *options])  # noqa: S606


def _why_not_on(address: str) -> str | None:
    try:
        return None if is_sign_in_on() else why_not_listen_on(address)
    except SettingsError as error:
        return why_not_listen_on(address, error.message)
