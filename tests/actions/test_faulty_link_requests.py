"""Whatever breaks, each confirmed review sends at most one request, and no action is left as ``sent``."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.support.link_harness import LinkHarness, link_harness
from tests.support.people import acting_as
from tests.support.rounds import FAULT_RUNS
from workbench.actions import Actions, Receipt
from workbench.bakkt.client import BakktClient
from workbench.domain.errors import StoreError
from workbench.domain.vocabulary import Outcome

pytestmark = pytest.mark.slow

Fault = Callable[[LinkHarness], None]


def no_connection(harness: LinkHarness) -> None:
    def fail() -> None:
        raise httpx2.ConnectError("no")

    harness.wire.before = fail


def killed_when_recorded(harness: LinkHarness) -> None:
    """Kill the process once the action is recorded, before the client is created."""

    def die() -> BakktClient:
        harness.store.database.abandon()
        raise StoreError("killed")

    harness.actions = Actions(harness.store, die, acting_as("Ann"))


def killed_when_leaving(harness: LinkHarness) -> None:
    """Kill the process once connected, before anything is sent."""

    def die() -> None:
        harness.store.database.abandon()
        raise httpx2.ConnectError("killed")

    harness.wire.before = die


def killed_when_answered(harness: LinkHarness) -> None:
    """Kill the process once Bakkt has responded, before the response is stored."""
    harness.wire.after = lambda: harness.store.database.abandon()


def spoilt(**rule: object) -> Fault:
    return lambda harness: harness.add_fault(**rule)


def too_slow(harness: LinkHarness) -> None:
    harness.shorten_timeout()
    harness.add_fault(kind="drip", pieces=5, seconds=60)


FAULTS: dict[str, Fault] = {
    "none": lambda _: None,
    "no connection": no_connection,
    "closed before the work": spoilt(kind="refused"),
    "answer lost after the work": spoilt(kind="lost"),
    "500": spoilt(kind="status", status=500),
    "502": spoilt(kind="status", status=502),
    "503": spoilt(kind="status", status=503, retry_after=1),
    "429": spoilt(kind="status", status=429, retry_after=1),
    "garbage": spoilt(kind="foreign"),
    "half a body": spoilt(kind="cut"),
    "the connection broke off": spoilt(kind="cut", is_broken_off=True),
    "too slow": too_slow,
    "slow": spoilt(kind="latency", seconds=0.02),
    "killed when recorded": killed_when_recorded,
    "killed when leaving": killed_when_leaving,
    "killed when answered": killed_when_answered,
}
MAY_HAVE_DONE_IT = {"answer lost after the work", "garbage", "half a body", "the connection broke off", "too slow"}


def confirm_at_once(harness: LinkHarness, name: str, keys: list[str]) -> list[Receipt]:
    """Confirm in parallel, as several people or tabs; those whose process dies get an error."""
    receipts: list[Receipt] = []
    start = threading.Barrier(len(keys))

    def confirm(key: str) -> None:
        start.wait()
        try:
            receipts.append(harness.ask(name, key))
        except StoreError:
            return

    threads = [threading.Thread(target=confirm, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return receipts


def start_again(harness: LinkHarness) -> None:
    """Restart the workbench with the fault removed."""
    harness.store.database.abandon()
    harness.clear_faults()
    harness.wire.before = harness.wire.after = lambda: None
    harness.open_again()


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_confirmed_review_makes_one_request_at_most(tmp_path: Path) -> None:
    wanted, dice = FAULT_RUNS, random.Random(4)
    struck: dict[str, int] = {}
    with link_harness(tmp_path / "desk.duckdb", accounts=wanted + wanted // 4) as harness:
        names = harness.ask_all_to_verify()[:wanted]
        assert len(names) == wanted
        for number, name in enumerate(names):
            fault = list(FAULTS)[number] if number < len(FAULTS) else dice.choice(list(FAULTS))
            struck[fault] = struck.get(fault, 0) + 1
            FAULTS[fault](harness)
            keys = [f"{name} {dice.choice('ab')}" for _ in range(dice.randint(1, 4))]
            receipts = confirm_at_once(harness, name, keys)
            assert_once(harness, name, keys, receipts)
            assert_settled_after_start(harness, name, keys, fault)
        assert harness.asked() <= wanted * 2
    assert struck.keys() == FAULTS.keys()
    print(f"{wanted} runs, by fault: {struck}")


def assert_once(harness: LinkHarness, name: str, keys: list[str], receipts: list[Receipt]) -> None:
    """Assert that Bakkt counted at most one call per started review, and that each review started once."""
    begun = {receipt.record.action_id: receipt.record for receipt in receipts if receipt.record}
    by_key = [record.confirm_key for record in begun.values()]
    assert len(by_key) == len(set(by_key))
    assert harness.asked(name) <= max(len(begun), 1) <= len(set(keys))


def assert_settled_after_start(harness: LinkHarness, name: str, keys: list[str], fault: str) -> None:
    """Assert that a restart leaves nothing as ``sent`` and that confirming the same reviews again sends nothing."""
    asked = harness.asked(name)
    start_again(harness)
    rows = harness.log(name)
    assert asked <= len(rows) <= len(set(keys))
    assert Outcome.SENT not in {row["outcome"] for row in rows}
    begun = {record.confirm_key for row in rows if (record := harness.store.find_action(row["action_id"]))}
    for key in begun:
        assert harness.ask(name, key).is_repeat
    assert harness.asked(name) == asked
    if fault in MAY_HAVE_DONE_IT or fault.startswith("killed"):
        assert [row["outcome"] for row in rows] == ["unknown"]
        assert harness.ask(name).blocker is not None
        assert (harness.lost(name), harness.asked(name)) == (1, asked)
