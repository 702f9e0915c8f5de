"""Statements that want more than to read the copy: each is refused or stopped."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.facts import ago, landed_event, poll
from tests.support.stores import new_store
from workbench.access.published_columns import LEFT_OUT, treatment_of
from workbench.domain.errors import InputError
from workbench.store.engine.catalogue import catalogue
from workbench.store.published.console import RunningStatement
from workbench.store.published.copy import open_attached
from workbench.store.published.locked import LockedCopy, lock

REFUSED = {
    "writes a table": "create table mine as select 1",
    "writes a temporary table": "create temp table mine as select 1",
    "writes a view": "create view mine as select 1",
    "replaces a view": "create or replace view accounts_now as select 1",
    "writes a macro": "create macro f(x) as x",
    "writes a schema": "create schema mine",
    "writes a type": "create type mood as enum ('ok')",
    "writes a sequence": "create sequence s",
    "writes an index": "create index i on accounts (standing)",
    "inserts": "insert into accounts by name select 'X' as client_account_id",
    "inserts a default": "insert into registry default values",
    "updates": "update accounts set standing = 'active'",
    "deletes": "delete from accounts",
    "truncates": "truncate accounts",
    "merges": "merge into accounts using registry on true when matched then delete",
    "drops": "drop table accounts",
    "drops with everything": "drop schema main cascade",
    "alters": "alter table accounts add column x int",
    "renames": "alter table accounts rename to mine",
    "comments": "comment on table accounts is 'mine'",
    "writes within a with": "with gone as (delete from accounts returning *) select * from gone",
    "inserts within a with": "with new as (insert into registry values ('X') returning *) from new",
    "copies out": "copy accounts to '/tmp/out.csv'",
    "copies a query out": "copy (select 1) to '/tmp/out.parquet' (format parquet)",
    "copies in": "copy accounts from '/etc/passwd'",
    "exports": "export database '/tmp/out'",
    "imports": "import database '/tmp/out'",
    "copies a database": "copy from database desk to memory",
    "attaches a file": "attach '/tmp/other.duckdb' as other",
    "attaches the desk": "attach 'data/workbench.duckdb' as live (read_only)",
    "attaches in memory": "attach ':memory:' as other",
    "detaches": "detach desk",
    "uses another": "use memory",
    "installs": "install httpfs",
    "installs from elsewhere": "install httpfs from 'http://example.test'",
    "loads": "load httpfs",
    "loads by path": "load '/tmp/evil.duckdb_extension'",
    "updates extensions": "update extensions",
    "sets": "set memory_limit = '64GB'",
    "sets globally": "set global threads = 64",
    "resets": "reset memory_limit",
    "unlocks": "set lock_configuration = false",
    "opens the outside": "set enable_external_access = true",
    "sets a variable": "set variable x = 1",
    "pragma": "pragma database_list",
    "pragma that sets": "pragma memory_limit = '64GB'",
    "calls": "call pragma_version()",
    "checkpoints": "checkpoint",
    "vacuums": "vacuum analyze",
    "analyzes": "analyze",
    "begins": "begin transaction",
    "commits": "commit",
    "rolls back": "rollback",
    "prepares": "prepare p as select 1",
    "executes": "execute p",
    "deallocates": "deallocate p",
    "explains": "explain select 1",
    "explains by running": "explain analyze select 1",
    "creates a secret": "create secret s (type s3, key_id 'x', secret 'y')",
    "drops a secret": "drop secret s",
    "hides a second statement": "select 1; drop table accounts",
    "hides a second select": "select 1; select 2",
    "hides it behind a comment": "select 1 --\n; drop table accounts",
    "hides it in front": "; ; delete from accounts; select 1",
    "hides it behind a block comment": "select 1 /* ; */ ; attach ':memory:' as x",
    "hides it behind a null byte": "select 1;\x00drop table accounts",
    "pivots with a hidden type": "pivot journey on standing using count(*)",
    "nothing": "",
    "only a comment": "-- nothing",
    "no SQL": "hello, who are you?",
    "cut off": "select * from (select",
    "reads a csv": "from read_csv('/etc/passwd')",
    "reads a csv by guess": "from read_csv_auto('/etc/passwd')",
    "reads text": "from read_text('/etc/passwd')",
    "reads a blob": "from read_blob('/proc/self/environ')",
    "reads json": "from read_json('/etc/passwd')",
    "reads json objects": "from read_ndjson_objects('/etc/passwd')",
    "reads parquet": "from read_parquet('/tmp/*.parquet')",
    "scans parquet": "from parquet_scan('/tmp/*.parquet')",
    "reads parquet metadata": "from parquet_metadata('/tmp/x.parquet')",
    "reads parquet keys": "from parquet_kv_metadata('/tmp/x.parquet')",
    "reads a database": "from read_duckdb('/tmp/x.duckdb')",
    "sniffs": "from sniff_csv('/etc/passwd')",
    "lists files": "from glob('/root/*')",
    "names a file as a table": "from '/etc/passwd'",
    "names a csv as a table": "from 'data.csv'",
    "names an address as a table": "from 'https://example.test/x.parquet'",
    "names a file in a subquery": "select (select count(*) from '/tmp/x.parquet')",
    "names a file in a with": "with a as (from '/tmp/x.csv') from a",
    "names a file in a join": "from accounts join '/tmp/x.csv' on true",
    "names a file in exists": "select 1 from accounts where exists (from '/tmp/x.csv')",
    "describes a file": "describe from '/etc/passwd'",
    "summarizes a file": "summarize '/tmp/x.csv'",
    "settings": "from duckdb_settings()",
    "one setting": "select current_setting('memory_limit')",
    "one setting by its short form": "select @@memory_limit",
    "secrets": "from duckdb_secrets()",
    "which secret": "from which_secret('s3://x', 's3')",
    "variables": "select getvariable('x')",
    "environment": "select getenv('HOME')",
    "databases": "from duckdb_databases()",
    "extensions": "from duckdb_extensions()",
    "all tables": "from duckdb_tables()",
    "logs": "from duckdb_logs()",
    "memory": "from duckdb_memory()",
    "temporary files": "from duckdb_temporary_files()",
    "the schema of everything": "from information_schema.tables",
    "the catalogue of everything": "from pg_catalog.pg_class",
    "the list of tables": "from sqlite_master",
    "databases behind a with elsewhere": "from (with duckdb_databases as (select 1) select 1), duckdb_databases",
    "settings behind a with elsewhere": "select * from (with pg_settings as (select 1) select 1), pg_settings",
    "logs behind a with elsewhere": "select * from (with duckdb_logs as (select 1) select 1), duckdb_logs",
    "columns behind a with elsewhere": "select * from (with duckdb_columns as (select 1) select 1), duckdb_columns",
    "tables behind a with, in main": "select * from (with sqlite_master as (select 1) select 1), main.sqlite_master",
    "tables in main": "from main.sqlite_master",
    "tables in a with of the same name": "with sqlite_master as (from sqlite_master) from sqlite_master",
    "tables before a with of the same name": "with a as (from sqlite_master), sqlite_master as (select 1) from a",
    "databases behind a recursive with": "with recursive pragma_database_list as (select 1 as x union all "
    "select x + 1 from pragma_database_list where x < 2) from pragma_database_list",
    "a with by a capital name": "select * from (with DuckDB_Views as (select 1) select 1), duckdb_views",
    "a with by the name of a function": "with duckdb_settings as (select 1) from duckdb_settings",
    "a with by the name of a pragma": "with database_list as (select 1) from database_list",
    "a with by the name of a table of the catalogue": "with pg_class as (select 1) select 1",
    "a file behind a with elsewhere": "select * from (with \"/tmp/x.csv\" as (select 1) select 1), '/tmp/x.csv'",
    "a name of a with elsewhere": "select * from (with mine as (select 1) select 1), mine",
    "a with in a schema": "with mine as (select 1) from main.mine",
    "a with in a database": "with mine as (select 1) from desk.main.mine",
    "the user": "select current_user",
    "the user as a function": "select current_user()",
    "the version": "select version()",
    "the platform": "from pragma_platform()",
    "the user agent": "from pragma_user_agent()",
    "the database's size": "from pragma_database_size()",
    "the running query": "select current_query()",
    "the transaction": "select txid_current()",
    "shows databases": "show databases",
    "shows all tables": "show all tables",
    "shows settings": "show memory_limit",
    "runs text as a query": "from query('select 1')",
    "runs text as a table": "from query_table('accounts')",
    "runs json as a query": "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "plans json": "select json_serialize_plan('select 1')",
    "Python's memory": "from pandas_scan(1, 2, 3)",
    "an Arrow pointer": "from arrow_scan(1, 2, 3)",
    "a Python variable": "from treatment_of",
    "another database": "from memory.main.accounts",
    "the system database": "from system.main.duckdb_settings",
    "the temporary database": "from temp.information_schema.tables",
    "writes a log": "select write_log('x')",
    "turns logging on": "from enable_logging()",
    "turns profiling on": "from enable_profiling()",
    "forces a checkpoint": "from force_checkpoint('desk')",
    "sleeps": "select sleep_ms(100000)",
    "sleeps as elsewhere": "select pg_sleep(100)",
    "counts on": "select nextval('s')",
    "seeds": "select setseed(0.5)",
    "a parameter": "select $1",
    "a named parameter": "select $secret",
    "nested without an end": f"select {'not ' * 3_000}true",
    "nested functions": f"select {'abs(' * 900}1{')' * 900}",
    "too long": f"select '{'x' * 20_000}'",
}
"""Refused before anything is run."""

STOPPED = {
    "joins for ever": "select count(*) from range(1000000000) a, range(1000000000) b",
    "recurses for ever": "with recursive r as (select 1 as x union all select x + 1 from r) select max(x) from r",
    "one long step": "select levenshtein(repeat('a', 200000), repeat('b', 200000))",
    "one long text": "select repeat('x', 4000000000)",
    "one long number": "select printf('%2000000000d', 1)",
    "one long list": "select list_sum(range(1000000000))",
    "a list of everything": "select list(range) from range(1000000000)",
    "sorts everything": "from range(1000000000) order by random()",
    "joins texts": "select string_agg(repeat('z', 100000), '') from range(100000)",
    "a wide result": "select repeat('y', 100000) from range(9000)",
}
"""Run in a process of their own, and stopped when they take too much."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    store = new_store()
    store.land_readings([poll("ACC-1", ago(5)), poll("ACC-2", ago(9))])
    store.land_events([landed_event("ACC-2", ago(2), "ACTIVE")])
    store.publish(folder, treatment_of, LEFT_OUT)
    store.close()
    return folder


