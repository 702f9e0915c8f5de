"""The workbench's database: run catalogue queries and land new data."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from workbench.domain.actions import Blocker, Plan
from workbench.domain.errors import StoreError
from workbench.domain.facts import KybStart, PartyEvent, Ruling
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.domain.second_person import Colleague
from workbench.domain.standing.targets import Target
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.store.derived.taken_out import last_change_number
from workbench.store.derived.waiting import end_waiting_of
from workbench.store.engine.binding import run_query, values_of
from workbench.store.engine.catalogue import find_query
from workbench.store.engine.database import MEMORY, MEMORY_MB, Database
from workbench.store.engine.migrations import stop_clock
from workbench.store.engine.one_row import OnProgress
from workbench.store.facts.documents import DocumentDate, land_document_dates
from workbench.store.facts.events import SetAsideEvent, count_set_aside, land_events, land_set_aside, read_set_aside
from workbench.store.facts.kyb import (
    Attribution,
    land_kyb_starts,
    land_manual_end,
    land_manual_start,
    land_owner_facts,
    land_ruling,
)
from workbench.store.facts.readings import AccountReading, land_readings
from workbench.store.facts.registry import (
    ImportOfIds,
    ImportTakenBack,
    RegistryChange,
    find_registered,
    find_with_zeros,
    land_import,
    land_registry,
    take_import_back,
    take_out,
)
from workbench.store.opening import Source, open_up_to_date
from workbench.store.published.identity import identity_of
from workbench.store.published.publishing import Published, publish, published_columns
from workbench.store.published.treatments import Rule
from workbench.store.records import actions, away, drafts, losses, runs, second_person, segments
from workbench.store.records.api_tokens import TokenRecords
from workbench.store.records.audit_trail import AuditRecords
from workbench.store.records.losses import Loss
from workbench.store.records.people import People
from workbench.store.records.recovery import FilesBeside
from workbench.store.records.sealing import Seal
from workbench.store.records.segments import Segment
from workbench.store.records.statements import StatementRun, land_statement_run, remove_question, save_question
from workbench.store.records.targets import land_desk_settings, land_targets

Check = Callable[[actions.ReadRows], None]
FindBlocker = Callable[[actions.ReadRows], Blocker | None]
_NOT_COPIED = "Nothing was sent: the record could not be copied to the file beside the database."

BATCH_ROWS = 20_480
"""Rows that a long list is read at a time: ten of DuckDB's vectors."""

logger = logging.getLogger(__name__)


