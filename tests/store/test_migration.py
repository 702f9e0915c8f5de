"""Databases of earlier versions come forward: nothing is lost, and every query answers what it answered before."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.derived_rows import WRONG_KEYS, derive_everything, rows_of
from tests.support.earlier_databases import FOLDER, earlier_database
from tests.support.facts import NOW, ago, as_naive, document, landed_event, owner, poll
from tests.support.seeded_accounts import land_all, seeded_accounts
from tests.support.tables import change, select, table_names
from workbench.store import DocumentDate, Source, Store
from workbench.store.derived.rows import DOCUMENT_COLUMNS
from workbench.store.engine import migrations as steps
from workbench.store.engine import one_row
from workbench.store.engine.catalogue import catalogue
from workbench.store.engine.keys import Keys, rows_by_name
from workbench.store.facts.documents import follow_documents

NAMES = ["before_one_row", "version_0_1"]
Answer = dict[str, Any]

UPDATED = "I-update"
"""Version 0.1 took the rejection of an update of ours for one of the account, and so its row still says."""

GONE = frozenset({"funnel/spans", "funnel/ways"})
"""Queries that the earlier version answered and that exist no longer."""

ROUNDED_UP = {"funnel/steps": ["median_hours", "p90_hours"], "funnel/cohorts": ["median_hours"]}
"""Columns of exact times then, which are rounded up to the hour now."""

READ_UNREGISTERED = {"before_one_row": "E-owners"}
"""An account that was read but not registered, as no command leaves one.

Then no run read it again. Lists show it, so it is read again now like all others, and counted where a loss says so.
"""


def answers_of(name: str) -> dict[str, Answer]:
    found: dict[str, Answer] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if name in READ_UNREGISTERED:
        found["sync/due"]["rows"].append([READ_UNREGISTERED[name]])
        column = found["data/losses"]["columns"].index("accounts_to_read")
        for row in found["data/losses"]["rows"]:
            row[column] += 1
    return found


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def rows_as_told(store: Store, query: str, columns: list[str], parameters: dict[str, object]) -> list[list[object]]:
    """Return the rows as JSON has them, in an order that does not depend on the query's."""
    rows = [[row[column] for column in columns] for row in store.read_rows(query, **parameters)]
    plain: list[list[object]] = json.loads(json.dumps(rows, default=str))
    return sorted(plain, key=json.dumps)


def assert_answers(store: Store, answers: dict[str, Answer]) -> None:
    store.stop_clock(NOW)
    for key, answer in answers.items():
        if answer["query"] in GONE:
            continue
        rounded = ROUNDED_UP.get(answer["query"], [])
        columns = [column for column in answer["columns"] if column not in rounded]
        found = rows_as_told(store, answer["query"], [*columns, *rounded], answer["parameters"])
        places = [answer["columns"].index(column) for column in (*columns, *rounded)]
        told = sorted(([row[place] for place in places] for row in answer["rows"]), key=json.dumps)
        kept = len(columns)
        assert [row[:kept] for row in found] == [row[:kept] for row in told], key
        for row, before in zip(found, told, strict=True):
            assert all(is_rounded_up(*pair) for pair in zip(row[kept:], before[kept:], strict=True)), key


def is_rounded_up(now: Any, before: Any) -> bool:
    """Whether the time is the one of before, or up to an hour more."""
    return now is before if before is None else now is not None and -1e-9 <= now - before < 1


@pytest.mark.slow
def test_every_query_answers_what_it_answered_before(name: str, new_path: Path, source: Source) -> None:
    store = Store.open(earlier_database(name, new_path), source)
    assert_answers(store, answers_of(name))
    store.close()


def test_every_query_is_asked_on_one_of_them() -> None:
    asked = {answer["query"] for one in NAMES for answer in answers_of(one).values()}
    assert not GONE & {*catalogue()}
    assert asked - GONE <= {*catalogue()}


@pytest.mark.slow
def test_its_rows_are_those_that_follow_from_its_facts(name: str, new_path: Path, source: Source) -> None:
    store = Store.open(earlier_database(name, new_path), source)
    brought = rows_of(store)
    derive_everything(store)
    again = rows_of(store)
    for table, rows in brought.items():
        assert [row for row in again[table] if row[0] != UPDATED] == [row for row in rows if row[0] != UPDATED]
    store.close()


