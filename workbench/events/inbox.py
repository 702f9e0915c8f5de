"""The inbox: deliveries are on disk before they are acknowledged, in a separate file that no landing can block."""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Self

from workbench.domain.errors import HarmedFileError, StoreError
from workbench.events.inbox_anchor import InboxLoss, InboxTally, lost_between, read_tally, write_tally
from workbench.events.inbox_file import connect_whole, read_counts
from workbench.store.engine.database import MEMORY
from workbench.store.engine.failures import file_error

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MAX_CLOCK_STEP_BACK = timedelta(days=1)
_MAX_PENDING = 4096
_MAX_PER_COMMIT = 512
_MAX_BATCH_BYTES = 16 * 1024 * 1024
_MOVE_AWAY = "Move the inbox and the files whose names begin like it away; the next delivery begins a new one."


@dataclass(frozen=True, slots=True)
class KeptDelivery:
    """A delivery on disk, not applied yet: the raw bytes and when they were received."""

    received_at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many deliveries wait to be applied, and when the oldest was received."""

    waiting: int
    oldest_received_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How many deliveries were refused for one reason."""

    reason: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class _PendingDelivery:
    """A delivery not on disk yet."""

    arrived_at: datetime
    raw: bytes
    kept: Future[datetime]


class Inbox:
    """A SQLite file next to the database, written by one thread that commits waiting deliveries in batches.

    Times of receipt strictly increase, across restarts too: an account's standing follows its latest event, so a clock
    that steps back must not put a later event before an earlier one. A step back of more than a day is accepted:
    otherwise a clock that once ran a year ahead would date events wrongly for a year.

    The file is opened when first needed, and again after a failure: a full disk may have space by then.

    A delivery stays in the file after it was applied, until the database has it in its own file: if the database's
    log is harmed before, the next start applies it again. Which ones are applied is known to this process alone.
    """

    def __init__(self, path: Path | None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._intake_lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._tally = InboxTally()
        self._applied_us: set[int] = set()
        self._all_applied_to_us = 0
        self._others_version = 0
        self._pending: queue.Queue[_PendingDelivery | None] = queue.Queue(_MAX_PENDING)
        self._writer: threading.Thread | None = None
        self._is_closed = False
        self._arrived = threading.Event()
        self.problem: StoreError | None = None
        """Why the latest delivery could not be saved; None after a success."""
        self.loss: InboxLoss | None = None
        """What the file was found to have lost when it was opened, until it is told."""

    @classmethod
    def beside(cls, database: Path) -> Self:
        """The inbox of a database; in memory if the database is."""
        return cls(None if database == MEMORY else database.with_name(f"{database.stem}.inbox.sqlite"))

    def keep(self, raw: bytes) -> Future[datetime]:
        """A future for the time of receipt, done once the bytes are on disk; it fails with StoreError."""
        pending = _PendingDelivery(self._clock(), raw, Future())
        try:
            with self._intake_lock:
                if self._is_closed:
                    raise StoreError("The inbox was closed: the workbench is stopping.")
                self._pending.put_nowait(pending)
                self._begin_writing()
        except queue.Full:
            pending.kept.set_exception(StoreError("Deliveries arrive faster than the disk can write them."))
        except StoreError as error:
            pending.kept.set_exception(error)
        return pending.kept

    def waiting(self, limit: int = 500) -> list[KeptDelivery]:
        """The oldest deliveries that are not applied, limited in number and total size. Raises StoreError."""
        with self.connection() as connection:
            rows = islice(self._not_applied(connection, "received_us, raw"), limit)
            deliveries = list(_take_up_to(_MAX_BATCH_BYTES, rows))
            if deliveries:
                self._all_applied_to_us = _microseconds(deliveries[0].received_at) - 1
            return deliveries

    def mark_applied(self, deliveries: Iterable[KeptDelivery]) -> None:
        """They wait no more, but stay in the file until ``forget_applied``."""
        with self._lock:
            self._applied_us.update(_microseconds(delivery.received_at) for delivery in deliveries)

    @property
    def applied(self) -> int:
        """How many applied deliveries are still in the file."""
        return len(self._applied_us)

    def forget_applied(self) -> None:
        """Removes applied deliveries. If it raises StoreError they are applied again later, which changes nothing."""
        with self.connection() as connection:
            applied = sorted(self._applied_us)
            with connection:
                connection.executemany("delete from deliveries where received_us = ?", [(one,) for one in applied])
                connection.execute(
                    "update tally set forgotten = forgotten + ?, forgotten_us = max(forgotten_us, ?)",
                    (len(applied), applied[-1] if applied else 0),
                )
            self._applied_us.difference_update(applied)
            self._note_tally(connection)

    def backlog(self) -> Backlog:
        with self.connection() as connection:
            self._look_for_others(connection)
            since = self._all_applied_to_us
            found = connection.execute("select count(*) from deliveries where received_us > ?", (since,)).fetchone()
            applied = sum(received_us > since for received_us in self._applied_us)
            oldest_us = next((row[0] for row in self._not_applied(connection, "received_us")), None)
        return Backlog(found[0] - applied, None if oldest_us is None else _moment(oldest_us))

    def _not_applied(self, connection: sqlite3.Connection, columns: str) -> Iterator[Any]:
        """Rows in order of receipt, from the first that may not be applied; their first column is the receipt."""
        self._look_for_others(connection)
        sql = f"select {columns} from deliveries where received_us > ? order by received_us"  # noqa: S608
        rows = connection.execute(sql, (self._all_applied_to_us,))
        return (row for row in rows if row[0] not in self._applied_us)

    def _look_for_others(self, connection: sqlite3.Connection) -> None:
        """Another process may have kept a delivery among those that were applied: then all are looked through."""
        (version,) = connection.execute("pragma data_version").fetchone()
        if version != self._others_version:
            self._others_version, self._all_applied_to_us = version, 0

    def add_refusals(self, day: date, refused: Mapping[str, RefusalCount]) -> None:
        """Adds to the counts by day and reason; nothing else of a refused delivery is kept."""
        rows = [(day.isoformat(), one.reason, one.count, _microseconds(one.last_at)) for one in refused.values()]
        with self.connection() as connection, connection:
            connection.executemany(
                "insert into refusals values (?, ?, ?, ?) on conflict (day, reason) do update set "
                "refused = refused + excluded.refused, last_us = max(last_us, excluded.last_us)",
                rows,
            )

    def refusals(self, since: date) -> list[RefusalCount]:
        with self.connection() as connection:
            rows = connection.execute(
                "select reason, sum(refused), max(last_us) from refusals where day >= ? group by 1 order by 1",
                (since.isoformat(),),
            )
            return [RefusalCount(reason, count, _moment(last_us)) for reason, count, last_us in rows]

    def check_writable(self) -> None:
        """Writes to the file as a delivery would. Raises StoreError."""
        with self.connection() as connection, connection:
            connection.execute("delete from write_checks")
            connection.execute("insert into write_checks values (?)", (_microseconds(self._clock()),))

    def wake(self) -> None:
        """Ends a ``wait`` immediately."""
        self._arrived.set()

    def wait(self, seconds: float) -> bool:
        """Waits until a delivery was saved since the last call; False on timeout."""
        has_arrived = self._arrived.wait(seconds)
        self._arrived.clear()
        return has_arrived

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """Saves pending deliveries, then closes the file."""
        with self._intake_lock:
            self._is_closed = True
            writer = self._writer
        if writer is not None:
            self._pending.put(None)
            writer.join()
        with self._lock:
            self._drop_connection()

    def _begin_writing(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write, name="inbox", daemon=True)
            self._writer.start()

    def _write(self) -> None:
        is_open = True
        while is_open:
            pending_deliveries, is_open = self._collect()
            self._commit([pending for pending in pending_deliveries if pending.kept.set_running_or_notify_cancel()])

    def _collect(self) -> tuple[list[_PendingDelivery], bool]:
        """All pending deliveries, and whether more may follow."""
        pending_deliveries: list[_PendingDelivery] = []
        pending = self._pending.get()
        while pending is not None:
            pending_deliveries.append(pending)
            if len(pending_deliveries) == _MAX_PER_COMMIT or self._pending.empty():
                return pending_deliveries, True
            pending = self._pending.get()
        return pending_deliveries, False

    def _commit(self, pending_deliveries: Sequence[_PendingDelivery]) -> None:
        if not pending_deliveries:
            return
        try:
            received = self._insert(pending_deliveries)
        except Exception as error:  # noqa: BLE001 -- the writer must survive any error; each sender is told
            self.problem = error if isinstance(error, StoreError) else self._store_error(error)
            for pending in pending_deliveries:
                pending.kept.set_exception(self.problem)
            return
        self.problem = None
        self._arrived.set()
        for pending, received_us in zip(pending_deliveries, received, strict=True):
            pending.kept.set_result(_moment(received_us))

    def _insert(self, pending_deliveries: Sequence[_PendingDelivery]) -> list[int]:
        with self.connection() as connection:
            received, last_us = [], self._tally.last_us
            for pending in pending_deliveries:
                last_us = _next_receipt(pending.arrived_at, last_us)
                received.append(last_us)
            rows = zip(received, (pending.raw for pending in pending_deliveries), strict=True)
            with connection:
                connection.executemany("insert into deliveries values (?, ?)", rows)
                connection.execute("update tally set kept = kept + ?", (len(received),))
            self._all_applied_to_us = min(self._all_applied_to_us, received[0] - 1)
            self._tally = replace(self._tally, last_us=last_us)
            self._note_tally(connection)
        return received

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """The file's one connection: within the block nobody else reads or writes."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                if self._path is not None:
                    self._drop_connection()
                raise self._store_error(error) from error

    def _open(self) -> sqlite3.Connection:
        """Opens the file; the first time, what the anchor tells of and the file has not is a loss."""
        anchor = self._anchor
        before = read_tally(anchor) if anchor else None
        connection, harmed, aside = connect_whole(self._path, is_known=before is not None)
        row = connection.execute("select seq from sqlite_sequence where name = 'deliveries'").fetchone()
        self._tally = read_counts(connection, int(row[0]) if row else 0)
        if before is not None:
            (rows,) = connection.execute("select count(*) from deliveries").fetchone()
            self._tally = replace(self._tally, kept=min(self._tally.kept, self._tally.forgotten + rows))
            self._compare(before, harmed, aside)
        return connection

    def _compare(self, before: InboxTally, harmed: str, aside: str) -> None:
        count, since_us = lost_between(before, self._tally)
        if count:
            self.loss = InboxLoss(harmed, aside, count, _moment(since_us), _moment(before.last_us))
        self._tally = replace(self._tally, last_us=max(self._tally.last_us, before.last_us))

    @property
    def _anchor(self) -> Path | None:
        return None if self._path is None else self._path.with_name(f"{self._path.stem}.anchor.json")

    def find_loss(self) -> InboxLoss | None:
        """What the file lost before it was opened; opens it only if it had been there. Raises StoreError."""
        if self._anchor is not None and self._anchor.exists():
            with self.connection():
                pass
        return self.loss

    def forget_loss(self) -> None:
        """The loss was written down elsewhere: the next start finds neither it nor what is older than it."""
        with self.connection() as connection, connection:
            connection.execute("update tally set forgotten_us = max(forgotten_us, ?)", (self._tally.last_us,))
            self.loss = None
            self._note_tally(connection)

    def _note_tally(self, connection: sqlite3.Connection) -> None:
        """Writes the anchor; a loss that was not told yet stays visible in it."""
        self._tally = read_counts(connection, self._tally.last_us)
        if self._anchor is not None:
            untold = self.loss.at_most if self.loss else 0
            write_tally(self._anchor, replace(self._tally, kept=self._tally.kept + untold))

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _store_error(self, error: Exception) -> StoreError:
        path = self._path or MEMORY
        known = file_error(path, str(error))
        next_step = known.next_step if known else "The next delivery is tried again."
        return StoreError(
            f"The inbox {path} cannot be written or read ({error}). "
            "Acknowledged deliveries are safe; new ones are refused, and Bakkt sends them again.",
            title=known.title if known and not isinstance(known, HarmedFileError) else "Events cannot be saved",
            next_step=_MOVE_AWAY if isinstance(known, HarmedFileError) else next_step,
        )


def _next_receipt(arrived_at: datetime, last_us: int) -> int:
    arrived_us = _microseconds(arrived_at)
    if last_us - arrived_us > _MAX_CLOCK_STEP_BACK // _MICROSECOND:
        return arrived_us
    return max(arrived_us, last_us + 1)


def _take_up_to(size: int, rows: Iterable[tuple[int, bytes]]) -> Iterator[KeptDelivery]:
    for received_us, raw in rows:
        yield KeptDelivery(_moment(received_us), raw)
        size -= len(raw)
        if size <= 0:
            return


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
