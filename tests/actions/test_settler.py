"""A lost response is settled automatically once Bakkt can be read, without flooding Bakkt or bothering anyone."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.action_work import lost, seen
from tests.support.link_harness import LinkHarness
from tests.support.people import acting_as
from tests.support.running import PATIENCE_SECONDS, until
from tests.support.sync_harness import FAST_RETRIES
from tests.support.tables import select
from workbench.actions import Actions, Settler
from workbench.actions.settling.settler import SettlerPace
from workbench.actions.settling.settling import SETTLED_BY_READING, Reader, readers_of, settle_by_person
from workbench.bakkt.client import BakktClient
from workbench.desk import build_desk
from workbench.domain.backoff import Backoff
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.sandbox.api.faults import FaultRule
from workbench.settings import read_settings
from workbench.store import ActionRecord, Settlement

QUICK = SettlerPace(0.01, Backoff(0.02, 0.05), Backoff(0.02, 0.05))
ONE_LOOK = SettlerPace(0.01, Backoff(600, 600), Backoff(0.05, 0.05))
UPDATE = ActionKind.UPDATE_ACCOUNT
READ = "getAccount"


class Bench:
    """Settlers over one sandbox, read without waiting; each is stopped at the end of the test."""

    def __init__(self, harness: LinkHarness) -> None:
        self.harness = harness
        harness.actions = Actions(harness.store, self.connect, acting_as("Ann"))
        self.touched: list[str] = []
        self.begun: list[Settler] = []

    def connect(self) -> BakktClient:
        harness = self.harness
        return BakktClient(harness.connection, transport=harness.wire, requests_per_second=None, retry=FAST_RETRIES)

    def start_fresh(self, reader: Reader, pace: SettlerPace = QUICK) -> Settler:
        settler = Settler(self.harness.actions, {UPDATE: reader}, self.touched.extend, pace)
        self.begun.append(settler)
        settler.start()
        return settler

    def add_fault(self, account: str | None = None) -> None:
        rule = FaultRule(kind="status", status=500, operation=READ, account=account)
        self.harness.sandbox.faults.rules.append(rule)

    def outcome(self, action_id: str) -> Outcome:
        record = self.harness.store.find_action(action_id)
        assert record is not None
        return record.outcome


@pytest.fixture
def bench(harness: LinkHarness) -> Iterator[Bench]:
    made = Bench(harness)
    yield made
    for settler in made.begun:
        settler.close()


class CountingReader:
    """A reader that never finds an outcome and counts its reads per account."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()

    async def __call__(self, record: ActionRecord, _client: BakktClient) -> Settlement | None:
        self.of[record.client_account_id] += 1
        return None


def test_a_lost_answer_is_settled_as_soon_as_bakkt_answers_again(bench: Bench, name: str) -> None:
    action_id = lost(bench.harness, UPDATE, name)
    bench.add_fault()
    settler = bench.start_fresh(seen)
    until(lambda: settler.state().paused_because is not None)
    assert bench.outcome(action_id) is Outcome.UNKNOWN
    bench.harness.clear_faults()
    until(lambda: bench.touched == [name])
    assert bench.outcome(action_id) is Outcome.ACCEPTED
    assert (settler.state().settled, settler.state().paused_because) == (1, None)


def test_no_rest_and_no_pause_keeps_an_action_open_for_a_minute_longer_than_needed() -> None:
    pace = SettlerPace()
    waits = [(pace.delay.after(times), pace.backoff.after(times)) for times in range(1, 40)]
    assert max(rest + pause for rest, pause in waits) + pace.seconds_between_rounds < 40
    assert min(rest for rest, _ in waits) >= 3


def test_an_action_is_let_rest_between_two_looks(bench: Bench, names: list[str]) -> None:
    looks = CountingReader()
    lost(bench.harness, UPDATE, names[0])
    bench.start_fresh(looks, ONE_LOOK)
    until(lambda: looks.of[names[0]] == 1)
    lost(bench.harness, UPDATE, names[1])
    until(lambda: looks.of[names[1]] == 1)
    assert looks.of[names[0]] == 1


@pytest.mark.slow
def test_while_bakkt_is_away_one_action_is_tried_at_a_time(bench: Bench, names: list[str]) -> None:
    for name in names:
        lost(bench.harness, UPDATE, name)
    bench.add_fault()
    settler = bench.start_fresh(seen, SettlerPace(0.01, Backoff(600, 600), Backoff(600, 600)))
    until(lambda: settler.state().paused_because is not None)
    assert bench.harness.sandbox.calls()["operations"][READ] == FAST_RETRIES.tries


