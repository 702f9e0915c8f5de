"""Reading back after events: soon, once however often an account was named, and never overwriting newer data."""

import asyncio
import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.support.running import PATIENCE_SECONDS, until
from tests.support.sync_harness import SyncHarness, answer, is_idle
from tests.support.tables import change
from workbench.bakkt.client import BakktClient
from workbench.domain.backoff import Backoff
from workbench.events import ingest
from workbench.events.ingestion import Delivery
from workbench.store import AccountReading
from workbench.sync.reading import read_account
from workbench.sync.reading_back import DueAccounts, ReadBackPace, ReadBackState, ReadBackWorker

AT_ONCE = ReadBackPace(min_interval_seconds=0.01, backoff=Backoff(0.05, 0.1))
READS = ("getAccount", "getAccountStatus", "retrieveAccountDocumentMetadata")


@contextmanager
def reading_back(
    harness: SyncHarness, pace: ReadBackPace = AT_ONCE, connect: Any = None, **more: Any
) -> Iterator[ReadBackWorker]:
    worker = ReadBackWorker(harness.store, connect or (lambda _share: harness.connect()), pace, **more)
    worker.start()
    try:
        yield worker
    finally:
        worker.close()
        assert not worker.is_running


def tell(harness: SyncHarness, name: str, status: str, reason: str | None, **order: Any) -> None:
    """Update the account at Bakkt and send the event; the desk applies it."""
    body = harness.sandbox.send_event(name, {"partyStatus": status, "reasonCode": reason, **order})
    ingest(harness.store, [Delivery(datetime.now(UTC), body)])


def one(harness: SyncHarness, name: str) -> dict[str, Any]:
    return harness.rows("accounts/one", client_account_id=name)[0]


def seen(worker: ReadBackWorker, **counts: int) -> bool:
    state = worker.state()
    return is_idle(state) and all(getattr(state, name) == count for name, count in counts.items())


def test_an_account_of_which_an_event_spoke_is_read_back_by_itself(harness: SyncHarness) -> None:
    name = harness.ids[0]
    with reading_back(harness) as worker:
        tell(harness, name, "ACTIVE", "ENROLLMENT")
        worker.mark_due([name])
        until(lambda: seen(worker, read=1))
    assert one(harness, name)["read_at"] >= one(harness, name)["last_event_at"]
    assert one(harness, name)["can_trade_crypto"] is True
    assert set(harness.calls()) == set(READS)
    assert harness.wire.accounts_asked() == [name]


def test_it_never_asks_for_a_link_whatever_became_of_it(harness: SyncHarness) -> None:
    names = [row["client_account_id"] for row in harness.sandbox.truth() if row["standing"] == "verification"]
    assert len(names) > 3
    harness.replay()
    with reading_back(harness) as worker:
        worker.mark_due(names)
        until(lambda: seen(worker, read=len(names)))
    assert set(harness.calls()) <= set(READS)


def test_an_account_named_a_hundred_times_is_read_once(harness: SyncHarness) -> None:
    worker = ReadBackWorker(harness.store, lambda _share: harness.connect(), AT_ONCE)
    for _ in range(100):
        worker.mark_due(harness.ids[:3])
    worker.start()
    until(lambda: seen(worker, read=3))
    worker.close()
    assert Counter(harness.wire.accounts_asked()) == Counter(harness.ids[:3])


def test_an_event_of_an_unknown_account_registers_it_and_has_it_read_once(harness: SyncHarness) -> None:
    known = harness.ids[5]
    change(harness.store, "delete from registry where client_account_id = ?", [known])
    with reading_back(harness) as worker:
        tell(harness, known, "UNDER_REVIEW", "PENDING_REVIEW")
        worker.mark_due([known])
        until(lambda: seen(worker, read=1))
    shown = one(harness, known)
    assert (shown["origin"], shown["standing"]) == ("event", "under_review")
    assert shown["display_name"]
    assert harness.wire.accounts_asked() == [known]


