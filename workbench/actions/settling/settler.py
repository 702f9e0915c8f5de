"""The worker that settles actions whose answer was lost as soon as Bakkt can be read again.

It goes on asking for those that count as not sent, more rarely, in case they arrived late. Nothing is sent again. A
person settles link requests and KYB triggers, because reading Bakkt cannot tell. It also writes down which actions have
lapsed that waited for a second person.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import uvloop

from workbench.access.policy import Act
from workbench.actions.lost_answers import DoubtfulAction, doubtful_actions
from workbench.actions.performing import Actions
from workbench.actions.second_person import settle_lapsed
from workbench.actions.settling.rejected_later import ReviewWatch
from workbench.actions.settling.settling import Reader, settle, unknown_actions
from workbench.actions.settling.stored import settle_from_stored
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktDenied, BakktError, BakktUnreachable
from workbench.bakkt.wire.retries import PauseAfterFailures
from workbench.domain.backoff import Backoff
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord

SECONDS_BETWEEN_CHECKS = 0.1
"""How soon a read-back in progress is cancelled when the workbench closes."""
_DELAY = Backoff(first=3.0, longest=12.0)
_BACKOFF = Backoff(first=3.0, longest=24.0)

logger = logging.getLogger(__name__)

OnEffect = Callable[[Iterable[str]], None]


def _ignore(_client_account_ids: Iterable[str]) -> None:
    return


@dataclass(frozen=True, slots=True)
class SettlerPace:
    """How often each open action is read back: soon at first, then less often.

    ``delay`` is between two looks at one action, ``backoff`` after failures. Both stay well under a minute, so that an
    action is settled within a minute of Bakkt answering again. ``seconds_between_late_looks``: for actions that count
    as not sent.
    """

    seconds_between_rounds: float = 1.0
    delay: Backoff = _DELAY
    backoff: Backoff = _BACKOFF
    seconds_between_late_looks: float = 600.0


@dataclass(frozen=True, slots=True)
class SettlerState:
    """A snapshot of the worker; ``paused_because`` says why it is paused, or None."""

    settled: int
    paused_because: str | None


class Settler:
    """One worker in its own thread. ``on_effect`` receives the accounts that a settled action changed."""

    def __init__(
        self,
        actions: Actions,
        readers: Mapping[ActionKind, Reader],
        on_effect: OnEffect = _ignore,
        pace: SettlerPace = SettlerPace(),
    ) -> None:
        self._actions = actions
        self._readers = readers
        self._on_effect = on_effect
        self._pace = pace
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="settler", daemon=True)
        self._looks: dict[str, int] = {}
        self._next_look_at: dict[str, float] = {}
        self._review_watch = ReviewWatch(actions)
        self._doubtful: list[DoubtfulAction] = []
        self._read_at: dict[str, datetime | None] = {}
        self._data_version: int | None = None
        self._settled = 0
        self._pause = PauseAfterFailures("Settling by read-back", pace.backoff)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def state(self) -> SettlerState:
        return SettlerState(self._settled, self._pause.reason)

    def close(self, seconds: float = 10.0) -> None:
        """Cancels the read-back in progress; open actions stay open for the next start."""
        self._is_closing.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._is_closing.wait(self._pace.seconds_between_rounds):
            if self._pause.seconds_left:
                continue
            try:
                self._settle_due()
            except Exception as error:  # noqa: BLE001 -- the worker must survive unexpected errors
                self._pause.record_failure(error)

    def _settle_due(self) -> None:
        settle_lapsed(self._actions)
        self._settle_stored()
        records = self._due()
        if records:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._until_closed(records))

    def _settle_stored(self) -> None:
        """Settles what new readings show, each action once for each reading of its account."""
        version = self._actions.store.data_version
        if version == self._data_version:
            return
        self._review_watch.look()
        self._doubtful, self._data_version = doubtful_actions(self._actions), version
        read_at = {one.action_id: one.read_at for one in self._doubtful}
        for one in self._doubtful:
            if one.was_read_since and self._read_at.get(one.action_id) != one.read_at:
                self._settle_one_stored(one)
        self._read_at = read_at

    def _settle_one_stored(self, doubtful: DoubtfulAction) -> None:
        try:
            settled = settle_from_stored(self._actions, doubtful)
        except (KeyError, TypeError, ValueError) as error:  # the message may quote the payload, so log the type only
            logger.error("Action %s could not be compared: %s", doubtful.action_id, type(error).__name__)
            return
        if settled is not None:
            self._note(settled[0], settled[1].outcome)

    def _late(self) -> list[ActionRecord]:
        """Actions that count as not sent and might still arrive."""
        now = self._actions.now()
        ids = [one.action_id for one in self._doubtful if one.kind in self._readers and one.may_arrive_late(now)]
        found = map(self._actions.store.find_action, ids)
        return [record for record in found if record is not None and record.outcome is Outcome.NOT_SENT]

    def _due(self) -> list[ActionRecord]:
        """Actions that are due, longest waiting first, so that one failing action does not hold up the others."""
        records = [*unknown_actions(self._actions, self._readers), *self._late()]
        open_ids, now = {record.action_id for record in records}, time.monotonic()
        self._looks = {key: count for key, count in self._looks.items() if key in open_ids}
        self._next_look_at = {key: at for key, at in self._next_look_at.items() if key in open_ids}
        if not open_ids:
            self._pause.record_success()
        due = [record for record in records if self._next_look_at.get(record.action_id, 0.0) <= now]
        return sorted(due, key=lambda record: self._next_look_at.get(record.action_id, 0.0))

    async def _until_closed(self, records: list[ActionRecord]) -> None:
        settling = asyncio.create_task(self._settle_each(records))
        while not settling.done():
            await asyncio.wait({settling}, timeout=SECONDS_BETWEEN_CHECKS)
            if self._is_closing.is_set():
                settling.cancel()
        if not settling.cancelled():
            settling.result()

    async def _settle_each(self, records: list[ActionRecord]) -> None:
        """Reads them back one by one until Bakkt turns out to be unavailable."""
        async with self._actions.connect_for(Act.SETTLE_ACTION) as client:
            for record in records:
                self._schedule_next_look(record)
                if not await self._settle_one(record, client):
                    return

    def _schedule_next_look(self, record: ActionRecord) -> None:
        looks = self._looks[record.action_id] = self._looks.get(record.action_id, 0) + 1
        is_late = record.outcome is Outcome.NOT_SENT
        delay = self._pace.seconds_between_late_looks if is_late else self._pace.delay.after(looks)
        self._next_look_at[record.action_id] = time.monotonic() + delay

    async def _settle_one(self, record: ActionRecord, client: BakktClient) -> bool:
        """Settles one action if possible; False if Bakkt is unavailable."""
        try:
            with client.availability.asking():
                settlement = await settle(self._actions, self._readers[record.kind], record, client)
        except (BakktUnreachable, BakktDenied) as error:
            self._pause.record_failure(error)
            return False
        except BakktError as error:
            logger.warning("Action %s could not be read back: %s", record.action_id, error.title)
            return True
        except (KeyError, TypeError, ValueError) as error:  # the message may quote the payload, so log the type only
            logger.error("Action %s could not be settled: %s", record.action_id, type(error).__name__)
            return True
        self._pause.record_success()
        if settlement is not None:
            self._note(record, settlement.outcome)
        return True

    def _note(self, record: ActionRecord, outcome: Outcome) -> None:
        self._settled += 1
        logger.info("%s of %s settled: %s", record.kind, record.client_account_id, outcome)
        if outcome is Outcome.ACCEPTED:
            self._on_effect([record.client_account_id])
