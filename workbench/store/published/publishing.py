"""Publishing: the database's tables without what is personal, as one DuckDB file and one Parquet file a table.

The tables are copied in one reading transaction, which no writer waits for; the rest happens in the new file alone.
Columns that are left out are there and empty, so that the catalogue's views and queries run on the copy unedited.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from workbench.domain.errors import BusyError, InputError, StoreError, WorkbenchError
from workbench.store.engine.database import Database, translate_errors
from workbench.store.engine.failures import FileFailure, error_from_system, failure_in
from workbench.store.engine.migrations import create_views, schema_digest, stop_clock
from workbench.store.published.identity import identity_of, refuse_other_desk
from workbench.store.published.manifest import DATABASE, NAME, UNFINISHED, Manifest, read_manifest, write_manifest
from workbench.store.published.treatments import KEY, Rule, is_emptied, published_expression

MEMORY_MB = 256
"""What the new file may use of memory while its views and Parquet files are made."""
_LOCK = ".publishing.lock"


@dataclass(frozen=True, slots=True)
class Published:
    """What was put into the folder. ``as_of`` is UTC without a zone."""

    folder: Path
    as_of: datetime
    accounts: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    expressions: Sequence[str]
    kept: Sequence[str]
    """The columns that are not empty, quoted."""


def publish(database: Database, folder: Path, rule: Rule, key: str, left_out: Iterable[str]) -> Published:
    """Puts a copy into the folder; readers of the one before keep it until they open the new one.

    ``rule`` says what becomes of each column, ``key`` is what texts are hashed with, and tables that are ``left_out``
    are empty. Raises BusyError if a copy is being put there, InputError if the folder cannot be used, StoreError.
    """
    mode = _prepare(folder)
    with _only_one(folder):
        _refuse_files_of_others(database, folder, key)
        _remove_unfinished(folder)
        with _own_errors(folder):
            unfinished = Path(mkdtemp(prefix=UNFINISHED, dir=folder))
            try:
                return _publish(database, folder, unfinished, rule, key, frozenset(left_out), mode)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)


def published_columns(cursor: duckdb.DuckDBPyConnection, rule: Rule, left_out: frozenset[str]) -> dict[str, list[str]]:
    """The tables and views of a copy by name, with the columns that are not empty in it."""
    sql = "select view_name from duckdb_views() where not internal and database_name = current_database() order by 1"
    views = [name for (name,) in cursor.execute(sql).fetchall()]
    tables = {name: _columns_of(cursor, name) for name in _table_names(cursor) if name not in left_out}
    kept = {name: [one.strip('"') for one in _treated(cursor, name, rule).kept] for name in tables}
    empty = {one for name, columns in tables.items() for one in columns if one not in kept[name]}
    return kept | {name: [one for one in _columns_of(cursor, name) if one not in empty] for name in views}


def _columns_of(cursor: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return list(cursor.sql(f"from {name} limit 0").columns)


def _publish(
    database: Database, folder: Path, unfinished: Path, rule: Rule, key: str, left_out: frozenset[str], mode: int
) -> Published:
    file = unfinished / DATABASE
    with database.reader() as cursor:
        tables = [_treated(cursor, name, rule) for name in _table_names(cursor)]
        as_of = _copy_tables(cursor, file, tables, key, left_out)
        desk = identity_of(cursor, key)
    accounts = _finish(file, [table for table in tables if table.name not in left_out], as_of)
    made = sorted(one.name for one in unfinished.iterdir())
    size_bytes = sum((unfinished / name).stat().st_size for name in made)
    _put_in_place(folder, unfinished, Manifest(made, as_of, schema_digest(), desk), mode)
    return Published(folder, as_of, accounts, size_bytes)


def _table_names(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    sql = "select table_name from duckdb_tables() where database_name = current_database() and not temporary order by 1"
    return [name for (name,) in cursor.execute(sql).fetchall()]


def _treated(cursor: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> _Table:
    shape = cursor.sql(f"from {table} limit 0")
    columns = list(zip(shape.columns, shape.types, strict=True))
    return _Table(
        table,
        [published_expression(name, kind, rule) for name, kind in columns],
        [f'"{name}"' for name, kind in columns if not is_emptied(name, kind, rule)],
    )


def _copy_tables(
    cursor: duckdb.DuckDBPyConnection, file: Path, tables: Sequence[_Table], key: str, left_out: frozenset[str]
) -> datetime:
    """Copies all tables as they are at one moment, and returns it."""
    attached = f"copy_{file.parent.name.removeprefix(UNFINISHED)}"
    cursor.execute(f"attach '{_literal(file)}' as \"{attached}\"")
    try:
        cursor.begin()
        try:
            (as_of,) = cursor.execute("select desk_now()").fetchone() or (None,)
            for table in tables:
                _copy_table(cursor, attached, table, key, is_left_out=table.name in left_out)
            cursor.commit()
        except BaseException:
            with suppress(duckdb.Error):
                cursor.rollback()
            raise
    finally:
        cursor.execute(f'detach "{attached}"')
    assert isinstance(as_of, datetime)  # noqa: S101 -- desk_now() is a timestamp
    return as_of


def _copy_table(
    cursor: duckdb.DuckDBPyConnection, attached: str, table: _Table, key: str, *, is_left_out: bool
) -> None:
    columns = ", ".join(table.expressions)
    condition = " where false" if is_left_out else ""
    sql = f'create table "{attached}".{table.name} as select {columns} from {table.name}{condition}'
    cursor.execute(sql, {KEY.removeprefix("$"): key} if KEY in columns else {})


def _finish(file: Path, tables: Sequence[_Table], as_of: datetime) -> int:
    """Gives the copy the catalogue's views, as of its moment, and writes the Parquet files beside it.

    Returns how many accounts it has.
    """
    spill = file.parent / "spill"
    with duckdb.connect(
        str(file), config={"memory_limit": f"{MEMORY_MB}MB", "temp_directory": str(spill), "threads": "1"}
    ) as connection:
        create_views(connection)
        stop_clock(connection, as_of)
        for table in tables:
            columns, parquet = ", ".join(table.kept), file.with_name(f"{table.name}.parquet")
            connection.execute(
                f"copy (select {columns} from {table.name}) to '{_literal(parquet)}' (format parquet, compression zstd)"
            )
        (accounts,) = connection.execute("select count(*) from accounts").fetchone() or (0,)
        connection.execute("checkpoint")
    shutil.rmtree(spill, ignore_errors=True)
    return int(accounts)


def _put_in_place(folder: Path, unfinished: Path, manifest: Manifest, mode: int) -> None:
    """Renames the files, one after the other: whoever has one open keeps reading it."""
    for name in manifest.files:
        with (unfinished / name).open("rb") as file:
            os.fsync(file.fileno())
        (unfinished / name).chmod(mode)
    before = read_manifest(folder) or Manifest((), desk=manifest.desk)
    claimed = Manifest([*{*before.files, *manifest.files}], before.as_of, before.schema, before.desk)
    write_manifest(folder, claimed, mode)
    for name in manifest.files:
        (unfinished / name).replace(folder / name)
    write_manifest(folder, manifest, mode)
    for name in set(before.files) - set(manifest.files):
        (folder / Path(name).name).unlink(missing_ok=True)


def _prepare(folder: Path) -> int:
    """Makes the folder if there is none; returns the mode of files in it: whoever can read the folder can read them."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file. Name a folder to publish to.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return 0o600 | (folder.stat().st_mode & 0o044)
    except OSError as error:
        raise error_from_system(folder, error) from error


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Raises BusyError if this or another process is publishing to the folder."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise error_from_system(folder, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BusyError(
            f"A copy is already being published to {folder}.", next_step="Try again when it is there."
        ) from error
    finally:
        os.close(lock)


