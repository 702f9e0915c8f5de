"""One sync run: accounts that are due, read concurrently and landed in batches; a failure stops no other account."""

import asyncio
import gc
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from workbench.bakkt.availability import is_no_answer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktError, BakktRefused
from workbench.bakkt.snapshot import snapshot_document_created_at
from workbench.bakkt.wire.retries import FailureStreak
from workbench.domain.errors import WorkbenchError
from workbench.store import AccountReading, DocumentDate, Failure, Run, Store
from workbench.sync.progress import SyncProgress
from workbench.sync.pump import Pump
from workbench.sync.reading import has_documents, read_account, read_or_failure

BATCH_SECONDS = 1.0
GC_THRESHOLD = 20_000

T = TypeVar("T")
R = TypeVar("R")
Watcher = Callable[[SyncProgress], None]
_Read = Callable[[T], Awaitable[R | Failure]]
_Land = Callable[[Sequence[R], Sequence[Failure]], None]


@dataclass(frozen=True, slots=True)
class SyncOrder:
    """What a run reads: what is due, everything, or one account."""

    everything: bool = False
    client_account_id: str | None = None
    final_after_hours: float = 168
    concurrency: int = 32

    @property
    def scope(self) -> str:
        if self.client_account_id is not None:
            return "account"
        return "all" if self.everything else "due"


