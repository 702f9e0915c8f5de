"""Migrates a database in numbered steps; refuses one that is newer than the code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from workbench.domain.errors import StoreError
from workbench.domain.moments import naive
from workbench.store.engine.database import Database
from workbench.store.engine.one_row import OnProgress, fill_one_row

_FOLDER = Path(__file__).with_name("steps")
VIEWS = Path(__file__).with_name("views.sql")
_INDEXES = Path(__file__).with_name("indexes.sql")
_FILE_NAME = re.compile(r"(?P<number>\d{4})_\w+\.sql")


_NEEDS_ONE_ROW = 23
"""The migration that puts the table that is filled before it in the place of those it is filled from."""


_MAKES_SEARCHED = 22
"""The migration that creates the column that a search looks through."""
_SEARCHED = "\n    search_text varchar,"
_STORAGE_HINT = "\n    search_text varchar using compression uncompressed,"
"""Only for a plain DuckDB file, as DuckLake refuses hints: a search looks through this column of every account, and
unpacking it would almost double its time."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    return tuple(_read_migrations())


def migration_numbers() -> frozenset[int]:
    return frozenset(migration.number for migration in migrations())


@cache
def schema_digest() -> str:
    """The same for two versions only if their tables, views and macros are the same."""
    texts = [*(f"{one.number}\n{one.sql}" for one in migrations()), VIEWS.read_text(encoding="utf-8")]
    return sha256("\0".join(texts).encode()).hexdigest()[:32]


def migrate(database: Database, on_progress: OnProgress = lambda _done, _all: None) -> None:
    """Runs every migration that is missing in its own transaction, then renews the views.

    A version may bring a migration with a lower number than one that the database has: work on both went on side by
    side.
    """
    applied = _applied(database)
    unknown = applied - migration_numbers()
    if unknown:
        raise StoreError(
            f"{database.path} has schema version {max(unknown)}, which this workbench does not know. "
            "Nothing was changed.",
            title="The database is newer than this workbench",
            next_step="Update the workbench.",
        )
    for migration in migrations():
        if migration.number not in applied:
            if migration.number == _NEEDS_ONE_ROW:
                fill_one_row(database, on_progress)
            _apply(database, migration)
    _renew_views(database)


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates the views and macros on tables that are there, without indexes: for a copy that is only read."""
    connection.execute(VIEWS.read_text(encoding="utf-8"))


def _renew_views(database: Database) -> None:
    """Recreates views, macros and indexes only if they differ, so that opening usually writes nothing."""
    sql = VIEWS.read_text(encoding="utf-8") + _INDEXES.read_text(encoding="utf-8")
    content_hash = sha256(sql.encode()).hexdigest()
    with database.reader() as cursor:
        if cursor.execute("select content_hash from views_applied").fetchone() == (content_hash,):
            return
    with database.writer() as cursor:
        cursor.execute(sql)
        cursor.execute("delete from views_applied")
        cursor.execute("insert into views_applied values ($content_hash)", {"content_hash": content_hash})


def stop_clock(cursor: duckdb.DuckDBPyConnection, moment: datetime) -> None:
    """From now on, views take this moment as the current time."""
    cursor.execute(f"create or replace macro desk_now() as timestamp '{naive(moment)}'")


def _apply(database: Database, migration: Migration) -> None:
    with database.writer() as cursor:
        cursor.execute(_for_file(migration))
        cursor.execute(
            "insert into schema_versions values ($number, make_timestamp(epoch_us(now())))",
            {"number": migration.number},
        )


def _for_file(migration: Migration) -> str:
    """The migration as a plain DuckDB file takes it. Raises ValueError if the column for the hint is not in it."""
    if migration.number != _MAKES_SEARCHED:
        return migration.sql
    if migration.sql.count(_SEARCHED) != 1:
        raise ValueError(f"Migration {migration.number} does not create the column that takes the storage hint.")
    return migration.sql.replace(_SEARCHED, _STORAGE_HINT)


def _applied(database: Database) -> set[int]:
    """The numbers of the migrations that the database has."""
    with database.reader() as cursor:
        tables = {name for (name,) in cursor.execute("select table_name from duckdb_tables()").fetchall()}
    if "schema_versions" not in tables:
        _begin(database, tables)
        return set()
    with database.reader() as cursor:
        return {number for (number,) in cursor.execute("select version from schema_versions").fetchall()}


def _begin(database: Database, tables: set[str]) -> None:
    """Marks an empty file as ours. Raises StoreError for a DuckDB file with other tables."""
    if tables:
        raise StoreError(
            f"{database.path} is the DuckDB database of another program. Nothing was changed.",
            next_step="Set WORKBENCH_DATABASE to another path.",
        )
    with database.writer() as cursor:
        cursor.execute("create table schema_versions (version integer, applied_at timestamp)")


def _read_migrations() -> Iterator[Migration]:
    for path in sorted(_FOLDER.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match:
            yield Migration(int(match["number"]), path.read_text(encoding="utf-8"))
