"""Rows that a transaction is about, by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from workbench.store.staging import schema, staged, table_of

FEW = 16
"""Up to so many keys are cheaper to look up in an index one by one than to join with the whole table."""

_KEYS = schema(key="text")


@dataclass(frozen=True, slots=True)
class Keys:
    """Values of a column, to find rows by.

    Few are spelled out, so that an index answers. Many are found by a scan of their column alone, and the rows then
    fetched or deleted by number: a join that carries all columns reads the whole table to throw nearly all of it away.
    """

    values: Sequence[str]
    column: str = "client_account_id"

    def read(self, cursor: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[tuple[Any, ...]]:
        """The columns of these rows."""
        found = self._find(cursor, table)
        return cursor.execute(f"select {columns} from {table} where {found.sql}", found.parameters).fetchall()

    def copy(self, cursor: duckdb.DuckDBPyConnection, table: str, name: str) -> None:
        """Copies these rows into a temporary table, for a join that shall not read the whole of theirs."""
        found = self._find(cursor, table)
        cursor.execute(f"create or replace temp table {name} as from {table} where {found.sql}", found.parameters)

    def delete(self, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        found = self._find(cursor, table)
        if found.sql != _NOWHERE:
            cursor.execute(f"delete from {table} where {found.sql}", found.parameters)

    def _find(self, cursor: duckdb.DuckDBPyConnection, table: str) -> "_Condition":
        if len(self.values) <= FEW:
            return _Condition(f"{self.column} in ({', '.join('?' * len(self.values)) or 'null'})", list(self.values))
        with staged(cursor, keys=table_of(_KEYS, [(value,) for value in self.values])):
            rows = cursor.execute(f"select rowid from {table} where {self.column} in (select key from keys)").fetchall()
        numbers = ", ".join(str(number) for (number,) in rows)
        return _Condition(f"rowid in ({numbers})" if rows else _NOWHERE, [])


@dataclass(frozen=True, slots=True)
class _Condition:
    """What follows ``where``, with the values of its question marks."""

    sql: str
    parameters: list[str]


_NOWHERE = "false"


def replace_rows(cursor: duckdb.DuckDBPyConnection, table: str, keys: Keys, rows: pa.Table) -> None:
    """Puts rows in the place of those with these keys."""
    keys.delete(cursor, table)
    with staged(cursor, incoming=rows):
        cursor.execute(f"insert into {table} by name from incoming")
