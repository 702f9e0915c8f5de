"""A real store for every test that needs one, with a clock that stands where the test wants it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.facts import LONG_AGO, NOW, TARGET_HOURS
from workbench.store import Source, Store

signal.signal(
    signal.SIGINT, signal.default_int_handler
)  # a run in the background inherits it as ignored, and its children

settings.register_profile(
    "the same on every machine", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("the same on every machine")


@pytest.fixture
def desk() -> Iterator[Store]:
    """An empty store in memory with the default targets, reading at NOW."""
    store = Store.in_memory()
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    store.stop_clock(NOW)
    yield store
    store.close()


@pytest.fixture(scope="session")
def source() -> Source:
    return Source("https://bakkt.example.test", "7d3c6f6e-0000-4000-8000-000000000001")


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "workbench.duckdb"
