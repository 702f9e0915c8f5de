from collections.abc import Iterator

import pytest

from tests.support.screens import build_desk, forget_desk
from tests.support.stores import new_store
from workbench.domain.errors import WorkbenchError
from workbench.store import Store
from workbench.ui.live.cached_queries import read
from workbench.ui.live.current_desk import current_desk, set_desk


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    set_desk(build_desk(store))
    yield store
    store.close()
    forget_desk()


def test_an_answer_is_kept_until_the_data_changes(store: Store) -> None:
    before = read("data/health")
    assert read("data/health") is before
    store.land_registry(["A"], "file")
    assert read("data/health").first["registered"] == 1


def test_other_parameters_are_other_answers(store: Store) -> None:
    assert read("accounts/one", client_account_id="A") is not read("accounts/one", client_account_id="B")


def test_another_desk_never_sees_the_first_ones_answers(store: Store) -> None:
    store.land_registry(["A"], "file")
    before = read("data/health").first["registered"]
    other = new_store()
    set_desk(build_desk(other))
    assert (before, read("data/health").first["registered"]) == (1, 0)
    other.close()


def test_no_desk_is_an_error_in_words() -> None:
    forget_desk()
    with pytest.raises(WorkbenchError, match="no workbench is open in it"):
        current_desk()
