"""People's rulings on KYB checklists and the checklists of readings: the facts from which journeys are derived."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from workbench.domain.facts import Requirement, Ruling
from workbench.store.engine.keys import Keys

_RULING = "ruled_at, requirement, client_owner_id, client_document_id, valid_through, is_taken_back"


def read_rulings(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> defaultdict[str, list[Ruling]]:
    """All rulings ever recorded, by account."""
    return keys.read_as(cursor, Ruling, "kyb_rulings", _RULING)


def write_lines(lines: Iterable[Requirement]) -> str | None:
    """The checklist as JSON for its reading; None if it is empty."""
    rows = [
        [line.requirement, line.client_owner_id, line.has_documents, line.valid_through and str(line.valid_through)]
        for line in lines
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def parse_lines(text: str) -> tuple[Requirement, ...]:
    return tuple(_line(*row) for row in json.loads(text))


def _line(requirement: str, client_owner_id: str | None, has_documents: bool, valid_through: Any) -> Requirement:
    last_day = date.fromisoformat(valid_through) if valid_through else None
    return Requirement(requirement, client_owner_id, has_documents, last_day, "")
