"""Segments: the people behind a number, kept under a name. Their query says who they are, or their ids are frozen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from workbench.domain.errors import InputError
from workbench.domain.moments import aware, naive
from workbench.store.engine.keys import insert_rows
from workbench.store.engine.staging import schema

_MEMBERS = schema(segment_id="text", client_account_id="text")


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment without its accounts. The accounts of a frozen one stay those of the moment at which it was saved."""

    segment_id: str
    name: str
    query: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    is_frozen: bool = False
    refreshed_at: datetime | None = None

    @property
    def is_among(self) -> str | None:
        """The code of the segment among whose accounts its query looks, if it looks among those of one."""
        code: str | None = self.parameters.get("segment")
        return code


def save_segment(
    cursor: duckdb.DuckDBPyConnection, segment: Segment, ids: Iterable[str], saved_by: str, now: datetime
) -> None:
    cursor.execute(
        "insert into segments values ($segment_id, $name, $query, $parameters, $is_frozen, $saved_by, $now, $now)",
        {
            "segment_id": segment.segment_id,
            "name": segment.name,
            "query": segment.query,
            "parameters": json.dumps(segment.parameters),
            "is_frozen": segment.is_frozen,
            "saved_by": saved_by,
            "now": naive(now),
        },
    )
    put_members(cursor, segment.segment_id, ids, now)


def find_segment(cursor: duckdb.DuckDBPyConnection, segment_id: str) -> Segment | None:
    found = cursor.execute(
        "select segment_id, segment_name, query, parameters, is_frozen, refreshed_at from segments "
        "where segment_id = $segment_id",
        {"segment_id": segment_id},
    ).fetchone()
    if found is None:
        return None
    segment_id, name, query, parameters, is_frozen, refreshed_at = found
    return Segment(segment_id, name, query, json.loads(parameters), is_frozen, aware(refreshed_at))


def find_chain(cursor: duckdb.DuckDBPyConnection, segment: Segment) -> list[Segment]:
    """The live segments to bring up to date for this one, in that order: it comes last, behind the one it is among.

    Raises InputError if one of them was removed: its query would list nobody then.
    """
    chain = [segment]
    while (among := chain[-1].is_among) and among not in {one.segment_id for one in chain}:
        found = find_segment(cursor, among)
        if found is None:
            raise _outdated("It was saved among the accounts of a segment that was removed.")
        if found.is_frozen:
            break
        chain.append(found)
    return chain[::-1]


def read_members(cursor: duckdb.DuckDBPyConnection, segment_id: str) -> set[str]:
    rows = cursor.execute(
        "select client_account_id from segment_accounts where segment_id = $segment_id", {"segment_id": segment_id}
    ).fetchall()
    return {client_account_id for (client_account_id,) in rows}


def put_members(cursor: duckdb.DuckDBPyConnection, segment_id: str, ids: Iterable[str], now: datetime) -> None:
    """Puts these accounts in the place of those that the segment had."""
    cursor.execute("delete from segment_accounts where segment_id = $segment_id", {"segment_id": segment_id})
    insert_rows(cursor, "segment_accounts", _MEMBERS, [(segment_id, one) for one in dict.fromkeys(ids)])
    note_refreshed(cursor, segment_id, now)


def note_refreshed(cursor: duckdb.DuckDBPyConnection, segment_id: str, now: datetime) -> None:
    cursor.execute(
        "update segments set refreshed_at = $now where segment_id = $segment_id",
        {"segment_id": segment_id, "now": naive(now)},
    )


def remove_segment(cursor: duckdb.DuckDBPyConnection, segment_id: str) -> None:
    for table in ("segments", "segment_accounts"):
        cursor.execute(f"delete from {table} where segment_id = $segment_id", {"segment_id": segment_id})


def changed_query(segment: Segment, problem: str) -> InputError:
    """What is said of a segment whose query asks for something else than when it was saved."""
    return _outdated(f"Its query {segment.query} changed since it was saved: {problem}")


def _outdated(message: str) -> InputError:
    return InputError(
        message,
        title="This segment cannot be brought up to date",
        next_step="Its accounts are those found last. Save it again from Explore, and remove this one.",
    )
