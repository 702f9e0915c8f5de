"""Whatever breaks during one of the five actions, it is done at most once and settled by reading back or a person."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from tests.support.action_harness import ACTION_CASES, ActionCase, ActionHarness, Confirm, is_write
from tests.support.people import acting_as
from tests.support.rounds import FAULT_RUNS
from tests.support.running import PATIENCE_SECONDS, until
from workbench.actions import Actions, Receipt, Settler
from workbench.actions.settling.settler import SettlerPace
from workbench.actions.settling.settling import SETTLED_BY_READING, readers_of
from workbench.bakkt.client import BakktClient
from workbench.domain.backoff import Backoff
from workbench.domain.errors import InputError, StoreError
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.sandbox.api.faults import FaultRule
from workbench.store import ActionRecord

pytestmark = pytest.mark.slow

Fault = Callable[[ActionHarness, ActionCase], None]


def no_connection(harness: ActionHarness, _case: ActionCase) -> None:
    """No connection at all, not even for the read beforehand."""

    def fail() -> None:
        raise httpx2.ConnectError("no")

    harness.wire.before = fail


def no_connection_when_leaving(harness: ActionHarness, _case: ActionCase) -> None:
    def fail(request: httpx2.Request) -> None:
        if is_write(request):
            raise httpx2.ConnectError("no")

    harness.wire.instead = fail


def killed_when_recorded(harness: ActionHarness, _case: ActionCase) -> None:
    """Kill the process once the action is recorded, before the client is created."""

    def die() -> BakktClient:
        harness.store.database.abandon()
        raise StoreError("killed")

    harness.actions = Actions(harness.store, die, acting_as("Ann"))


def killed_when_leaving(harness: ActionHarness, _case: ActionCase) -> None:
    """Kill the process once connected, right before the request is sent."""

    def die(request: httpx2.Request) -> None:
        if is_write(request):
            harness.store.database.abandon()
            raise httpx2.ConnectError("killed")

    harness.wire.instead = die


def killed_when_answered(harness: ActionHarness, _case: ActionCase) -> None:
    """Kill the process once Bakkt has responded, before the response is stored."""
    left = threading.Event()

    def note(request: httpx2.Request) -> None:
        if is_write(request):
            left.set()

    def die() -> None:
        if left.is_set():
            harness.store.database.abandon()

    harness.wire.instead, harness.wire.after = note, die


def spoilt(**rule: object) -> Fault:
    def add_fault(harness: ActionHarness, case: ActionCase) -> None:
        harness.sandbox.faults.rules.append(FaultRule.model_validate({"operation": case.operation, **rule}))

    return add_fault


def too_slow(harness: ActionHarness, case: ActionCase) -> None:
    harness.shorten_timeout()
    spoilt(kind="drip", pieces=5, seconds=60)(harness, case)


FAULTS: dict[str, Fault] = {
    "none": lambda _practice, _case: None,
    "no connection": no_connection,
    "no connection when leaving": no_connection_when_leaving,
    "closed before the work": spoilt(kind="refused"),
    "answer lost after the work": spoilt(kind="lost"),
    "500": spoilt(kind="status", status=500),
    "503": spoilt(kind="status", status=503, retry_after=1),
    "429": spoilt(kind="status", status=429, retry_after=1),
    "garbage": spoilt(kind="foreign"),
    "half a body": spoilt(kind="cut"),
    "the connection broke off": spoilt(kind="cut", is_broken_off=True),
    "too slow": too_slow,
    "killed when recorded": killed_when_recorded,
    "killed when leaving": killed_when_leaving,
    "killed when answered": killed_when_answered,
}


@pytest.mark.soak
@pytest.mark.timeout(2400)
def test_a_confirmed_action_takes_effect_once_at_most_and_is_settled(tmp_path: Path) -> None:
    wanted, dice = FAULT_RUNS // len(ACTION_CASES), random.Random(5)
    struck: Counter[str] = Counter()
    with link_harness(tmp_path / "desk.duckdb", wanted) as harness:
        for place, case in enumerate(ACTION_CASES.values()):
            for number, name in enumerate(harness.names[case.kind]):
                fault = fault_of(place, number)
                struck[fault] += 1
                run_once(harness, case, name, FAULTS[fault], dice)
        settle_what_can_be_read(harness)
        assert_all_is_told(harness)
        told = Counter(f"{row['kind']} {row['outcome']}" for row in harness.store.read_rows("actions/log"))
    assert struck.keys() == FAULTS.keys()
    print(f"{wanted * len(ACTION_CASES)} runs, by fault: {dict(struck)}; outcomes: {dict(told)}")


@contextmanager
def link_harness(path: Path, of_each: int) -> Iterator[ActionHarness]:
    harness = ActionHarness(path, of_each=of_each)
    try:
        yield harness
    finally:
        harness.close()


def fault_of(place: int, number: int) -> str:
    """Return the fault of a run; each kind starts at another one, so that twenty runs cover all faults."""
    return list(FAULTS)[(3 * place + number) % len(FAULTS)]


def run_once(harness: ActionHarness, case: ActionCase, name: str, fault: Fault, dice: random.Random) -> None:
    """Confirm one review several times at once while the fault occurs, then restart the workbench."""
    confirm, before = case.review(harness, name), harness.requests(case.operation)
    keys = [f"{name} {dice.choice('ab')}" for _ in range(dice.randint(1, 4))]
    fault(harness, case)
    confirm_at_once(harness, confirm, keys)
    start_again(harness)
    asked = harness.requests(case.operation) - before
    begun = begun_on(harness, name)
    assert case.effects(harness, name) <= asked <= len(begun) <= len(set(keys))
    assert Outcome.SENT not in {record.outcome for record in begun}
    for record in begun:
        assert confirm(harness.actions, record.confirm_key).is_repeat
    assert harness.requests(case.operation) - before == asked


def confirm_at_once(harness: ActionHarness, confirm: Confirm, keys: list[str]) -> None:
    """Confirm in parallel, as several people or tabs; those whose process dies get an error."""
    start = threading.Barrier(len(keys))
    receipts: list[Receipt] = []

    def click(key: str) -> None:
        start.wait()
        try:
            receipts.append(confirm(harness.actions, key))
        except (StoreError, InputError):  # DuckDB raises the latter for a result whose connection was just closed
            return

    threads = [threading.Thread(target=click, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begun = {(receipt.record.confirm_key, receipt.record.action_id) for receipt in receipts if receipt.record}
    assert len(begun) == len({key for key, _ in begun})


def start_again(harness: ActionHarness) -> None:
    """Restart the workbench with the fault removed."""
    harness.store.database.abandon()
    harness.clear_faults()
    harness.wire.before = harness.wire.after = lambda: None
    harness.wire.instead = lambda _request: None
    harness.open_again()


def begun_on(harness: ActionHarness, name: str) -> list[ActionRecord]:
    found = [harness.store.find_action(row["action_id"]) for row in harness.log(name)]
    return [record for record in found if record is not None]


def settle_what_can_be_read(harness: ActionHarness) -> None:
    """Run the desk's own settler on a clock where a minute takes a second."""
    harness.let_minutes_pass()
    began = datetime.now(UTC)
    clock = Actions(
        harness.store, harness.connect, acting_as("Ann"), now=lambda: began + 60 * (datetime.now(UTC) - began)
    )
    settler = Settler(clock, readers_of(clock), pace=SettlerPace(0.01, Backoff(0.2, 0.4), Backoff(0.2, 0.4)))
    settler.start()
    try:
        until(lambda: not open_kinds(harness) & SETTLED_BY_READING, seconds=PATIENCE_SECONDS)
    finally:
        settler.close()


def open_kinds(harness: ActionHarness) -> set[ActionKind]:
    return {ActionKind(row["kind"]) for row in harness.store.read_rows("actions/unsettled")}


def assert_all_is_told(harness: ActionHarness) -> None:
    """Assert that records match Bakkt's counts; only KYB and link requests stay ``unknown`` for a person."""
    for case in ACTION_CASES.values():
        for name in harness.names[case.kind]:
            outcomes = [record.outcome for record in begun_on(harness, name)]
            accepted = outcomes.count(Outcome.ACCEPTED) + outcomes.count(Outcome.REJECTED_LATER)
            effects = case.effects(harness, name)
            assert accepted <= effects <= accepted + outcomes.count(Outcome.UNKNOWN), (name, outcomes)
    waiting = harness.store.read_rows("actions/unsettled")
    assert {row["outcome"] for row in waiting} == {Outcome.UNKNOWN}
    assert {row["kind"] for row in waiting} == {ActionKind.TRIGGER_KYB, ActionKind.REQUEST_LINK}


def test_every_kind_has_an_action_case() -> None:
    assert set(ACTION_CASES) == set(ActionKind)
