"""Asking Bakkt again while it is away, so that pages say so no longer than it is true."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import uvloop

from workbench.bakkt.availability import Availability
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktError, BakktNotFound

UNKNOWN_ACCOUNT_ID = "workbench-probe"
"""An id that no account has: a 404 shows that Bakkt answers, and costs it little."""
SECONDS_BETWEEN_PROBES = 20.0
UNSURE_AFTER_SECONDS = 60.0
SECONDS_BETWEEN_CHECKS = 0.1

logger = logging.getLogger(__name__)


async def ask_for_nobody(client: BakktClient) -> None:
    """Makes the three reads of an account, for an id that does not exist. Raises BakktError unless each is answered."""
    with client.availability.asking():
        for read in (client.fetch_account, client.fetch_account_status, client.fetch_account_documents):
            with suppress(BakktNotFound):
                await read(UNKNOWN_ACCOUNT_ID)


class Probe:
    """One worker in its own thread: it asks while Bakkt is away, and when a form was opened long after any answer."""

    def __init__(
        self,
        availability: Availability,
        connect: Callable[[], BakktClient],
        seconds_between_probes: float = SECONDS_BETWEEN_PROBES,
    ) -> None:
        self._availability = availability
        self._connect = connect
        self._seconds_between_probes = seconds_between_probes
        self._is_wanted = threading.Event()
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="probe", daemon=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def ask_if_unsure(self) -> None:
        """Asks soon, in the background, unless Bakkt was asked within the last minute."""
        seconds = self._availability.seconds_since_asked
        if seconds is None or seconds > UNSURE_AFTER_SECONDS:
            self._is_wanted.set()

    def close(self, seconds: float = 10.0) -> None:
        """Cancels the question in progress and ends the thread."""
        self._is_closing.set()
        self._is_wanted.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._is_closing.is_set():
            is_wanted = self._is_wanted.wait(self._seconds_between_probes)
            self._is_wanted.clear()
            if not self._is_closing.is_set() and (is_wanted or self._availability.away):
                self._ask()

    def _ask(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._ask_until_closed())
        except BakktError as error:
            logger.info("Bakkt was asked whether it answers: %s", error.message)
        except Exception as error:  # noqa: BLE001 -- the worker must survive unexpected errors
            logger.error("Asking whether Bakkt answers failed: %s", type(error).__name__)

    async def _ask_until_closed(self) -> None:
        async with self._connect() as client:
            asking = asyncio.create_task(ask_for_nobody(client))
            while not asking.done():
                await asyncio.wait({asking}, timeout=SECONDS_BETWEEN_CHECKS)
                if self._is_closing.is_set():
                    asking.cancel()
            if not asking.cancelled():
                asking.result()