async def run_sync(
    client: BakktClient,
    store: Store,
    order: SyncOrder,
    watch: Watcher = lambda _progress: None,
    is_stop_wanted: Callable[[], bool] = lambda: False,
) -> SyncProgress:
    """Runs the sync and returns its final progress. Raises StoreError if nothing can be saved."""
    with _rare_garbage_collection():
        return await _SyncRun(client, store, order, watch, is_stop_wanted).run()


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """Makes garbage collection rarer: with the default threshold it takes a tenth of a run.

    It applies to the whole process, as the interpreter has no finer setting.
    """
    usual = gc.get_threshold()
    gc.set_threshold(GC_THRESHOLD, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _SyncRun:
    """The state of one run: what it counts and why it stopped early, if it did."""

    def __init__(
        self, client: BakktClient, store: Store, order: SyncOrder, watch: Watcher, is_stop_wanted: Callable[[], bool]
    ) -> None:
        self._client = client
        self._store = store
        self._order = order
        self._watch = watch
        self._is_stop_wanted = is_stop_wanted
        self._streak = FailureStreak()
        self._failing_since = datetime.now(UTC)
        self._unanswered = 0
        self._last_error: BakktError | None = None
        self._stopped_because: str | None = None
        self._began = time.monotonic()
        self._run_id = uuid.uuid4().hex
        self._progress = SyncProgress.begin(0)

    async def run(self) -> SyncProgress:
        ids = await asyncio.to_thread(self._read_due)
        self._note(accounts_due=len(ids))
        await asyncio.to_thread(self._store.begin_run, self._record())
        try:
            await self._read_and_land(deque(ids), self._read_one, self._land_readings)
            documents = await asyncio.to_thread(self._read_undated_documents)
            await self._read_and_land(deque(documents), self._read_document, self._land_dates)
        except WorkbenchError as error:
            self._stop(error.message)
            raise
        except asyncio.CancelledError:
            self._stop("interrupted")
            raise
        finally:
            self._note(is_finished=True)
            await asyncio.shield(asyncio.to_thread(self._end))
        return self._progress

    def _read_due(self) -> list[str]:
        if self._order.client_account_id is not None:
            return [self._order.client_account_id]
        due = self._store.read(
            "sync/due", everything=self._order.everything, final_after_hours=self._order.final_after_hours
        )
        ids: list[str] = due.column("client_account_id").to_pylist()
        return ids

    def _read_undated_documents(self) -> list[tuple[str, str]]:
        rows = self._store.read_rows("sync/undated_documents")
        only = self._order.client_account_id
        return [
            (row["client_document_id"], row["client_account_id"])
            for row in rows
            if only is None or row["client_account_id"] == only
        ]

    async def _read_and_land(self, waiting: deque[T], read: _Read[T, R], land: _Land[R]) -> None:
        async def take() -> T | None:
            return waiting.popleft() if waiting else None

        async def land_batch(found: Sequence[R], failures: Sequence[Failure]) -> None:
            await asyncio.to_thread(land, found, failures)

        wanted, self._unanswered = len(waiting), 0
        await Pump(take, read, land_batch, self._should_stop, BATCH_SECONDS).run(self._order.concurrency)
        if wanted and self._unanswered == wanted and self._last_error is not None:
            self._give_up(f"No usable answer for {wanted} of {wanted}", self._last_error)

    def _should_stop(self) -> bool:
        if self._is_stop_wanted():
            self._stop("stopped on request")
        return self._stopped_because is not None

    async def _read_one(self, client_account_id: str) -> AccountReading | Failure:
        reading = read_account(self._client, client_account_id, partial(has_documents, self._store))
        return await self._watched(reading, client_account_id)

    async def _read_document(self, document: tuple[str, str]) -> DocumentDate | Failure:
        client_document_id, client_account_id = document
        return await self._watched(self._read_date(client_document_id), client_account_id)

    async def _read_date(self, client_document_id: str) -> DocumentDate:
        answer = await self._client.fetch_document_metadata(client_document_id)
        return DocumentDate(client_document_id, snapshot_document_created_at(answer.value))

    async def _watched(self, read: Awaitable[R], client_account_id: str) -> R | Failure:
        return await read_or_failure(
            self._client, read, client_account_id, self._stop_if_hopeless, self._streak.record_success
        )

    def _stop_if_hopeless(self, error: BakktError) -> None:
        """Stops the run if one read after the other fails. A refusal, such as a 404, is an answer."""
        if isinstance(error, BakktRefused):
            self._streak.record_success()
            return
        if self._streak.failures_in_a_row == 0:
            self._failing_since = datetime.now(UTC)
        self._streak.record_failure()
        if is_no_answer(error):
            self._unanswered, self._last_error = self._unanswered + 1, error
        if self._streak.has_reached_limit:
            self._give_up(f"No usable answer {self._streak.limit} times in a row", error)

    def _give_up(self, words: str, last: BakktError) -> None:
        """Ends the run. What was not read stays due."""
        self._stop(f"{words}; the last: {last.message}")
        if is_no_answer(last):
            self._client.availability.note_away(last, self._failing_since)

    def _stop(self, reason: str) -> None:
        self._stopped_because = self._stopped_because or reason

    def _land_readings(self, readings: Sequence[AccountReading], failures: Sequence[Failure]) -> None:
        if readings and self._order.client_account_id is not None:
            self._store.land_registry([self._order.client_account_id], "person")
        changed = self._store.land_readings(readings) if readings else 0
        self._land_failures(failures)
        self._note(
            accounts_read=self._progress.accounts_read + len(readings),
            accounts_failed=self._progress.accounts_failed + len(failures),
            accounts_changed=self._progress.accounts_changed + changed,
        )

    def _land_dates(self, dates: Sequence[DocumentDate], failures: Sequence[Failure]) -> None:
        """A document's failure is listed under its account, which was itself read."""
        if dates:
            self._store.land_document_dates(dates)
        self._land_failures(failures)
        self._note(documents_failed=self._progress.documents_failed + len(failures))

    def _land_failures(self, failures: Sequence[Failure]) -> None:
        if failures:
            self._store.land_failures(self._run_id, failures)

    def _note(self, **news: object) -> None:
        self._progress = replace(
            self._progress,
            requests=self._client.requests_sent,
            seconds=time.monotonic() - self._began,
            stopped_because=self._stopped_because,
            **news,  # type: ignore[arg-type]
        )
        self._watch(self._progress)

    def _record(self) -> Run:
        progress = self._progress
        return Run(
            run_id=self._run_id,
            started_at=progress.started_at,
            scope=self._order.scope,
            accounts_due=progress.accounts_due,
            accounts_read=progress.accounts_read,
            accounts_failed=progress.accounts_failed,
            accounts_changed=progress.accounts_changed,
            requests=progress.requests,
            finished_at=datetime.now(UTC) if progress.is_finished else None,
            stopped_because=progress.stopped_because,
        )

    def _end(self) -> None:
        self._store.end_run(self._record())
        self._store.checkpoint()