def test_an_account_that_bakkt_does_not_know_is_a_failure_and_stops_no_other(harness: SyncHarness) -> None:
    with reading_back(harness) as worker:
        body = {
            "requestId": "r",
            "partnerPartyRef": "GHOST",
            "partnerWebhookType": "PARTY_EVENT",
            "partyStatus": "ACTIVE",
        }
        ingest(harness.store, [Delivery(datetime.now(UTC), body)])
        worker.mark_due(["GHOST", harness.ids[0]])
        until(lambda: seen(worker, read=1, failed=1))
        assert worker.state().paused_because is None
    assert harness.ids_of("sync/failures") == ["GHOST"]
    assert "GHOST" in harness.ids_of("sync/due")


def pick(harness: SyncHarness, standing: str) -> str:
    return next(str(row["client_account_id"]) for row in harness.sandbox.truth() if row["standing"] == standing)


STATUS = "/status"


def test_a_reading_begun_before_an_event_and_landed_after_it_overwrites_nothing_and_is_made_again(
    harness: SyncHarness,
) -> None:
    name = pick(harness, "under_review")
    harness.replay()
    is_stale = threading.Event()

    def event_between(address: str) -> httpx2.Response | None:
        """Return the earlier status, with the event arriving before the response."""
        if not address.endswith(STATUS) or is_stale.is_set():
            return None
        is_stale.set()
        tell(harness, name, "ACTIVE", "ENROLLMENT")
        worker.mark_due([name])
        return answer({"canTradeCrypto": False, "settlementMethod": "NET_SETTLEMENT"})

    harness.wire.instead = event_between
    with reading_back(harness) as worker:
        worker.mark_due([name])
        until(lambda: seen(worker, read=2))
    assert harness.wire.accounts_asked() == [name, name]
    shown = one(harness, name)
    assert (shown["standing"], shown["can_trade_crypto"], shown["contradiction"]) == ("active", True, None)
    assert shown["read_at"] > shown["last_event_at"]


def test_an_account_whose_reading_began_before_its_event_stays_due_until_it_is_read_again(
    harness: SyncHarness,
) -> None:
    name = next(row["client_account_id"] for row in harness.sandbox.truth() if not row["documents"])
    facts = _three_facts(harness, name, status="CLOSED")
    facts["event"]()
    assert name in harness.ids_of("sync/due")
    facts["early"]()
    assert name in harness.ids_of("sync/due")
    facts["late"]()
    assert name not in harness.ids_of("sync/due")


def test_an_event_in_the_middle_of_a_reading_leaves_the_account_due_whatever_becomes_of_the_worker(
    harness: SyncHarness,
) -> None:
    name = next(row["client_account_id"] for row in harness.sandbox.truth() if not row["documents"])

    def event_between(address: str) -> None:
        if address.endswith(STATUS):
            tell(harness, name, "CLOSED", "CLOSED")

    harness.wire.before_each = event_between
    reading = _read(harness, name)
    harness.wire.before_each = lambda _: None
    harness.store.land_readings([reading])
    shown = one(harness, name)
    assert (shown["standing"], shown["read_at"] < shown["last_event_at"]) == ("closed", True)
    assert name in harness.ids_of("sync/due")


@pytest.mark.slow
def test_events_and_readings_give_the_same_account_in_whichever_order_they_land(harness: SyncHarness) -> None:
    """One reading started before the event and one after it; the three land in every order."""
    name = pick(harness, "under_review")
    pictures = []
    for order in ("early event late", "event early late", "late event early", "event late early"):
        other = SyncHarness()
        steps = _three_facts(other, name)
        for step in order.split():
            steps[step]()
        pictures.append(_without_times(other.account_view(name)))
        other.close()
    assert all(account_view == pictures[0] for account_view in pictures)
    assert pictures[0]["one"][0]["standing"] == "active"
    assert pictures[0]["one"][0]["can_trade_crypto"] is True


def _three_facts(harness: SyncHarness, name: str, status: str = "ACTIVE") -> dict[str, Any]:
    """Return a reading, an event and a reading, created in this order and landed by the caller."""
    early = _read(harness, name)
    body = harness.sandbox.send_event(name, {"partyStatus": status})
    event = Delivery(datetime.now(UTC), body)
    late = _read(harness, name)
    return {
        "early": lambda: harness.store.land_readings([early]),
        "event": lambda: ingest(harness.store, [event]),
        "late": lambda: harness.store.land_readings([late]),
    }


