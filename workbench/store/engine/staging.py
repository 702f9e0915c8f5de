"""Python rows as Arrow tables that a cursor can join."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

_TYPES = {
    "text": pa.string(),
    "time": pa.timestamp("us"),
    "day": pa.date32(),
    "flag": pa.bool_(),
    "count": pa.int32(),
    "number": pa.float64(),
    "hash": pa.int64(),
    "texts": pa.list_(pa.string()),
}


def schema(**kinds: str | pa.DataType) -> pa.Schema:
    """A schema from column names and kinds (text, texts, time, day, flag, count, number, hash) or nested types."""
    return pa.schema([(name, _TYPES[kind] if isinstance(kind, str) else kind) for name, kind in kinds.items()])


def table_of(columns: pa.Schema, rows: Iterable[Sequence[object]]) -> pa.Table:
    """An Arrow table from tuples in the schema's order; aware times become naive UTC."""
    turned = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(values, field.type) for values, field in zip(turned, columns, strict=True)]
    return pa.table(arrays, schema=columns)


@contextmanager
def staged(cursor: duckdb.DuckDBPyConnection, **tables: pa.Table) -> Iterator[None]:
    """Registers tables under their names on this cursor within the block."""
    for name, table in tables.items():
        cursor.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            cursor.unregister(name)


def count_of(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = cursor.execute(sql).fetchone()
    return int(row[0]) if row else 0
