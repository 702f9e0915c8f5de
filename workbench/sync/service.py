"""The sync of one process: one run at a time, in its own thread, with progress for pages and the command line."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvloop

from workbench.bakkt.client import BakktClient
from workbench.domain.errors import BusyError, WorkbenchError
from workbench.store import Store
from workbench.sync.progress import SyncProgress
from workbench.sync.run import SyncOrder, run_sync

logger = logging.getLogger(__name__)


class SyncService:
    """Starts runs and reports their progress. ``connect`` makes a client for each run."""

    def __init__(self, store: Store, connect: Callable[[], BakktClient], defaults: SyncOrder) -> None:
        self._store = store
        self._connect = connect
        self._defaults = defaults
        self._run_lock = threading.Lock()
        self._is_stop_wanted = threading.Event()
        self._progress: SyncProgress | None = None
        self._error: WorkbenchError | None = None
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        return self._run_lock.locked()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Within the block all is as while a run is going: no other can begin."""
        with self._run_lock:
            yield

    @property
    def error(self) -> WorkbenchError | None:
        """The error that aborted the last background run, or None."""
        return self._error

    def progress(self) -> SyncProgress | None:
        """The current run's progress, else the last one's in this process."""
        return self._progress

    def start(self, *, everything: bool = False, client_account_id: str | None = None) -> None:
        """Starts a run in the background. Raises BusyError if one is going."""
        self._claim_run()
        order = replace(self._defaults, everything=everything, client_account_id=client_account_id)
        self._thread = threading.Thread(target=self._run_in_background, args=(order,), name="sync", daemon=True)
        self._thread.start()

    def run(
        self,
        *,
        everything: bool = False,
        client_account_id: str | None = None,
        watch: Callable[[SyncProgress], None] = lambda _progress: None,
    ) -> SyncProgress:
        """Runs to the end in this thread. Raises BusyError if a run is going, StoreError if nothing can be saved."""
        self._claim_run()
        order = replace(self._defaults, everything=everything, client_account_id=client_account_id)
        return self._run(order, watch)

    def request_stop(self) -> None:
        """Asks the run to stop; what was read so far is saved."""
        self._is_stop_wanted.set()

    def wait(self, seconds: float | None = None) -> None:
        """Waits until the background run is over, or for this many seconds."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _claim_run(self) -> None:
        if not self._run_lock.acquire(blocking=False):
            raise BusyError("A sync is already running.", next_step="Follow it on Data; start another when it is done.")
        self._is_stop_wanted.clear()
        self._error = None
        self._progress = None

    def _run_in_background(self, order: SyncOrder) -> None:
        try:
            self._run(order, lambda _progress: None)
        except WorkbenchError as error:
            self._error = error
            logger.error("The sync was aborted: %s", error.message)

    def _run(self, order: SyncOrder, watch: Callable[[SyncProgress], None]) -> SyncProgress:
        def note(progress: SyncProgress) -> None:
            self._progress = progress
            watch(progress)

        async def pull() -> SyncProgress:
            async with self._connect() as client:
                return await run_sync(client, self._store, order, note, self._is_stop_wanted.is_set)

        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(pull())
        finally:
            self._run_lock.release()
