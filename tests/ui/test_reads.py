from collections.abc import Iterator

import pytest
from streamlit.errors import StreamlitAPIException

from tests.support.query_parameters import parameters_of
from tests.support.screens import build_desk, forget_desk
from tests.support.stores import new_store
from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.desk import Desk
from workbench.domain.errors import WorkbenchError
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue
from workbench.ui.live.cached_queries import is_personal, read, read_of_account
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
    assert read("accounts/journey", client_account_id="A") is not read("accounts/journey", client_account_id="B")


@pytest.fixture(scope="module")
def described() -> Iterator[Desk]:
    """A desk whose queries are only described."""
    store = new_store()
    desk = build_desk(store)
    yield desk
    desk.inbox.close()
    store.close()


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_rows_with_a_personal_column_are_cached_for_one_session_and_all_others_for_everybody(
    described: Desk, name: str
) -> None:
    set_desk(described)
    columns = described.store.read(name, **parameters_of(catalogue()[name])).column_names
    assert is_personal(name) is bool(PERSONAL_COLUMNS.intersection(columns))


@pytest.mark.usefixtures("store")
def test_figures_that_everybody_looks_at_are_read_once() -> None:
    shared = {"explore/measure", "explore/flow", "explore/balance", "funnel/accounts", "backlog/counts"}
    assert not {name for name in shared if is_personal(name)}
    assert is_personal("explore/people")


def test_counts_are_cached_for_everybody_and_names_are_not(store: Store) -> None:
    assert read("backlog/counts") is read("backlog/counts")
    with pytest.raises(StreamlitAPIException, match="session-scoped cache was accessed outside"):
        read("backlog/list", view="open")


def test_what_is_one_customers_is_in_no_cache_that_people_share(store: Store) -> None:
    store.land_registry(["A"], "file")
    with pytest.raises(StreamlitAPIException, match="session-scoped cache was accessed outside"):
        read_of_account("accounts/one", "A")


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
