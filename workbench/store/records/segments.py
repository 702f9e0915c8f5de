"""Segments: the people behind a number, kept under a name. Their query says who they are, or their ids are frozen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from workbench.domain.errors import InputError, StoreError
from workbench.domain.moments import aware, naive
from workbench.store.engine.binding import run_query
from workbench.store.engine.database import Database
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


def save_segment(cursor: duckdb.DuckDBPyConnection, segment: Segment, saved_by: str, now: datetime) -> int:
    """Saves a segment with the accounts that its query lists now; returns how many. Raises InputError for none."""
    ids = _ids_of(cursor, segment)
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
    _put_members(cursor, segment.segment_id, ids, now)
    return len(ids)


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


def refresh_segment(database: Database, segment: Segment, now: datetime) -> bool:
    """As ``Store.refresh_segment`` says."""
    with database.reader() as cursor:
        chain = _find_chain(cursor, segment)
    changed = [_find_accounts_again(database, one, now) for one in chain]
    return any(changed)


def _find_accounts_again(database: Database, segment: Segment, now: datetime) -> bool:
    with database.reader() as cursor:
        try:
            found = _ids_of(cursor, segment)
        except (InputError, StoreError) as error:
            raise _outdated(f"Its query {segment.query} changed since it was saved: {error}") from error
        is_same = set(found) == _read_members(cursor, segment.segment_id)
    with database.writer(is_news=not is_same) as cursor:
        if find_segment(cursor, segment.segment_id) is None:
            return False  # somebody removed it meanwhile
        if is_same:
            _note_refreshed(cursor, segment.segment_id, now)
        else:
            _put_members(cursor, segment.segment_id, found, now)
    return not is_same


_ID_COLUMN = "client_account_id"


def _ids_of(cursor: duckdb.DuckDBPyConnection, segment: Segment) -> list[str]:
    """The accounts that the segment's query lists now. Raises InputError if it lists none, or has other parameters."""
    rows = run_query(cursor, segment.query, segment.parameters)
    if _ID_COLUMN not in rows.column_names:
        raise InputError(f"{segment.query} lists no accounts.")
    ids: list[str] = rows[_ID_COLUMN].to_pylist()
    return ids


def _find_chain(cursor: duckdb.DuckDBPyConnection, segment: Segment) -> list[Segment]:
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


def _read_members(cursor: duckdb.DuckDBPyConnection, segment_id: str) -> set[str]:
    rows = cursor.execute(
        "select client_account_id from segment_accounts where segment_id = $segment_id", {"segment_id": segment_id}
    ).fetchall()
    return {client_account_id for (client_account_id,) in rows}


def _put_members(cursor: duckdb.DuckDBPyConnection, segment_id: str, ids: Iterable[str], now: datetime) -> None:
    """Puts these accounts in the place of those that the segment had."""
    cursor.execute("delete from segment_accounts where segment_id = $segment_id", {"segment_id": segment_id})
    insert_rows(cursor, "segment_accounts", _MEMBERS, [(segment_id, one) for one in dict.fromkeys(ids)])
    _note_refreshed(cursor, segment_id, now)


def _note_refreshed(cursor: duckdb.DuckDBPyConnection, segment_id: str, now: datetime) -> None:
    cursor.execute(
        "update segments set refreshed_at = $now where segment_id = $segment_id",
        {"segment_id": segment_id, "now": naive(now)},
    )


def remove_segment(cursor: duckdb.DuckDBPyConnection, segment_id: str) -> None:
    for table in ("segments", "segment_accounts"):
        cursor.execute(f"delete from {table} where segment_id = $segment_id", {"segment_id": segment_id})


def _outdated(message: str) -> InputError:
    return InputError(
        message,
        title="This segment cannot be brought up to date",
        next_step="Its accounts are those found last. Save it again from Explore, and remove this one.",
    )
