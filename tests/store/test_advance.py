"""Advancing accounts: in whatever order facts arrive, the rows equal those derived from all facts at once."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.derived_rows import HASHES, TABLES, Fact, derive_everything, empty, land, rows_of
from tests.support.facts import (
    LONG_AGO,
    TARGET_HOURS,
    ago,
    as_naive,
    company_documents,
    landed_event,
    must_verify,
    owner,
    poll,
)
from tests.support.stores import new_store
from tests.support.tables import change, select, select_one
from workbench.domain.facts import KybStart
from workbench.store import Source, Store
from workbench.store.engine.database import Database
from workbench.store.engine.keys import MAX_INLINE_KEYS
from workbench.store.engine.migrations import migrations


def forget_hashes(store: Store) -> None:
    """Remove the hashes, as in an older database."""
    change(store, f"update accounts set {', '.join(f'{name} = null' for name in HASHES)}")  # noqa: S608


@pytest.fixture(scope="module")
def stores() -> Iterator[tuple[Store, Store]]:
    """Two stores for all examples, because creating one takes longer than an example."""
    pair = new_store(), new_store()
    for store in pair:
        store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    yield pair
    for store in pair:
        store.close()


accounts = st.sampled_from(["A", "E"])
hours = st.integers(1, 12).map(float)
STATUSES = [("UNDER_REVIEW", "PENDING_REVIEW"), ("ACTIVE", None), ("SUSPENDED", "RISK_KYC"), ("SUSPENDED", None)]
readings = st.builds(
    lambda of, hour, trades, name, documents, end, kind, status, opened, missing: poll(
        of,
        ago(hour),
        account_type="ENTITY" if (of == "E") != kind else "INDIVIDUAL",
        can_trade_crypto=trades,
        request_status=status,
        created_at=ago(opened),
        owners=(owner(given_name=name),),
        documents=company_documents(passports_expire_at=end) if documents else (),
        missing_fields=missing,
    ),
    accounts,
    hours,
    st.sampled_from([False, False, True]),
    st.sampled_from(["Ann", "Bo"]),
    st.booleans(),
    st.sampled_from([None, ago(30), ago(-2400)]),
    st.sampled_from([False] * 7 + [True]),
    st.sampled_from(["COMPLETE", "COMPLETE", "REJECTED"]),
    st.sampled_from([2400.0] * 4 + [8.0, 4800.0]),
    st.sampled_from([[], ["a"], ["a", "b"], ["a", "owners[0].identityDocument"]]),
)
events = st.builds(
    lambda of, hour, told_so: landed_event(of, ago(hour), *told_so), accounts, hours, st.sampled_from(STATUSES)
)
links = st.builds(
    lambda of, hour, life, url: must_verify(of, ago(hour), ago(hour - life) if life else None, url),
    accounts,
    hours,
    st.sampled_from([None, -3.0, 2.0, 6.0, 72.0]),
    st.sampled_from(["", "https://verify.example.test/same"]),
)
starts = st.builds(lambda hour: ("E", KybStart(ago(hour))), hours)
arrivals = st.lists(readings | readings | readings | events | links | starts, min_size=2, max_size=12)
bounded = settings(derandomize=True, max_examples=25, deadline=None)


@bounded
@given(arrivals, st.integers(1, 5))
def test_rows_moved_on_are_the_rows_derived_from_all_facts(
    stores: tuple[Store, Store], arrived: list[Fact], batch_of: int
) -> None:
    moved, rewritten = stores
    for store in stores:
        empty(store)
    for start in range(0, len(arrived), batch_of):
        land(moved, arrived[start : start + batch_of])
        forget_hashes(rewritten)
        land(rewritten, arrived[start : start + batch_of])
    as_moved = rows_of(moved)
    assert as_moved == rows_of(rewritten)
    derive_everything(moved)
    assert rows_of(moved) == as_moved


def written_by(store: Store, batch: Sequence[Fact]) -> set[str]:
    """Return the tables whose rows have new rowids, which are those that were written."""

    written = (*TABLES, "accounts")

    def places() -> dict[str, list[tuple[object, ...]]]:
        return {name: select(store, f"select rowid, * from {name}") for name in written}  # noqa: S608

    before = places()
    land(store, batch)
    after = places()
    return {name for name in after if after[name] != before[name]}


def test_a_reading_that_changes_trading_alone_rewrites_its_accounts_row_alone(desk: Store) -> None:
    documents = company_documents()
    desk.land_readings([poll("A", ago(9), documents=documents, missing_fields=["a"])])
    desk.land_events([landed_event("A", ago(8), "UNDER_REVIEW", "PENDING_REVIEW")])
    news = poll("A", ago(7), documents=documents, missing_fields=["a"], can_trade_crypto=True)
    assert written_by(desk, [news]) == {"accounts", "account_reads"}
    (row,) = desk.read_rows("accounts/one", client_account_id="A")
    assert (row["is_restricted_by_event"], row["contradiction"]) == (True, None)


def test_only_the_part_that_changed_is_written(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9), documents=company_documents(), missing_fields=["a"])])
    desk.land_events([landed_event("A", ago(8), "ACTIVE")])
    news = poll("A", ago(7), documents=company_documents(), missing_fields=["b"])
    assert written_by(desk, [news]) == {"accounts", "account_reads", "missing_fields"}


def test_a_database_without_hashes_is_written_once_and_has_them(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9), missing_fields=["a"])])
    desk.land_events([landed_event("A", ago(8), "ACTIVE")])
    forget_hashes(desk)
    assert "missing_fields" in written_by(desk, [poll("A", ago(7), missing_fields=["a"], can_trade_crypto=True)])
    assert "missing_fields" not in written_by(desk, [poll("A", ago(6), missing_fields=["a"])])


def test_expiring_documents_change_the_turn_of_an_entity_under_review(desk: Store) -> None:
    desk.land_readings([poll("E", ago(9), account_type="ENTITY")])
    desk.land_events([landed_event("E", ago(8), "UNDER_REVIEW", "PENDING_REVIEW")])
    assert desk.read_rows("accounts/one", client_account_id="E")[0]["turn"] == "us"
    documents = company_documents(passports_expire_at=ago(-48))
    desk.land_readings([poll("E", ago(7), account_type="ENTITY", documents=documents)])
    assert desk.read_rows("accounts/one", client_account_id="E")[0]["turn"] == "bakkt"
    (changes_at,) = select_one(desk, "select turn_changes_at from accounts")
    assert changes_at.date() > as_naive(ago(-48)).date() >= date(2026, 11, 20)


NAMES_IN_THE_FIRST_VERSION = {
    "papers_complete": "documents_complete",
    "papers_valid_through": "documents_valid_through",
    "has_papers": "has_documents",
    "contradiction": "null",
}


def made_by_the_first_version(path: Path, contents: Store) -> None:
    """Create a file with the tables of the first migration, holding the same rows."""
    database = Database(path)
    with database.writer() as old, contents.database.reader() as cursor:
        old.execute(migrations()[0].sql)
        old.execute(
            "create table schema_versions as select 1 as version, make_timestamp(epoch_us(now())) as applied_at"
        )
        for table, names in old.execute(
            "select table_name, list(column_name) from duckdb_columns() where not internal group by all"
        ).fetchall():
            if table not in {"schema_versions", "views_applied", "source"}:
                columns = ", ".join(f"{NAMES_IN_THE_FIRST_VERSION.get(name, name)} as {name}" for name in names)
                rows = cursor.execute(f"select {columns} from {table}").to_arrow_table()  # noqa: S608
                old.register("rows", rows)
                old.execute(f"insert into {table} by name from rows")
    database.close()


def test_a_database_of_the_first_version_comes_forward_and_is_moved_on(
    desk: Store, database_path: Path, source: Source
) -> None:
    land(desk, [poll("A", ago(9), missing_fields=["a"]), landed_event("A", ago(8), "ACTIVE")])
    made_by_the_first_version(database_path, desk)
    old, news = Store.open(database_path, source), poll("A", ago(7), missing_fields=["b"], can_trade_crypto=True)
    land(old, [news])
    land(desk, [news])
    assert rows_of(old) == rows_of(desk)
    old.close()


def test_accounts_known_before_identity_documents_mattered_get_their_turn() -> None:
    """The turn is stored, so the migration sets it for accounts that are not read again."""
    with duckdb.connect(":memory:") as old:
        for migration in migrations():
            if migration.number == 21:
                old.execute(
                    "insert into accounts by name select * from (values ('A', 'submitted', 'bakkt'), "
                    "('B', 'under_review', 'bakkt'), ('C', 'active', 'nobody'), ('D', 'submitted', 'bakkt')) "
                    "as known(client_account_id, standing, turn);"
                    "insert into missing_fields values ('A', 0, 'owners[0].identityDocument'), "
                    "('B', 3, 'owners[2].identityDocument'), ('C', 0, 'owners[0].identityDocument'), "
                    "('D', 0, 'owners[0].phoneNumber')"
                )
            old.execute(migration.sql)
        rows = old.execute(
            "select client_account_id, turn, lacks_identity_document from accounts order by 1"
        ).fetchall()
    assert rows == [("A", "us", True), ("B", "us", True), ("C", "nobody", True), ("D", "bakkt", False)]


def test_many_accounts_of_one_batch_are_moved_on_as_few_are(desk: Store) -> None:
    ids = [f"A-{number}" for number in range(MAX_INLINE_KEYS + 20)]
    land(desk, [fact for one in ids for fact in (poll(one, ago(9)), landed_event(one, ago(8), "UNDER_REVIEW"))])
    land(desk, [poll(one, ago(7), can_trade_crypto=True, missing_fields=["a"]) for one in ids])
    land(desk, [landed_event(one, ago(6), "ACTIVE") for one in ids])
    as_moved = rows_of(desk)
    assert len(as_moved["missing_fields"]) == len(ids)
    derive_everything(desk)
    assert rows_of(desk) == as_moved