@pytest.mark.slow
def test_what_comes_next_moves_its_accounts_on(name: str, new_path: Path, source: Source) -> None:
    store = Store.open(earlier_database(name, new_path), source)
    store.land_readings([poll("I-review", ago(0.5), created_at=ago(100), missing_fields=["b"], can_trade_crypto=True)])
    store.land_events([landed_event("I-verify", ago(0.4), "ACTIVE", "ENROLLMENT")])
    standings = select(store, "select standing from accounts where client_account_id = 'I-verify'")
    assert standings == [("active",)]
    store.close()


@pytest.mark.slow
def test_accounts_live_where_their_newest_payload_says(name: str, new_path: Path, source: Source) -> None:
    path = earlier_database(name, new_path)
    address = {"country": "USA", "state": "TX"}
    payload = {"request": {"owners": [{"identity": {"personalAddress": address}}]}}
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update readings set account_json = ? where client_account_id = 'I-verify'", [json.dumps(payload)]
        )
    store = Store.open(path, source)
    found = {row["client_account_id"]: (row["country"], row["state"]) for row in store.read_rows("funnel/accounts")}
    assert found["I-verify"] == ("USA", "TX")
    assert found["I-review"] == (None, None)
    store.close()


def test_the_tables_of_before_are_gone(name: str, new_path: Path, source: Source) -> None:
    store = Store.open(earlier_database(name, new_path), source)
    gone = {"account_reads", "owners", "missing_fields", "requirements", "next_accounts"}
    assert not gone & {*table_names(store)}
    store.close()


def view_names(store: Store) -> list[tuple[str]]:
    return select(store, "select view_name from duckdb_views() where not internal order by all")


@pytest.mark.slow
def test_its_views_are_those_of_a_new_database(name: str, new_path: Path, tmp_path: Path, source: Source) -> None:
    path = earlier_database(name, new_path)
    with duckdb.connect(str(path)) as connection:
        for view in ("funnel_reached", "verification_outcomes"):  # as versions between had them
            connection.execute(f"create view {view} as from events")
    brought = Store.open(path, source)
    new = Store.open(tmp_path / "new.duckdb", source)
    assert view_names(brought) == view_names(new)
    brought.close()
    new.close()


def test_a_migration_is_applied_also_to_a_database_that_has_a_later_one(new_path: Path, source: Source) -> None:
    Store.open(new_path, source).close()
    with duckdb.connect(str(new_path)) as connection:
        connection.execute("create index events_by_request on events (request_id)")  # which step 24 drops
        connection.execute("delete from schema_versions where version = 24")
    store = Store.open(new_path, source)
    assert ("events_by_request",) not in select(store, "select index_name from duckdb_indexes()")
    assert select(store, "select count(*) from schema_versions where version = 24") == [(1,)]
    store.close()


def with_step(number: int, sql: str) -> tuple[steps.Migration, ...]:
    """The migrations, with another text for this one."""
    others = [one for one in steps.migrations() if one.number != number]
    return tuple(sorted([*others, steps.Migration(number, sql)], key=lambda one: one.number))


