"""Performing an action: checked and recorded in one transaction, sent exactly once, completed in another."""

import asyncio
import copy
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self

import uvloop

from workbench.access.acting import Acting
from workbench.access.customer_asked_about import with_customer
from workbench.access.permitted import in_full, permitted_store
from workbench.access.policy import ACT_OF_KIND, Act
from workbench.actions.outcomes import completion_of, without_personal_values
from workbench.actions.receipts import Receipt
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktError
from workbench.domain.actions import Blocker, Plan
from workbench.domain.errors import InputError, StoreError, WorkbenchError
from workbench.domain.links.links import LINK_LIFE
from workbench.domain.links.requests import CLOCK_MARGIN
from workbench.domain.second_person import WaitingEnd
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord, Completion, Effects, ReadRows, Settlement, Store

logger = logging.getLogger(__name__)

NO_EFFECTS = Effects()
BLOCKED = "blocked"
"""In the audit trail, the outcome of a request that a rule kept from being sent."""
REPEATED = "repeated"
"""In the audit trail, the outcome of confirming once more what was sent before: nothing was sent again."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """A confirmed plan and how to carry it out.

    ``find_blocker`` checks the rules in the transaction that writes the record. ``recheck`` reads Bakkt
    once more before anything is sent. ``send`` makes exactly one request and may raise BakktError or InputError.
    ``needs_second``: whether the two-person rule is about it, in the same transaction.
    """

    plan: Plan
    find_blocker: Callable[[ReadRows], Blocker | None]
    send: Callable[[BakktClient], Awaitable[Completion]]
    recheck: Callable[[BakktClient], Awaitable[Blocker | None]] | None = None
    needs_second: Callable[[ReadRows], bool] = lambda _: False


@dataclass(slots=True)
class _InFlight:
    """A request without an outcome yet, and the event that its callers wait on."""

    thread: threading.Thread | None = None
    save_error: str = ""
    is_done: threading.Event = field(default_factory=threading.Event)


class Actions:
    """The desk's writes to Bakkt, on behalf of the person who is ``acting``. Every method is thread-safe.

    ``connect`` makes a client for each action. With ``two_person_rule`` some wait until a second person confirms them.
    ``clock_margin`` and ``link_life`` are those of the desk's Bakkt,
    shorter in practice mode. ``catch_up`` waits briefly for events that were received and not applied yet; ``mark_due``
    has accounts read back soon.
    """

    def __init__(
        self,
        store: Store,
        connect: Callable[[], BakktClient],
        acting: Acting,
        *,
        two_person_rule: bool = False,
        clock_margin: timedelta = CLOCK_MARGIN,
        link_life: timedelta = LINK_LIFE,
        now: Callable[[], datetime] = _utc_now,
        catch_up: Callable[[], object] = lambda: None,
        mark_due: Callable[[Sequence[str]], object] = lambda _: None,
    ) -> None:
        self.store = store
        self._connect = connect
        self.acting = acting
        self.two_person_rule = two_person_rule
        self.clock_margin = clock_margin
        self.link_life = link_life
        self.now = now
        self.catch_up = catch_up
        self._mark_due = mark_due
        self._begin_lock = threading.Lock()
        self._in_flight: dict[str, _InFlight] = {}

    def acted_by(self, acting: Acting) -> Self:
        """The same, on behalf of another person."""
        others = copy.copy(self)
        others.acting = acting
        others.store = permitted_store(self.store, acting)
        return others

    @property
    def actor(self) -> str:
        """The name that is recorded with what the person does."""
        return self.acting.person.name

    @property
    def author(self) -> str:
        """Whose drafts the person reads and writes."""
        return self.acting.person.author

    def perform(self, work: Work) -> Receipt:
        """Carries out a confirmed plan once and returns when its outcome is known, or at once if it waits for a second.

        The request runs in its own thread, so closing the page does not end it. A review that was confirmed
        before returns its receipt. Raises NotAllowedError, and StoreError when nothing could be recorded; then nothing
        was sent.
        """
        with self.acting.doing(ACT_OF_KIND[work.plan.kind], work.plan.client_account_id), self._begin_lock:
            begun = self.store.begin_action(
                uuid.uuid4().hex,
                _without_personal_reason(work.plan),
                self.actor,
                self.now(),
                work.find_blocker,
                partial(self._first_of_two, work),
            )
            if isinstance(begun, Blocker):
                self._end(work, BLOCKED)
                return Receipt(None, begun)
            action_id = begun.record.action_id
            in_flight = self._start(work, action_id) if begun.is_sent_now else self._in_flight.get(action_id)
        if not begun.is_sent_now:
            self._end(work, begun.record.outcome if begun.is_new else REPEATED)
        return self._receipt_once_done(begun.record, in_flight, is_repeat=not begun.is_new)

    def confirm_as_second(self, action_id: str, work: Work) -> Receipt:
        """Carries out what another person has confirmed before, once; returns as ``perform`` does.

        Raises NotAllowedError, InputError and StoreError; then nothing was sent.
        """
        act, account = ACT_OF_KIND[work.plan.kind], work.plan.client_account_id
        self.acting.require(act)
        about = with_customer(account, action_id)
        with self.acting.doing(Act.CONFIRM_SECOND, about), self._begin_lock:
            found = self.store.confirm_as_second(action_id, self.acting.person.colleague, self.now(), work.find_blocker)
            if isinstance(found, Blocker):
                self.acting.end(Act.CONFIRM_SECOND, about, BLOCKED)
                return Receipt(None, found)
            self.acting.end(Act.CONFIRM_SECOND, about, WaitingEnd.CONFIRMED)
            in_flight = self._start(work, action_id)
        return self._receipt_once_done(found, in_flight)

    def _first_of_two(self, work: Work, read: ReadRows) -> str | None:
        """Who asks, if the two-person rule is on and about this work."""
        return self.acting.person.subject if self.two_person_rule and work.needs_second(read) else None

    def connect_for(self, act: Act) -> BakktClient:
        """A client for something else that the person does with Bakkt than an action. Raises NotAllowedError."""
        self.acting.require(act)
        return self._connect()

    def read_back(self, record: ActionRecord) -> None:
        """Has an account read from Bakkt within seconds after an action of the person. Raises NotAllowedError."""
        self.acting.require(ACT_OF_KIND[record.kind])
        self._mark_due([record.client_account_id])

    def receipt(self, action_id: str) -> Receipt | None:
        """The receipt of an action, or None if there is no such action."""
        record = self.store.find_action(action_id)
        return Receipt(record) if record else None

    def settle_by_person(
        self, action_id: str, outcome: Outcome, words: str, actor: str | None = None, effects: Effects = NO_EFFECTS
    ) -> Receipt:
        """Settles an unknown action by a person's word, with how they know; its ``effects`` land with it.

        Raises InputError.
        """
        if outcome.is_open:
            raise InputError("Settle the action as accepted, refused or not sent.")
        if not words.strip():
            raise InputError("Say how you know the outcome.")
        settlement = Settlement(outcome, actor or self.actor, without_personal_values(words.strip()), effects)
        record = self.store.find_action(action_id)
        about = with_customer(record.client_account_id, action_id) if record else action_id
        with self.acting.doing(Act.SETTLE_ACTION, about):
            settled = self.store.settle_action(action_id, settlement, self.now())
        self.acting.end(Act.SETTLE_ACTION, about, outcome)
        return Receipt(settled)

    def close(self, seconds: float = 10) -> None:
        """Waits this long for each answer in flight; requests still without one are unknown at the next start."""
        for in_flight in list(self._in_flight.values()):
            in_flight.is_done.wait(seconds)

    def _end(self, work: Work, outcome: str) -> None:
        """Writes into the audit trail how a request turned out that had begun there."""
        self.acting.end(ACT_OF_KIND[work.plan.kind], work.plan.client_account_id, outcome)

    def _receipt_once_done(
        self, begun: ActionRecord, in_flight: _InFlight | None, *, is_repeat: bool = False
    ) -> Receipt:
        if in_flight is not None:
            in_flight.is_done.wait()
        save_error = in_flight.save_error if in_flight else ""
        try:
            record = self.store.find_action(begun.action_id)
        except StoreError:
            record = None
        return Receipt(record or begun, is_repeat=is_repeat, save_error=save_error)

    def _start(self, work: Work, action_id: str) -> _InFlight:
        """Starts the request; its entry leaves ``_in_flight`` once the outcome is known, maybe before this returns."""
        in_flight = self._in_flight[action_id] = _InFlight()
        in_flight.thread = threading.Thread(
            target=self._run, args=(work, action_id, in_flight), name="action", daemon=True
        )
        in_flight.thread.start()
        return in_flight

    def _run(self, work: Work, action_id: str, in_flight: _InFlight) -> None:
        try:
            completion = self._do(work)
            logger.info("%s of %s: %s", work.plan.kind, work.plan.client_account_id, completion.outcome)
            self._end(work, completion.outcome)
            in_full(self.store).complete_action(action_id, completion, self.now())
        except StoreError as error:
            in_flight.save_error = f"The outcome could not be saved: {error.message} {error.next_step}".strip()
            logger.error("The outcome of action %s was not saved: %s", action_id, error.message)
        finally:
            del self._in_flight[action_id]
            in_flight.is_done.set()

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
        async with self._connect() as client:
            blocker = await _recheck(work, client)
            if blocker is not None:
                return Completion(Outcome.NOT_SENT, note=f"{blocker.title}. {blocker.words}")
            with client.availability.asking():
                return await work.send(client)


def _without_personal_reason(plan: Plan) -> Plan:
    """The plan without numbers and links that a person typed into the reason."""
    return replace(plan, reason=without_personal_values(plan.reason.strip()))


async def _recheck(work: Work, client: BakktClient) -> Blocker | None:
    """The recheck's blocker; a recheck that fails is a blocker too."""
    if work.recheck is None:
        return None
    try:
        with client.availability.asking():
            return await work.recheck(client)
    except WorkbenchError as error:
        return Blocker("unread", error.title, error.message, error.next_step)
    except Exception as error:  # noqa: BLE001 -- nothing has been sent yet, whatever went wrong
        logger.error("%s was not sent: %s", work.plan.kind, type(error).__name__)
        return Blocker("failed", "The workbench failed before sending", "Nothing was sent. Please report this.")
