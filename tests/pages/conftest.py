"""Desks over a real store, seeded or empty."""

from collections.abc import Iterator

import pytest

from tests.support.screen_customers import seeded_store
from tests.support.screens import build_desk, forget_desk
from tests.support.stores import new_store
from workbench.desk import Desk


@pytest.fixture(scope="module")
def seeded_desk() -> Iterator[Desk]:
    store = seeded_store(240)
    desk = build_desk(store)
    yield desk
    desk.inbox.close()
    store.close()
    forget_desk()


@pytest.fixture
def empty_desk() -> Iterator[Desk]:
    store = new_store()
    desk = build_desk(store)
    yield desk
    desk.inbox.close()
    store.close()
    forget_desk()
