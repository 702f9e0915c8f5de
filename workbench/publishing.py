"""The published copy of one desk: when it is made and renewed, and which folder it is in."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.access.published_columns import LEFT_OUT, treatment_of
from workbench.domain.errors import WorkbenchError
from workbench.domain.moments import aware
from workbench.store import Store
from workbench.store.published.manifest import Manifest, is_current, read_manifest
from workbench.store.published.publishing import Published

DEFAULT_MINUTES = 15.0

log = logging.getLogger(__name__)


class Publisher:
    """Publishes on request, every ``interval_minutes`` once started (0: never), and for a page that needs a copy."""

    def __init__(self, store: Store, folder: Path, interval_minutes: float, *, is_scheduled: bool) -> None:
        self._store = store
        self.folder = folder
        self._interval = timedelta(minutes=interval_minutes or DEFAULT_MINUTES)
        self._is_scheduled = is_scheduled and interval_minutes > 0
        self._one_at_a_time = threading.Lock()
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publish", daemon=True)

    def publish(self, folder: Path | None = None) -> Published:
        """Raises BusyError if another is publishing there, InputError if the folder cannot be used, StoreError."""
        return self._store.publish(folder or self.folder, treatment_of, LEFT_OUT)

    def copy_in_use(self) -> Manifest:
        """A copy that this version reads: made now if there is none or it is long past its time, else renewed later.

        Raises BusyError, InputError, StoreError if there is none and none can be made.
        """
        with self._one_at_a_time:
            copy = self._current()
            if copy is None:
                self.publish()
            elif self._age_of(copy) > 2 * self._interval:
                self._try_to_publish()
            copy = self._current() or Manifest(())
        if self._age_of(copy) > self._interval and not self._one_at_a_time.locked():
            threading.Thread(target=self._renew, name="publish", daemon=True).start()
        return copy

    def start(self) -> None:
        if self._is_scheduled:
            self._thread.start()

    def close(self, seconds: float = 30.0) -> None:
        self._is_closing.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        if self._one_at_a_time.acquire(timeout=seconds):
            self._one_at_a_time.release()

    def _current(self) -> Manifest | None:
        copy = read_manifest(self.folder)
        is_ours = copy is not None and is_current(copy) and copy.desk == self._store.identity()
        return copy if is_ours else None

    def _age_of(self, copy: Manifest) -> timedelta:
        return timedelta.max if copy.as_of is None else datetime.now(UTC) - aware(copy.as_of)

    def _run(self) -> None:
        copy = self._current()
        wait = max(timedelta(0), self._interval - self._age_of(copy)) if copy else timedelta(0)
        while not self._is_closing.wait(min(wait, self._interval).total_seconds()):
            self._renew()
            wait = self._interval

    def _renew(self) -> None:
        with self._one_at_a_time:
            if not self._is_closing.is_set():
                self._try_to_publish()

    def _try_to_publish(self) -> None:
        """If it fails, the copy before is still there."""
        try:
            self.publish()
        except WorkbenchError as error:
            log.error("The copy could not be published: %s", error.title)
