"""A store with more than 200 accounts, whose numbers the figures draw."""

from collections.abc import Iterator

import pytest

from tests.support.seeded_accounts import land_all, seeded_accounts
from tests.support.stores import new_store
from workbench.store import Store


@pytest.fixture(scope="session")
def seeded() -> Iterator[Store]:
    store = new_store()
    land_all(store, seeded_accounts())
    yield store
    store.close()
