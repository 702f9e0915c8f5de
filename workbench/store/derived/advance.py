"""Advancing accounts by one reading or event newer than all their other facts, without reading those facts.

Such a reading changes an account's details, turn and trading, but rarely its standing. Whatever else it could change is
left to ``derive``: a standing without an event, the account type and the opening. So are an account's first reading, a
late one, and accounts with rulings on the checklist or an end of manual KYB.

From its first event on, an account's standing follows its latest event, whatever was read or recorded since. So a newer
event adds one step at most and can reach only two milestones for the first time: cleared and verification. Links are
recomputed from their own rows if a link arrived or verification began or ended. Whatever else it could change is left
to ``derive``: first events, late ones, documents of an entity under review, and links that settle lost requests.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from workbench.domain.facts import JourneyStep, LinkAnswer, PartyEvent, Reading
from workbench.domain.links.budget import counted_expiries
from workbench.domain.links.links import links_of
from workbench.domain.moments import aware, naive
from workbench.domain.standing.advance import (
    StateBeforeEvent,
    StoredState,
    Values,
    brings_link,
    can_move_by_event,
    entry_values,
    next_state_row,
    outlook_values,
    stays_in_standing,
)
from workbench.domain.standing.journey import cause_of
from workbench.domain.standing.rule import StandingInputs, standing_of
from workbench.domain.vocabulary import Standing
from workbench.store.derived.facts_read import read_kyb_ends, read_targets
from workbench.store.derived.rows import DETAIL_NAMES, JOURNEYS, LINKS, STATES, columns_of, link_rows, step_row
from workbench.store.derived.rulings import read_rulings
from workbench.store.engine.keys import Keys, insert_rows, replace_rows
from workbench.store.engine.staging import schema, staged, table_of

_MOVES = schema(
    client_account_id="text",
    due_at="time",
    turn="text",
    turn_changes_at="time",
    turn_after="text",
    trading_at="time",
    trading_undated="flag",
)
_KEPT = [name for name in STATES.names if name not in _MOVES.names]
_READ = [
    "is_entity",
    "standing",
    "standing_since",
    "opened_at",
    "last_event_at",
    "link_expires_at",
    "trading_at",
    "trading_undated",
    "owners_hash",
    "documents_hash",
    "missing_fields_hash",
    "requirements_hash",
]


def copy_states(cursor: duckdb.DuckDBPyConnection, client_account_ids: Sequence[str]) -> dict[str, StoredState]:
    """Reads the rows of accounts that were read before, into a temporary table for ``advance``."""
    if not client_account_ids:
        return {}
    wanted = dict.fromkeys([*_KEPT, "client_account_id", *_READ])
    Keys(client_account_ids).copy(cursor, "accounts", "stored_accounts", ", ".join(wanted))
    names = ", ".join(["client_account_id", *_READ])
    rows = cursor.execute(f"select {names} from stored_accounts").fetchall()
    return {account: StoredState(*values) for account, *values in rows}


def advance(
    cursor: duckdb.DuckDBPyConnection,
    readings: Mapping[str, Reading],
    states: Mapping[str, StoredState],
    details: pa.Table,
) -> set[str]:
    """Advances the accounts whose standing the newest reading leaves unchanged; returns them. Others are untouched.

    ``readings`` started after every earlier reading of their account; ``states`` come from ``copy_states``.
    """
    entities = [account for account, state in states.items() if state.is_entity]
    ruled = read_rulings(cursor, Keys(entities)) if entities else {}
    starts = _last_kyb_starts(cursor, entities)
    spoken_for = {*ruled, *read_kyb_ends(cursor, starts)}
    unmoved = {
        account: state
        for account, state in states.items()
        if account not in spoken_for and stays_in_standing(state, readings[account], starts.get(account))
    }
    targets = read_targets(cursor) if unmoved else []
    moves = [
        next_state_row(account, state, readings[account], targets, is_kyb_started=account in starts)
        for account, state in unmoved.items()
    ]
    if moves:
        _replace(cursor, Keys(list(unmoved)), table_of(_MOVES, moves), details)
    return set(unmoved)


def _last_kyb_starts(cursor: duckdb.DuckDBPyConnection, entities: Sequence[str]) -> dict[str, datetime]:
    if not entities:
        return {}
    rows = Keys(entities).read(cursor, "kyb_starts", "client_account_id, started_at")
    last: dict[str, datetime] = {}
    for account, started_at in rows:
        last[account] = max(aware(started_at), last.get(account, aware(started_at)))
    return last


def _replace(cursor: duckdb.DuckDBPyConnection, keys: Keys, moves: pa.Table, details: pa.Table) -> None:
    keys.delete(cursor, "accounts")
    with staged(cursor, moves=moves, details=details):
        cursor.execute(_NEXT_ACCOUNTS)


_NEXT_ACCOUNTS = f"""
insert into accounts by name
select
    client_account_id, {columns_of("details", DETAIL_NAMES)},
    {columns_of("stored_accounts", [name for name in _KEPT if name != "client_account_id"])},
    {columns_of("moves", _MOVES.names[1:])}
