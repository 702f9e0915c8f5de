"""The record that Bakkt gives no usable answer, so that the next process knows since when."""

from datetime import datetime

import duckdb

from workbench.domain.moments import aware, naive


def land_away(cursor: duckdb.DuckDBPyConnection, away: tuple[datetime, str] | None) -> None:
    """Replaces the record with since when and why; None while Bakkt answers."""
    cursor.execute("delete from bakkt_away")
    if away is not None:
        cursor.execute(
            "insert into bakkt_away (since, reason) values ($since, $reason)",
            {"since": naive(away[0]), "reason": away[1]},
        )


def read_away(cursor: duckdb.DuckDBPyConnection) -> tuple[datetime, str] | None:
    found = cursor.execute("select since, reason from bakkt_away").fetchone()
    return (aware(found[0]), found[1]) if found else None
