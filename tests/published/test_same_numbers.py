"""One number, wherever it is asked for: on the page, by a command, in a notebook and on the published copy."""

import json
from pathlib import Path

import pytest

from tests.support.facts import NOW
from tests.support.running import command
from tests.support.screens import build_desk, forget_desk, open_page, page_text
from tests.support.seeded_accounts import land_all, seeded_accounts
from workbench import open_desk
from workbench.store import Source, Store

OURS = Source("the sandbox", "")


@pytest.mark.slow
def test_the_funnel_is_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "workbench.duckdb"
    store = Store.open(database, OURS)
    land_all(store, seeded_accounts())
    store.stop_clock(NOW)
    desk = build_desk(store)
    page = page_text(open_page("funnel", desk))
    desk.inbox.close()
    store.close()
    forget_desk()
    settings = {"WORKBENCH_DATABASE": str(database)}
    asked = ("query", "funnel/steps", "path=individual", "--format", "json")
    by_command = json.loads(command(asked, tmp_path, settings).stdout)
    for name in ("WORKBENCH_URL", "WORKBENCH_TOKEN", "PUBLISH_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    with open_desk(database) as notebook:
        in_notebook = notebook.funnel.steps(path="individual").arrow.to_pylist()
    assert command(("publish", str(tmp_path / "copy")), tmp_path, settings).exit_code == 0
    monkeypatch.setenv("PUBLISH_FOLDER", str(tmp_path / "copy"))
    with open_desk(database) as copy:
        assert "the published copy" in repr(copy)
        on_copy = copy.funnel.steps(path="individual").arrow.to_pylist()
    assert in_notebook == on_copy
    assert json.loads(json.dumps(in_notebook, default=float)) == by_command
    assert sum(row["accounts"] for row in by_command) > 100
    for row in by_command:
        assert f">{row['accounts']}</td>" in page
