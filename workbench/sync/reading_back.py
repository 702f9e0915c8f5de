"""Reading accounts back soon after an event, so that the event and Bakkt's record can be compared.

It reads payload, status and documents only, never a verification link. Whatever it does not reach, the next run reads:
an account with an event newer than its reading is due (``queries/sync/due.sql``).
"""

import asyncio
import heapq
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import uvloop

from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktDenied, BakktError, BakktUnreachable
from workbench.bakkt.wire.retries import PauseAfterFailures
from workbench.domain.backoff import Backoff
from workbench.domain.errors import WorkbenchError
from workbench.store import AccountReading, Failure, Store
from workbench.sync.pump import Pump
from workbench.sync.reading import has_documents, read_account, read_or_failure

SHARE_OF_RATE = 0.2
"""The share of the request rate for reading back while a run is going; the run has the rest."""
SHARE_BETWEEN_RUNS = 1 - SHARE_OF_RATE
"""The share while no run is going: a run that starts then exceeds the rate by at most the requests in flight."""
READ_BACK_RUN_ID = "read_back"
BATCH_SECONDS = 0.5
SECONDS_BETWEEN_LOOKS = 0.1
_BACKOFF = Backoff(first=5.0, longest=300.0)


@dataclass(frozen=True, slots=True)
class ReadBackPace:
    """How fast to read: accounts at once, seconds before the same account is read again, and pauses after failures."""

    concurrency: int = 4
    min_interval_seconds: float = 3.0
    backoff: Backoff = _BACKOFF


@dataclass(frozen=True, slots=True)
class ReadBackState:
    """A snapshot of the worker; ``paused_because`` says why it is paused, or None."""

    waiting: int
    reading: int
    read: int
    failed: int
    paused_because: str | None


class DueAccounts:
    """Ids of accounts with new events, each queued once however often it is marked. Thread-safe.

    An account marked while it is being read is queued again: that reading may have begun before the event. Times
    are monotonic, so a clock that steps cannot lose a mark.
    """

    def __init__(self, min_interval_seconds: float) -> None:
        self._min_interval_seconds = min_interval_seconds
        self._lock = threading.Lock()
        self._queue: list[tuple[float, int, str]] = []
        self._waiting: set[str] = set()
        self._taken_at: dict[str, float] = {}
        self._marks = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def resting(self) -> int:
        """How many are remembered because they were taken a moment ago."""
        return len(self._taken_at)

    def mark(self, client_account_ids: Iterable[str], now: float) -> None:
        with self._lock:
            for client_account_id in client_account_ids:
                if client_account_id not in self._waiting:
                    self._add(client_account_id, now)

    def take(self, now: float) -> str | None:
        """The longest-waiting account that may be read now, or None."""
        with self._lock:
            if not self._queue or self._queue[0][0] > now:
                return None
            _, _, client_account_id = heapq.heappop(self._queue)
            self._waiting.remove(client_account_id)
            self._remember(client_account_id, now)
            return client_account_id

    def _add(self, client_account_id: str, now: float) -> None:
        self._marks += 1
        allowed_at = (
            self._taken_at.get(client_account_id, now - self._min_interval_seconds) + self._min_interval_seconds
        )
        heapq.heappush(self._queue, (max(now, allowed_at), self._marks, client_account_id))
        self._waiting.add(client_account_id)

    def _remember(self, client_account_id: str, now: float) -> None:
        """Remembers when the account was taken, until it may be read again; entries stay in order of time."""
        self._taken_at.pop(client_account_id, None)
        self._taken_at[client_account_id] = now
        while (oldest := next(iter(self._taken_at))) and self._taken_at[oldest] < now - self._min_interval_seconds:
            del self._taken_at[oldest]


class ReadBackWorker:
    """One worker in its own thread.

    ``connect`` makes a client with the share of the rate that ``share_now`` returns. When the share changes, reads in
    progress finish and a new client reads the others.
    """

    def __init__(
        self,
        store: Store,
        connect: Callable[[float], BakktClient],
        pace: ReadBackPace = ReadBackPace(),
        share_now: Callable[[], float] = lambda: SHARE_OF_RATE,
    ) -> None:
        self._store = store
        self._connect = connect
        self._share_now = share_now
        self._pace = pace
        self._due = DueAccounts(pace.min_interval_seconds)
        self._has_news = threading.Event()
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_reading, name="read_back", daemon=True)
        self._reading = self._read = self._failed = 0
        self._pause = PauseAfterFailures("Reading back after events", pace.backoff)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def mark_due(self, client_account_ids: Iterable[str]) -> None:
        """Queues these accounts to be read back within seconds."""
        self._due.mark(client_account_ids, time.monotonic())
        self._has_news.set()

    def state(self) -> ReadBackState:
        return ReadBackState(len(self._due), self._reading, self._read, self._failed, self._pause.reason)

    def close(self, seconds: float = 10.0) -> None:
        """Cancels reads in progress, lands the results and ends the thread."""
        self._is_closing.set()
        self._has_news.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _keep_reading(self) -> None:
        while not self._is_closing.is_set():
            self._has_news.wait()
            self._has_news.clear()
            try:
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    while len(self._due) and not self._is_closing.is_set():
                        runner.run(self._read_at(self._share_now()))
            except Exception as error:  # noqa: BLE001 -- the worker must survive unexpected errors
                self._pause.record_failure(error)
                self._is_closing.wait(self._pause.seconds_left)
                self._has_news.set()

    async def _read_at(self, share: float) -> None:
        """Reads with one client until nothing is due or the share of the rate changes."""
        try:
            async with self._connect(share) as client:
                take, read = partial(self._next_due, share), partial(self._read_one, client)
                pump = Pump(take, read, self._land, self._is_closing.is_set, BATCH_SECONDS)
                await pump.run(self._pace.concurrency)
        finally:
            self._reading = 0

    async def _next_due(self, share: float) -> str | None:
        """The next account, once it may be read; None if nothing is due or the share of the rate has changed."""
        while (len(self._due) or self._reading) and self._share_now() == share:
            if self._may_begin():
                self._reading += 1  # before it leaves the queue, so that state() always counts it in one of the two
                client_account_id = self._due.take(time.monotonic())
                if client_account_id is not None:
                    return client_account_id
                self._reading -= 1
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        return None

    def _may_begin(self) -> bool:
        """After a failure accounts are read one at a time, once the pause is over."""
        return not (self._pause.seconds_left or (self._pause.reason and self._reading))

    async def _read_one(self, client: BakktClient, client_account_id: str) -> AccountReading | Failure:
        reading = read_account(client, client_account_id, partial(has_documents, self._store))
        return await read_or_failure(
            client, reading, client_account_id, self._pause_if_unavailable, self._pause.record_success
        )

    def _pause_if_unavailable(self, error: BakktError) -> None:
        if isinstance(error, BakktUnreachable | BakktDenied):
            self._pause.record_failure(error)

    async def _land(self, readings: Sequence[AccountReading], failures: Sequence[Failure]) -> None:
        try:
            if readings:
                await asyncio.to_thread(self._store.land_readings, readings)
            if failures:
                await asyncio.to_thread(self._store.land_failures, READ_BACK_RUN_ID, failures)
        except WorkbenchError as error:
            self._pause.record_failure(error)
        else:
            self._read += len(readings)
            self._failed += len(failures)
        self._reading -= len(readings) + len(failures)
