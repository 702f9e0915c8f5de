"""Builds the desk of one process: settings, database, sync, events and background work."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, Self

from pydantic import SecretStr

from workbench.access.acting import Acting, AuditTrail, Person, local_person
from workbench.access.audit_trail import Check, KeptAuditTrail, check_trail
from workbench.access.permitted import Need, in_full, in_words, nothing_more, permitted, permitted_store
from workbench.access.policy import Act
from workbench.access.settings_in_force import note_settings
from workbench.actions import Actions, Settler
from workbench.actions.settling.settling import readers_of
from workbench.bakkt.availability import Availability, Away
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.bakkt.wire.network import trusted_certificates
from workbench.casework.api_tokens import ApiTokens
from workbench.casework.sign_ins import SessionLimits, SignIns
from workbench.domain.errors import StoreError
from workbench.domain.links.links import LINK_LIFE
from workbench.events import (
    Applier,
    Receiver,
    ReplayReport,
    SetAsideReplay,
    WebhookResponse,
    authenticator_of,
    replay_events,
    replay_set_aside,
)
from workbench.events.inbox import Inbox
from workbench.publishing import Publisher
from workbench.registry.importing import (
    ImportReport,
    import_accounts,
    look_at_import,
    register,
    take_import_back,
    take_out,
)
from workbench.registry.tables import Choice
from workbench.registry.understanding import Understanding
from workbench.settings import Settings
from workbench.store import Loss, OnProgress, Source, Store
from workbench.store.facts.registry import ImportTakenBack
from workbench.store.published.publishing import Published
from workbench.sync import SyncOrder, SyncService
from workbench.sync.probing import Probe
from workbench.sync.reading_back import SHARE_BETWEEN_RUNS, SHARE_OF_RATE, ReadBackWorker
from workbench.sync.schedule import SyncSchedule

SANDBOX = "the sandbox"

_SEE = Need(Act.SEE_LISTS)
_SYNC = Need(Act.SYNC, lambda client_account_id=None, **_: client_account_id or "")
SYNC_NEEDS = {
    **dict.fromkeys(("is_running", "error", "progress", "wait"), _SEE),
    **dict.fromkeys(("start", "run"), _SYNC),
    "request_stop": Need(Act.SYNC, nothing_more),
}
RECEIVER_NEEDS = {"state": _SEE}
AVAILABILITY_NEEDS = {"away": _SEE}
BACKGROUND_NEEDS: Mapping[str, Mapping[str, Need]] = {
    "applier": {"problem": _SEE},
    "read_back": {"state": _SEE, "mark_due": Need(Act.SYNC, ", ".join)},
    "schedule": {"next_at": _SEE},
    "settler": {"state": _SEE},
    "probe": {"ask_if_unsure": _SEE},
}
PUBLISHER_NEEDS = {
    "folder": _SEE,
    "copy_in_use": Need(Act.ASK_SQL, in_words("run a statement")),
    "publish": Need(Act.PUBLISH, nothing_more),
}
SIGN_INS_NEEDS = dict.fromkeys(("end_sessions", "remove", "let_in_again"), Need(Act.MANAGE_PEOPLE))
API_TOKENS_NEEDS = dict.fromkeys(("make", "revoke"), Need(Act.MANAGE_PEOPLE))
"""What a person needs for the parts of a desk that serve everybody. Nobody receives deliveries or starts the work."""

logger = logging.getLogger(__name__)


class Connect(Protocol):
    """Makes a Bakkt client that may use ``share`` of the request rate."""

    def __call__(self, share: float = 1.0) -> BakktClient: ...


@dataclass(frozen=True, slots=True)
class BackgroundWork:
    """The background work while the server runs; nothing runs before ``start``."""

    applier: Applier
    read_back: ReadBackWorker
    schedule: SyncSchedule
    settler: Settler
    probe: Probe
    publisher: Publisher
    note_settings: Callable[[], object]

    def acted_by(self, acting: Acting) -> Self:
        """The same for one person, who sees how the parts are and can have accounts read back."""
        parts = {name: permitted(getattr(self, name), acting, needs) for name, needs in BACKGROUND_NEEDS.items()}
        return permitted(replace(self, **parts), acting, dict.fromkeys(BACKGROUND_NEEDS, _SEE))

    def start(self) -> None:
        self.note_settings()
        self.applier.start()
        self.read_back.start()
        self.settler.start()
        self.schedule.start()
        self.probe.start()
        self.publisher.start()

    def close(self) -> None:
        self.publisher.close()
        self.schedule.close()
        self.probe.close()
        self.settler.close()
        self.applier.close()
        self.read_back.close()


@dataclass(frozen=True, slots=True)
class Intake:
    """What receives deliveries and keeps them on disk, which needs no open database."""

    inbox: Inbox
    receiver: Receiver

    @classmethod
    def of(cls, settings: Settings, database: Path | None = None) -> Self:
        inbox = Inbox.beside(database or settings.workbench_database)
        return cls(inbox, Receiver(inbox, authenticator_of(settings)))

    @property
    def is_closed(self) -> bool:
        return self.inbox.is_closed

    def close(self) -> None:
        self.receiver.close()
        self.inbox.close()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that pages and commands use, for the person who is ``acting``.

    ``source`` names the Bakkt it talks to. What everybody does is kept in ``trail``. ``sign_ins`` is None without
    sign-in.
    """

    settings: Settings
    store: Store
    sync: SyncService
    source: str
    connect: Connect
    availability: Availability
    inbox: Inbox
    receiver: Receiver
    background: BackgroundWork
    actions: Actions
    acting: Acting
    trail: AuditTrail
    sign_ins: SignIns | None
    api_tokens: ApiTokens

    def acted_by(self, person: Person) -> Self:
        """The desk for one person, who can use of it what their role may: it is asked wherever something is done."""
        acting = Acting(person, self.trail)
        return replace(
            self,
            store=permitted_store(self.store, acting),
            sync=permitted(self.sync, acting, SYNC_NEEDS),
            connect=permitted(self.connect, acting, {}),
            availability=permitted(self.availability, acting, AVAILABILITY_NEEDS),
            inbox=permitted(self.inbox, acting, {}),
            receiver=permitted(self.receiver, acting, RECEIVER_NEEDS),
            background=in_full(self.background).acted_by(acting),
            actions=self.actions.acted_by(acting),
            acting=acting,
            sign_ins=self.sign_ins and permitted(self.sign_ins, acting, SIGN_INS_NEEDS),
            api_tokens=permitted(self.api_tokens, acting, API_TOKENS_NEEDS),
        )

    def check_audit_trail(self, since: int = 1) -> Check:
        """Checks every row of the audit trail from this number on. Raises NotAllowedError, StoreError."""
        self.acting.begin(Act.SEE_AUDIT_TRAIL, "check")
        return check_trail(in_full(self.store).audit, since)

    def begin_audit_trail_again(self) -> None:
        """Makes a new key for the audit trail. Raises InputError if it has one, NotAllowedError, StoreError."""
        self.acting.require(Act.SEE_AUDIT_TRAIL)
        KeptAuditTrail(in_full(self.store).audit).begin_again(self.acting.person)

    @property
    def actor(self) -> str:
        """The name that is recorded with what the person does."""
        return self.acting.person.name

    @property
    def author(self) -> str:
        """Whose statements and questions the person reads and writes."""
        return self.acting.person.author

    @property
    def has_sign_in(self) -> bool:
        """Whether people sign in; else one local person acts."""
        return self.sign_ins is not None

    @property
    def is_sandbox(self) -> bool:
        return self.settings.is_sandbox

    @property
    def publisher(self) -> Publisher:
        return permitted(in_full(self.background).publisher, self.acting, PUBLISHER_NEEDS)

    def publish(self, folder: Path | None = None) -> Published:
        """Publishes a copy without personal data: to PUBLISH_FOLDER, or beside the database, if no folder is given.

        Raises NotAllowedError, BusyError, InputError, StoreError.
        """
        return self.publisher.publish(folder)

    def import_accounts(self, filename: str, content: bytes, column: str | None = None) -> ImportReport:
        """Imports the account ids of a file without a look first. If it raises InputError, nothing was imported."""
        return import_accounts(self.store, filename, content, column)

    def look_at_import(self, filename: str, content: bytes, choice: Choice | None = None) -> Understanding:
        """What a file of account ids is understood to hold; registers nothing. Raises InputError."""
        return look_at_import(self.store, filename, content, choice or Choice())

    def register(self, understood: Understanding) -> ImportReport:
        """Registers account ids as they were understood."""
        return register(self.store, understood, self.actor)

    def take_out(self, client_account_ids: Sequence[str], reason: str) -> Sequence[str]:
        """Takes ids out of the registry; returns those that were in it. Raises InputError."""
        return take_out(self.store, client_account_ids, self.actor, reason)

    def take_import_back(self, import_id: str, reason: str) -> ImportTakenBack:
        """Takes out the ids that an import alone has named. Raises InputError."""
        return take_import_back(self.store, import_id, self.actor, reason)

    def replay_events(self, lines: Iterable[bytes]) -> ReplayReport:
        """Replays an archive of party events. Raises NotAllowedError, InputError if no line is a delivery."""
        with self.acting.doing(Act.REPLAY_EVENTS, "an archive"):
            return replay_events(self.store, lines)

    def replay_set_aside(self) -> SetAsideReplay:
        """Processes again the deliveries that were set aside. Raises NotAllowedError, StoreError."""
        with self.acting.doing(Act.REPLAY_EVENTS, "set aside"):
            return replay_set_aside(self.store)

    def receive(self, headers: Mapping[str, str], body: bytes, path_secret: str | None = None) -> WebhookResponse:
        """Receives one delivery as the webhook does: authenticated and on disk before it is answered."""
        return self.receiver.receive(headers, body, path_secret)

    def start_background(self) -> None:
        """Starts applying events, reading accounts back, settling lost answers and syncing on schedule."""
        self.background.start()

    def close(self) -> None:
        """Stops all background work, keeping what was received, and closes the database."""
        self.receiver.close()
        self.background.close()
        self.sync.request_stop()
        self.sync.wait(seconds=10)
        self.actions.close(seconds=10)
        self.inbox.close()
        self.store.close()