def _refuse_files_of_others(database: Database, folder: Path, key: str) -> None:
    """Raises InputError if the copy would replace that of another desk, or files that no copy put there."""
    ours = read_manifest(folder)
    names = set(ours.files) if ours else set()
    with database.reader() as cursor:
        refuse_other_desk(ours, folder, identity_of(cursor, key))
        wanted = {DATABASE, NAME, *(f"{name}.parquet" for name in _table_names(cursor))}
    allowed = names | ({NAME} if ours else set())
    others = sorted(name for name in wanted - allowed if (folder / name).exists())
    is_desk = database.path.exists() and (folder / DATABASE).exists() and database.path.samefile(folder / DATABASE)
    if others or is_desk:
        raise InputError(
            f"{folder} holds {(others or [DATABASE])[0]}, which is no published copy. Nothing was replaced.",
            title="The folder is used by something else",
            next_step="Publish to an empty folder.",
        )


def _remove_unfinished(folder: Path) -> None:
    """Removes what a process left behind that was killed."""
    for left in folder.glob(f"{UNFINISHED}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextmanager
def _own_errors(folder: Path) -> Iterator[None]:
    """Errors of the folder in words of publishing: nothing was lost, and the copy before is still there."""
    try:
        with translate_errors(folder):
            yield
    except WorkbenchError as error:
        cause = error.__cause__
        if isinstance(cause, duckdb.Error) and failure_in(str(cause)) is FileFailure.FULL:
            raise _full(folder) from error
        raise
    except OSError as error:
        if failure_in(str(error)) is FileFailure.FULL:
            raise _full(folder) from error
        raise error_from_system(folder, error) from error


def _full(folder: Path) -> StoreError:
    return StoreError(
        f"There is no room in {folder} for a new copy. The one before is still there.",
        title="The disk is full",
        next_step="Free some space, then publish again.",
    )


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
