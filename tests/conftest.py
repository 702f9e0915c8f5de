"""A real store for every test that needs one, with a clock that tests set."""

import gc
import random
import signal
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.facts import LONG_AGO, NOW, TARGET_HOURS
from tests.support.rounds import examples
from tests.support.stores import filled_store, put_migrated_file
from workbench.store import Source, Store

signal.signal(
    signal.SIGINT, signal.default_int_handler
)  # background runs inherit SIGINT as ignored, and so do their children

LONGEST_FOLDERS = frozenset({"browser", "web"})
RUN_AGAIN = pytest.mark.flaky(reruns=1)
"""Browsers share two cores with servers and other tests. What failed once is named at the end, as RERUN."""

settings.register_profile(
    "the same on every machine",
    max_examples=examples(100),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("the same on every machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a running server first: these files take longest, and one begun last would leave a worker idle."""
    items.sort(key=lambda item: not LONGEST_FOLDERS.intersection(item.path.parts))
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(RUN_AGAIN)
    _leave_few_of_many_cases(items)


def _leave_few_of_many_cases(items: list[pytest.Item]) -> None:
    """Mark cases of each test that is marked ``many_cases`` as slow: all but a quarter, and two at least.

    Which ones is drawn by lot, the same ones each time: every fourth would leave values of a second parameter out.
    """
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("many_cases"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for test, of_test in cases.items():
        random.Random(test).shuffle(of_test)
        for item in of_test[max(2, len(of_test) // 4) :]:
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def desk() -> Iterator[Store]:
    """An empty store with the default targets, as of NOW."""
    store = filled_store("desk", _as_of_now)
    yield store
    store.close()


def _as_of_now(store: Store) -> None:
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    store.stop_clock(NOW)


@pytest.fixture(scope="session")
def source() -> Source:
    return Source("https://bakkt.example.test", "7d3c6f6e-0000-4000-8000-000000000001")


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    """Where the database of an empty desk is, migrated and closed."""
    return put_migrated_file(tmp_path / "desk" / "workbench.duckdb")


@pytest.fixture
def new_path(tmp_path: Path) -> Path:
    """Where no database is yet, for tests of what the first start makes."""
    return tmp_path / "desk" / "workbench.duckdb"