def _read(harness: SyncHarness, name: str) -> AccountReading:
    async def read() -> AccountReading:
        async with harness.connect() as client:
            return await read_account(client, name, lambda _: False)

    return asyncio.run(read())


def _without_times(account_view: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Remove times and request ids, which differ between sandboxes."""
    kept = {"standing", "can_trade_crypto", "contradiction", "turn", "party_status", "display_name", "requirement"}
    return {name: [{key: row[key] for key in kept & set(row)} for row in rows] for name, rows in account_view.items()}


def test_a_contradiction_that_bakkt_confirms_is_listed(harness: SyncHarness) -> None:
    """An hour lasts a microsecond here, so that the account is read an hour after its event."""
    name = pick(harness, "under_review")
    harness.replay()
    harness.store.land_targets({}, 24, datetime.now(UTC), speed=3_600_000_000)
    with reading_back(harness) as worker:
        tell(harness, name, "ACTIVE", "ENROLLMENT", canTradeCrypto=False)
        worker.mark_due([name])
        until(lambda: seen(worker, read=1))
    listed = {row["client_account_id"]: row for row in harness.rows("accounts/contradictions")}
    assert listed[name]["contradiction"] == "active by event, but cannot trade"


def test_while_bakkt_is_down_it_asks_one_at_a_time_and_ever_more_rarely(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=503)
    began = time.monotonic()
    with reading_back(harness, ReadBackPace(backoff=Backoff(0.05, 60))) as worker:
        worker.mark_due(harness.ids)
        until(lambda: worker.state().failed >= 5)
        assert worker.state().waiting > 0
        assert worker.state().paused_because
    pauses = math.log2((time.monotonic() - began) / 0.05 + 1)
    tried = set(harness.wire.accounts_asked())
    assert len(tried) <= 4 + pauses, "four were under way when it broke, then one after each pause, twice the last"


def test_when_bakkt_is_back_the_rest_is_read_and_the_failed_are_due_for_the_next_run(harness: SyncHarness) -> None:
    harness.replay()
    harness.add_fault(kind="status", status=503)
    with reading_back(harness) as worker:
        worker.mark_due(harness.ids)
        until(lambda: worker.state().failed >= 4)
        harness.clear_faults()
        until(lambda: is_idle(worker.state()))
        state = worker.state()
    assert state.paused_because is None
    assert state.read + state.failed == len(harness.ids)
    assert set(harness.ids_of("sync/failures")) <= set(harness.ids_of("sync/due"))


def test_a_key_that_is_refused_stops_the_asking(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=401)
    with reading_back(harness, ReadBackPace(backoff=Backoff(60, 300))) as worker:
        worker.mark_due(harness.ids)
        until(lambda: worker.state().paused_because is not None)
        assert len(harness.wire.accounts_asked()) <= 4


def test_a_wait_that_bakkt_asks_for_is_kept() -> None:
    harness = SyncHarness()
    try:
        harness.wire.instead = lambda _: httpx2.Response(429, headers={"Retry-After": "600"}, content=b"{}")
        with reading_back(harness) as worker:
            worker.mark_due(harness.ids)
            until(lambda: worker.state().paused_because is not None)
            assert len(harness.wire.addresses) <= 4
            until(lambda: worker.state().reading == 0)
            asked = len(harness.wire.addresses)
        assert len(harness.wire.addresses) == asked
    finally:
        harness.close()


def test_readings_that_came_together_land_together(harness: SyncHarness) -> None:
    with reading_back(harness) as worker:
        before = harness.store.data_version
        worker.mark_due(harness.ids)
        until(lambda: seen(worker, read=len(harness.ids)))
        assert harness.store.data_version - before <= len(harness.ids) / 2


def test_a_reading_that_the_store_does_not_take_is_left_to_the_next_run(harness: SyncHarness) -> None:
    harness.replay()
    name = harness.ids[0]
    with reading_back(harness, ReadBackPace(backoff=Backoff(0.01, 300))) as worker:
        harness.wire.before_each = lambda address: harness.store.close() if address.endswith(STATUS) else None
        worker.mark_due([name])
        until(lambda: is_idle(worker.state()))
        assert worker.state().read == 0
        assert worker.state().paused_because


def test_a_fault_of_ours_ends_no_worker(harness: SyncHarness) -> None:
    tries = []

    def connect(_share: float) -> BakktClient:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("nobody foresaw this")
        return harness.connect()

    with reading_back(harness, connect=connect) as worker:
        worker.mark_due(harness.ids[:2])
        until(lambda: seen(worker, read=2))


def test_closing_breaks_off_a_slow_answer_within_seconds(harness: SyncHarness) -> None:
    harness.add_fault(kind="latency", seconds=600)
    worker = ReadBackWorker(harness.store, lambda _share: harness.connect(), AT_ONCE)
    worker.start()
    worker.mark_due(harness.ids)
    until(lambda: worker.state().reading > 0)
    worker.close(PATIENCE_SECONDS)
    assert not worker.is_running


@pytest.mark.slow
def test_an_account_that_takes_long_holds_up_none_that_is_named_later(harness: SyncHarness) -> None:
    slow, *others = harness.ids[:6]
    harness.add_fault(kind="latency", seconds=600, account=slow)
    with reading_back(harness) as worker:
        worker.mark_due([slow])
        until(lambda: worker.state().reading == 1)
        for name in others:
            worker.mark_due([name])
            until(lambda: worker.state().waiting == 0)
        until(lambda: worker.state().read == len(others))
        assert worker.state().reading == 1


def test_an_idle_worker_holds_no_client_and_asks_nothing(harness: SyncHarness) -> None:
    made = []

    def connect(_share: float) -> BakktClient:
        made.append(1)
        return harness.connect()

    with reading_back(harness, connect=connect) as worker:
        assert worker.state() == ReadBackState(0, 0, 0, 0, None)
    assert made == []


def test_it_changes_its_share_of_the_rate_between_two_accounts_and_reads_each_once(harness: SyncHarness) -> None:
    given: list[float] = []

    def connect(share: float) -> BakktClient:
        given.append(share)
        return harness.connect()

    def share_now() -> float:
        """Start a run once some accounts were read."""
        return 0.8 if len(harness.wire.accounts_asked()) < 5 else 0.2

    with reading_back(harness, connect=connect, share_now=share_now) as worker:
        worker.mark_due(harness.ids)
        until(lambda: seen(worker, read=len(harness.ids)))
    assert given == [0.8, 0.2]
    assert Counter(harness.wire.accounts_asked()) == Counter(harness.ids)


def test_the_ids_wait_in_order_and_each_once() -> None:
    due = DueAccounts(min_interval_seconds=3)
    due.mark(["a", "b", "a"], now=100)
    due.mark(["b", "c"], now=101)
    assert [due.take(101), due.take(101), due.take(101), due.take(101)] == ["a", "b", "c", None]


def test_who_is_named_again_while_being_read_waits_again_for_as_long_as_the_rest_lasts() -> None:
    due = DueAccounts(min_interval_seconds=3)
    due.mark(["a"], now=100)
    assert due.take(100) == "a"
    due.mark(["a", "b"], now=100.5)
    assert [due.take(101), due.take(102.9)] == ["b", None]
    assert due.take(103) == "a"
    assert len(due) == 0


def test_a_burst_on_many_accounts_keeps_one_place_each_and_forgets_who_has_rested() -> None:
    due = DueAccounts(min_interval_seconds=3)
    names = [str(number) for number in range(5000)]
    for second in range(60):
        due.mark(names[second::60], now=float(second))
        due.mark(names, now=float(second))
    assert len(due) == 5000
    taken = [due.take(60 + number) for number in range(5000)]
    assert Counter(taken) == Counter(names)
    assert due.resting <= 4


@pytest.mark.parametrize(("failures", "seconds"), [(1, 5), (2, 10), (6, 160), (7, 300), (10_000, 300)])
def test_pauses_grow_up_to_the_longest(failures: int, seconds: float) -> None:
    assert ReadBackPace().backoff.after(failures) == seconds
