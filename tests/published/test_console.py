"""A statement in a process of its own: its rows, its errors, and stopping it."""

import json
import threading
import time
from pathlib import Path

import pytest

from tests.support.facts import ago, poll
from tests.support.stores import new_store
from workbench.access.published_columns import LEFT_OUT, treatment_of
from workbench.domain.errors import BusyError, InputError
from workbench.store.published.console import MOST_AT_ONCE, Cancelled, RunningStatement
from workbench.store.published.copy import PublishedCopy
from workbench.store.published.manifest import NAME

pytestmark = pytest.mark.slow

FOR_EVER = "select levenshtein(repeat('a', 400000), repeat('b', 400000))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    store = new_store()
    store.land_readings([poll("ACC-1", ago(5))])
    store.publish(folder, treatment_of, LEFT_OUT)
    store.close()
    return folder


def test_the_rows_arrive_and_errors_are_duckdbs(folder: Path) -> None:
    found = RunningStatement(folder, "select standing, opened_at from accounts").result()
    assert found.table.to_pylist()[0]["standing"] == "submitted"
    assert not found.is_cut
    wrong = RunningStatement(folder, "select nothing_here from accounts")
    with pytest.raises(InputError, match="nothing_here"):
        wrong.result()
    gone = RunningStatement(folder / "gone", "select 1")
    with pytest.raises(InputError, match="There is no published copy"):
        gone.result()


def test_it_is_cancelled_at_once_and_only_so_many_run(folder: Path) -> None:
    running = [RunningStatement(folder, FOR_EVER, seconds=60) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(BusyError, match="running already"):
        RunningStatement(folder, "select 1")
    began = time.monotonic()
    for one in running:
        one.cancel()
        with pytest.raises(Cancelled, match="You stopped it"):
            one.result()
    assert time.monotonic() - began < 30
    assert RunningStatement(folder, "select 1 as x").result().table.to_pylist() == [{"x": 1}]


def test_rows_say_of_when_they_are_whatever_the_manifest_says(folder: Path) -> None:
    """While a copy is put in place, the manifest still says when the one before was made."""
    with PublishedCopy(folder) as copy:
        as_of = copy.as_of
    told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    (folder / NAME).write_text(json.dumps(told | {"as_of": "2026-01-01T00:00:00"}), encoding="utf-8")
    assert RunningStatement(folder, "from accounts").result().as_of == as_of


def test_its_seconds_end_with_it(folder: Path) -> None:
    running = RunningStatement(folder, "select 1")
    running.result()
    seconds = running.seconds
    assert seconds > 0
    assert running.seconds == seconds


def test_without_a_thread_its_place_is_free_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        for _ in range(MOST_AT_ONCE):
            with pytest.raises(BusyError, match="no room"):
                RunningStatement(folder, "select 1")
    assert RunningStatement(folder, "select 1 as x").result().table.to_pylist() == [{"x": 1}]
