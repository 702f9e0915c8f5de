"""One sync run: accounts that are due, read concurrently and landed in batches; a failure stops no other account."""

import asyncio
import gc
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktDenied, BakktError, BakktRefused
from workbench.bakkt.snapshot import snapshot_document_created_at
from workbench.bakkt.wire.retries import FailureStreak
from workbench.domain.errors import WorkbenchError
from workbench.store import AccountReading, DocumentDate, Failure, Run, Store
from workbench.sync.progress import SyncProgress
from workbench.sync.reading import has_documents, read_account, read_or_failure

BATCH_ACCOUNTS = 1000
BATCH_SECONDS = 1.0
SECONDS_BETWEEN_CHECKS = 0.1
GC_THRESHOLD = 20_000

T = TypeVar("T")
Watcher = Callable[[SyncProgress], None]


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


@dataclass(frozen=True, slots=True)
class _DocumentFailure:
    """A document whose date could not be read; listed under its account, which was itself read."""

    failure: Failure


_Landed = AccountReading | DocumentDate | Failure | _DocumentFailure


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
    """The state of one run: its queue, its results and why it stopped early, if it did."""

    def __init__(
        self, client: BakktClient, store: Store, order: SyncOrder, watch: Watcher, is_stop_wanted: Callable[[], bool]
    ) -> None:
        self._client = client
        self._store = store
        self._order = order
        self._watch = watch
        self._is_stop_wanted = is_stop_wanted
        self._streak = FailureStreak()
        self._landed: asyncio.Queue[_Landed | None] = asyncio.Queue(maxsize=2 * BATCH_ACCOUNTS)
        self._stopped_because: str | None = None
        self._stopped = asyncio.Event()
        self._began = time.monotonic()
        self._run_id = uuid.uuid4().hex
        self._progress = SyncProgress.begin(0)

    async def run(self) -> SyncProgress:
        ids = await asyncio.to_thread(self._read_due)
        self._note(accounts_due=len(ids))
        await asyncio.to_thread(self._store.begin_run, self._record())
        try:
            await self._read_and_land(deque(ids), self._read_one)
            documents = await asyncio.to_thread(self._read_undated_documents)
            await self._read_and_land(deque(documents), self._read_document)
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

    async def _read_and_land(self, waiting: deque[T], read: Callable[[T], Awaitable[None]]) -> None:
        """Workers take from ``waiting`` until it is empty or the run stops; one task lands their results."""
        lander = asyncio.create_task(self._land())
        workers = [
            asyncio.create_task(self._work(waiting, read)) for _ in range(min(self._order.concurrency, len(waiting)))
        ]
        try:
            await self._until_done(workers, lander)
        finally:
            await _cancel(workers)
            await self._finish(lander)

    async def _until_done(self, workers: list[asyncio.Task[None]], lander: asyncio.Task[None]) -> None:
        """Waits for the workers. Ends early if the run is stopped or landing fails, as then nothing can be saved."""
        working = asyncio.create_task(_all_of(workers))
        stopped = asyncio.create_task(self._until_stopped())
        try:
            await asyncio.wait({working, lander, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            stopped.cancel()

    async def _finish(self, lander: asyncio.Task[None]) -> None:
        """Lands what was read, even when the run is interrupted. Raises what landing raised."""
        if not lander.done():
            await self._landed.put(None)
        await lander

    async def _until_stopped(self) -> None:
        """Also checks for a stop request, because every worker may be waiting minutes for a retry."""
        while not self._stopped.is_set():
            if self._is_stop_wanted():
                self._stop("stopped on request")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), SECONDS_BETWEEN_CHECKS)

    async def _work(self, waiting: deque[T], read: Callable[[T], Awaitable[None]]) -> None:
        while waiting and self._stopped_because is None:
            await read(waiting.popleft())

    async def _read_one(self, client_account_id: str) -> None:
        reading = read_account(self._client, client_account_id, partial(has_documents, self._store))
        await self._landed.put(await self._watched(reading, client_account_id))

    async def _read_document(self, document: tuple[str, str]) -> None:
        client_document_id, client_account_id = document
        found = await self._watched(self._read_date(client_document_id), client_account_id)
        await self._landed.put(_DocumentFailure(found) if isinstance(found, Failure) else found)

    async def _read_date(self, client_document_id: str) -> DocumentDate:
        answer = await self._client.fetch_document_metadata(client_document_id)
        return DocumentDate(client_document_id, snapshot_document_created_at(answer.value))

    async def _watched(self, read: Awaitable[T], client_account_id: str) -> T | Failure:
        result = await read_or_failure(read, client_account_id, self._stop_if_hopeless)
        if not isinstance(result, Failure):
            self._streak.record_success()
        return result

    def _stop_if_hopeless(self, error: BakktError) -> None:
        """Stops the run if Bakkt denies access or keeps failing."""
        if isinstance(error, BakktDenied):
            self._stop(f"{error.title}: {error.message}")
        elif not isinstance(error, BakktRefused):
            self._streak.record_failure()
            if self._streak.has_reached_limit:
                self._stop(f"20 failures in a row; the last: {error.message}")

    def _stop(self, reason: str) -> None:
        self._stopped_because = self._stopped_because or reason
        self._stopped.set()

    async def _land(self) -> None:
        is_over = False
        while not is_over:
            batch, is_over = await self._next_batch()
            if batch:
                await asyncio.to_thread(self._land_batch, batch)

    async def _next_batch(self) -> tuple[list[_Landed], bool]:
        """The next batch, once it is full or one second old, and whether it is the last."""
        first = await self._landed.get()
        if first is None:
            return [], True
        batch, ends_at = [first], time.monotonic() + BATCH_SECONDS
        while len(batch) < BATCH_ACCOUNTS:
            try:
                item = await self._next_item(until=ends_at)
            except TimeoutError:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    async def _next_item(self, *, until: float) -> _Landed | None:
        if not self._landed.empty():
            return self._landed.get_nowait()
        return await asyncio.wait_for(self._landed.get(), max(0.0, until - time.monotonic()))

    def _land_batch(self, batch: Iterable[_Landed]) -> None:
        readings = [item for item in batch if isinstance(item, AccountReading)]
        dates = [item for item in batch if isinstance(item, DocumentDate)]
        failures = [item for item in batch if isinstance(item, Failure)]
        changed = self._store.land_readings(readings) if readings else 0
        if readings and self._order.client_account_id is not None:
            self._store.land_registry([self._order.client_account_id], "person")
        if dates:
            self._store.land_document_dates(dates)
        of_documents = [item.failure for item in batch if isinstance(item, _DocumentFailure)]
        if failures or of_documents:
            self._store.land_failures(self._run_id, [*failures, *of_documents])
        self._note(
            accounts_read=self._progress.accounts_read + len(readings),
            accounts_failed=self._progress.accounts_failed + len(failures),
            accounts_changed=self._progress.accounts_changed + changed,
            documents_failed=self._progress.documents_failed + len(of_documents),
        )

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


async def _all_of(tasks: Iterable[asyncio.Task[None]]) -> None:
    waited = set(tasks)
    if waited:
        await asyncio.wait(waited)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels running tasks; raises the error of any that failed."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