def stored_as(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Return the compressions of the table's column for search."""
    sql = (
        "select compression from pragma_storage_info(?) where column_name = 'search_text' and segment_type = 'VARCHAR'"
    )
    return {name for (name,) in connection.execute(sql, [table]).fetchall()}


def test_only_the_column_that_is_searched_is_stored_unpacked(
    new_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = with_step(
        99,
        "create table later (\n    search_text varchar,\n    other varchar);"
        "insert into later select 'the same words', 'b' from range(20000)",
    )
    monkeypatch.setattr(steps, "migrations", lambda: later)
    store = Store.open(new_path, source)
    store.land_readings([poll(f"A-{number}", ago(5)) for number in range(300)])
    store.close()
    with duckdb.connect(str(new_path), read_only=True) as connection:
        assert stored_as(connection, "accounts") == {"Uncompressed"}
        assert stored_as(connection, "later") == {"Dictionary"}


def test_a_searched_column_that_is_not_found_is_an_error(
    new_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = next(one.sql for one in steps.migrations() if one.number == 22)
    renamed = with_step(22, sql.replace("    search_text varchar,", "    search_text   varchar,"))
    monkeypatch.setattr(steps, "migrations", lambda: renamed)
    with pytest.raises(ValueError, match="Migration 22"):
        Store.open(new_path, source)


class Killed(BaseException):
    """Stands for the end of the process."""


FILL = one_row.fill_part


def killed_in(part: int) -> Callable[..., None]:
    def fill_until_killed(cursor: Any, number: int, parts: int) -> None:
        FILL(cursor, number, parts)
        if number == part:
            raise Killed

    return fill_until_killed


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, 2])
def test_a_migration_that_was_killed_begins_again(
    name: str, part: int, new_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier_database(name, new_path)
    with monkeypatch.context() as patched:
        patched.setattr(one_row, "ACCOUNTS_AT_ONCE", 5)
        patched.setattr(one_row, "fill_part", killed_in(part))
        with pytest.raises(Killed):
            Store.open(new_path, source)
        patched.setattr(one_row, "fill_part", FILL)
        store = Store.open(new_path, source)
    assert_answers(store, answers_of(name))
    store.close()


def test_it_says_how_far_it_has_come(new_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_row, "ACCOUNTS_AT_ONCE", 10)
    told: list[tuple[int, int]] = []
    store = Store.open(
        earlier_database("version_0_1", new_path), source, on_progress=lambda done, of: told.append((done, of))
    )
    (accounts,) = select(store, "select count(*) from accounts")
    assert told == [(0, 22), (7, 22), (14, 22)]
    assert accounts == (22,)
    store.close()


def test_tokens_of_the_api_that_had_no_end_are_given_a_year() -> None:
    folder = Path(steps.__file__).parent / "steps"
    with duckdb.connect() as database:
        database.execute((folder / "0077_api_tokens.sql").read_text(encoding="utf-8"))
        database.execute("insert into api_tokens (token_id) values ('t-1')")
        database.execute((folder / "0100_token_expiry.sql").read_text(encoding="utf-8"))
        found = database.execute(
            "select last_used_at, date_diff('minute', make_timestamp(epoch_us(now())), expires_at) from api_tokens"
        ).fetchall()
    assert found in ([(None, 365 * 24 * 60)], [(None, 365 * 24 * 60 - 1)])


_BEFORE_ACCOUNT_KEYS = (
    "drop index accounts_by_account",
    "drop index journey_by_account",
    *(
        f"alter table accounts drop column {name}"
        for name in ("account_key", "standing_reason_code", *DOCUMENT_COLUMNS.names[2:])
    ),
    "create table old_journey as select * exclude (account_key, previous_reason_code) "
    "replace (nullif(previous_standing, '') as previous_standing), "
    "lag(cause) over (partition by client_account_id order by ordinal) as previous_cause from journey",
    "drop table journey",
    "alter table old_journey rename to journey",
    "delete from schema_versions where version = 112",
    "delete from views_applied",
)


def test_accounts_from_before_they_had_keys_get_what_landing_them_again_would_give(
    new_path: Path, source: Source
) -> None:
    """Keys, reason codes, and when documents were uploaded and uploaded again."""
    store = Store.open(new_path, source)
    land_all(store, seeded_accounts())
    documents = [document("PASSPORT", client_document_id=name, client_owner_id="o1") for name in ("a", "b", "c")]
    for account in ("again", "undated"):
        store.land_readings([poll(account, ago(9), documents=documents, owners=[owner("o1")])])
    store.land_document_dates([DocumentDate(name, ago(hours)) for name, hours in (("a", 30), ("b", 20), ("c", 15))])
    change(store, "update documents set created_at = null where client_account_id = 'undated'")
    for name, outcome in (("a", "accepted"), ("b", "refused"), ("c", "unknown")):
        change(
            store,
            "insert into actions by name select 'undated' as client_account_id, 'upload_document' as kind, "
            "$outcome as outcome, $at as started_at, $what as what",
            {"outcome": outcome, "at": as_naive(ago(12)), "what": f'{{"client_document_id": "{name}"}}'},
        )
    with store.database.writer() as cursor:
        follow_documents(cursor, Keys(["again", "undated"]))
    landed = columns_of(store, "accounts"), columns_of(store, "journey")
    for statement in _BEFORE_ACCOUNT_KEYS:
        change(store, statement)
    store.close()
    again = Store.open(new_path, source)
    found = columns_of(again, "accounts"), columns_of(again, "journey")
    assert select(again, WRONG_KEYS) == []
    again.close()
    assert found == landed
    told = {row["client_account_id"]: [row[name] for name in DOCUMENT_COLUMNS.names[2:]] for row in found[0]}
    assert told["again"] == [ago(30), False, ago(20), ago(30)]
    assert told["undated"] == [ago(12), True, ago(12), ago(12)]


def columns_of(store: Store, table: str) -> list[dict[str, Any]]:
    """Return the rows without the account's key, by name, whatever order the table has its columns in."""
    with store.database.reader() as cursor:
        rows = rows_by_name(cursor.execute(f"select * exclude (account_key) from {table}"))  # noqa: S608
        return sorted(rows, key=lambda row: (row["client_account_id"], row.get("ordinal")))
