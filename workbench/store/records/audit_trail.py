"""The table of the audit trail, to which rows are only added."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb

from workbench.domain.audit import AuditRow
from workbench.store.engine.database import MEMORY_MB, Database
from workbench.store.engine.read_only import ReadOnlyFile
from workbench.store.engine.staging import count_of
from workbench.store.records.audit_files import AuditFiles

_COLUMNS = "audit_number, happened_at, subject, person, person_role, act, about, outcome, row_seal, seal"
_ROWS_AT_ONCE = 10_000


class AuditRecords:
    """The rows and the files beside them. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.files = AuditFiles.of(database.path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes to the database within the block."""
        with self._database.alone():
            yield

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Adds rows in one commit, which is no news to pages. Raises StoreError."""
        with self._database.writer(is_news=False, is_watched=False) as cursor:
            marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(rows))
            cursor.execute(
                f"insert into audit_trail ({_COLUMNS}) values {marks}",
                [value for row in rows for value in _values(row)],
            )

    def read_last(self) -> AuditRow | None:
        """The row with the highest number."""
        with self._database.reader() as cursor:
            return read_last(cursor)

    def shows_recorded_work(self) -> bool:
        """Whether the database has what nobody can do without a row."""
        with self._database.reader() as cursor:
            return shows_recorded_work(cursor)

    def count_commits_after(self, number: int) -> int:
        """In how many commits the rows after this one were added."""
        with self._database.reader() as cursor:
            return count_of(
                cursor,
                f"select count(distinct happened_at) from audit_trail where audit_number > {number:d}",
            )

    def read(self, since: int, until: int | None) -> Iterator[AuditRow]:
        """Rows by number, fetched as they are taken."""
        with self._database.reader() as cursor:
            yield from read_rows(cursor, since, until)

    def read_settings(self) -> Mapping[str, str]:
        """The keyed hash of each setting at the last start."""
        with self._database.reader() as cursor:
            return dict(cursor.execute("select setting, value_seal from settings_in_force").fetchall())

    def keep_settings(self, seals: Mapping[str, str]) -> None:
        """Replaces them. Raises StoreError."""
        with self._database.writer(is_news=False) as cursor:
            cursor.execute("delete from settings_in_force")
            cursor.executemany("insert into settings_in_force values (?, ?)", [list(one) for one in seals.items()])


class AuditFile:
    """The rows in a database file that is only read, and the files beside it. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._file = ReadOnlyFile(path)
        self.files = AuditFiles.of(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, since: int) -> Iterator[AuditRow]:
        """Rows by number, fetched as they are taken."""
        with self._file.reader() as cursor:
            cursor.execute(f"set memory_limit = '{MEMORY_MB}MB'")
            yield from read_rows(cursor, since)

    def shows_recorded_work(self) -> bool:
        """Whether the database has what nobody can do without a row."""
        with self._file.reader() as cursor:
            return shows_recorded_work(cursor)


def read_last(cursor: duckdb.DuckDBPyConnection) -> AuditRow | None:
    found = cursor.execute(
        f"select {_COLUMNS}, rowid from audit_trail "
        "where audit_number = (select max(audit_number) from audit_trail) order by rowid limit 1"
    ).fetchone()
    return AuditRow(*found) if found else None


_RECORDED_WORK = """
select exists (select 1 from settings_in_force) or exists (select 1 from people) or exists (select 1 from api_tokens)
    or exists (
        select 1 from actions
        where started_at > (select applied_at from schema_versions where version = $since)
    )
"""
"""What is written after a row of the trail alone. Actions of earlier versions had none."""
_TRAIL_SINCE = 73


def shows_recorded_work(cursor: duckdb.DuckDBPyConnection) -> bool:
    found = cursor.execute(_RECORDED_WORK, {"since": _TRAIL_SINCE}).fetchone()
    return found is not None and bool(found[0])


def read_rows(cursor: duckdb.DuckDBPyConnection, since: int = 1, until: int | None = None) -> Iterator[AuditRow]:
    """Rows by number, from one number up to another, fetched as they are taken.

    They are asked for by spans of numbers, as sorting all of them would take DuckDB's memory.
    """
    first = _next_number(cursor, since)
    while first is not None and (until is None or first <= until):
        end = first + _ROWS_AT_ONCE if until is None else min(first + _ROWS_AT_ONCE, until + 1)
        found = cursor.execute(
            f"select {_COLUMNS}, rowid from audit_trail where audit_number >= ? and audit_number < ? "
            "order by audit_number, rowid",
            [first, end],
        )
        while rows := found.fetchmany(_ROWS_AT_ONCE):
            yield from (AuditRow(*row) for row in rows)
        first = _next_number(cursor, end)


def _next_number(cursor: duckdb.DuckDBPyConnection, since: int) -> int | None:
    """The lowest number from this one on that there is."""
    found = cursor.execute("select min(audit_number) from audit_trail where audit_number >= ?", [since]).fetchone()
    return None if found is None or found[0] is None else int(found[0])


def _values(row: AuditRow) -> tuple[object, ...]:
    return (
        *(row.number, row.happened_at, row.subject, row.person, row.role),
        *(row.act, row.about, row.outcome, row.row_seal, row.seal),
    )
