"""One seeded desk for all questions, and what the test itself knows of its accounts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desks import LONG_AGO, NOW, TARGET_HOURS, naive

from workbench.store import DocumentDate, Source, Store

from .by_hand import ByHand
from .seeded import Seeded, seeded_accounts


def land_all(store: Store, accounts: list[Seeded]) -> None:
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    store.land_registry([account.client_account_id for account in accounts], "file")
    for turn in range(max(len(account.polls) for account in accounts)):
        store.land_readings([account.polls[turn] for account in accounts if len(account.polls) > turn])
    store.land_events([event for account in accounts for event in account.events])
    starts = [(account.client_account_id, start) for account in accounts for start in account.starts]
    store.land_kyb_starts(starts, "ann")
    store.land_document_dates(
        [date for account in accounts if account.has_dated_documents for date in dates_of(account)]
    )
    with store._database.writer() as cursor:
        cursor.execute(f"create or replace macro desk_now() as timestamp '{naive(NOW)}'")


def dates_of(account: Seeded) -> list[DocumentDate]:
    ids = {paper.client_document_id for read in account.polls for paper in read.documents}
    return [DocumentDate(client_document_id, account.created_at) for client_document_id in sorted(ids)]


@pytest.fixture(scope="session")
def people() -> dict[str, ByHand]:
    """Every account that was read or heard of, by id."""
    return {one.client_account_id: ByHand(one) for one in seeded_accounts() if one.is_heard_of}


@pytest.fixture(scope="session")
def seeded_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the seeded desk, closed."""
    path = tmp_path_factory.mktemp("seeded") / "workbench.duckdb"
    store = Store.open(path, Source("memory", ""))
    land_all(store, seeded_accounts())
    store.close()
    return path


@pytest.fixture(scope="session")
def seeded() -> Iterator[Store]:
    store = Store.in_memory()
    land_all(store, seeded_accounts())
    yield store
    store.close()


@pytest.fixture(scope="session")
def empty() -> Iterator[Store]:
    """A desk on which nothing ever happened; for reading alone."""
    store = Store.in_memory()
    yield store
    store.close()
