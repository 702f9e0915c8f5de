"""The published copy of one desk: when it is made and renewed, and which folder it is in."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.access.published_columns import LEFT_OUT, treatment_of
from workbench.domain.errors import BusyError, WorkbenchError
from workbench.domain.moments import aware
from workbench.store import Store
from workbench.store.published.manifest import Manifest, is_current, read_manifest
from workbench.store.published.publishing import Published

log = logging.getLogger(__name__)


class Publisher:
    """Publishes on request, every ``interval_minutes`` once started (0: never), and for a page that needs a copy.

    One copy is made at a time; who asks for another waits.
    """

    def __init__(self, store: Store, folder: Path, interval_minutes: float, *, is_scheduled: bool) -> None:
        self._store = store
        self.folder = folder
        self._interval = timedelta(minutes=interval_minutes)
        self._is_scheduled = is_scheduled and interval_minutes > 0
        self._one_at_a_time = threading.Lock()
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publish", daemon=True)

    def publish(self, folder: Path | None = None) -> Published:
        """Raises BusyError if another process is publishing there or the desk closes, InputError, StoreError."""
        with self._one_at_a_time:
            return self._publish(folder or self.folder)

    def copy_in_use(self) -> Manifest:
        """A copy that this version reads: made now if there is none or it is long past its time, else renewed later.

        Raises BusyError, InputError, StoreError if there is none and none can be made.
        """
        copy = self._current()
        if copy is None or self._is_due(copy, intervals=2):
            copy = self._made_or_renewed()
        if self._is_due(copy) and not self._one_at_a_time.locked():
            threading.Thread(target=self._renew, name="publish", daemon=True).start()
        return copy

    def start(self) -> None:
        if self._is_scheduled:
            self._thread.start()

    def close(self, seconds: float = 30.0) -> None:
        """Makes no further copy, and waits for the one that is being made."""
        self._is_closing.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        if self._one_at_a_time.acquire(timeout=seconds):
            self._one_at_a_time.release()

    def _publish(self, folder: Path) -> Published:
        if self._is_closing.is_set():
            raise BusyError("The workbench is stopping.", next_step="Publish when it runs again.")
        return self._store.publish(folder, treatment_of, LEFT_OUT)

    def _made_or_renewed(self) -> Manifest:
        with self._one_at_a_time:
            copy = self._current()  # another thread may have made one meanwhile
            if copy is None:
                self._publish(self.folder)
            elif self._is_due(copy, intervals=2):
                self._try_to_publish()
            return self._current() or Manifest(())

    def _current(self) -> Manifest | None:
        copy = read_manifest(self.folder)
        is_ours = copy is not None and is_current(copy) and copy.desk == self._store.identity()
        return copy if is_ours else None

    def _is_due(self, copy: Manifest, intervals: int = 1) -> bool:
        """Whether the copy is older than this many intervals; never, if renewing is turned off."""
        return self._interval > timedelta(0) and _age_of(copy) > intervals * self._interval

    def _run(self) -> None:
        wait = self._time_left()
        while not self._is_closing.wait(wait.total_seconds()):
            self._renew()
            wait = self._time_left() or self._interval  # nothing is left if publishing failed

    def _time_left(self) -> timedelta:
        """Until the copy is due; nothing if there is none, or it cannot be said whose it is."""
        try:
            copy = self._current()
        except WorkbenchError:
            return timedelta(0)
        age = _age_of(copy) if copy else self._interval
        return min(max(timedelta(0), self._interval - age), self._interval)

    def _renew(self) -> None:
        """Publishes unless that was done while this waited for its turn."""
        with self._one_at_a_time:
            if not self._is_closing.is_set() and not self._time_left():
                self._try_to_publish()

    def _try_to_publish(self) -> None:
        """If it fails, the copy before is still there."""
        try:
            self._publish(self.folder)
        except WorkbenchError as error:
            log.error("The copy could not be published: %s", error.title)


def _age_of(copy: Manifest) -> timedelta:
    return timedelta.max if copy.as_of is None else datetime.now(UTC) - aware(copy.as_of)
