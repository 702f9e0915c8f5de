"""The notebook runs from top to bottom on a seeded desk, and is kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.running import ROOT, bare_environment, command
from tests.support.seeded_accounts import land_all, seeded_accounts
from workbench.store import Source, Store

pytestmark = pytest.mark.slow

NOTEBOOK = ROOT / "notebooks" / "onboarding.ipynb"


def test_it_is_kept_without_outputs() -> None:
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:  # type: ignore[no-untyped-call]
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_every_cell_runs_on_a_seeded_desk(tmp_path: Path) -> None:
    database = tmp_path / "workbench.duckdb"
    store = Store.open(database, Source("the sandbox", ""))
    land_all(store, seeded_accounts())
    store.close()
    settings = {"WORKBENCH_DATABASE": str(database), "PUBLISH_FOLDER": str(tmp_path / "copy")}
    assert command(("publish",), tmp_path, settings).exit_code == 0
    kernel = {**bare_environment(), **settings, "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"}
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute(env=kernel)
    shown = [str(cell.get("outputs", "")) for cell in notebook.cells]
    assert "the published copy in" in shown[1]
    assert any("p90_hours" in output and "screened" in output for output in shown)
    assert any("application/vnd.plotly.v1+json" in output for output in shown)
