"""The record that Bakkt gives no usable answer, so that the next process knows since when."""

from datetime import datetime

import duckdb

from workbench.domain.moments import aware, naive


def land_away(cursor: duckdb.DuckDBPyConnection, away: tuple[datetime, str] | None) -> None:
    """Replaces the record with since when and why; None while Bakkt answers."""
    values = (naive(away[0]), away[1]) if away else (None, None)
    cursor.execute("update source set away_since = ?, away_reason = ?", values)


def read_away(cursor: duckdb.DuckDBPyConnection) -> tuple[datetime, str] | None:
    found = cursor.execute("select away_since, away_reason from source where away_since is not null").fetchone()
    return (aware(found[0]), found[1]) if found else None
