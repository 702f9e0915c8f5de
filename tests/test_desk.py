"""The desk as a whole: events are stored, applied and read back, and closing it ends every worker."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.facts import as_naive
from tests.support.running import until
from tests.support.sync_harness import SyncHarness, is_idle
from workbench.actions.request_link import request_link, review_link_request
from workbench.bakkt.client import BakktClient
from workbench.desk import SANDBOX, Desk, build_desk, open_own_desk
from workbench.domain.errors import SettingsError, StoreError
from workbench.embedded_sandbox import EmbeddedSandbox, open_with_sandbox
from workbench.events import HmacSignature, ingest
from workbench.events.ingestion import Delivery
from workbench.settings import Settings, read_settings
from workbench.store import Run

NOWHERE = Path("no-such-file")
SIGNATURE = HmacSignature(("a secret of this test",))
WORKERS = {"applier", "read_back", "schedule", "probe", "inbox", "sandbox"}


class Shares:
    """The connection to a sandbox; records each client's share of the rate."""

    def __init__(self, harness: SyncHarness) -> None:
        self.given: list[float] = []
        self._practice = harness

    def __call__(self, share: float = 1.0) -> BakktClient:
        self.given.append(share)
        return self._practice.connect()


@pytest.fixture
def harness() -> Iterator[SyncHarness]:
    harness = SyncHarness()
    yield harness
    harness.sandbox.close()


@pytest.fixture
def shares(harness: SyncHarness) -> Shares:
    return Shares(harness)


@pytest.fixture
def desk(harness: SyncHarness, shares: Shares) -> Iterator[Desk]:
    """A desk with nothing started; its last run was just now, so the schedule waits."""
    now = datetime.now(UTC)
    harness.store.begin_run(Run(run_id="before", started_at=now, scope="due", finished_at=now))
    desk = build_desk(harness.store, read_settings({}, NOWHERE), shares)
    desk.receiver.add_authenticator(SIGNATURE)
    yield desk
    desk.close()


def deliver(desk: Desk, body: dict[str, Any] | None, signature: HmacSignature = SIGNATURE) -> int:
    raw = json.dumps(body).encode()
    return desk.receive(signature.sign(raw, datetime.now(UTC)), raw).status_code


def workers() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & WORKERS


def test_an_event_is_kept_applied_and_read_back_by_itself(harness: SyncHarness, desk: Desk) -> None:
    desk.start_background()
    name = harness.ids[0]
    assert deliver(desk, harness.sandbox.send_event(name, {"partyStatus": "ACTIVE"})) == 200
    until(lambda: desk.background.read_back.state().read >= 1)
    (one,) = desk.store.read_rows("accounts/one", client_account_id=name)
    assert (one["standing"], one["can_trade_crypto"]) == ("active", True)
    assert one["read_at"] > one["last_event_at"]


def test_a_forged_event_changes_nothing(harness: SyncHarness, desk: Desk) -> None:
    desk.start_background()
    body = harness.sandbox.send_event(harness.ids[0], {"partyStatus": "ACTIVE"})
    assert deliver(desk, body, HmacSignature(("another",))) == 401
    assert desk.store.read_rows("events/recent") == []
    assert is_idle(desk.background.read_back.state())


def test_without_the_workers_what_comes_in_waits_and_is_applied_at_the_next_start(
    harness: SyncHarness, desk: Desk
) -> None:
    assert deliver(desk, harness.sandbox.send_event(harness.ids[0], {"partyStatus": "ACTIVE"})) == 200
    assert desk.store.read_rows("events/recent") == []
    desk.start_background()
    until(lambda: len(desk.store.read_rows("events/recent")) == 1)


def test_a_link_that_was_received_and_not_yet_applied_is_not_asked_for_again(harness: SyncHarness, desk: Desk) -> None:
    name = harness.ids[0]
    verify = {"partyStatus": "UNDER_REVIEW", "reasonCode": "DOCUMENT_VERIFICATION"}
    without_link = harness.sandbox.send_event(name, verify | {"withLink": False})
    ingest(desk.store, [Delivery(datetime.now(UTC), without_link)])
    assert review_link_request(desk.actions, name).blocker is None
    assert deliver(desk, harness.sandbox.send_event(name, verify)) == 200
    with ThreadPoolExecutor(1) as person:
        asked = person.submit(request_link, desk.actions, name, confirm_key="one review")
        desk.start_background()
        blocker = asked.result(30).blocker
    assert blocker is not None
    assert blocker.code == "live_link"
    assert harness.sandbox.calls()["details"] == {}