class Store:
    """The database of one desk. Open it once per process; every method is thread-safe."""

    def __init__(self, database: Database, beside: FilesBeside | None = None, loss: Loss | None = None) -> None:
        self._database = database
        self._seal = Seal(database.path)
        self._beside = beside
        self.audit = AuditRecords(database)
        """The rows of the audit trail, which ``access`` seals and checks."""
        self.people = People(database)
        self.api_tokens = TokenRecords(database)
        self.loss = loss
        """What the database was found to have lost when it was opened."""
        with database.reader() as cursor:
            self.has_losses = losses.has_losses(cursor)
        """Whether there is a loss, of this start or before, that nobody has dismissed."""

    @classmethod
    def open(
        cls,
        path: Path,
        source: Source,
        *,
        sets_harmed_aside: bool = False,
        on_progress: OnProgress = lambda _done, _all: None,
        memory_mb: int = MEMORY_MB,
    ) -> Self:
        """Opens or creates the database, as ``open_up_to_date`` says. Raises StoreError."""
        return cls(*open_up_to_date(path, source, on_progress, memory_mb, sets_harmed_aside=sets_harmed_aside))

    @classmethod
    def in_memory(cls, source: Source | None = None) -> Self:
        """A store in memory, for tests and experiments."""
        return cls.open(MEMORY, source or Source("memory", ""))

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def database(self) -> Database:
        """What lies under the store, for maintenance and tests: whoever writes through it answers for the rows."""
        return self._database

    def stop_clock(self, moment: datetime) -> None:
        """For tests: every age, link and target is read as of this moment, in this database from now on."""
        with self._database.writer() as cursor:
            stop_clock(cursor, moment)

    @property
    def data_version(self) -> int:
        """Grows with every commit, so data read under an earlier version may be stale."""
        return self._database.data_version

    def check_readable(self) -> None:
        """Raises StoreError if the database does not answer."""
        with self._database.reader() as cursor:
            cursor.execute("select max(version) from schema_versions")

    def close(self) -> None:
        if self._beside is not None:
            self._beside.tidy(self._database)
        self._database.close()

    def checkpoint(self) -> bool:
        """Moves the log into the file; whether all that was committed before is in the file now."""
        return self._database.checkpoint()

    def publish(self, folder: Path, rule: Rule, left_out: Iterable[str]) -> Published:
        """Puts a copy into the folder, as ``rule`` says. Raises BusyError, InputError, StoreError."""
        return publish(self._database, folder, rule, self._seal.digest_key(), left_out)

    def identity(self) -> str:
        """What a published copy carries if it is this desk's. Raises StoreError."""
        with self._database.reader() as cursor:
            return identity_of(cursor, self._seal.digest_key())

    def published_columns(self, rule: Rule, left_out: Iterable[str]) -> dict[str, list[str]]:
        """The tables and views of a published copy, with the columns that are not empty there."""
        with self._database.reader() as cursor:
            return published_columns(cursor, rule, frozenset(left_out))

    def land_statement_run(self, run: StatementRun) -> None:
        """Saves that a person ran a statement on the tab SQL of Explore."""
        with self._database.writer(is_news=False) as cursor:
            land_statement_run(cursor, run)

    def save_question(self, author: str, question: str, statement: str, saved_at: datetime) -> None:
        """Saves a statement under a name; one that the author saved under it before is replaced."""
        with self._database.writer(is_news=False) as cursor:
            save_question(cursor, author, question, statement, saved_at)

    def remove_question(self, author: str, question: str) -> None:
        with self._database.writer(is_news=False) as cursor:
            remove_question(cursor, author, question)

    def save_segment(self, segment: Segment, saved_by: str, now: datetime) -> int:
        """Saves the people behind a query under a name; returns how many. Raises InputError if it lists no accounts."""
        with self._database.writer() as cursor:
            return segments.save_segment(cursor, segment, saved_by, now)

    def find_segment(self, segment_id: str) -> Segment | None:
        with self._database.reader() as cursor:
            return segments.find_segment(cursor, segment_id)

    def refresh_segment(self, segment: Segment, now: datetime) -> bool:
        """Finds the accounts of a segment again, and before them those of the segment that it is among.

        Returns whether any of them has other accounts now.

        Raises InputError if its query changed, or that segment was removed; then its accounts stay as they are.
        """
        return segments.refresh_segment(self._database, segment, now)

    def remove_segment(self, segment_id: str) -> None:
        with self._database.writer() as cursor:
            segments.remove_segment(cursor, segment_id)

    def count_missing(self) -> None:
        """After a loss, once everything was put back that could be: writes down what is missing."""
        self._database.write_if(losses.has_open_count, losses.count_missing)

    def land_delivery_loss(self, loss: Loss, at_most: int, now: datetime) -> None:
        """Writes down that the inbox lost deliveries, unless they are all here."""
        with self._database.writer() as cursor:
            is_loss = losses.land_delivery_loss(cursor, loss, at_most, now) > 0
        self.has_losses = self.has_losses or is_loss

    def dismiss_losses(self, by: str, now: datetime) -> None:
        """Takes what was lost from the pages: a person has read it."""
        with self._database.writer() as cursor:
            losses.dismiss_losses(cursor, by, now)
        self.has_losses = False

    def read(self, name: str, **parameters: object) -> pa.Table:
        """The rows of a catalogue query as an Arrow table; times are naive UTC. Raises InputError, StoreError."""
        with self._database.reader() as cursor:
            return run_query(cursor, name, parameters)

    def columns_of(self, name: str) -> list[str]:
        """The columns of a catalogue query's rows, without running it. Raises InputError, StoreError."""
        query = find_query(name)
        with self._database.reader() as cursor:
            rows = cursor.execute(f"describe {query.sql}", dict.fromkeys(query.defaults)).fetchall()
        return [column for column, *_ in rows]

    def read_in_batches(self, name: str, **parameters: object) -> pa.RecordBatchReader:
        """The same rows for a long list, fetched as they are taken. Raises InputError, StoreError, now or then."""
        batches = self._batches(name, parameters)
        first = next(batches)
        return pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))

    def _batches(self, name: str, parameters: dict[str, object]) -> Iterator[pa.RecordBatch]:
        """The rows in batches, the first of which may be empty."""
        with self._database.reader() as cursor:
            query = find_query(name)
            reader = cursor.execute(query.sql, values_of(cursor, query, parameters)).to_arrow_reader(BATCH_ROWS)
            yield pa.RecordBatch.from_pylist([], reader.schema)
            yield from reader

    def read_from(self, source: pa.Table, name: str, **parameters: object) -> pa.Table:
        """The same for a query that reads another, whose rows were read before. Raises InputError, StoreError."""
        with self._database.reader() as cursor:
            cursor.register("rows_read_before", source)
            cursor.execute(f"create temp macro {find_query(name).source_macro} as table from rows_read_before")
            return run_query(cursor, name, parameters)

    def read_rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.read(name, **parameters).to_pylist()
        return rows

    def land_registry(self, client_account_ids: Iterable[str], origin: str) -> int:
        """Adds ids that are not registered, or were taken out; returns how many there were."""
        with self._changing_registry() as cursor:
            return land_registry(cursor, client_account_ids, origin)

    def land_import(self, client_account_ids: Sequence[str], about: ImportOfIds) -> int:
        """Registers the ids of an import, and logs it; returns how many were new or had been taken out."""
        with self._changing_registry() as cursor:
            return land_import(cursor, client_account_ids, about)

    def take_out(self, client_account_ids: Sequence[str], change: RegistryChange) -> list[str]:
        """Takes ids out of the registry; returns those that were in it. Their facts stay."""
        with self._changing_registry() as cursor:
            return take_out(cursor, client_account_ids, change)

    def take_import_back(self, import_id: str, change: RegistryChange) -> ImportTakenBack:
        """Takes out the ids that this import alone has named; from now on it names none."""
        with self._changing_registry() as cursor:
            return take_import_back(cursor, import_id, change)

    @contextmanager
    def _changing_registry(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction that copies which ids it took out or put back: what cannot be copied is not saved."""
        with self._database.writer(recount=True) as cursor:
            before = last_change_number(cursor)
            yield cursor
            end_waiting_of(cursor)
            if self._beside is not None and last_change_number(cursor) > before:
                self._beside.records.keep_registry_change(cursor, before + 1)

    def find_registered(self, client_account_ids: Sequence[str]) -> set[str]:
        """Which of these ids are registered."""
        with self._database.reader() as cursor:
            return find_registered(cursor, client_account_ids)

    def find_with_zeros(self, client_account_ids: Sequence[str]) -> set[str]:
        """Numbers among these ids that are registered with zeros in front."""
        with self._database.reader() as cursor:
            return find_with_zeros(cursor, client_account_ids)

    def land_readings(self, readings: Sequence[AccountReading]) -> int:
        """Saves readings in one transaction; returns how many accounts changed."""
        with self._database.writer() as cursor:
            return land_readings(cursor, readings)

    def land_events(self, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
        """Saves party events given as (clientAccountId, event, body); returns how many were new."""
        with self._database.writer() as cursor:
            added = land_events(cursor, events)
            self._note_events(added, [event.received_at for _, event, _ in events])
            return added

    def _note_events(self, added: int, receipts: Sequence[datetime]) -> None:
        if self._database.watch is not None and added:
            self._database.watch.add_events(added, max(receipts))

    def land_set_aside(self, events: Sequence[SetAsideEvent]) -> int:
        """Sets deliveries aside with the reason; returns how many were new."""
        with self._database.writer() as cursor:
            added = land_set_aside(cursor, events)
            self._note_events(added, [event.received_at for event in events])
            return added

    def read_set_aside(self, after: SetAsideEvent | None = None, limit: int = 200) -> list[SetAsideEvent]:
        """Deliveries that were set aside, by time of receipt, starting after the given one."""
        with self._database.reader() as cursor:
            return read_set_aside(cursor, after, limit)

    def count_set_aside(self, event: tuple[str, PartyEvent, str], content_hash: str) -> int:
        """Counts an event that was set aside and removes it from there; 1 if it was new, 0 for a repeat."""
        with self._database.writer() as cursor:
            return count_set_aside(cursor, event, content_hash)

    def land_kyb_starts(self, starts: Sequence[tuple[str, KybStart]], recorded_by: str) -> int:
        """Saves that KYB screens began; returns how many were new."""
        with self._database.writer() as cursor:
            return land_kyb_starts(cursor, starts, recorded_by)

    def land_ruling(self, recorded: Attribution, ruling: Ruling, check: Check | None = None) -> bool:
        """Saves a ruling on the KYB checklist or its withdrawal; False if nothing changed.

        ``check`` reads within the transaction and may raise; then nothing is saved.
        """
        with self._database.writer(recount=True) as cursor:
            _run_check(cursor, check)
            is_new = land_ruling(cursor, recorded, ruling)
            self._keep_kyb(cursor, recorded)
            return is_new

    def land_owner_facts(
        self,
        recorded: Attribution,
        client_owner_id: str,
        facts: OwnerFacts,
        at: datetime,
        check: Check | None = None,
    ) -> bool:
        """Saves what is recorded about an owner of an entity; False if nothing changed."""
        with self._database.writer(recount=True) as cursor:
            _run_check(cursor, check)
            is_new = land_owner_facts(cursor, recorded, client_owner_id, facts, at)
            self._keep_kyb(cursor, recorded)
            return is_new

    def land_manual_start(self, recorded: Attribution, started_at: datetime, check: Check | None = None) -> None:
        """Saves that manual KYB began."""
        with self._database.writer(recount=True) as cursor:
            _run_check(cursor, check)
            land_manual_start(cursor, recorded, started_at)
            self._keep_kyb(cursor, recorded)

    def land_manual_end(
        self,
        recorded: Attribution,
        ended_at: datetime,
        ended_as: str,
        check: Check | None = None,
        next_steps: str | None = None,
    ) -> None:
        """Saves how manual KYB ended, and the next steps that Bakkt named."""
        with self._database.writer(recount=True) as cursor:
            _run_check(cursor, check)
            land_manual_end(cursor, recorded, ended_at, ended_as, next_steps)
            self._keep_kyb(cursor, recorded)

    def land_document_dates(self, dates: Sequence[DocumentDate]) -> None:
        """Saves the ``createdAt`` of documents, which is read once for each."""
        with self._database.writer() as cursor:
            land_document_dates(cursor, dates)

    def land_targets(
        self, hours: dict[Standing, float], link_warning_hours: float, now: datetime, speed: float = 1.0
    ) -> None:
        """Puts the desk's targets and settings in force from now on; an unchanged target keeps its date.

        ``speed``: how many times faster than real time the desk's Bakkt runs; ``hours`` are already divided by it.
        """
        with self._database.writer() as cursor:
            land_targets(cursor, [Target(standing, value, now) for standing, value in hours.items()])
            land_desk_settings(cursor, link_warning_hours, speed)

    def begin_action(
        self,
        action_id: str,
        plan: Plan,
        actor: str,
        now: datetime,
        find_blocker: FindBlocker,
        find_first_subject: Callable[[actions.ReadRows], str | None] = lambda _: None,
    ) -> actions.Begun | Blocker:
        """Checks a confirmed plan and writes its record as ``sent`` in one transaction, or returns what blocks it.

        ``find_first_subject``: who asks, if a second person has to confirm it before it is sent.
        """
        with self._database.writer(recount=True) as cursor:
            read = _query_runner(cursor)
            begun = actions.begin_action(
                cursor, action_id, plan, actor, now, lambda: find_blocker(read), lambda: find_first_subject(read)
            )
        if isinstance(begun, actions.Begun) and begun.is_new:
            self._keep_begun(action_id, now)
        return begun

    def confirm_as_second(
        self, action_id: str, second: Colleague, now: datetime, find_blocker: FindBlocker
    ) -> actions.ActionRecord | Blocker:
        """Checks an action that waits and writes it as ``sent`` in one transaction, or returns what blocks it."""
        with self._database.writer() as cursor:
            read = _query_runner(cursor)
            confirmed = second_person.confirm_as_second(cursor, action_id, second, now, lambda: find_blocker(read))
        if isinstance(confirmed, actions.ActionRecord):
            self._keep_begun(action_id, now)
        return confirmed

    def decline_as_second(
        self, action_id: str, second: Colleague, now: datetime, reason: str
    ) -> actions.ActionRecord | Blocker:
        """Writes that a second person declined an action that waits, or returns what blocks that."""
        with self._database.writer() as cursor:
            declined = second_person.decline_as_second(cursor, action_id, second, now, reason)
        return self._kept(declined)

    def withdraw_action(self, action_id: str, first: Colleague, now: datetime) -> actions.ActionRecord | Blocker:
        """Writes that whoever asked for an action that waits withdrew it, or returns what blocks that."""
        with self._database.writer() as cursor:
            withdrawn = second_person.withdraw_action(cursor, action_id, first, now)
        return self._kept(withdrawn)

    def settle_lapsed(self) -> list[actions.ActionRecord]:
        """Writes as not sent what waited for a second person and has lapsed; returns each once.

        Every reading shows it so before, too.
        """
        settled: list[actions.ActionRecord] = []
        self._database.write_if(
            second_person.has_lapsed, lambda cursor: settled.extend(second_person.settle_lapsed(cursor))
        )
        for record in settled:
            self._keep_outcome(record)
        return settled

    def _kept(self, ended: actions.ActionRecord | Blocker) -> actions.ActionRecord | Blocker:
        if isinstance(ended, actions.ActionRecord):
            self._keep_outcome(ended)
        return ended

    def complete_action(
        self, action_id: str, completion: actions.Completion, finished_at: datetime
    ) -> actions.ActionRecord:
        """Writes the outcome of a sent action and lands its effects, in one transaction."""
        with self._database.writer() as cursor:
            record = actions.complete_action(cursor, action_id, completion, finished_at)
        self._keep_outcome(record)
        return record

    def settle_action(self, action_id: str, settlement: actions.Settlement, now: datetime) -> actions.ActionRecord:
        """Writes the outcome of an unknown action, or corrects one that counts as not sent. Raises InputError."""
        with self._database.writer() as cursor:
            record = actions.settle_action(cursor, action_id, settlement, now)
        self._keep_outcome(record)
        return record

    def reject_later(self, action_id: str, words: str, now: datetime) -> actions.ActionRecord:
        """Writes that an accepted update was rejected by Bakkt's review."""
        with self._database.writer() as cursor:
            record = actions.reject_later(cursor, action_id, words, now)
        self._keep_outcome(record)
        return record

    def end_review(self, action_id: str) -> None:
        """Writes that Bakkt works on an update no longer."""
        with self._database.writer() as cursor:
            actions.end_review(cursor, action_id)

    def mark_seen(self, action_id: str, seen_by: str, now: datetime) -> actions.ActionRecord:
        """Writes who has seen that an update was rejected later."""
        with self._database.writer() as cursor:
            record = actions.mark_seen(cursor, action_id, seen_by, now)
        self._keep_outcome(record)
        return record

    def note_no_link_left(self, action_id: str, words: str) -> actions.ActionRecord:
        """Records that Bakkt refused a link because the account has none left. Raises InputError."""
        with self._database.writer() as cursor:
            record = actions.note_no_link_left(cursor, action_id, words)
        self._keep_outcome(record)
        return record

    def _keep_begun(self, action_id: str, now: datetime) -> None:
        """Copies an action's record before its request may leave. If it cannot be copied, nothing is sent."""
        if self._beside is None:
            return
        try:
            with self._database.reader() as cursor:
                self._beside.records.keep_action(cursor, action_id)
        except StoreError:
            self.complete_action(action_id, actions.Completion(Outcome.NOT_SENT, note=_NOT_COPIED), now)
            raise

    def _keep_outcome(self, record: actions.ActionRecord) -> None:
        """Copies an outcome. Without it the copy still says that the request was sent, which keeps it closed."""
        if self._beside is None:
            return
        try:
            with self._database.reader() as cursor:
                self._beside.records.keep_action(cursor, record.action_id)
                if record.kind is ActionKind.TRIGGER_KYB:
                    self._beside.records.keep_kyb(cursor, record.client_account_id)
        except StoreError as error:
            logger.error("The outcome of an action could not be copied: %s", error.title)

    def _keep_kyb(self, cursor: duckdb.DuckDBPyConnection, recorded: Attribution) -> None:
        """Copies what a person recorded, within its transaction: what cannot be copied is not saved."""
        if self._beside is not None:
            self._beside.records.keep_kyb(cursor, recorded.client_account_id)

    def find_action(self, action_id: str) -> actions.ActionRecord | None:
        with self._database.reader() as cursor:
            return actions.find_action(cursor, action_id)

    def save_draft(self, draft: drafts.StoredDraft, now: datetime) -> drafts.StoredDraft:
        """Saves a draft over its last save. Raises InputError if another tab has saved or deleted it."""
        with self._database.writer(recount=True, is_news=False) as cursor:
            return drafts.save_draft(cursor, draft, now, self._seal)

    def find_draft(self, draft_id: str, author: str) -> drafts.StoredDraft | None:
        with self._database.reader() as cursor:
            return drafts.find_draft(cursor, draft_id, author, self._seal)

    def read_drafts(self, author: str) -> list[drafts.StoredDraft]:
        """This author's drafts of accounts to open, last saved first."""
        with self._database.reader() as cursor:
            return drafts.read_drafts(cursor, author, self._seal)

    def delete_draft(self, draft_id: str, author: str) -> None:
        with self._database.writer(recount=True, is_news=False) as cursor:
            drafts.delete_draft(cursor, draft_id, author)

    def delete_opened_drafts(self) -> None:
        """Deletes drafts whose account has been opened; writes nothing if there are none."""
        self._database.write_if(drafts.has_opened_drafts, drafts.delete_opened_drafts, recount=True)

    def land_away(self, since_and_reason: tuple[datetime, str] | None) -> None:
        """Saves since when Bakkt gives no usable answer, and why; None: it answers."""
        with self._database.writer() as cursor:
            away.land_away(cursor, since_and_reason)

    def read_away(self) -> tuple[datetime, str] | None:
        with self._database.reader() as cursor:
            return away.read_away(cursor)

    def begin_run(self, run: runs.Run) -> None:
        with self._database.writer() as cursor:
            runs.begin_run(cursor, run)

    def land_failures(self, run_id: str, failures: Sequence[runs.Failure]) -> None:
        with self._database.writer() as cursor:
            runs.land_failures(cursor, run_id, failures)

    def end_run(self, run: runs.Run) -> None:
        with self._database.writer() as cursor:
            runs.end_run(cursor, run)


def _query_runner(cursor: duckdb.DuckDBPyConnection) -> actions.ReadRows:
    """A function that runs catalogue queries within the cursor's open transaction."""

    def read(name: str, **parameters: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = run_query(cursor, name, parameters).to_pylist()
        return rows

    return read


def _run_check(cursor: duckdb.DuckDBPyConnection, check: Check | None) -> None:
    if check is not None:
        check(_query_runner(cursor))
