"""Landing what Bakkt told: party events are counted once, everything else is kept apart with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.facts import PartyEvent
from workbench.store.derivation import aware, derive
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
_EVENT_KEYS = schema(request_id="text", content_hash="text")
_SET_ASIDE = schema(received_at="time", reason="text", content_hash="text", body="text")


def land_events(cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
    """Keeps events, registers accounts; a repeat counts once, at its earliest receipt. Says how many were new."""
    earliest: dict[tuple[str, str], tuple[str, PartyEvent, str]] = {}
    for told in sorted(events, key=lambda told: told[1].received_at):
        earliest.setdefault((told[1].request_id, told[1].content_hash), told)
    known = _receipts_of(cursor, [request_id for request_id, _ in earliest])
    landed = {key: told for key, told in earliest.items() if key not in known or told[1].received_at < known[key]}
    _forget(cursor, [key for key in landed if key in known])
    with staged(cursor, incoming=table_of(_EVENTS, [_event_row(*told) for told in landed.values()])):
        cursor.execute("insert into events by name from incoming")
    ids = list(dict.fromkeys(client_account_id for client_account_id, _, _ in landed.values()))
    land_registry(cursor, ids, "event")
    derive(cursor, ids)
    return sum(key not in known for key in landed)


def _receipts_of(cursor: duckdb.DuckDBPyConnection, request_ids: Sequence[str]) -> dict[tuple[str, str], datetime]:
    """When what these requests told was first received, by request and content."""
    keys = Keys(list(dict.fromkeys(request_ids)), "request_id")
    rows = keys.read(cursor, "events", "request_id, content_hash, received_at")
    return {(request_id, content_hash): aware(received_at) for request_id, content_hash, received_at in rows}


def _forget(cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[str, str]]) -> None:
    """Takes out what turned out to be received earlier than was known."""
    if not events:
        return
    with staged(cursor, forgotten=table_of(_EVENT_KEYS, events)):
        cursor.execute(
            "delete from events using forgotten "
            "where events.request_id = forgotten.request_id and events.content_hash = forgotten.content_hash"
        )


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