def test_events_that_cannot_be_applied_hold_up_nobody_for_long(harness: SyncHarness, desk: Desk) -> None:
    assert deliver(desk, harness.sandbox.send_event(harness.ids[0], {"partyStatus": "ACTIVE"})) == 200
    assert not desk.background.applier.catch_up(0.05)
    desk.start_background()
    assert desk.background.applier.catch_up(30)


@pytest.mark.slow
def test_reading_back_has_most_of_the_rate_between_runs_and_a_fifth_during_one(
    harness: SyncHarness, desk: Desk, shares: Shares
) -> None:
    desk.sync.run(client_account_id=harness.ids[0])
    desk.start_background()
    desk.background.read_back.mark_due(harness.ids[:1])
    until(lambda: desk.background.read_back.state().read >= 1)
    with desk.sync.busy():
        desk.background.read_back.mark_due(harness.ids[1:2])
        until(lambda: desk.background.read_back.state().read >= 2)
    desk.sync.run(client_account_id=harness.ids[0])
    assert shares.given == [1.0, 0.8, 0.2, 0.8]


@pytest.mark.slow
def test_a_run_and_reading_back_do_not_block_each_other(harness: SyncHarness, desk: Desk) -> None:
    desk.start_background()
    desk.sync.start(everything=True)
    desk.background.read_back.mark_due(harness.ids)
    until(lambda: is_idle(desk.background.read_back.state()) and not desk.sync.is_running)
    assert desk.background.read_back.state().read == len(harness.ids)
    assert desk.store.read_rows("sync/runs")[0]["accounts_failed"] == 0


def test_closing_ends_every_worker_within_seconds_whatever_is_under_way(harness: SyncHarness, desk: Desk) -> None:
    harness.add_fault(kind="latency", seconds=600)
    desk.start_background()
    desk.background.read_back.mark_due(harness.ids)
    desk.sync.start(everything=True)
    deliver(desk, harness.sandbox.send_event(harness.ids[0], {"partyStatus": "ACTIVE"}))
    until(lambda: desk.background.read_back.state().reading > 0)
    assert {"applier", "read_back", "schedule", "probe"} <= workers()
    began = time.monotonic()
    desk.close()
    assert time.monotonic() - began < 60
    assert workers() == set()


def test_a_desk_that_was_never_started_closes_too(desk: Desk) -> None:
    assert workers() == set()
    desk.close()


def settings_of(folder: Path, **settings: Any) -> Settings:
    return Settings(workbench_database=folder / "desk.duckdb", sandbox_accounts=30, **settings)


@pytest.fixture
def live_sandbox(tmp_path: Path) -> Iterator[tuple[Desk, EmbeddedSandbox]]:
    desk, sandbox = open_with_sandbox(settings_of(tmp_path))
    assert sandbox is not None
    sandbox.start(desk)
    desk.start_background()
    yield desk, sandbox
    sandbox.stop()
    desk.close()
    sandbox.close()


@pytest.mark.slow
def test_the_embedded_sandbox_delivers_signed_through_the_receiver(
    live_sandbox: tuple[Desk, EmbeddedSandbox],
) -> None:
    desk, sandbox = live_sandbox
    until(lambda: not desk.sync.is_running)
    assert desk.receiver.state().is_open
    name = sandbox.sandbox.registry()[0]["clientAccountId"]
    body = sandbox.sandbox.send_event(name, {"partyStatus": "CLOSED", "reasonCode": "CLOSED"})
    assert body is not None
    until(lambda: body["requestId"] in {row["request_id"] for row in desk.store.read_rows("events/recent")})
    assert desk.receiver.state().kept >= 1
    until(lambda: desk.background.read_back.state().read >= 1)


