"""One seeded store for all queries, and what the tests know of its accounts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.answers_by_hand import ByHand
from tests.support.seeded_accounts import land_all, seeded_accounts
from tests.support.stores import new_store
from workbench.store import Source, Store


@pytest.fixture(scope="session")
def people() -> dict[str, ByHand]:
    """Every account that was read or had an event, by id."""
    return {one.client_account_id: ByHand(one) for one in seeded_accounts() if one.is_heard_of}


@pytest.fixture(scope="session")
def seeded_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the seeded store, closed."""
    path = tmp_path_factory.mktemp("seeded") / "workbench.duckdb"
    store = Store.open(path, Source("memory", ""))
    land_all(store, seeded_accounts())
    store.close()
    return path


@pytest.fixture(scope="session")
def seeded() -> Iterator[Store]:
    store = new_store()
    land_all(store, seeded_accounts())
    yield store
    store.close()


@pytest.fixture(scope="session")
def empty() -> Iterator[Store]:
    """A store in which nothing ever happened, only read."""
    store = new_store()
    yield store
    store.close()
