"""Reading the facts of accounts from their tables."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import duckdb

from workbench.domain.account.completeness import lacks_identity_document
from workbench.domain.facts import (
    AccountFacts,
    ChecklistStatus,
    KybEnd,
    KybStart,
    LinkAnswer,
    PartyEvent,
    Reading,
    Requirement,
)
from workbench.domain.moments import aware
from workbench.domain.standing.targets import Target
from workbench.domain.vocabulary import Standing
from workbench.store.derived.rulings import read_lines, read_rulings
from workbench.store.engine.keys import Keys

OTHER_FACT_TABLES = ("kyb_starts", "link_answers", "kyb_rulings", "actions")
"""Tables that may know an account without a row in accounts."""

_EVENT_COLUMNS = (
    "client_account_id, received_at, request_id, party_status, reason_code, "
    "verification_url, verification_expires_at, content_hash"
)
_READING_COLUMNS = (
    "client_account_id, started_at, created_at, is_entity, request_status, can_trade_crypto, "
    "documents_complete, documents_valid_through, missing_fields, content_hash"
)


_UPDATES = (
    "(select client_account_id, started_at from actions where kind = 'update_account' "
    "and outcome in ('sent', 'accepted', 'unknown', 'rejected_later'))"
)


def read_facts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, AccountFacts]:
    events, readings, answers = defaultdict(list), defaultdict(list), defaultdict(list)
    for client_account_id, *values in keys.read(cursor, "events", _EVENT_COLUMNS):
        events[client_account_id].append(_party_event(*values))
    updates: dict[str, list[datetime]] = defaultdict(list)
    rulings = read_rulings(cursor, keys)
    lines = read_lines(cursor, rulings)
    for client_account_id, started_at, *values in keys.read(cursor, "readings", _READING_COLUMNS):
        found = lines.get((client_account_id, started_at, values[-1]), ())
        readings[client_account_id].append(_reading(started_at, *values, lines=found))
    starts = _read_kyb_starts(cursor, keys)
    ends = _read_kyb_ends(cursor, starts)
    for client_account_id, seen_at, url, expires_at in keys.read(
        cursor, "link_answers", "client_account_id, seen_at, url, expires_at"
    ):
        answers[client_account_id].append(LinkAnswer(aware(seen_at), url, aware(expires_at)))
    for client_account_id, started_at in keys.read(cursor, _UPDATES, "client_account_id, started_at"):
        updates[client_account_id].append(aware(started_at))
    return {
        key: AccountFacts(
            *(tuple(events[key]), tuple(readings[key]), tuple(starts.get(key, ())), tuple(answers[key])),
            rulings=tuple(rulings.get(key, ())),
            kyb_ends=tuple(ends.get(key, ())),
            updates_sent=tuple(updates.get(key, ())),
        )
        for key in keys.values
    }


def read_kyb_facts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, list[KybStart | KybEnd]]:
    """The starts and ends of KYB by account, in any order."""
    starts = _read_kyb_starts(cursor, keys)
    ends = _read_kyb_ends(cursor, starts)
    return {account: [*found, *ends.get(account, ())] for account, found in starts.items()}


def _read_kyb_starts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, list[KybStart]]:
    starts: dict[str, list[KybStart]] = defaultdict(list)
    for account, started_at, is_manual in keys.read(cursor, "kyb_starts", "client_account_id, started_at, is_manual"):
        starts[account].append(KybStart(aware(started_at), is_manual))
    return starts


def _read_kyb_ends(cursor: duckdb.DuckDBPyConnection, started: Iterable[str]) -> dict[str, list[KybEnd]]:
    """How manual KYB ended, by account. Only accounts with a KYB start are read, as they are few."""
    keys, ends = Keys(list(started)), defaultdict(list)
    if keys.values:
        for client_account_id, ended_at, ended_as in keys.read(
            cursor, "kyb_ends", "client_account_id, ended_at, ended_as"
        ):
            ends[client_account_id].append(KybEnd(aware(ended_at), ended_as))
    return ends


def _reading(started_at: datetime, created_at: datetime, *found: Any, lines: tuple[Requirement, ...]) -> Reading:
    """One row (_READING_COLUMNS) without its account."""
    *shown, is_complete, valid_through, missing_fields, content_hash = found
    lacks_document = lacks_identity_document((missing_fields or "").split("\n"))
    checklist = ChecklistStatus(is_complete, valid_through)
    return Reading(*(aware(started_at), aware(created_at), *shown, checklist, content_hash, lines, lacks_document))


def _party_event(received_at: datetime, *found: Any) -> PartyEvent:
    """One row (_EVENT_COLUMNS) without its account."""
    *told, expires_at, content_hash = found
    return PartyEvent(*(aware(received_at), *told, aware(expires_at) if expires_at else None, content_hash))


def read_targets(cursor: duckdb.DuckDBPyConnection) -> list[Target]:
    rows = cursor.execute("select standing, hours, valid_from from targets").fetchall()
    return [Target(Standing(standing), hours, aware(valid_from)) for standing, hours, valid_from in rows]