def open_own_desk(
    settings: Settings,
    connect_sandbox: Connect | None = None,
    *,
    intake: Intake | None = None,
    sets_harmed_aside: bool = True,
    on_progress: OnProgress = lambda _done, _all: None,
) -> Desk:
    """Opens the database, stores the targets from the settings and makes good what a harmed file lost.

    ``connect_sandbox`` connects to the sandbox, which is used if no credentials are set. ``intake`` has kept
    deliveries while the database could not be opened. Without ``sets_harmed_aside``, a damaged database is an error
    and left as it is. ``on_progress`` is told how many accounts of an earlier version have come forward, and of how
    many. Raises SettingsError, StoreError.
    """
    settings = settings.at_speed()
    connect = connect_sandbox or _connect_bakkt(settings)
    source = Source(settings.bakkt_base_url or _sandbox_at(settings.speed), settings.bakkt_partner_id or "")
    store = Store.open(
        settings.workbench_database,
        source,
        sets_harmed_aside=sets_harmed_aside,
        memory_mb=settings.database_memory_mb,
        on_progress=on_progress,
    )
    store.land_targets(settings.target_hours, settings.link_warning_hours, datetime.now(UTC), settings.speed)
    desk = build_desk(store, settings, connect, source.address, intake)
    _write_down_losses(desk)
    return desk


