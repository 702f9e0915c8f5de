"""Applying deliveries from the inbox: one thread, in order of receipt; one that fails holds up no other."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from workbench.domain.backoff import Backoff
from workbench.domain.errors import StoreError, WorkbenchError
from workbench.events.inbox import Inbox, KeptDelivery
from workbench.events.ingestion import Delivery, ingest, read_delivery, set_aside
from workbench.store import Store

OnApplied = Callable[[Sequence[str], int], object]

MAX_TRIES_ALONE = 3
"""How often a delivery that the database refuses is tried on its own before it is set aside."""
CATCH_UP_SECONDS = 3.0
"""How long a confirmed action waits for events received before it."""
FOLD_AFTER_DELIVERIES = 5000
FOLD_AFTER_SECONDS = 120.0
"""So many applied deliveries, or for so long, stay in the inbox before the database is checkpointed."""
_MAX_FAILURES_IN_A_ROW = 10
_BACKOFF = Backoff(first=0.5, longest=30.0)
_IDLE_SECONDS = 5.0

logger = logging.getLogger(__name__)


def _ignore(client_account_ids: Sequence[str], counted: int) -> None:
    del client_account_ids, counted


class Applier:
    """Moves deliveries from the inbox to the store. A crash only repeats some, which changes nothing.

    They leave the inbox once the database has them in its own file: after a checkpoint, which takes up to half a second
    on a large desk, so one is made for many of them.
    A batch that fails is applied one by one. A delivery that fails on its own is set aside with the error type and can
    be replayed. If the database fails, deliveries stay in the inbox and are retried with backoff. A delivery that it
    refuses three times on its own, while it accepts setting that one aside, is itself at fault and is set aside.
    """

    def __init__(self, store: Store, inbox: Inbox, on_applied: OnApplied = _ignore) -> None:
        self._store = store
        self._inbox = inbox
        self._on_applied = on_applied
        self._tries: dict[datetime, int] = {}
        self._folded_at = -math.inf
        self._apply_lock = threading.Lock()
        self._has_applied = threading.Condition()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="applier", daemon=True)
        self.problem: WorkbenchError | None = None
        """Why nothing can be applied now, or None."""

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stops after the current batch; waiting deliveries stay in the inbox."""
        self._is_stopping.set()
        self._inbox.wake()
        if self._thread.is_alive():
            self._thread.join()
        self.fold()

    def apply_waiting(self) -> int:
        """Applies waiting deliveries in this thread; returns how many wait no more. Stops if the database fails."""
        applied = 0
        with self._apply_lock:
            while batch := self._inbox.waiting():
                done = self._apply(batch)
                applied += done
                if done < len(batch) or self._is_stopping.is_set():
                    return applied
            self.problem = None
        return applied

    def fold(self) -> None:
        """Checkpoints the database and removes applied deliveries from the inbox; if that fails, they stay."""
        with self._apply_lock:
            self._folded_at = time.monotonic()
            try:
                if self._inbox.applied and self._store.checkpoint():
                    self._inbox.forget_applied()
            except StoreError as error:
                logger.warning("Applied deliveries stay in the inbox for now: %s", error.title)

    def _is_fold_due(self) -> bool:
        """The first time, deliveries that an earlier process left may be among those that were applied."""
        age_seconds = time.monotonic() - self._folded_at
        return self._inbox.applied > 0 and (
            age_seconds >= FOLD_AFTER_SECONDS or self._inbox.applied >= FOLD_AFTER_DELIVERIES
        )

    def catch_up(self, seconds: float = CATCH_UP_SECONDS) -> bool:
        """Waits until everything received before this call is applied; False on timeout."""
        asked_at, ends_at = datetime.now(UTC), time.monotonic() + seconds
        with self._has_applied:
            while self._is_behind(asked_at):
                if not self._has_applied.wait(ends_at - time.monotonic()):
                    return not self._is_behind(asked_at)
        return True

    def _is_behind(self, moment: datetime) -> bool:
        """Whether a delivery received by then still waits; False if the inbox cannot be read."""
        try:
            oldest = self._inbox.backlog().oldest_received_at
        except StoreError:
            return False
        return oldest is not None and oldest <= moment

    def _run(self) -> None:
        failures_in_a_row = 0
        while not self._is_stopping.is_set():
            try:
                self.apply_waiting()
                if self._is_fold_due():
                    self.fold()
            except Exception as error:  # noqa: BLE001 -- later deliveries must be applied even if these failed
                self._report_problem(error)
            if self.problem is None:
                failures_in_a_row = 0
                self._inbox.wait(_IDLE_SECONDS)
            else:
                failures_in_a_row += 1
                self._is_stopping.wait(_BACKOFF.after(failures_in_a_row))

    def _apply(self, batch: Sequence[KeptDelivery]) -> int:
        """Applies or sets aside the deliveries of a batch; returns how many."""
        done = list(batch) if self._try(batch) is None else list(self._one_by_one(batch))
        self._inbox.mark_applied(done)
        for kept in done:
            self._tries.pop(kept.received_at, None)
        with self._has_applied:
            self._has_applied.notify_all()
        return len(done)

    def _one_by_one(self, batch: Sequence[KeptDelivery]) -> Iterator[KeptDelivery]:
        """The deliveries that were applied or set aside; stops after many database failures in a row."""
        failures_in_a_row = 0
        for kept in batch:
            if self._apply_alone(kept):
                failures_in_a_row = 0
                yield kept
            else:
                failures_in_a_row += 1
            if failures_in_a_row == _MAX_FAILURES_IN_A_ROW:
                return

    def _apply_alone(self, kept: KeptDelivery) -> bool:
        failure = self._try([kept])
        if failure is None:
            return True
        tries = self._tries[kept.received_at] = self._tries.get(kept.received_at, 0) + 1
        if isinstance(failure, StoreError) and tries < MAX_TRIES_ALONE:
            self._report_problem(failure)
            return False
        return self._set_aside(kept, failure)

    def _set_aside(self, kept: KeptDelivery, failure: Exception) -> bool:
        delivery = read_delivery(kept.received_at, kept.raw)
        reason = f"could not be applied ({type(failure).__name__})"
        aside = set_aside(delivery, reason) if isinstance(delivery, Delivery) else delivery
        try:
            self._store.land_set_aside([aside])
        except StoreError as error:
            self._report_problem(error)
            return False
        logger.error("A delivery could not be applied and was set aside: %s", type(failure).__name__)
        return True

    def _try(self, batch: Sequence[KeptDelivery]) -> Exception | None:
        try:
            taken = ingest(self._store, [read_delivery(kept.received_at, kept.raw) for kept in batch])
        except Exception as error:  # noqa: BLE001 -- one bad delivery must not keep the next from being applied
            return error
        if taken.client_account_ids:
            self._notify(taken.client_account_ids, taken.counted)
        return None

    def _notify(self, client_account_ids: Sequence[str], counted: int) -> None:
        try:
            self._on_applied(client_account_ids, counted)
        except Exception as error:  # noqa: BLE001 -- the events are landed, so a failing listener must not undo that
            logger.error("A listener failed after an event: %s", type(error).__name__)

    def _report_problem(self, error: Exception) -> None:
        if self.problem is None:
            logger.error("Deliveries are waiting because they cannot be applied: %s", _message_of(error))
        self.problem = error if isinstance(error, WorkbenchError) else StoreError(_message_of(error))


def _message_of(error: Exception) -> str:
    return error.message if isinstance(error, WorkbenchError) else f"an internal error ({type(error).__name__})."
