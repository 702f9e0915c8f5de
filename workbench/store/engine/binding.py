"""Running catalogue queries on one database, and the values that they run with."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from workbench.domain.errors import InputError
from workbench.store.engine.catalogue import Query, find_query


def run_query(cursor: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object]) -> pa.Table:
    """All rows of a catalogue query; times are naive UTC. Raises InputError."""
    query = find_query(name)
    return cursor.execute(query.sql, values_of(cursor, query, parameters)).to_arrow_table()


def values_of(cursor: duckdb.DuckDBPyConnection, query: Query, given: Mapping[str, object]) -> dict[str, object]:
    """The values to run with. Raises InputError also for a segment that this database does not have.

    Its accounts would be none, and every number 0.
    """
    values = query.bind(given)
    asked = values.get("segment")
    if asked is not None and cursor.execute("from segments where segment_id = $1", [asked]).fetchone() is None:
        raise InputError("There is no such segment.", next_step="List them with the query explore/segments.")
    return values
