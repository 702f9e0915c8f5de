"""Scheduled background runs, besides those that people start; one run at a time."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from workbench.domain.errors import BusyError, WorkbenchError
from workbench.domain.moments import aware
from workbench.store import Store
from workbench.sync.service import SyncService

logger = logging.getLogger(__name__)


class SyncSchedule:
    """Starts a run at every interval, counted from the last run of any process. 0 minutes: never.

    ``begins_at_once``: the first run does not wait, because the database has lost what earlier ones read.
    """

    def __init__(
        self, store: Store, sync: SyncService, interval_minutes: float, *, begins_at_once: bool = False
    ) -> None:
        self._store = store
        self._sync = sync
        self._interval_seconds = interval_minutes * 60
        self._begins_at_once = begins_at_once
        self._next_at: datetime | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    @property
    def next_at(self) -> datetime | None:
        """When the next scheduled run starts; None if none is scheduled."""
        return self._next_at

    @property
    def is_running(self) -> bool:
        """Whether it starts runs by itself."""
        return self._thread.is_alive()

    def start(self) -> None:
        if self._interval_seconds:
            self._thread.start()

    def seconds_to_first(self) -> float:
        """Seconds until the first run, between 0 and one interval even if the clock has stepped."""
        if self._begins_at_once:
            return 0.0
        try:
            runs = self._store.read_rows("sync/runs")
        except WorkbenchError as error:
            logger.error("The time of the last run could not be read: %s", error.message)
            return self._interval_seconds
        started: list[datetime] = [run["started_at"] for run in runs if run["scope"] != "account"]
        if not started:
            return 0.0
        age_seconds = (datetime.now(UTC) - aware(max(started))).total_seconds()
        return min(max(0.0, self._interval_seconds - age_seconds), self._interval_seconds)

    def close(self, seconds: float = 10.0) -> None:
        self._is_closing.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        wait_seconds = self.seconds_to_first()
        self._next_at = datetime.now(UTC) + timedelta(seconds=wait_seconds)
        while not self._is_closing.wait(min(wait_seconds, threading.TIMEOUT_MAX)):
            self._begin_run()
            wait_seconds = self._interval_seconds
            self._next_at = datetime.now(UTC) + timedelta(seconds=wait_seconds)
        self._next_at = None

    def _begin_run(self) -> None:
        """Starts a run unless one is already going."""
        try:
            self._sync.start()
        except BusyError:
            logger.info("A run is already going; the scheduled one is skipped.")
