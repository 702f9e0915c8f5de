"""The values that a catalogue query runs with on one database."""

from collections.abc import Mapping

import duckdb

from workbench.domain.errors import InputError
from workbench.store.engine.catalogue import Query


def values_of(cursor: duckdb.DuckDBPyConnection, query: Query, given: Mapping[str, object]) -> dict[str, object]:
    """The values to run with. Raises InputError also for a segment that this database does not have.

    Its accounts would be none, and every number 0.
    """
    values = query.bind(given)
    asked = values.get("segment")
    if asked is not None and cursor.execute("from segments where segment_id = $1", [asked]).fetchone() is None:
        raise InputError("There is no such segment.", next_step="List them with the query explore/segments.")
    return values