from moves
join details using (client_account_id)
join stored_accounts using (client_account_id)
"""

_COLUMNS = (
    "coalesce(is_entity, false), standing, last_event_at, link_expires_at, counted_expiries, "
    "coalesce(lost_link_requests, 0) > 0 or link_unseen_until is not null or no_link_left_at is not null, "
    "cleared_at is not null, verification_at is not null, coalesce(lacks_identity_document, false)"
)


def advance_by_event(cursor: duckdb.DuckDBPyConnection, client_account_id: str, event: PartyEvent) -> bool:
    """Advances the account if the landed event is its newest; False if the account was left unchanged."""
    account = Keys([client_account_id])
    stored = _read_stored(cursor, account)
    standing = standing_of(StandingInputs(event=event))
    if stored is None or not can_move_by_event(stored, event, standing):
        return False
    values: Values = {"last_event_at": event.received_at, "link_expires_at": stored.link_expires_at}
    if standing is not stored.standing or brings_link(event):
        steps = _read_steps(cursor, account)
        if standing is not stored.standing:
            steps.append(JourneyStep(standing, event.received_at, cause_of(event)))
            insert_rows(cursor, "journey", table_of(JOURNEYS, [step_row(client_account_id, len(steps) - 1, steps[-1])]))
            values |= entry_values(stored, steps[-1], read_targets(cursor))
        if brings_link(event) or Standing.VERIFICATION in {standing, stored.standing}:
            values |= _renew_links(cursor, account, event, steps)
    _update(cursor, client_account_id, values | outlook_values(stored, standing, values["link_expires_at"]))
    return True


def _read_stored(cursor: duckdb.DuckDBPyConnection, account: Keys) -> StateBeforeEvent | None:
    rows = account.read(cursor, "accounts", _COLUMNS)
    return StateBeforeEvent(rows[0][0], Standing(rows[0][1]), *rows[0][2:]) if rows else None


def _read_steps(cursor: duckdb.DuckDBPyConnection, account: Keys) -> list[JourneyStep]:
    rows = account.read(cursor, "journey", "ordinal, standing, entered_at, cause, undated")
    return [JourneyStep(Standing(standing), aware(at), *rest) for _, standing, at, *rest in sorted(rows)]


def _renew_links(
    cursor: duckdb.DuckDBPyConnection, account: Keys, event: PartyEvent, steps: Sequence[JourneyStep]
) -> Values:
    """Replaces the account's links as of the event; returns the link values of its row."""
    rows = account.read(cursor, "links", "first_seen_at, url, expires_at, is_expiry_assumed")
    known = [
        LinkAnswer(aware(seen_at), url, aware(expires_at), bool(is_assumed))
        for seen_at, url, expires_at, is_assumed in rows
    ]
    links = links_of([event], known)
    replace_rows(cursor, "links", account, table_of(LINKS, link_rows(account.values[0], links, steps)))
    return {
        "link_expires_at": links[-1].expires_at if links else None,
        "counted_expiries": counted_expiries(links, steps),
    }


def _update(cursor: duckdb.DuckDBPyConnection, client_account_id: str, values: Values) -> None:
    """Updates in place: for one row this takes a fifth of the time of deleting and inserting it."""
    columns = ", ".join(f"{name} = ${name}" for name in values)
    cursor.execute(
        f"update accounts set {columns} where client_account_id = $client_account_id",
        {**{name: _naive(value) for name, value in values.items()}, "client_account_id": client_account_id},
    )


def _naive(value: object) -> object:
    if isinstance(value, list):
        return [_naive(one) for one in value]
    return naive(value) if isinstance(value, datetime) else value