@pytest.mark.slow
def test_the_secret_of_the_embedded_sandbox_is_private(live_sandbox: tuple[Desk, EmbeddedSandbox]) -> None:
    desk, _ = live_sandbox
    assert deliver(desk, {"requestId": "r"}) == 401
    assert desk.receive({}, b"{}").status_code == 401


@pytest.mark.slow
def test_the_schedule_leaves_the_first_sync_of_the_sandbox_alone(
    live_sandbox: tuple[Desk, EmbeddedSandbox],
) -> None:
    desk, _ = live_sandbox
    until(lambda: not desk.sync.is_running)
    assert len(desk.store.read_rows("sync/runs")) == 1


@pytest.mark.slow
def test_practice_keeps_time_at_its_own_speed_everywhere(tmp_path: Path) -> None:
    desk, sandbox = open_with_sandbox(settings_of(tmp_path, sandbox_speed=3600))
    assert sandbox is not None
    try:
        sandbox.fill(desk)
        assert sandbox.sandbox.speed == 3600
        queue = {row["client_account_id"]: row for row in desk.store.read_rows("backlog/queue")}
        review = next(row for row in queue.values() if row["standing"] == "under_review")
        assert review["due_at"] - review["standing_since"] == timedelta(seconds=72)
        assert desk.actions.clock_margin == timedelta(minutes=2) / 3600
        assert desk.settings.link_warning_hours == 24 / 3600
    finally:
        desk.close()
        sandbox.close()


@pytest.mark.slow
def test_practice_goes_on_by_itself_new_customers_come_and_links_are_sent(tmp_path: Path) -> None:
    desk, sandbox = open_with_sandbox(settings_of(tmp_path, sandbox_speed=100_000, sync_interval_minutes=0))
    assert sandbox is not None
    sandbox.start(desk)
    desk.start_background()
    began_at = as_naive(datetime.now(UTC))
    try:
        until(lambda: any(name.startswith("NEW-") for name in ids_of(desk)))
        until(lambda: desk.background.read_back.state().read > 0)
        until(lambda: any(row["first_seen_at"] > began_at for row in links_of(desk)))
    finally:
        sandbox.stop()
        desk.close()
        sandbox.close()


def ids_of(desk: Desk) -> list[str]:
    return [row["client_account_id"] for row in desk.store.read_rows("accounts/standing")]


def links_of(desk: Desk) -> list[dict[str, Any]]:
    names = [name for name in ids_of(desk) if name.startswith("NEW-")]
    return [row for name in names for row in desk.store.read_rows("accounts/links", client_account_id=name)]


def test_each_speed_has_a_database_of_its_own(tmp_path: Path) -> None:
    desk, sandbox = open_with_sandbox(settings_of(tmp_path))
    assert sandbox is not None
    assert desk.source == SANDBOX
    desk.close()
    sandbox.close()
    with pytest.raises(StoreError, match="speed"):
        open_with_sandbox(settings_of(tmp_path, sandbox_speed=3600))
    (tmp_path / "desk.sandbox.sqlite").unlink()
    with pytest.raises(StoreError, match="speed"):
        open_with_sandbox(settings_of(tmp_path, sandbox_speed=3600))


def settings_of_a_real_bakkt(tmp_path: Path) -> Settings:
    environment = {
        "BAKKT_BASE_URL": "https://bakkt.example.test",
        "BAKKT_API_KEY": "k",
        "BAKKT_PARTNER_ID": "p",
        "WORKBENCH_DATABASE": str(tmp_path / "desk.duckdb"),
    }
    return read_settings(environment, NOWHERE)


def test_a_missing_file_of_certificates_is_reported_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
        open_own_desk(settings_of_a_real_bakkt(tmp_path))
    assert not (tmp_path / "desk.duckdb").exists()


def test_a_real_bakkt_gets_its_share_of_the_rate_that_is_set(tmp_path: Path) -> None:
    desk = open_own_desk(settings_of_a_real_bakkt(tmp_path))
    try:
        rates = [desk.connect(share).requests_per_second for share in (1.0, 0.2)]
        assert rates == [pytest.approx(50), pytest.approx(10)]
    finally:
        desk.close()
