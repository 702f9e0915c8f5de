"""Landing what Bakkt told: party events are counted once, everything else is kept apart with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.facts import PartyEvent
from workbench.store.derivation import derive
from workbench.store.keys import Keys
from workbench.store.landing import land_registry
from workbench.store.staging import count_of, schema, staged, table_of


@dataclass(frozen=True, slots=True)
class SetAsideEvent:
    """A delivery that cannot be counted, kept with the reason."""

    received_at: datetime
    reason: str
    content_hash: str
    body: str


_EVENTS = schema(
    received_at="time",
    request_id="text",
    client_account_id="text",
    party_status="text",
    reason_code="text",
    verification_url="text",
    verification_expires_at="time",
    content_hash="text",
    body="text",
)
_SET_ASIDE = schema(received_at="time", reason="text", content_hash="text", body="text")


def land_events(cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
    """Keeps events, registers accounts; a repeat counts once, at its earliest receipt. Says how many were new."""
    rows = [_event_row(*event) for event in events]
    request_ids = Keys(list(dict.fromkeys(event.request_id for _, event, _ in events)), "request_id")
    request_ids.copy(cursor, "events", "known_events")
    with staged(cursor, incoming=table_of(_EVENTS, rows)):
        cursor.execute(
            """
            create or replace temp table next_events as
            select incoming.*, known.request_id is null as is_new
            from incoming
            left join known_events as known using (request_id, content_hash)
            where known.received_at is null or incoming.received_at < known.received_at
            qualify row_number() over (partition by request_id, content_hash order by incoming.received_at) = 1
            """
        )
    if count_of(cursor, "select count(*) from next_events where not is_new"):
        cursor.execute(
            "delete from events using next_events as n "
            "where events.request_id = n.request_id and events.content_hash = n.content_hash"
        )
    cursor.execute("insert into events select * exclude (is_new) from next_events")
    ids = [row[0] for row in cursor.execute("select distinct client_account_id from next_events").fetchall()]
    new = count_of(cursor, "select count(*) from next_events where is_new")
    land_registry(cursor, ids, "event")
    derive(cursor, ids)
    return new


def land_set_aside(cursor: duckdb.DuckDBPyConnection, events: Sequence[SetAsideEvent]) -> int:
    """Keeps deliveries that cannot be counted, each content once; says how many are new."""
    rows = [(event.received_at, event.reason, event.content_hash, event.body) for event in events]
    with staged(cursor, incoming=table_of(_SET_ASIDE, rows)):
        fresh = "from incoming anti join events_set_aside as known using (content_hash)"
        new = count_of(cursor, f"select count(distinct content_hash) {fresh}")
        cursor.execute(
            f"insert into events_set_aside select received_at, reason, content_hash, body {fresh} "
            "qualify row_number() over (partition by content_hash order by received_at) = 1"
        )
    return new


def _event_row(client_account_id: str, event: PartyEvent, body: str) -> tuple[object, ...]:
    return (
        event.received_at,
        event.request_id,
        client_account_id,
        event.party_status,
        event.reason_code,
        event.link_url,
        event.link_expires_at,
        event.content_hash,
        body,
    )