def _write_down_losses(desk: Desk) -> None:
    """After harm: applies what the inbox still has, then counts what is missing. Without harm it does nothing."""
    with suppress(StoreError):  # an inbox that cannot be read is told of wherever it is used
        lost = desk.inbox.find_loss()
        if desk.store.loss is not None or lost is not None:
            desk.background.applier.apply_waiting()
        if lost is not None:
            loss = Loss(lost.harmed, lost.set_aside, lost.since, lost.until)
            desk.store.land_delivery_loss(loss, lost.at_most, datetime.now(UTC))
            desk.background.applier.fold()
            desk.inbox.forget_loss()
    if desk.background.applier.problem is None:
        desk.store.count_missing()


def build_desk(
    store: Store, settings: Settings, connect: Connect, source: str = SANDBOX, intake: Intake | None = None
) -> Desk:
    """The desk on an open store, with nothing started."""
    intake = intake or Intake.of(settings, store.path)
    inbox = intake.inbox
    availability = _remembered_availability(store)
    connect = _telling(availability, connect)
    default_order = SyncOrder(final_after_hours=settings.sync_final_after_hours, concurrency=settings.bakkt_concurrency)
    sync = SyncService(store, lambda: connect(1 - SHARE_OF_RATE if read_back.is_running else 1.0), default_order)
    read_back = ReadBackWorker(
        store, connect, share_now=lambda: SHARE_OF_RATE if sync.is_running else SHARE_BETWEEN_RUNS
    )
    applier = Applier(store, inbox, lambda ids, _: read_back.mark_due(ids))
    trail = KeptAuditTrail(store.audit)
    acting = Acting(local_person(settings.actor), trail)
    actions = _actions_of(store, settings, connect, acting, applier, read_back)
    background = BackgroundWork(
        applier,
        read_back,
        SyncSchedule(store, sync, settings.sync_interval_minutes, begins_at_once=store.loss is not None),
        Settler(actions, readers_of(actions), read_back.mark_due),
        Probe(availability, connect),
        _publisher_of(store, settings),
        partial(note_settings, trail, store.audit, settings.as_texts(), Settings.default_texts()),
    )
    return Desk(
        settings=settings,
        store=store,
        sync=sync,
        source=source,
        connect=connect,
        availability=availability,
        inbox=inbox,
        receiver=intake.receiver,
        background=background,
        actions=actions,
        acting=acting,
        trail=trail,
        sign_ins=_sign_ins_of(store, settings, trail),
        api_tokens=ApiTokens(store.api_tokens),
    )


