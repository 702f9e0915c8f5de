"""Opening the desk of a server: as long as that fails, deliveries are kept and it is tried again."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Protocol

from workbench.desk import Desk, Intake
from workbench.domain.errors import ComingForwardError, StoreError, WorkbenchError
from workbench.embedded_sandbox import open_with_sandbox
from workbench.settings import Settings

TRY_AGAIN_SECONDS = 15.0

logger = logging.getLogger(__name__)


class OnFailure(Protocol):
    """Is told why the desk is not open, and what keeps deliveries meanwhile."""

    def __call__(self, failure: WorkbenchError, intake: Intake) -> object: ...


class Opening:
    """The desk of one server, opened at once or as soon as its database can be.

    A full disk, a read-only one, missing rights or another process on the file may pass while the server runs.
    """

    def __init__(
        self,
        settings: Settings,
        on_open: Callable[[Desk], object],
        on_failure: OnFailure,
        try_again_seconds: float = TRY_AGAIN_SECONDS,
    ) -> None:
        self._settings = settings
        self._on_open = on_open
        self._on_failure = on_failure
        self._try_again_seconds = try_again_seconds
        self._intake = Intake.of(settings)
        self._closing = ExitStack()
        self._is_stopping = threading.Event()
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="opening", daemon=True)

    def start(self) -> None:
        """Opens the desk and starts its background work, or tells why not and goes on in a thread.

        While a database of an earlier version comes forward, it tells how far that has come.
        """
        self._thread.start()
        self._started.result()

    def close(self) -> None:
        """Closes the desk, or what kept deliveries in its place."""
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._closing.close()
        self._intake.close()

    def _run(self) -> None:
        try:
            is_open = self._open()
        except BaseException as error:  # noqa: BLE001 -- raised again where the opening was started
            self._tell_started(error)
            return
        self._tell_started()
        while not is_open and not self._is_stopping.wait(self._try_again_seconds):
            is_open = self._open()
            if is_open:
                logger.warning("The database can be opened again.")

    def _tell_started(self, error: BaseException | None = None) -> None:
        if self._started.done():
            return
        if error is None:
            self._started.set_result(None)
        else:
            self._started.set_exception(error)

    def _tell_progress(self, done: int, accounts: int) -> None:
        """Also the moment to stop: what has come forward so far comes forward again at the next start."""
        coming = ComingForwardError(
            f"The accounts of an earlier version are being brought forward: {done:,} of {accounts:,}.",
            title="The database is being brought forward",
            next_step="There is nothing to do: this page then shows it.",
        )
        if self._is_stopping.is_set():
            raise coming
        self._on_failure(coming, self._intake)
        self._tell_started()

    def _open(self) -> bool:
        """Whether nothing is left to try: the desk is open, or fails for what only a new start can change."""
        try:
            self._begin()
        except WorkbenchError as error:
            self._closing.close()
            if self._intake.is_closed:
                self._intake = Intake.of(self._settings)
            self._on_failure(error, self._intake)
            return not isinstance(error, StoreError)
        return True

    def _begin(self) -> None:
        desk, sandbox = open_with_sandbox(self._settings, self._intake, self._tell_progress)
        if sandbox is not None:
            self._closing.callback(sandbox.close)
        self._closing.callback(desk.close)
        self._on_open(desk)
        if sandbox is not None:
            self._closing.callback(sandbox.stop)
            sandbox.start(desk)
        desk.start_background()
