"""Scheduled runs: when the first starts, one at a time, none if disabled."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.running import PATIENCE_SECONDS, until
from tests.support.stores import new_store
from tests.support.sync_harness import SyncHarness
from workbench.bakkt.client import BakktClient
from workbench.domain.errors import BusyError
from workbench.store import Run, Store
from workbench.sync import SyncOrder, SyncService
from workbench.sync.schedule import SyncSchedule

AN_INSTANT = 0.0005
"""Minutes."""


def landed_run(store: Store, minutes_ago: float, scope: str = "due") -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    run = Run(run_id=f"run-{minutes_ago}-{scope}", started_at=at, scope=scope, finished_at=at)
    store.begin_run(run)
    store.end_run(run)


@contextmanager
def scheduled(harness: SyncHarness, minutes: float, sync: SyncService | None = None) -> Iterator[SyncSchedule]:
    sync = sync or harness.service()
    schedule = SyncSchedule(harness.store, sync, minutes)
    schedule.start()
    try:
        yield schedule
    finally:
        schedule.close()
        sync.wait(PATIENCE_SECONDS)


def runs_of(harness: SyncHarness) -> list[str]:
    return [row["scope"] for row in harness.rows("sync/runs") if row["finished_at"]]


def test_the_first_run_begins_at_once_where_there_was_none(harness: SyncHarness) -> None:
    with scheduled(harness, 15):
        until(lambda: runs_of(harness) == ["due"])
    assert harness.rows("data/health")[0]["never_read"] == 0


def test_the_first_run_begins_at_once_where_the_last_one_is_older_than_the_interval(harness: SyncHarness) -> None:
    landed_run(harness.store, minutes_ago=16)
    with scheduled(harness, 15):
        until(lambda: len(runs_of(harness)) == 2)


def test_a_person_who_read_one_account_puts_no_run_off(harness: SyncHarness) -> None:
    landed_run(harness.store, minutes_ago=16)
    landed_run(harness.store, minutes_ago=1, scope="account")
    with scheduled(harness, 15):
        until(lambda: len(runs_of(harness)) == 3)


@pytest.mark.parametrize("minutes_ago", [14.0, 0.0, -600.0])
def test_a_younger_run_is_waited_out_and_no_longer_whatever_the_clock_did(
    harness: SyncHarness, minutes_ago: float
) -> None:
    landed_run(harness.store, minutes_ago)
    schedule = SyncSchedule(harness.store, harness.service(), 15)
    assert schedule.seconds_to_first() == pytest.approx(min(15, 15 - minutes_ago) * 60, abs=50)


@pytest.mark.slow
def test_it_goes_on_at_each_interval(harness: SyncHarness) -> None:
    with scheduled(harness, AN_INSTANT):
        until(lambda: len(runs_of(harness)) >= 3)


def test_no_interval_means_no_run(harness: SyncHarness) -> None:
    with scheduled(harness, 0) as schedule:
        assert not schedule.is_running
    assert runs_of(harness) == []


class Gate:
    """A connection to Bakkt that blocks until it is opened."""

    def __init__(self, connect: Callable[[], BakktClient]) -> None:
        self.opened = threading.Event()
        self.asked = 0
        self._connect = connect

    def __call__(self) -> BakktClient:
        self.asked += 1
        assert self.opened.wait(PATIENCE_SECONDS)
        return self._connect()


class Counting(SyncService):
    """Counts how often a run was refused because one is in progress."""

    turned_away = 0

    def start(self, *, everything: bool = False, client_account_id: str | None = None) -> None:
        try:
            super().start(everything=everything, client_account_id=client_account_id)
        except BusyError:
            self.turned_away += 1
            raise


def test_a_run_that_a_person_began_is_left_alone(harness: SyncHarness) -> None:
    gate = Gate(harness.connect)
    sync = Counting(harness.store, gate, SyncOrder(concurrency=8))
    sync.start()
    with scheduled(harness, AN_INSTANT, sync) as schedule:
        until(lambda: sync.turned_away >= 3)
        assert gate.asked == 1
        schedule.close()
        gate.opened.set()
    assert runs_of(harness) == ["due"]


def test_a_store_that_cannot_be_read_stops_no_schedule(harness: SyncHarness) -> None:
    closed = new_store()
    closed.close()
    assert SyncSchedule(closed, harness.service(), 15).seconds_to_first() == 900


def test_closing_ends_the_wait_at_once(harness: SyncHarness) -> None:
    landed_run(harness.store, minutes_ago=0)
    schedule = SyncSchedule(harness.store, harness.service(), 15)
    schedule.start()
    schedule.close(PATIENCE_SECONDS)
    assert not schedule.is_running
    assert len(runs_of(harness)) == 1
