"""Desks over a real in-memory store, seeded or empty."""

from collections.abc import Iterator

import pytest

from tests.support.screen_customers import seed
from tests.support.screens import build_desk, forget_desk
from workbench.desk import Desk
from workbench.store import Store


@pytest.fixture(scope="module")
def seeded_desk() -> Iterator[Desk]:
    store = Store.in_memory()
    seed(store, 240)
    yield build_desk(store)
    store.close()
    forget_desk()


@pytest.fixture
def empty_desk() -> Iterator[Desk]:
    store = Store.in_memory()
    yield build_desk(store)
    store.close()
    forget_desk()
