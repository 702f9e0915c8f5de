"""The server's own module: what it does before the first page."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.file_util import get_static_dir

import app
from tests.support.running import ROOT

UI = ROOT / "workbench" / "ui"


def python_files_in(folder: Path) -> list[Path]:
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(".py")]


def file_of(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def test_the_server_preloads_every_module_of_ui_but_its_script() -> None:
    """Each rerun pays a garbage collection over whatever is imported later: 55-90 ms when it was the ui."""
    preloaded = [name for name in app.PRELOADED_MODULES if name.startswith("workbench.")]
    on_disk = {path for path in python_files_in(UI) if path.parent != UI / "shell"}
    assert {file_of(name) for name in preloaded} == on_disk
    assert len(preloaded) == len(on_disk)


@pytest.mark.parametrize(("host", "status"), [("localhost", 200), ("elsewhere.example", 403)])
def test_streamlit_files_come_from_memory_and_only_under_own_names(host: str, status: int) -> None:
    script = next(Path(get_static_dir(), "static", "js").glob("index.*.js"))
    server = TestClient(Starlette(middleware=app.MIDDLEWARE), base_url="http://localhost")
    answer = server.get(f"/static/js/{script.name}", headers={"Host": host})
    assert answer.status_code == status
    assert (answer.content == script.read_bytes()) == (status == 200)
