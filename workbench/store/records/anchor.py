"""The anchor: a file beside the database that tells how far it had come, to compare with at the next start."""

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from workbench.domain.errors import StoreError
from workbench.domain.moments import naive
from workbench.store.engine.safe_files import read_value, write_value
from workbench.store.engine.staging import count_of
from workbench.store.records.copies import RegistryCopy

RECOUNTED_EVERY_SECONDS = 1.0
"""Counting all takes a millisecond or two on a large desk; the number of the commit is noted with every commit."""

RECEIPTS = "(select received_at from events union all select received_at from events_set_aside)"
"""The receipts of all events, counted and set aside."""
_COUNTED = (
    *(("events", "events"), ("events", "events_set_aside"), ("actions", "actions"), ("rulings", "kyb_rulings")),
    *(("rulings", "kyb_ends"), ("rulings", "owner_facts"), ("rulings", "kyb_starts where is_manual")),
    *(("drafts", "drafts"), ("accounts", "registry")),
)
_COUNTS = " union all ".join(f"select '{name}' as name, count(*) as number from {table}" for name, table in _COUNTED)
"""A row for each table: DuckDB takes ten times as long to plan a row with as many counts."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are of what a harmed database could lose; events that were set aside are events too."""

    events: int = 0
    actions: int = 0
    rulings: int = 0
    drafts: int = 0
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and time of the last commit, the counts after it, and whose data it is; times are naive UTC."""

    number: int
    committed_at: datetime
    counts: Counts
    last_event_at: datetime | None
    registry_bytes: int
    address: str
    partner_id: str


def read_anchor(path: Path) -> Anchor | None:
    """The anchor in this file; None if there is none or it is damaged. Raises StoreError."""
    value = read_value(path)
    try:
        return None if value is None else _anchor(value)
    except (KeyError, TypeError, ValueError):
        return None


def _anchor(value: Mapping[str, Any]) -> Anchor:
    return Anchor(
        int(value["number"]),
        datetime.fromisoformat(value["committed_at"]),
        Counts(**value["counts"]),
        datetime.fromisoformat(value["last_event_at"]) if value["last_event_at"] else None,
        int(value["registry_bytes"]),
        str(value["address"]),
        str(value["partner_id"]),
    )


def count_rows(cursor: duckdb.DuckDBPyConnection) -> Counts:
    return Counts(**dict(cursor.execute(f"select name, sum(number)::bigint from ({_COUNTS}) group by name").fetchall()))


def read_last_event(cursor: duckdb.DuckDBPyConnection) -> datetime | None:
    """The latest receipt of an event, counted or set aside, as naive UTC."""
    row = cursor.execute(f"select max(received_at) from {RECEIPTS}").fetchone()
    return row[0] if row else None


def read_commit(cursor: duckdb.DuckDBPyConnection) -> tuple[int, datetime | None]:
    """The number and time, as naive UTC, of the database's last commit; 0 and None for a new database."""
    row = cursor.execute("select number, committed_at from commits").fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


class AnchorKeeper:
    """Counts each commit in the database and writes the anchor after it, together with the registry's copy.

    A file that cannot be written is told to the log once: the commit itself is safe in the database.
    """

    def __init__(
        self, path: Path, cursor: duckdb.DuckDBPyConnection, source: tuple[str, str], registry: RegistryCopy
    ) -> None:
        self._path = path
        self._source = source
        self._registry = registry
        self._number, _ = read_commit(cursor)
        self._committed_at = naive(datetime.now(UTC))
        self._counts = count_rows(cursor)
        self._last_event_at = read_last_event(cursor)
        self._recounted_at = 0.0
        self._is_failing = False

    def count(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._number += 1
        self._committed_at = naive(datetime.now(UTC))
        cursor.execute("update commits set number = ?, committed_at = ?", [self._number, self._committed_at])

    def add_events(self, added: int, last_received_at: datetime) -> None:
        """Counts them without asking the database, as events come at any rate."""
        self._counts = replace(self._counts, events=self._counts.events + added)
        self._last_event_at = max(filter(None, (self._last_event_at, naive(last_received_at))))

    def committed(self, cursor: duckdb.DuckDBPyConnection, *, recount: bool) -> None:
        try:
            if recount or time.monotonic() - self._recounted_at >= RECOUNTED_EVERY_SECONDS:
                self._counts = count_rows(cursor)
                self._recounted_at = time.monotonic()
            self._follow_registry(cursor)
            write_value(self._path, self._value())
            self._is_failing = False
        except (StoreError, duckdb.Error) as error:
            if not self._is_failing:
                logger.error("The anchor beside the database cannot be written: %s", type(error).__name__)
            self._is_failing = True

    def _follow_registry(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Every event may register an account, and who is not registered is not read again."""
        accounts = count_of(cursor, "select count(*) from registry")
        self._registry.follow(cursor, accounts)
        self._counts = replace(self._counts, accounts=accounts)

    def _value(self) -> Mapping[str, Any]:
        return {
            "number": self._number,
            "committed_at": self._committed_at.isoformat(),
            "counts": asdict(self._counts),
            "last_event_at": self._last_event_at.isoformat() if self._last_event_at else None,
            "registry_bytes": self._registry.size,
            "address": self._source[0],
            "partner_id": self._source[1],
        }
