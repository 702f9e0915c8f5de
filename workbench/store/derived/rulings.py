"""People's rulings on KYB checklists and the checklists of readings: the facts from which journeys are derived."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import duckdb

from workbench.domain.facts import Requirement, Ruling
from workbench.domain.moments import aware
from workbench.store.engine.keys import Keys

ReadingKey = tuple[str, datetime, str]
"""Identifies a reading: account, start (naive UTC) and content hash."""

_COLUMNS = "requirement, client_owner_id, client_document_id, valid_through, is_taken_back"


def read_rulings(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> Mapping[str, list[Ruling]]:
    """All rulings ever recorded, by account."""
    rulings: dict[str, list[Ruling]] = defaultdict(list)
    for client_account_id, ruled_at, *values in keys.read(
        cursor, "kyb_rulings", f"client_account_id, ruled_at, {_COLUMNS}"
    ):
        rulings[client_account_id].append(Ruling(aware(ruled_at), *values))
    return rulings


def read_lines(cursor: duckdb.DuckDBPyConnection, ruled: Iterable[str]) -> dict[ReadingKey, tuple[Requirement, ...]]:
    """The checklists in the readings of accounts with rulings, by reading; other accounts do not need them."""
    keys = Keys(list(ruled))
    if not keys.values:
        return {}
    rows = keys.read(cursor, "readings", "client_account_id, started_at, content_hash, checklist")
    return {(account, at, content_hash): parse_lines(text) for account, at, content_hash, text in rows if text}


def write_lines(lines: Iterable[Requirement]) -> str | None:
    """The checklist as JSON for its reading; None if it is empty."""
    rows = [
        [
            line.requirement,
            line.client_owner_id,
            line.has_documents,
            str(line.valid_through) if line.valid_through else None,
        ]
        for line in lines
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def parse_lines(text: str) -> tuple[Requirement, ...]:
    return tuple(_line(*row) for row in json.loads(text))


def _line(requirement: str, client_owner_id: str | None, has_documents: bool, valid_through: Any) -> Requirement:
    last_day = date.fromisoformat(valid_through) if valid_through else None
    return Requirement(requirement, client_owner_id, has_documents, last_day, "")
