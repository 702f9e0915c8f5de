"""The desk of one process, put together: settings, database, sync, events."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr

from workbench.bakkt.client import BakktClient
from workbench.bakkt.connection import BakktConnection
from workbench.events import ReplayReport, TakenIn, replay_events, take_in
from workbench.events.taking_in import Delivery
from workbench.settings import Settings
from workbench.store import Source, Store
from workbench.sync import SyncOrder, SyncService
from workbench.sync.registry import ImportReport, import_accounts

Connect = Callable[[], BakktClient]

SANDBOX = "the sandbox"


@dataclass(frozen=True, slots=True)
class Desk:
    """What pages and commands work with. ``source`` names the Bakkt behind it in words."""

    settings: Settings
    store: Store
    sync: SyncService
    source: str
    connect: Connect

    @property
    def is_sandbox(self) -> bool:
        return self.settings.is_sandbox

    def import_accounts(self, filename: str, content: bytes, column: str | None = None) -> ImportReport:
        """Registers the ids of a file. Raises InputError; nothing is imported then."""
        return import_accounts(self.store, filename, content, column)

    def replay_events(self, lines: Iterable[bytes]) -> ReplayReport:
        """Takes in an archive of party events. Raises InputError where no line is a delivery."""
        return replay_events(self.store, lines)

    def take_in(self, received_at: datetime, body: object) -> TakenIn:
        """Keeps and applies one delivery."""
        return take_in(self.store, [Delivery(received_at, body)])

    def close(self) -> None:
        """Ends a run that is going, keeping what it read, and closes the database."""
        self.sync.request_stop()
        self.sync.wait(seconds=10)
        self.store.close()


def open_desk(settings: Settings, connect_sandbox: Connect | None = None) -> Desk:
    """Opens the database and puts the settings' targets in force.

    ``connect_sandbox`` reaches the stand-in that serves where no credentials are set.
    Raises SettingsError, StoreError.
    """
    connect = connect_sandbox or _connect_bakkt(settings)
    source = Source(settings.bakkt_base_url or SANDBOX, settings.bakkt_partner_id or "")
    store = Store.open(settings.workbench_database, source)
    store.land_targets(settings.target_hours, settings.link_warning_hours, datetime.now(UTC))
    usual = SyncOrder(final_after_hours=settings.sync_final_after_hours, concurrency=settings.bakkt_concurrency)
    return Desk(settings, store, SyncService(store, connect, usual), source.address, connect)


def _connect_bakkt(settings: Settings) -> Connect:
    connection = BakktConnection(
        settings.bakkt_base_url or "",
        settings.bakkt_api_key or SecretStr(""),
        settings.bakkt_partner_id or "",
        settings.bakkt_authorization,
    )
    return lambda: BakktClient(
        connection,
        requests_per_second=settings.bakkt_requests_per_second,
        concurrency=settings.bakkt_concurrency,
    )
