"""Reading the facts of accounts from their tables."""

from collections import defaultdict
from datetime import date, datetime
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
)
from workbench.domain.moments import aware
from workbench.domain.standing.targets import Target
from workbench.domain.vocabulary import Standing
from workbench.store.derived.rulings import parse_lines, read_rulings
from workbench.store.engine.keys import Keys

OTHER_FACT_TABLES = ("kyb_starts", "link_answers", "kyb_rulings", "actions")
"""Tables that may know an account without a row in accounts."""

_EVENT = (
    "received_at, request_id, party_status, reason_code, verification_url as link_url, "
    "verification_expires_at as link_expires_at, content_hash"
)
_READING = (
    "started_at, created_at, is_entity, request_status, can_trade_crypto, documents_complete, "
    "documents_valid_through, missing_fields, content_hash"
)
_UPDATES = (
    "(select client_account_id, started_at from actions where kind = 'update_account' "
    "and outcome in ('sent', 'accepted', 'unknown', 'rejected_later'))"
)


def read_facts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, AccountFacts]:
    events = keys.read_as(cursor, PartyEvent, "events", _EVENT)
    rulings = read_rulings(cursor, keys)
    readings = keys.read_as(cursor, _reading, "readings", _READING)
    readings |= Keys(list(rulings)).read_as(cursor, _reading, "readings", f"{_READING}, checklist")
    starts, ends = _read_kyb(cursor, keys)
    answers = keys.read_as(cursor, LinkAnswer, "link_answers", "seen_at, url, expires_at")
    updates = keys.read_as(cursor, _sent_at, _UPDATES, "started_at")
    return {
        key: AccountFacts(
            events=tuple(events[key]),
            readings=tuple(readings[key]),
            kyb_starts=tuple(starts[key]),
            link_answers=tuple(answers[key]),
            rulings=tuple(rulings[key]),
            kyb_ends=tuple(ends[key]),
            updates_sent=tuple(updates[key]),
        )
        for key in keys.values
    }


def read_kyb_facts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, list[KybStart | KybEnd]]:
    """The starts and ends of KYB by account, in any order."""
    starts, ends = _read_kyb(cursor, keys)
    return {account: [*found, *ends[account]] for account, found in starts.items()}


def _read_kyb(
    cursor: duckdb.DuckDBPyConnection, keys: Keys
) -> tuple[defaultdict[str, list[KybStart]], defaultdict[str, list[KybEnd]]]:
    """The starts of KYB and how manual KYB ended, which only accounts with a start are asked for, as they are few."""
    starts = keys.read_as(cursor, KybStart, "kyb_starts", "started_at, is_manual")
    return starts, Keys(list(starts)).read_as(cursor, KybEnd, "kyb_ends", "ended_at, ended_as")


def _reading(
    *,
    documents_complete: bool,
    documents_valid_through: date | None,
    missing_fields: str | None,
    checklist: str | None = None,
    **told: Any,
) -> Reading:
    """One row. The lines of its checklist are read of accounts with rulings alone: others do not need them."""
    return Reading(
        **told,
        checklist=ChecklistStatus(documents_complete, documents_valid_through),
        lines=parse_lines(checklist) if checklist else (),
        lacks_identity_document=lacks_identity_document((missing_fields or "").split("\n")),
    )


def _sent_at(started_at: datetime) -> datetime:
    return started_at


def read_targets(cursor: duckdb.DuckDBPyConnection) -> list[Target]:
    rows = cursor.execute("select standing, hours, valid_from from targets").fetchall()
    return [Target(Standing(standing), hours, aware(valid_from)) for standing, hours, valid_from in rows]