def _actions_of(
    store: Store, settings: Settings, connect: Connect, acting: Acting, applier: Applier, read_back: ReadBackWorker
) -> Actions:
    return Actions(
        store,
        connect,
        acting,
        two_person_rule=settings.two_person_rule,
        clock_margin=settings.clock_margin,
        link_life=LINK_LIFE / settings.speed,
        catch_up=applier.catch_up,
        mark_due=read_back.mark_due,
    )


def _sign_ins_of(store: Store, settings: Settings, trail: AuditTrail) -> SignIns | None:
    rules = settings.sign_in_rules
    if rules is None:
        return None
    limits = SessionLimits(timedelta(minutes=settings.sign_in_idle_minutes), timedelta(hours=settings.sign_in_hours))
    return SignIns(store.people, rules, limits, trail)


def _publisher_of(store: Store, settings: Settings) -> Publisher:
    return Publisher(
        store,
        settings.published_folder,
        settings.publish_interval_minutes,
        is_scheduled=settings.publish_folder is not None,
    )


def _remembered_availability(store: Store) -> Availability:
    """What is known of Bakkt's availability, kept in the database for the next process."""

    def keep(away: Away | None) -> None:
        try:
            store.land_away((away.since, away.reason) if away else None)
        except StoreError as error:
            logger.error("Whether Bakkt answers could not be saved: %s", error.message)

    known = store.read_away()
    return Availability(Away(*known) if known else None, keep)


def _telling(availability: Availability, connect: Connect) -> Connect:
    """Clients that all tell the same place whether Bakkt answers."""

    def connect_telling(share: float = 1.0) -> BakktClient:
        client = connect(share)
        client.availability = availability
        return client

    return connect_telling


def _sandbox_at(speed: float) -> str:
    """Each practice speed is a source of its own, as a database belongs to one source."""
    return SANDBOX if speed == 1 else f"{SANDBOX} at {speed:,g} × speed"


def _connect_bakkt(settings: Settings) -> Connect:
    trusted_certificates()
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
