"""The sandbox inside the process: what the workbench runs on while no credentials are set."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from workbench.bakkt.client import BakktClient
from workbench.bakkt.connection import BakktConnection
from workbench.desk import Desk, open_desk
from workbench.domain.errors import StoreError
from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport
from workbench.settings import Settings

SECONDS_BETWEEN_STEPS = 1.0
SANDBOX_ADDRESS = "http://sandbox.invalid"

logger = logging.getLogger(__name__)


class EmbeddedSandbox:
    """A stand-in for Bakkt that lives beside the database and moves on while the process runs."""

    def __init__(self, settings: Settings) -> None:
        database = settings.workbench_database
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._options = SandboxOptions(
            accounts=settings.sandbox_accounts,
            seed=settings.sandbox_seed,
            state_file=database.with_name(f"{database.stem}.sandbox.sqlite"),
        )
        self._take_in: Callable[[datetime, dict[str, Any]], object] | None = None
        self._sandbox = Sandbox(self._options, self._hand_over)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_time, name="sandbox", daemon=True)

    def connect(self) -> BakktClient:
        """A client of this sandbox: no network, no limit of requests."""
        connection = BakktConnection(SANDBOX_ADDRESS, SecretStr(self._options.api_key), self._options.partner_id)
        return BakktClient(connection, transport=SandboxTransport(self._sandbox), requests_per_second=None)

    def fill(self, desk: Desk) -> None:
        """Gives the desk what a company would bring: its registry, its archive of events, and a first sync."""
        self.bring_news(desk)
        desk.sync.run()

    def bring_news(self, desk: Desk) -> None:
        """Brings the registry, and the events that were sent while no desk was listening."""
        registry = self._sandbox.registry()
        if registry:
            desk.import_accounts("registry.jsonl", _lines(registry))
            desk.replay_events(_lines(self._sandbox.archive()).splitlines())

    def start(self, desk: Desk) -> None:
        """Brings the news, begins a sync, and hands events over as they happen from now on."""
        self.bring_news(desk)
        self._take_in = desk.take_in
        desk.sync.start()
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._sandbox.close()

    def _keep_time(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_STEPS):
            self._sandbox.step()

    def _hand_over(self, received_at: datetime, body: dict[str, Any]) -> None:
        """The sandbox keeps its archive: an event that the desk could not keep comes back with the next fill."""
        if self._take_in is None:
            return
        try:
            self._take_in(received_at, body)
        except StoreError as error:
            logger.error("An event of the sandbox was not kept: %s", error.message)


def open_with_sandbox(settings: Settings) -> tuple[Desk, EmbeddedSandbox | None]:
    """The desk, with the embedded sandbox behind it where the settings have no credentials."""
    if not settings.is_sandbox:
        return open_desk(settings), None
    sandbox = EmbeddedSandbox(settings)
    try:
        return open_desk(settings, sandbox.connect), sandbox
    except BaseException:
        sandbox.close()
        raise


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()
