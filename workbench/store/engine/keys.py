"""Selecting a transaction's rows by key."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from workbench.domain.moments import aware, naive
from workbench.store.engine.staging import schema, staged, table_of

MAX_INLINE_KEYS = 256
"""Up to this many keys are cheaper to look up in an index than to join with the table. DuckDB uses an index for at
most 2,048 matching rows, which is eight events per account."""

_KEYS = schema(key="text")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Keys:
    """Values of a column as a condition, written as literals if they are few so that an index can be used."""

    values: Sequence[str]
    column: str = "client_account_id"

    @property
    def are_few(self) -> bool:
        return len(self.values) <= MAX_INLINE_KEYS

    @property
    def condition(self) -> str:
        if not self.values:
            return f"{self.column} is null and false"
        if self.are_few:
            return f"{self.column} in ({', '.join('?' * len(self.values))})"
        return f"{self.column} in (select key from keys)"

    @property
    def parameters(self) -> list[str]:
        return list(self.values) if self.are_few else []

    @contextmanager
    def staged(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Makes the condition usable within the block."""
        if self.are_few:
            yield
            return
        with staged(cursor, keys=table_of(_KEYS, [(value,) for value in self.values])):
            yield

    def read(self, cursor: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[tuple[Any, ...]]:
        """The columns of these rows."""
        if not self.values:
            return []
        with self.staged(cursor):
            return cursor.execute(f"select {columns} from {table} where {self.condition}", self.parameters).fetchall()

    def read_as(
        self, cursor: duckdb.DuckDBPyConnection, make: Callable[..., Made], table: str, columns: str
    ) -> defaultdict[str, list[Made]]:
        """What ``make`` makes of the columns of each row, given by name with times in UTC, by key."""
        made: defaultdict[str, list[Made]] = defaultdict(list)
        if not self.values:
            return made
        sql = f"select {self.column}, {columns} from {table} where {self.condition}"
        with self.staged(cursor):
            for row in rows_by_name(cursor.execute(sql, self.parameters)):
                made[row.pop(self.column)].append(make(**row))
        return made

    def find_in(self, cursor: duckdb.DuckDBPyConnection, table: str) -> set[str]:
        """Which of these keys the table has."""
        return {key for (key,) in self.read(cursor, table, self.column)}

    def copy(self, cursor: duckdb.DuckDBPyConnection, table: str, name: str, columns: str = "*") -> None:
        """Copies these rows into a temporary table, so that a join need not read the whole table."""
        sql = f"create or replace temp table {name} as select {columns} from {table} where {self.condition}"
        self._run(cursor, sql)

    def update(self, cursor: duckdb.DuckDBPyConnection, table: str, assignments: str) -> None:
        self._run(cursor, f"update {table} set {assignments} where {self.condition}")

    def delete(self, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        self._run(cursor, f"delete from {table} where {self.condition}")

    def _run(self, cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
        with self.staged(cursor):
            cursor.execute(sql, self.parameters)


def rows_by_name(cursor: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The rows of the statement that ran last, by column name and with times in UTC."""
    names = [name for name, *_ in cursor.description]
    for values in cursor.fetchall():
        yield {
            name: aware(value) if isinstance(value, datetime) else value
            for name, value in zip(names, values, strict=True)
        }


def replace_rows(
    cursor: duckdb.DuckDBPyConnection, table: str, keys: Keys, columns: pa.Schema, rows: Sequence[Sequence[object]]
) -> None:
    """Replaces the rows with these keys."""
    if keys.values:
        keys.delete(cursor, table)
    insert_rows(cursor, table, columns, rows)


def update_rows(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    columns: pa.Schema,
    rows: Sequence[Sequence[object]],
    by: Sequence[str] = ("client_account_id",),
) -> None:
    """Sets the columns of rows that are found by those of ``by``; ``rows`` are in the schema's order."""
    if rows:
        values = ", ".join(f"{name} = incoming.{name}" for name in columns.names if name not in by)
        with staged(cursor, incoming=table_of(columns, rows)):
            cursor.execute(f"update {table} set {values} from incoming where {_same(table, by)}")


def delete_rows(
    cursor: duckdb.DuckDBPyConnection, table: str, columns: pa.Schema, rows: Sequence[Sequence[object]]
) -> None:
    """Deletes the rows with these values, which are in the schema's order."""
    if rows:
        with staged(cursor, incoming=table_of(columns, rows)):
            cursor.execute(f"delete from {table} using incoming where {_same(table, columns.names)}")


def _same(table: str, columns: Sequence[str]) -> str:
    return " and ".join(f"{table}.{name} = incoming.{name}" for name in columns)


_MAX_INLINE_ROWS = 4
"""Up to this many rows are cheaper as statement parameters than as a table."""


def insert_rows(
    cursor: duckdb.DuckDBPyConnection, table: str, columns: pa.Schema, rows: Sequence[Sequence[object]]
) -> None:
    """Adds rows, in the schema's order, to a table that has its columns; aware times become naive UTC.

    DuckDB finds ``incoming`` by its variable name: registering it would add a third to the insert's cost.
    """
    if not rows:
        return
    if len(rows) > _MAX_INLINE_ROWS:
        incoming = table_of(columns, rows)  # noqa: F841
        cursor.execute(f"insert into {table} by name from incoming")
        return
    row = f"({', '.join('?' * len(columns))})"
    cursor.execute(
        f"insert into {table} ({', '.join(columns.names)}) values {', '.join([row] * len(rows))}",
        [naive(value) if isinstance(value, datetime) else value for values in rows for value in values],
    )
