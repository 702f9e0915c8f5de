"""Landing what the desk itself knows: registry, KYB starts, documents' dates, targets.

Every landing function works inside the caller's transaction. Landing the same thing twice changes nothing, and whatever
was derived is derived anew for the accounts touched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.facts import KybStart
from workbench.domain.standing.targets import Target
from workbench.store.derivation import derive
from workbench.store.keys import Keys
from workbench.store.staging import schema, staged, table_of


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """When a document was made, from its own metadata."""

    client_document_id: str
    created_at: datetime


_IDS = schema(client_account_id="text")
_KYB_STARTS = schema(client_account_id="text", started_at="time", is_manual="flag", recorded_by="text")
_DOCUMENT_DATES = schema(client_document_id="text", created_at="time")
_TARGETS = schema(standing="text", hours="number", valid_from="time")


def land_registry(cursor: duckdb.DuckDBPyConnection, client_account_ids: Iterable[str], origin: str) -> int:
    """Adds ids that are not registered yet; says how many were new."""
    ids = list(dict.fromkeys(client_account_ids))
    known = {client_account_id for (client_account_id,) in Keys(ids).read(cursor, "registry", "client_account_id")}
    new = [(client_account_id,) for client_account_id in ids if client_account_id not in known]
    if not new:
        return 0
    with staged(cursor, incoming=table_of(_IDS, new)):
        cursor.execute(
            "insert into registry select client_account_id, $origin, desk_now() from incoming", {"origin": origin}
        )
    return len(new)


def land_kyb_starts(cursor: duckdb.DuckDBPyConnection, starts: Sequence[tuple[str, KybStart]], recorded_by: str) -> int:
    """Keeps that KYB screens were begun; says how many are new."""
    rows = [(account, start.started_at, start.is_manual, recorded_by) for account, start in starts]
    with staged(cursor, incoming=table_of(_KYB_STARTS, rows)):
        fresh = "from incoming anti join kyb_starts as known using (client_account_id, started_at, is_manual)"
        ids = [
            row[0]
            for row in cursor.execute(f"select distinct client_account_id, started_at, is_manual {fresh}").fetchall()
        ]
        cursor.execute(f"insert into kyb_starts by name select distinct incoming.* {fresh}")
    derive(cursor, list(dict.fromkeys(ids)))
    return len(ids)


def land_document_dates(cursor: duckdb.DuckDBPyConnection, dates: Sequence[DocumentDate]) -> None:
    rows = [(date.client_document_id, date.created_at) for date in dates]
    with staged(cursor, incoming=table_of(_DOCUMENT_DATES, rows)):
        cursor.execute(
            "update documents set created_at = incoming.created_at from incoming "
            "where documents.client_document_id = incoming.client_document_id"
        )


def land_targets(cursor: duckdb.DuckDBPyConnection, targets: Sequence[Target]) -> None:
    """Puts targets in force; one that is in force already keeps its date.

    Accounts that waited without any target get theirs: the first known one holds for older rows.
    """
    rows = [(target.standing.value, target.hours, target.valid_from) for target in targets]
    with staged(cursor, incoming=table_of(_TARGETS, rows)):
        cursor.execute(
            """
            insert into targets
            with in_force as (
                select standing, hours
                from targets
                qualify row_number() over (partition by standing order by valid_from desc) = 1
            )
            select incoming.standing, incoming.hours, incoming.valid_from
            from incoming
            left join in_force using (standing)
            where in_force.hours is distinct from incoming.hours
            """
        )
    waiting = cursor.execute(
        "select client_account_id from accounts semi join targets using (standing) where due_at is null"
    ).fetchall()
    derive(cursor, [client_account_id for (client_account_id,) in waiting])


def land_desk_settings(cursor: duckdb.DuckDBPyConnection, link_warning_hours: float, speed: float) -> None:
    known = cursor.execute("select link_warning_hours, speed from desk_settings").fetchone()
    if known != (link_warning_hours, speed):
        cursor.execute("delete from desk_settings")
        cursor.execute(
            "insert into desk_settings (link_warning_hours, speed) values (?, ?)", [link_warning_hours, speed]
        )
