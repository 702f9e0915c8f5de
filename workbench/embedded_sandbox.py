"""The embedded sandbox, which the workbench uses when no credentials are set."""

import json
import logging
import secrets
import threading
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.desk import Desk, Intake, open_own_desk
from workbench.domain.errors import StoreError
from workbench.events import HmacSignature, replay_events
from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport
from workbench.settings import Settings
from workbench.store import OnProgress
from workbench.store.engine.failures import file_error

SECONDS_BETWEEN_STEPS = 0.25
KEPT = 200
SANDBOX_ADDRESS = "http://sandbox.invalid"

logger = logging.getLogger(__name__)


class EmbeddedSandbox:
    """A sandbox with its state file next to the database; its time advances while the process runs.

    It delivers events to the desk's receiver as Bakkt does, signed with a secret generated for this process.
    """

    def __init__(self, settings: Settings) -> None:
        database = settings.workbench_database
        self._options = SandboxOptions(
            accounts=settings.sandbox_accounts,
            seed=settings.sandbox_seed,
            speed=settings.speed,
            is_lively=True,
            state_file=database.with_name(f"{database.stem}.sandbox.sqlite"),
        )
        self._signature = HmacSignature((secrets.token_hex(32),))
        self._desk: Desk | None = None
        try:
            self._sandbox = Sandbox(self._options, self._deliver)
        except StoreError as error:
            known = file_error(database.parent, error.message)
            if known is None:
                raise
            raise known from error
        self._check_speed()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run_clock, name="sandbox", daemon=True)

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox itself, for setting what happens at Bakkt."""
        return self._sandbox

    def connect(self, share: float = 1.0) -> BakktClient:  # noqa: ARG002 -- the sandbox has no rate limit to share
        """A client of this sandbox, without network or rate limit."""
        connection = BakktConnection(SANDBOX_ADDRESS, SecretStr(self._options.api_key), self._options.partner_id)
        return BakktClient(connection, transport=SandboxTransport(self._sandbox), requests_per_second=None)

    def fill(self, desk: Desk) -> None:
        """Fills the desk with a registry, an archive of events and a first sync."""
        self.import_past_data(desk)
        desk.sync.run()

    def import_past_data(self, desk: Desk) -> None:
        """Imports the registry and the events that were sent while no desk was listening: nobody's act."""
        registry = self._sandbox.registry()
        if registry:
            desk.import_accounts("registry.jsonl", _lines(registry))
            replay_events(desk.store, _lines(self._sandbox.archive()).splitlines())

    def start(self, desk: Desk) -> None:
        """Imports registry and past events, starts a sync, and delivers events as they happen from now on."""
        self.import_past_data(desk)
        desk.receiver.add_authenticator(self._signature)
        self._desk = desk
        desk.sync.start()
        self._thread.start()

    def stop(self) -> None:
        """Stops the clock: no more events are sent, but requests are still answered."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def close(self) -> None:
        self.stop()
        self._sandbox.close()

    def _check_speed(self) -> None:
        """Raises StoreError if the sandbox has another speed: the desk's targets would not match."""
        if self._sandbox.speed != self._options.speed:
            self._sandbox.close()
            raise StoreError(
                f"{self._options.state_file} is a sandbox with speed {self._sandbox.speed:g}, "
                f"but SANDBOX_SPEED is {self._options.speed:g}.",
                title="This sandbox has another speed",
                next_step="Set WORKBENCH_DATABASE to another path: each speed needs its own database.",
            )

    def _run_clock(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_STEPS):
            self._sandbox.step()

    def _deliver(self, _: datetime, body: dict[str, Any]) -> None:
        """Delivers one event. If the desk cannot save it, the next start replays it from the sandbox's archive."""
        if self._desk is None:
            return
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {name.lower(): value for name, value in self._signature.sign(raw, datetime.now(UTC)).items()}
        answer = self._desk.receive(headers, raw)
        if answer.status_code != KEPT:
            logger.error("A sandbox event was not saved: %d", answer.status_code)


def open_with_sandbox(
    settings: Settings, intake: Intake | None = None, on_progress: OnProgress = lambda _done, _all: None
) -> tuple[Desk, EmbeddedSandbox | None]:
    """The desk, with the embedded sandbox if the settings have no credentials."""
    if not settings.is_sandbox:
        return open_own_desk(settings, intake=intake, on_progress=on_progress), None
    sandbox = EmbeddedSandbox(settings)
    try:
        return open_own_desk(settings, sandbox.connect, intake=intake, on_progress=on_progress), sandbox
    except BaseException:
        sandbox.close()
        raise


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()
