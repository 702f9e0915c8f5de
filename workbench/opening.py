"""Opening the desk of a server: as long as that fails, deliveries are kept and it is tried again."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from workbench.desk import Desk, Intake
from workbench.domain.errors import StoreError, WorkbenchError
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
        self._thread = threading.Thread(target=self._keep_trying, name="opening", daemon=True)

    def start(self) -> None:
        """Opens the desk and starts its background work, or tells why not and goes on trying."""
        if not self._open():
            self._thread.start()

    def close(self) -> None:
        """Closes the desk, or what kept deliveries in its place."""
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._closing.close()
        self._intake.close()

    def _keep_trying(self) -> None:
        while not self._is_stopping.wait(self._try_again_seconds):
            if self._open():
                logger.warning("The database can be opened again.")
                return

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
        desk, sandbox = open_with_sandbox(self._settings, self._intake)
        if sandbox is not None:
            self._closing.callback(sandbox.close)
        self._closing.callback(desk.close)
        self._on_open(desk)
        if sandbox is not None:
            self._closing.callback(sandbox.stop)
            sandbox.start(desk)
        desk.start_background()
