"""When a copy is made and renewed."""

import fcntl
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.facts import ago, poll
from tests.support.running import PATIENCE_SECONDS
from tests.support.stores import new_store
from workbench.domain.errors import StoreError
from workbench.domain.moments import naive
from workbench.publishing import Publisher
from workbench.store import Store
from workbench.store.published.copy import PublishedCopy
from workbench.store.published.manifest import read_manifest


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
