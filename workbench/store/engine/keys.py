"""Selecting a transaction's rows by key."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from workbench.domain.moments import naive
from workbench.store.engine.staging import schema, staged, table_of

MAX_INLINE_KEYS = 256
"""Up to this many keys are cheaper to look up in an index than to join with the table. DuckDB uses an index for at
most 2,048 matching rows, which is eight events per account."""

_KEYS = schema(key="text")


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
        with self.staged(cursor):
            return cursor.execute(f"select {columns} from {table} where {self.condition}", self.parameters).fetchall()

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


def replace_rows(
    cursor: duckdb.DuckDBPyConnection, table: str, keys: Keys, columns: pa.Schema, rows: Sequence[Sequence[object]]
) -> None:
    """Replaces the rows with these keys."""
    if keys.values:
        keys.delete(cursor, table)
    insert_rows(cursor, table, columns, rows)


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
