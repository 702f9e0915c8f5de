"""Landing events from Bakkt: party events are counted once, everything else is set aside with the reason."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

import duckdb
import pyarrow as pa

from workbench.domain.facts import PartyEvent
from workbench.domain.moments import aware, naive
from workbench.store.derived.states import derive, move_on, read_states, write
from workbench.store.engine.keys import Keys, delete_rows, insert_rows
from workbench.store.engine.staging import count_of, schema, staged, table_of
from workbench.store.facts.registry import land_registry


@dataclass(frozen=True, slots=True)
class SetAsideEvent:
    """A delivery that cannot be counted, set aside with the reason."""

    received_at: datetime
    reason: str
    content_hash: str
    body: str | None
    """The content as JSON; None if it cannot be parsed."""
    raw: bytes | None = None
    """The bytes as received; None for an event from an archive."""


_EVENTS = schema(
    client_account_id="text",
    received_at="time",
    request_id="text",
    party_status="text",
    reason_code="text",
    verification_url="text",
    verification_expires_at="time",
    content_hash="text",
    body="text",
)
_OF_AN_EVENT = attrgetter(*(one.name for one in fields(PartyEvent)))
EventKey = tuple[str, str]
"""Identifies an event: its request id and content hash."""

_EVENT_KEYS = schema(request_id="text", content_hash="text")
_SET_ASIDE = schema(received_at="time", reason="text", content_hash="text", body="text", raw=pa.binary())
_SET_ASIDE_COLUMNS = ", ".join(_SET_ASIDE.names)


def land_events(cursor: duckdb.DuckDBPyConnection, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
    """Lands events and registers accounts; repeats count once, at the earliest receipt. Returns how many were new."""
    earliest: dict[EventKey, tuple[str, PartyEvent, str]] = {}
    for received in sorted(events, key=lambda received: received[1].received_at):
        earliest.setdefault((received[1].request_id, received[1].content_hash), received)
    known = _receipts_of(cursor, [client_account_id for client_account_id, _, _ in earliest.values()])
    landed = {
        key: received for key, received in earliest.items() if key not in known or received[1].received_at < known[key]
    }
    received_earlier = [key for key in landed if key in known]
    delete_rows(cursor, "events", _EVENT_KEYS, received_earlier)
    insert_rows(cursor, "events", _EVENTS, [_event_row(*received) for received in landed.values()])
    _move_on(cursor, landed, again={landed[key][0] for key in received_earlier})
    return sum(key not in known for key in landed)


def _move_on(
    cursor: duckdb.DuckDBPyConnection, landed: Mapping[EventKey, tuple[str, PartyEvent, str]], again: set[str]
) -> None:
    """Moves the accounts of landed events on. ``again``: one of their events is older than it was, so all facts count.

    An account that an event has moved before is registered: by that event.
    """
    news: dict[str, list[PartyEvent]] = defaultdict(list)
    for account, event, _ in landed.values():
        news[account].append(event)
    stored = read_states(cursor, list(news), checklists=True)
    unheard = [one for one in news if one not in stored or stored[one].state.last_event_at is None]
    if unheard:
        land_registry(cursor, unheard, "event")
    moves = move_on(cursor, {one: found for one, found in news.items() if one not in again}, stored)
    write(cursor, moves, stored)
    derive(cursor, sorted(again))


def _receipts_of(cursor: duckdb.DuckDBPyConnection, client_account_ids: Sequence[str]) -> dict[EventKey, datetime]:
    """When the events of these accounts were first received; a repeat has the same content, and so the same account."""
    keys = Keys(list(dict.fromkeys(client_account_ids)))
    rows = keys.read(cursor, "events", "request_id, content_hash, received_at")
    return {(request_id, content_hash): aware(received_at) for request_id, content_hash, received_at in rows}


def land_set_aside(cursor: duckdb.DuckDBPyConnection, events: Sequence[SetAsideEvent]) -> int:
    """Sets deliveries aside, each content once at its earliest receipt; returns how many are new."""
    rows = [(event.received_at, event.reason, event.content_hash, event.body, event.raw) for event in events]
    hashes = Keys(list(dict.fromkeys(event.content_hash for event in events)), "content_hash")
    hashes.copy(cursor, "events_set_aside", "known_aside")
    known = count_of(cursor, "select count(*) from known_aside")
    with staged(cursor, incoming=table_of(_SET_ASIDE, rows)):
        cursor.execute(
            f"""
            create or replace temp table next_aside as
            select
                min(received_at) as received_at,
                arg_max(reason, is_incoming) as reason,
                content_hash,
                arg_min(body, received_at) as body,
                arg_min(raw, received_at) as raw
            from (
                select {_SET_ASIDE_COLUMNS}, 1 as is_incoming from incoming
                union all
                select {_SET_ASIDE_COLUMNS}, 0 as is_incoming from known_aside
            )
            group by content_hash
            """
        )
    hashes.delete(cursor, "events_set_aside")
    cursor.execute("insert into events_set_aside by name from next_aside")
    return len(hashes.values) - known


def read_set_aside(cursor: duckdb.DuckDBPyConnection, after: SetAsideEvent | None, limit: int) -> list[SetAsideEvent]:
    """Deliveries that were set aside, by time of receipt, starting after the given one."""
    rows = cursor.execute(
        f"""
        select {_SET_ASIDE_COLUMNS}
        from events_set_aside
        where (received_at, content_hash) > ($received_at, $content_hash)
        order by received_at, content_hash
        limit $limit
        """,
        {
            "received_at": naive(after.received_at) if after else datetime.min,  # noqa: DTZ901
            "content_hash": after.content_hash if after else "",
            "limit": limit,
        },
    ).fetchall()
    return [SetAsideEvent(aware(received_at), *rest) for received_at, *rest in rows]


def count_set_aside(cursor: duckdb.DuckDBPyConnection, event: tuple[str, PartyEvent, str], content_hash: str) -> int:
    """Counts an event that was set aside and removes it from there; 1 if it was new, 0 for a repeat."""
    new = land_events(cursor, [event])
    cursor.execute("delete from events_set_aside where content_hash = ?", [content_hash])
    return new


def _event_row(client_account_id: str, event: PartyEvent, body: str) -> tuple[object, ...]:
    return client_account_id, *_OF_AN_EVENT(event), body
