"""The command that starts the web app, in a checkout and in an installed package."""

import os
import sys
from typing import Annotated

import typer

from workbench.project_files import project_folder

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
Address = Annotated[
    str,
    typer.Option(help="Address to listen on; only this machine by default. Other names of it go into WORKBENCH_HOSTS."),
]


def serve(port: Port = 8501, address: Address = "127.0.0.1") -> None:
    """Start the web app: pages, webhook and background work in one process."""
    app = project_folder() / "app.py"
    options = ["--server.port", str(port), "--server.address", address]
    # Streamlit takes this process over, so that whoever stops it stops the server.
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), *options])  # noqa: S606
