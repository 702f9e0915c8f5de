"""Runs in the background, one every so many minutes, beside the button: one at a time."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from workbench.domain.errors import BusyError, WorkbenchError
from workbench.store import Store
from workbench.sync.service import SyncService

logger = logging.getLogger(__name__)


class SyncSchedule:
    """Starts a run at each interval, the first when the last run of any process is that old. 0 minutes: none at all."""

    def __init__(self, store: Store, sync: SyncService, interval_minutes: float) -> None:
        self._store = store
        self._sync = sync
        self._interval_seconds = interval_minutes * 60
        self._next_at: datetime | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_starting, name="schedule", daemon=True)

    @property
    def next_at(self) -> datetime | None:
        """When the next run begins by itself; None while none will."""
        return self._next_at

    @property
    def is_running(self) -> bool:
        """Whether it starts runs by itself."""
        return self._thread.is_alive()

    def start(self) -> None:
        if self._interval_seconds:
            self._thread.start()

    def seconds_to_first(self) -> float:
        """A clock that stepped may make the last run seem old or to come: it is at most one interval either way."""
        try:
            runs = self._store.read_rows("sync/runs")
        except WorkbenchError as error:
            logger.error("When the last run was cannot be read: %s", error.message)
            return self._interval_seconds
        started: list[datetime] = [run["started_at"] for run in runs if run["scope"] != "account"]
        if not started:
            return 0.0
        age_seconds = (datetime.now(UTC) - max(started).replace(tzinfo=UTC)).total_seconds()
        return min(max(0.0, self._interval_seconds - age_seconds), self._interval_seconds)

    def close(self, seconds: float = 10.0) -> None:
        self._is_closing.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _keep_starting(self) -> None:
        wait_seconds = self.seconds_to_first()
        self._next_at = datetime.now(UTC) + timedelta(seconds=wait_seconds)
        while not self._is_closing.wait(min(wait_seconds, threading.TIMEOUT_MAX)):
            self._begin_run()
            wait_seconds = self._interval_seconds
            self._next_at = datetime.now(UTC) + timedelta(seconds=wait_seconds)
        self._next_at = None

    def _begin_run(self) -> None:
        """One that is going already, started by a person, does as well."""
        try:
            self._sync.start()
        except BusyError:
            logger.info("A run is going already: the scheduled one is left out.")