@pytest.fixture(scope="module")
def copy(folder: Path) -> Iterator[LockedCopy]:
    copy = LockedCopy(folder)
    yield copy
    copy.close()


def test_the_corpus_has_120_statements() -> None:
    assert len(REFUSED) + len(STOPPED) >= 120


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(copy: LockedCopy, name: str) -> None:
    with pytest.raises(InputError) as refused:
        copy.run(REFUSED[name])
    assert refused.value.title == "The statement cannot be run"
    assert refused.value.message
    assert copy.run("select count(*) as n from accounts")[0].to_pylist() == [{"n": 2}]


@pytest.mark.slow
@pytest.mark.parametrize("name", STOPPED)
def test_it_is_stopped(folder: Path, name: str) -> None:
    running = RunningStatement(folder, STOPPED[name], seconds=0.5)
    with pytest.raises(InputError) as stopped:
        running.result()
    assert stopped.value.title == "The statement was stopped"


@pytest.mark.parametrize(
    "statement",
    [
        "from read_text('/etc/passwd')",
        "from '/etc/passwd'",
        "attach '/tmp/other.duckdb'",
        "copy accounts to '/tmp/out.csv'",
        "install httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set memory_limit = '64GB'",
        "delete from accounts",
        "create table mine as select 1",
    ],
)
def test_the_database_itself_refuses_too_what_the_rules_would_let_through(folder: Path, statement: str) -> None:
    with open_attached(folder) as connection:
        lock(connection)
        with pytest.raises(duckdb.Error):
            connection.execute(statement).fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "from journey",
        "select standing, count(*) as n from accounts_now group by all order by n desc",
        "with a as (from accounts), b as (from a) select count(*) from b",
        "select *, row_number() over (partition by standing order by opened_at) as place from accounts",
        "from funnel_reached_within('individual', null, null, 30, null)",
        "pivot accounts on standing in ('active', 'submitted') using count(*)",
        "describe accounts",
        "summarize journey",
        "select * from (with a as (select 1 as x) from a) join (with a as (select 1 as x) from a) using (x)",
        "with a as (select 1 as x), A2 as (from A) from a union all (with b as (from a2) from b)",
        "with a as (select 'ACC-1' as id) from accounts where exists (from a where id = client_account_id)",
        "select count(*) from main.accounts, desk.main.journey",
        "with recursive r as (select 1 as x union all select x + 1 from r where x < 5) from r",
        "select strftime(opened_at, '%Y-%m'), median(hours_between(opened_at, desk_now())) from accounts group by all",
        "select [x + 1 for x in [1, 2]], {'a': 1}, map {'a': 1}, interval 1 day, 1.5::decimal(9, 2), uuid()",
        "select 1 as a, 2 as a, 3 as a",
        *(query.sql for query in catalogue().values() if not query.defaults),
    ],
)
def test_what_analysts_write_is_run(copy: LockedCopy, statement: str) -> None:
    table, is_cut = copy.run(statement)
    assert len(set(table.column_names)) == table.num_columns > 0
    assert not is_cut


def test_the_rows_are_cut_at_ten_thousand(copy: LockedCopy) -> None:
    table, is_cut = copy.run("from range(10_001)")
    assert (table.num_rows, is_cut) == (10_000, True)
    table, is_cut = copy.run("from range(10_000)")
    assert (table.num_rows, is_cut) == (10_000, False)