def test_an_account_that_cannot_be_read_holds_up_no_other(bench: Bench, names: list[str]) -> None:
    stays = lost(bench.harness, UPDATE, names[0])
    bench.add_fault(names[0])
    others = [lost(bench.harness, UPDATE, name) for name in names[1:4]]
    bench.start_fresh(seen)
    until(lambda: all(bench.outcome(one) is Outcome.ACCEPTED for one in others))
    assert bench.outcome(stays) is Outcome.UNKNOWN


def test_a_reader_that_breaks_holds_up_no_other_and_quotes_nothing(
    bench: Bench, names: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(record: ActionRecord, client: BakktClient) -> Settlement | None:
        if record.client_account_id == names[0]:
            raise KeyError("219-09-9881")
        return await seen(record, client)

    lost(bench.harness, UPDATE, names[0])
    other = lost(bench.harness, UPDATE, names[1])
    bench.start_fresh(stumble)
    until(lambda: bench.outcome(other) is Outcome.ACCEPTED and "KeyError" in caplog.text)
    assert "219-09-9881" not in caplog.text


def test_an_unexpected_error_does_not_end_the_worker(bench: Bench, name: str) -> None:
    trouble = [ZeroDivisionError(), MemoryError()]

    async def stumble(record: ActionRecord, client: BakktClient) -> Settlement | None:
        if trouble:
            raise trouble.pop()
        return await seen(record, client)

    action_id = lost(bench.harness, UPDATE, name)
    bench.start_fresh(stumble)
    until(lambda: bench.outcome(action_id) is Outcome.ACCEPTED)
    assert not trouble


def test_kyb_and_link_requests_are_left_to_a_person(bench: Bench, name: str) -> None:
    left = [lost(bench.harness, kind, name) for kind in (ActionKind.TRIGGER_KYB, ActionKind.REQUEST_LINK)]
    read = lost(bench.harness, UPDATE, name)
    bench.start_fresh(seen)
    until(lambda: bench.outcome(read) is Outcome.ACCEPTED)
    assert {bench.outcome(one) for one in left} == {Outcome.UNKNOWN}
    assert set(readers_of(bench.harness.actions)) == SETTLED_BY_READING
    assert set(ActionKind) - SETTLED_BY_READING == {ActionKind.TRIGGER_KYB, ActionKind.REQUEST_LINK}


def test_closing_breaks_off_a_reading_that_takes_long(bench: Bench, name: str) -> None:
    is_reading = threading.Event()

    async def wait(_record: ActionRecord, _client: BakktClient) -> Settlement | None:
        is_reading.set()
        await asyncio.sleep(600)
        return None

    action_id = lost(bench.harness, UPDATE, name)
    settler = bench.start_fresh(wait)
    assert is_reading.wait(PATIENCE_SECONDS)
    settler.close(PATIENCE_SECONDS)
    assert not settler.is_running
    assert bench.outcome(action_id) is Outcome.UNKNOWN


def test_with_nothing_open_bakkt_is_not_asked(bench: Bench, name: str) -> None:
    asked = threading.Event()

    def connect() -> BakktClient:
        asked.set()
        return bench.connect()

    bench.harness.actions = Actions(bench.harness.store, connect, acting_as("Ann"))
    looks = CountingReader()
    bench.start_fresh(looks)
    assert not asked.wait(0.2)
    lost(bench.harness, UPDATE, name)
    assert asked.wait(PATIENCE_SECONDS)


def test_the_desk_starts_it_and_ends_it(harness: LinkHarness, name: str) -> None:
    desk = build_desk(harness.store, read_settings({}, Path("no-such-file")), lambda _share=1.0: harness.connect())
    desk.start_background()
    assert desk.background.settler.is_running
    desk.background.close()
    assert not desk.background.settler.is_running
    desk.sync.request_stop()
    desk.sync.wait(PATIENCE_SECONDS)
    desk.inbox.close()


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.NOT_SENT])
def test_a_kyb_screen_that_a_person_says_was_accepted_began_when_it_was_sent(
    harness: LinkHarness, outcome: Outcome
) -> None:
    name = next(one["client_account_id"] for one in harness.sandbox.truth() if one["is_entity"])
    action_id = lost(harness, ActionKind.TRIGGER_KYB, name)
    receipt = settle_by_person(harness.actions, action_id, outcome, "Bakkt's support said so")
    assert receipt.record is not None
    assert receipt.record.settled_by == "Ann"
    started = [receipt.record.started_at.replace(tzinfo=None)] if outcome is Outcome.ACCEPTED else []
    assert kyb_starts(harness, name) == started


def kyb_starts(harness: LinkHarness, name: str) -> list[object]:
    found = select(harness.store, "select started_at from kyb_starts where client_account_id = ?", [name])
    return [started_at for (started_at,) in found]
