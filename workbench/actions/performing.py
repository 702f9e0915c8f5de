"""Performing an action: checked and recorded in one transaction, sent exactly once, completed in another."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import uvloop

from workbench.actions.outcomes import completion_of, without_personal_values
from workbench.actions.receipts import Receipt
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktError
from workbench.domain.actions import Hindrance, Plan
from workbench.domain.errors import InputError, StoreError
from workbench.domain.links.requests import CLOCK_MARGIN, LINK_LIFE
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord, Brought, Completion, ReadRows, Settlement, Store

logger = logging.getLogger(__name__)

NOTHING_BROUGHT = Brought()

Connect = Callable[[], BakktClient]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """A confirmed plan and how to carry it out.

    ``find_hindrance`` checks the rules in the transaction that writes the record. ``last_look`` reads Bakkt
    once more before anything is sent. ``send`` makes exactly one request and may raise BakktError or InputError.
    """

    plan: Plan
    find_hindrance: Callable[[ReadRows], Hindrance | None]
    send: Callable[[BakktClient], Awaitable[Completion]]
    last_look: Callable[[BakktClient], Awaitable[Hindrance | None]] | None = None


@dataclass(slots=True)
class _UnderWay:
    """A request without an outcome yet, and the event that its callers wait on."""

    thread: threading.Thread | None = None
    trouble: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)


class Actions:
    """The desk's writes to Bakkt. Every method is thread-safe.

    ``connect`` makes a client for each action. ``clock_margin`` and ``link_life`` are those of the desk's Bakkt,
    shorter in practice mode. ``catch_up`` waits briefly for events that were received and not applied yet.
    """

    def __init__(
        self,
        store: Store,
        connect: Connect,
        actor: str,
        *,
        clock_margin: timedelta = CLOCK_MARGIN,
        link_life: timedelta = LINK_LIFE,
        now: Callable[[], datetime] = _utc_now,
        catch_up: Callable[[], object] = lambda: None,
    ) -> None:
        self.store = store
        self.connect = connect
        self.actor = actor
        self.clock_margin = clock_margin
        self.link_life = link_life
        self.now = now
        self.catch_up = catch_up
        self._begin_lock = threading.Lock()
        self._under_way: dict[str, _UnderWay] = {}

    def perform(self, work: Work) -> Receipt:
        """Carries out a confirmed plan once and returns when its outcome is known.

        The request runs in its own thread, so closing the page does not end it. A review that was confirmed
        before returns its receipt. Raises StoreError when nothing could be recorded; then nothing was sent.
        """
        with self._begin_lock:
            begun = self.store.begin_action(
                uuid.uuid4().hex, _clean(work.plan), self.actor, self.now(), work.find_hindrance
            )
            if isinstance(begun, Hindrance):
                return Receipt(None, begun)
            action_id = begun.record.action_id
            if begun.is_new:
                self._start(work, action_id)
            under_way = self._under_way.get(action_id)
        if under_way is not None:
            under_way.is_over.wait()
        return self._receipt(begun.record, is_repeat=not begun.is_new, trouble=under_way.trouble if under_way else "")

    def receipt(self, action_id: str) -> Receipt | None:
        """The receipt of an action, or None if there is no such action."""
        record = self.store.find_action(action_id)
        return Receipt(record) if record else None

    def settle_by_person(
        self, action_id: str, outcome: Outcome, words: str, actor: str | None = None, brought: Brought = NOTHING_BROUGHT
    ) -> Receipt:
        """Settles an unknown action by a person's word, with how they know; its ``brought`` land with it.

        Raises InputError.
        """
        if outcome.is_open:
            raise InputError("Settle the action as accepted, refused or not sent.")
        if not words.strip():
            raise InputError("Say how you know the outcome.")
        settlement = Settlement(outcome, actor or self.actor, without_personal_values(words.strip()), brought)
        return Receipt(self.store.settle_action(action_id, settlement, self.now()))

    def close(self, seconds: float = 10) -> None:
        """Waits this long for each answer in flight; requests still without one are unknown at the next start."""
        for under_way in list(self._under_way.values()):
            under_way.is_over.wait(seconds)

    def _receipt(self, begun: ActionRecord, *, is_repeat: bool, trouble: str) -> Receipt:
        try:
            record = self.store.find_action(begun.action_id)
        except StoreError:
            record = None
        return Receipt(record or begun, is_repeat=is_repeat, trouble=trouble)

    def _start(self, work: Work, action_id: str) -> None:
        under_way = self._under_way[action_id] = _UnderWay()
        under_way.thread = threading.Thread(
            target=self._run, args=(work, action_id, under_way), name="action", daemon=True
        )
        under_way.thread.start()

    def _run(self, work: Work, action_id: str, under_way: _UnderWay) -> None:
        try:
            completion = self._do(work)
            logger.info("%s of %s: %s", work.plan.kind, work.plan.client_account_id, completion.outcome)
            self.store.complete_action(action_id, completion, self.now())
        except StoreError as error:
            under_way.trouble = f"The outcome could not be saved: {error.message} {error.next_step}".strip()
            logger.error("The outcome of action %s was not saved: %s", action_id, error.message)
        finally:
            del self._under_way[action_id]
            under_way.is_over.set()

    def _do(self, work: Work) -> Completion:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(self._send(work))
        except (BakktError, InputError) as error:
            return completion_of(error)
        except Exception as error:  # noqa: BLE001 -- an error of ours must not leave the record without an outcome
            logger.error("%s broke off: %s", work.plan.kind, type(error).__name__)
            return Completion(Outcome.UNKNOWN, note="The workbench failed while waiting for the answer.")

    async def _send(self, work: Work) -> Completion:
        async with self.connect() as client:
            hindrance = await _look(work, client)
            if hindrance is not None:
                return Completion(Outcome.NOT_SENT, note=f"{hindrance.title}. {hindrance.words}")
            return await work.send(client)


def _clean(plan: Plan) -> Plan:
    """The plan without numbers and links that a person typed into the reason."""
    return replace(plan, reason=without_personal_values(plan.reason.strip()))


async def _look(work: Work, client: BakktClient) -> Hindrance | None:
    """The recheck's blocker; a recheck that fails is a blocker too."""
    if work.last_look is None:
        return None
    try:
        return await work.last_look(client)
    except BakktError as error:
        return Hindrance("unread", error.title, error.message, error.next_step)
