"""The desk of one process, put together: settings, database, sync, events, and what goes on by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from pydantic import SecretStr

from workbench.actions import Actions, Settler
from workbench.actions.settling.settling import readers_of
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.domain.links.requests import LINK_LIFE
from workbench.events import Answer, Applier, Receiver, ReplayReport, authenticator_of, replay_events
from workbench.events.inbox import Inbox
from workbench.registry.importing import ImportReport, import_accounts
from workbench.settings import Settings
from workbench.store import Source, Store
from workbench.sync import SyncOrder, SyncService
from workbench.sync.reading_back import SHARE_BETWEEN_RUNS, SHARE_OF_RATE, Corroboration
from workbench.sync.schedule import SyncSchedule

SANDBOX = "the sandbox"


class Connect(Protocol):
    """Makes a client of the desk's Bakkt with that share of the rate of requests."""

    def __call__(self, share: float = 1.0) -> BakktClient: ...


@dataclass(frozen=True, slots=True)
class LiveWork:
    """What goes on by itself while the server runs; nothing of it runs until it is started."""

    applier: Applier
    corroboration: Corroboration
    schedule: SyncSchedule
    settler: Settler

    def start(self) -> None:
        self.applier.start()
        self.corroboration.start()
        self.settler.start()
        self.schedule.start()

    def close(self) -> None:
        self.schedule.close()
        self.settler.close()
        self.applier.close()
        self.corroboration.close()


@dataclass(frozen=True, slots=True)
class Desk:
    """What pages and commands work with. ``source`` names the Bakkt behind it in words."""

    settings: Settings
    store: Store
    sync: SyncService
    source: str
    connect: Connect
    inbox: Inbox
    receiver: Receiver
    live: LiveWork
    actions: Actions

    @property
    def is_sandbox(self) -> bool:
        return self.settings.is_sandbox

    def import_accounts(self, filename: str, content: bytes, column: str | None = None) -> ImportReport:
        """Registers the ids of a file. Raises InputError; nothing is imported then."""
        return import_accounts(self.store, filename, content, column)

    def replay_events(self, lines: Iterable[bytes]) -> ReplayReport:
        """Takes in an archive of party events. Raises InputError where no line is a delivery."""
        return replay_events(self.store, lines)

    def receive(self, headers: Mapping[str, str], body: bytes, path_secret: str | None = None) -> Answer:
        """Takes one delivery as the webhook does: authenticated and on disk before it is answered."""
        return self.receiver.receive(headers, body, path_secret)

    def start_live(self) -> None:
        """Begins to apply what comes in, to read it back, to settle lost answers, and to sync by schedule."""
        self.live.start()

    def close(self) -> None:
        """Ends all that is going, keeping what came, and closes the database."""
        self.receiver.close()
        self.live.close()
        self.sync.request_stop()
        self.sync.wait(seconds=10)
        self.actions.close(seconds=10)
        self.inbox.close()
        self.store.close()


def open_desk(settings: Settings, connect_sandbox: Connect | None = None) -> Desk:
    """Opens the database and puts the settings' targets in force.

    ``connect_sandbox`` reaches the stand-in that serves where no credentials are set.
    Raises SettingsError, StoreError.
    """
    settings = settings.in_force()
    connect = connect_sandbox or _connect_bakkt(settings)
    source = Source(settings.bakkt_base_url or _sandbox_at(settings.speed), settings.bakkt_partner_id or "")
    store = Store.open(settings.workbench_database, source)
    store.land_targets(settings.target_hours, settings.link_warning_hours, datetime.now(UTC), settings.speed)
    return desk_over(store, settings, connect, source.address)


def desk_over(store: Store, settings: Settings, connect: Connect, source: str = SANDBOX) -> Desk:
    """The desk on a store that is open, nothing of it started."""
    inbox = Inbox.beside(store.path)
    usual = SyncOrder(final_after_hours=settings.sync_final_after_hours, concurrency=settings.bakkt_concurrency)
    sync = SyncService(store, lambda: connect(1 - SHARE_OF_RATE if corroboration.is_running else 1.0), usual)
    corroboration = Corroboration(
        store, connect, share_now=lambda: SHARE_OF_RATE if sync.is_running else SHARE_BETWEEN_RUNS
    )
    applier = Applier(store, inbox, lambda ids, _: corroboration.mark_due(ids))
    actions = Actions(
        store,
        connect,
        settings.actor,
        clock_margin=settings.clock_margin,
        link_life=LINK_LIFE / settings.speed,
        catch_up=applier.catch_up,
    )
    live = LiveWork(
        applier,
        corroboration,
        SyncSchedule(store, sync, settings.sync_interval_minutes),
        Settler(actions, readers_of(actions), corroboration.mark_due),
    )
    receiver = Receiver(inbox, authenticator_of(settings))
    return Desk(settings, store, sync, source, connect, inbox, receiver, live, actions)


def _sandbox_at(speed: float) -> str:
    """Practice at another speed is another Bakkt: a database keeps to one."""
    return SANDBOX if speed == 1 else f"{SANDBOX} at {speed:g} times the speed of life"


def _connect_bakkt(settings: Settings) -> Connect:
    connection = BakktConnection(
        settings.bakkt_base_url or "",
        settings.bakkt_api_key or SecretStr(""),
        settings.bakkt_partner_id or "",
        settings.bakkt_authorization,
    )

    def connect(share: float = 1.0) -> BakktClient:
        return BakktClient(
            connection,
            requests_per_second=settings.bakkt_requests_per_second * share,
            concurrency=settings.bakkt_concurrency,
        )

    return connect
