"""When a copy is made and renewed."""

import fcntl
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.facts import ago, poll
from tests.support.running import PATIENCE_SECONDS
from tests.support.stores import new_store
from workbench.domain.errors import BusyError, StoreError, WorkbenchError
from workbench.domain.moments import naive
from workbench.publishing import Publisher
from workbench.store import Store
from workbench.store.published.copy import PublishedCopy
from workbench.store.published.manifest import read_manifest
from workbench.store.published.publishing import Published


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    store.land_readings([poll("ACC-1", ago(5))])
    yield store
    store.close()


def as_of(folder: Path) -> datetime | None:
    found = read_manifest(folder)
    return found.as_of if found else None


def change_manifest(folder: Path, **changed: object) -> None:
    path = folder / "workbench.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changed), encoding="utf-8")


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_page_that_needs_a_copy_gets_one_and_keeps_it(store: Store, tmp_path: Path) -> None:
    publisher = Publisher(store, tmp_path / "copy", 15, is_scheduled=False)
    first = publisher.copy_in_use()
    assert first.as_of is not None
    assert publisher.copy_in_use() == first
    publisher.close()


@pytest.mark.slow
def test_an_old_copy_is_used_and_renewed_behind_it(store: Store, tmp_path: Path) -> None:
    publisher = Publisher(store, tmp_path, 15, is_scheduled=False)
    publisher.copy_in_use()
    old = naive(datetime.now(UTC) - timedelta(minutes=20))
    change_manifest(tmp_path, as_of=old.isoformat())
    assert publisher.copy_in_use().as_of == old
    wait_until(lambda: as_of(tmp_path) not in {old, None})
    publisher.close()


def test_a_very_old_copy_is_renewed_first_or_used_if_that_fails(store: Store, tmp_path: Path) -> None:
    publisher = Publisher(store, tmp_path, 15, is_scheduled=False)
    publisher.copy_in_use()
    old = naive(datetime.now(UTC) - timedelta(days=3))
    change_manifest(tmp_path, as_of=old.isoformat())
    with (tmp_path / ".publishing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert publisher.copy_in_use().as_of == old
    publisher.close()
    assert Publisher(store, tmp_path, 15, is_scheduled=False).copy_in_use().as_of != old


@pytest.mark.slow
def test_a_copy_of_another_version_is_refused_and_replaced(store: Store, tmp_path: Path) -> None:
    publisher = Publisher(store, tmp_path, 15, is_scheduled=False)
    publisher.copy_in_use()
    change_manifest(tmp_path, schema="0" * 32)
    with pytest.raises(StoreError, match="published by another version") as refused:
        PublishedCopy(tmp_path)
    assert "Publish it again" in refused.value.next_step
    publisher.copy_in_use()
    with PublishedCopy(tmp_path) as copy:
        assert copy.query("data/health", {}).num_rows == 1


def test_it_publishes_by_itself_once_it_is_started(store: Store, tmp_path: Path) -> None:
    began = datetime.now(UTC).replace(tzinfo=None)
    publisher = Publisher(store, tmp_path / "copy", 60, is_scheduled=True)
    publisher.start()
    wait_until(lambda: as_of(tmp_path / "copy") is not None)
    publisher.close()
    assert (as_of(tmp_path / "copy") or began) >= began


@pytest.mark.parametrize(("minutes", "is_scheduled"), [(0, True), (15, False)])
def test_it_does_not_publish_unasked(store: Store, tmp_path: Path, minutes: float, is_scheduled: bool) -> None:
    publisher = Publisher(store, tmp_path / "copy", minutes, is_scheduled=is_scheduled)
    publisher.start()
    publisher.close()
    assert not (tmp_path / "copy").exists()


class SlowStore:
    """Publishes when it is told to, and counts how many copies are being made."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may_end = threading.Event()
        self.begun = 0
        self.at_once: list[int] = []
        self._running = 0
        publish = store.publish

        def publish_slowly(*given: Any) -> Published:
            self.begun += 1
            self._running += 1
            self.at_once.append(self._running)
            assert self.may_end.wait(PATIENCE_SECONDS)
            try:
                return publish(*given)
            finally:
                self._running -= 1

        monkeypatch.setattr(store, "publish", publish_slowly)


def ask_in_thread(publisher: Publisher, told: list[object], folder: Path | None = None) -> threading.Thread:
    """Publish in a thread that adds what came of it."""

    def ask() -> None:
        try:
            told.append(publisher.publish(folder))
        except WorkbenchError as error:
            told.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    return thread


@pytest.mark.slow
def test_three_who_publish_at_once_each_get_a_copy(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowStore(store, monkeypatch)
    publisher = Publisher(store, tmp_path / "copy", 15, is_scheduled=True)
    publisher.start()
    wait_until(lambda: slow.begun == 1)
    told: list[object] = []
    threads = [ask_in_thread(publisher, told) for _ in range(3)]
    slow.may_end.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    publisher.close()
    assert [type(one) for one in told] == [Published] * 3
    assert set(slow.at_once) == {1}


@pytest.mark.slow
def test_closing_waits_for_the_copy_that_is_made_and_refuses_the_next(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowStore(store, monkeypatch)
    publisher = Publisher(store, tmp_path / "copy", 15, is_scheduled=False)
    told: list[object] = []
    first = ask_in_thread(publisher, told, tmp_path / "elsewhere")
    wait_until(lambda: slow.begun == 1)
    second = ask_in_thread(publisher, told)
    closing = threading.Thread(target=publisher.close)
    closing.start()
    closing.join(0.2)
    assert closing.is_alive()
    slow.may_end.set()
    for thread in (closing, first, second):
        thread.join(PATIENCE_SECONDS)
    assert [type(one) for one in told] == [Published, BusyError]
    with pytest.raises(BusyError, match="stopping"):
        publisher.publish()


@pytest.mark.slow
def test_many_pages_renew_an_old_copy_once(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = Publisher(store, tmp_path, 15, is_scheduled=False)
    publisher.copy_in_use()
    change_manifest(tmp_path, as_of=naive(datetime.now(UTC) - timedelta(minutes=20)).isoformat())
    slow = SlowStore(store, monkeypatch)
    slow.may_end.set()
    threads: list[threading.Thread] = []

    def put_off(thread: threading.Thread) -> None:
        threads.append(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", put_off)  # all ask before the first has its turn
        for _ in range(3):
            publisher.copy_in_use()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    publisher.close()
    assert len(threads) == 3
    assert slow.begun == 1


def test_an_interval_of_0_makes_a_first_copy_and_renews_none(store: Store, tmp_path: Path) -> None:
    publisher = Publisher(store, tmp_path, 0, is_scheduled=True)
    publisher.start()
    assert publisher.copy_in_use().as_of is not None
    old = naive(datetime.now(UTC) - timedelta(days=30))
    change_manifest(tmp_path, as_of=old.isoformat())
    threads = threading.active_count()
    assert publisher.copy_in_use().as_of == old
    assert threading.active_count() == threads
    publisher.close()
    assert as_of(tmp_path) == old
