"""Accounts whose ids were taken out of the registry: no list shows them, no figure counts them."""

import json
from collections.abc import Iterator

import pytest

from tests.support.query_parameters import parameters_of
from tests.support.seeded_accounts import land_all, seeded_accounts
from tests.support.stores import new_store
from workbench.registry.importing import take_out
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue

LOGS = {
    "actions/log",
    "actions/unsettled",
    "data/registry_log",
    "data/taken_out",
    "documents/uploads",
    "events/recent",
}
"""What was done and received stays on record."""

LISTS = [
    query.name for query in catalogue().values() if query.name not in LOGS and "client_account_id" not in query.defaults
]


@pytest.fixture(scope="module")
def taken_out() -> Iterator[Store]:
    """A desk of many accounts, all of which were taken out."""
    store = new_store()
    land_all(store, seeded_accounts())
    take_out(store, [account.client_account_id for account in seeded_accounts()], "Ann", "A mistake")
    yield store
    store.close()


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_an_account_that_was_taken_out(taken_out: Store, name: str) -> None:
    query = catalogue()[name]
    ids = json.dumps([account.client_account_id for account in seeded_accounts()])
    needed = parameters_of(query)
    given = {**needed, "client_account_ids": ids, "view": "open"}
    rows = taken_out.read_rows(name, **{key: given[key] for key in needed})
    assert [row for row in rows if row.get("client_account_id")] == []


COUNTS = {
    "data/pulse": ("accounts_total", "registered", "never_read", "failing"),
    "data/health": ("registered", "read_ok", "failing", "documents"),
    "today/summary": ("accounts_total", "open_total"),
}


@pytest.mark.parametrize("name", COUNTS)
def test_no_figure_counts_an_account_that_was_taken_out(taken_out: Store, name: str) -> None:
    row = taken_out.read_rows(name)[0]
    assert {column: row[column] for column in COUNTS[name]} == dict.fromkeys(COUNTS[name], 0)


def test_no_funnel_counts_an_account_that_was_taken_out(taken_out: Store) -> None:
    for path in ("individual", "entity"):
        assert {row["accounts"] for row in taken_out.read_rows("funnel/steps", path=path)} <= {0}
    assert taken_out.read_rows("verification/yield") == []
