"""The workbench's database as its users see it: ask the catalogue, land what came in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from workbench.domain.errors import StoreError
from workbench.domain.facts import KybStart, PartyEvent
from workbench.domain.targets import Target
from workbench.domain.vocabulary import Standing
from workbench.store import landing, runs
from workbench.store.catalogue import find_query
from workbench.store.database import MEMORY, Database
from workbench.store.events import SetAsideEvent, land_events, land_set_aside
from workbench.store.migrations import migrate
from workbench.store.readings import AccountReading, land_readings


@dataclass(frozen=True, slots=True)
class Source:
    """The Bakkt that a database is filled from: practice and production never mix."""

    address: str
    partner_id: str


class Store:
    """The database of one desk. Open it once a process; every method may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, source: Source) -> Self:
        """Opens or makes the database and brings it forward.

        Raises StoreError when it is locked, damaged, newer than the code, or was filled from another Bakkt.
        """
        database = Database(path)
        try:
            migrate(database)
            _remember_source(database, source)
        except BaseException:
            database.abandon()
            raise
        return cls(database)

    @classmethod
    def in_memory(cls, source: Source | None = None) -> Self:
        """A store that is gone with the process, for tests and trials."""
        return cls.open(MEMORY, source or Source("memory", ""))

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def data_version(self) -> int:
        """Grows with every commit: what was read under another version may be stale."""
        return self._database.data_version

    def close(self) -> None:
        self._database.close()

    def checkpoint(self) -> None:
        self._database.checkpoint()

    def read(self, name: str, **parameters: object) -> pa.Table:
        """The rows of a catalogue query as an Arrow table; times are naive UTC. Raises InputError, StoreError."""
        query = find_query(name)
        with self._database.reader() as cursor:
            cursor.execute(query.sql, query.bind(parameters))
            return cursor.to_arrow_table()

    def read_rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.read(name, **parameters).to_pylist()
        return rows

    def land_registry(self, client_account_ids: Iterable[str], origin: str) -> int:
        """Adds ids that are not registered yet; says how many were new."""
        with self._database.writer() as cursor:
            return landing.land_registry(cursor, client_account_ids, origin)

    def land_readings(self, readings: Sequence[AccountReading]) -> int:
        """Keeps what polls found, in one transaction; says how many accounts were found changed."""
        with self._database.writer() as cursor:
            return land_readings(cursor, readings)

    def land_events(self, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
        """Keeps party events as (clientAccountId, event, body); says how many were new."""
        with self._database.writer() as cursor:
            return land_events(cursor, events)

    def land_set_aside(self, events: Sequence[SetAsideEvent]) -> int:
        """Keeps deliveries that cannot be counted, with the reason; says how many were new."""
        with self._database.writer() as cursor:
            return land_set_aside(cursor, events)

    def land_kyb_starts(self, starts: Sequence[tuple[str, KybStart]], recorded_by: str) -> int:
        """Keeps that KYB screens were begun; says how many were new."""
        with self._database.writer() as cursor:
            return landing.land_kyb_starts(cursor, starts, recorded_by)

    def land_document_dates(self, dates: Sequence[landing.DocumentDate]) -> None:
        """Keeps ``createdAt`` of documents, read once each."""
        with self._database.writer() as cursor:
            landing.land_document_dates(cursor, dates)

    def land_targets(self, hours: dict[Standing, float], link_warning_hours: float, now: datetime) -> None:
        """Puts the desk's targets in force from now on; an unchanged target keeps its date."""
        with self._database.writer() as cursor:
            landing.land_targets(cursor, [Target(standing, value, now) for standing, value in hours.items()])
            landing.land_warning_hours(cursor, link_warning_hours)

    def begin_run(self, run: runs.Run) -> None:
        with self._database.writer() as cursor:
            runs.begin_run(cursor, run)

    def land_failures(self, run_id: str, failures: Sequence[runs.Failure]) -> None:
        with self._database.writer() as cursor:
            runs.land_failures(cursor, run_id, failures)

    def end_run(self, run: runs.Run) -> None:
        with self._database.writer() as cursor:
            runs.end_run(cursor, run)


def _remember_source(database: Database, source: Source) -> None:
    with database.reader() as cursor:
        known = cursor.execute("select address, partner_id from source").fetchone()
    if known is None:
        with database.writer() as cursor:
            cursor.execute("insert into source values (?, ?)", [source.address, source.partner_id])
    elif known != (source.address, source.partner_id):
        raise StoreError(
            f"{database.path} was filled from {known[0]}, and the settings name {source.address}.",
            title="This database belongs to another Bakkt",
            next_step="Set WORKBENCH_DATABASE to another path: practice and production never mix.",
        )
