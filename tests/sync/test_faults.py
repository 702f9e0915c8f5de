"""Sync against every fault of Bakkt and of the connection."""

import asyncio
import socket
import time
from urllib.parse import quote

import httpx2
import pytest
from pydantic import SecretStr

from tests.support.stores import new_store
from tests.support.sync_harness import DEFAULT_LIMITS, FAST_RETRIES, SyncHarness, answer, only
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection, TimeLimits
from workbench.bakkt.wire.retries import RetryPolicy
from workbench.sync import SyncOrder, SyncProgress, run_sync

BRIEF = TimeLimits(total=2)
"""Far longer than a response takes on a busy machine; a retry would take as long again."""

READS = ("getAccount", "getAccountStatus", "retrieveAccountDocumentMetadata")
FAULTS: dict[str, dict[str, object]] = {
    "404": {"kind": "status", "status": 404},
    "500": {"kind": "status", "status": 500},
    "503 with Retry-After": {"kind": "status", "status": 503, "retry_after": 0},
    "429": {"kind": "status", "status": 429},
    "408": {"kind": "status", "status": 408},
    "422": {"kind": "status", "status": 422},
    "418": {"kind": "status", "status": 418},
    "cut": {"kind": "cut"},
    "the connection broke off": {"kind": "cut", "is_broken_off": True},
    "foreign": {"kind": "foreign"},
    "lost": {"kind": "lost"},
    "refused": {"kind": "refused"},
}


@pytest.mark.slow
@pytest.mark.parametrize("operation", READS)
def test_failing_accounts_stop_and_blank_no_other_and_are_tried_next_time(harness: SyncHarness, operation: str) -> None:
    harness.sync()
    before = harness.all_lists()
    failing = dict(zip(harness.ids_with_documents_first(), FAULTS.values(), strict=False))
    assert len(failing) == len(FAULTS)
    for name, fault in failing.items():
        harness.add_fault(operation=operation, account=name, **fault)
    progress = harness.sync(everything=True)
    assert (progress.accounts_read, progress.accounts_failed) == (len(harness.ids) - len(failing), len(failing))
    assert progress.stopped_because is None
    assert harness.all_lists() == before
    failures = harness.rows("sync/failures")
    assert {row["client_account_id"] for row in failures} == set(failing)
    assert all(row["title"] and row["reason"] for row in failures)
    assert set(failing) <= set(harness.ids_of("sync/due"))
    harness.clear_faults()
    harness.sync()
    assert harness.rows("sync/failures") == []


def test_accounts_that_fail_from_the_start_are_in_no_list_and_come_first_next_time(harness: SyncHarness) -> None:
    failing = dict(zip(harness.ids[3:], FAULTS.values(), strict=False))
    for name, fault in failing.items():
        harness.add_fault(account=name, **fault)
    progress = harness.sync()
    assert progress.accounts_read == len(harness.ids) - len(failing)
    assert harness.ids_of("accounts/standing") == sorted(set(harness.ids) - set(failing))
    assert harness.rows("data/health")[0]["never_read"] == len(failing)
    assert harness.ids_of("sync/due")[: len(failing)] == sorted(failing)


def test_the_payload_of_another_account_is_never_taken_for_this_one(harness: SyncHarness) -> None:
    name = harness.ids[3]
    harness.add_fault(kind="other_account", operation="getAccount", account=name)
    progress = harness.sync()
    assert progress.accounts_failed == 1
    assert "another account" in harness.rows("sync/failures")[0]["reason"]
    assert name not in harness.ids_of("accounts/standing")


def test_the_documents_of_another_account_are_never_taken_for_this_one(harness: SyncHarness) -> None:
    rich = [name for name, account in harness.truth().items() if account["documents"]]
    for name in rich:
        harness.add_fault(kind="other_account", operation="retrieveAccountDocumentMetadata", account=name)
    harness.sync()
    for name in rich:
        own = set(harness.truth()[name]["documents"])
        found = {row["client_document_id"] for row in harness.rows("accounts/documents", client_account_id=name)}
        assert found <= own


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["latency", "drip"])
def test_an_answer_that_never_ends_holds_nobody_else_up(harness: SyncHarness, kind: str) -> None:
    harness.add_fault(kind=kind, account=harness.ids[3], seconds=600 if kind == "latency" else 0.1, pieces=1000)
    progress = harness.sync(limits=BRIEF, retry=RetryPolicy(tries=1), concurrency=2)
    assert (progress.accounts_read, progress.accounts_failed) == (len(harness.ids) - 1, 1)


def test_a_slow_bakkt_is_read_whole(harness: SyncHarness) -> None:
    harness.add_fault(kind="latency", seconds=0.01)
    assert harness.sync().accounts_read == len(harness.ids)


def test_a_shaky_bakkt_is_read_whole_by_trying_again(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=503, count=7)
    harness.add_fault(kind="cut", count=5)
    harness.add_fault(kind="refused", count=5)
    progress = harness.sync()
    assert (progress.accounts_read, progress.accounts_failed) == (len(harness.ids), 0)
    assert progress.requests == harness.calls().total()


@pytest.mark.slow
def test_retry_after_pauses_the_run_and_is_not_a_failure(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=429, retry_after=1, count=1)
    began = time.monotonic()
    progress = harness.sync()
    assert progress.accounts_failed == 0
    assert time.monotonic() - began >= 1


def test_a_wait_of_an_hour_is_not_waited_for(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=429, retry_after=3600)
    began = time.monotonic()
    progress = harness.sync()
    assert time.monotonic() - began < 3600 / 10
    assert progress.accounts_read == 0
    assert progress.stopped_because is not None
    assert "60 min" in progress.stopped_because
    assert harness.calls().total() <= 8


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_the_run_after_twenty_in_a_row(harness: SyncHarness, status: int) -> None:
    harness.add_fault(kind="status", status=status)
    progress = harness.sync(concurrency=4)
    assert 20 <= harness.calls().total() < 24
    assert progress.stopped_because is not None
    assert str(status) in progress.stopped_because
    assert harness.last_run()["stopped_because"] == progress.stopped_because
    assert harness.last_run()["finished_at"] is not None


def test_a_wrong_key_is_tried_once_for_each_of_twenty_accounts() -> None:
    harness = SyncHarness(api_key="wrong")
    progress = harness.sync(concurrency=3)
    assert 20 <= progress.requests < 23
    assert "401" in (progress.stopped_because or "")
    harness.close()


def test_what_was_read_before_the_key_was_refused_is_kept(harness: SyncHarness) -> None:
    for name in harness.ids[4:]:
        harness.add_fault(kind="status", status=403, operation="getAccount", account=name)
    progress = harness.sync(concurrency=1)
    assert progress.stopped_because is not None
    assert harness.ids_of("accounts/standing") == harness.ids[:4]
    assert (progress.accounts_read, progress.accounts_due) == (4, len(harness.ids))
    assert harness.ids_of("sync/due")[: len(harness.ids) - 4] == harness.ids[4:]


@pytest.mark.many_cases
@pytest.mark.parametrize("status", [401, 403, 404, 422, 500])
def test_a_status_of_one_account_stops_no_run(harness: SyncHarness, status: int) -> None:
    harness.add_fault(kind="status", status=status, account=harness.ids[10])
    progress = harness.sync(concurrency=1)
    assert (progress.stopped_because, progress.accounts_failed) == (None, 1)
    assert progress.accounts_read == len(harness.ids) - 1


@pytest.mark.parametrize("status", [404, 422])
def test_a_refusal_of_every_account_stops_no_run(harness: SyncHarness, status: int) -> None:
    harness.add_fault(kind="status", status=status)
    progress = harness.sync()
    assert (progress.stopped_because, progress.accounts_failed) == (None, len(harness.ids))
    assert harness.availability.away is None


def test_a_refusal_among_them_breaks_the_row(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=404, account=harness.ids[12])
    for name in harness.ids[:12] + harness.ids[13:]:
        harness.add_fault(kind="status", status=503, account=name)
    progress = harness.sync(concurrency=1)
    assert (progress.stopped_because, progress.accounts_failed) == (None, len(harness.ids))


SILENCES: dict[str, dict[str, object]] = {
    "no connection": {"kind": "refused"},
    "lost": {"kind": "lost"},
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503},
    "401": {"kind": "status", "status": 401},
    "403": {"kind": "status", "status": 403},
}


@pytest.mark.many_cases
@pytest.mark.parametrize("fault", SILENCES.values(), ids=SILENCES.keys())
def test_a_run_of_few_stops_when_none_is_answered_and_everything_stays_due(fault: dict[str, object]) -> None:
    harness = SyncHarness(accounts=8)
    harness.add_fault(**fault)
    progress = harness.sync()
    assert (progress.accounts_due, progress.accounts_failed) == (8, 8)
    assert (progress.stopped_because or "").startswith("No usable answer for 8 of 8; the last: ")
    assert harness.last_run()["stopped_because"] == progress.stopped_because
    assert harness.ids_of("sync/due") == harness.ids
    assert harness.availability.away is not None
    harness.clear_faults()
    assert harness.sync().accounts_read == 8
    harness.close()


def test_a_run_of_few_goes_on_when_one_is_answered() -> None:
    harness = SyncHarness(accounts=8)
    for name in harness.ids[1:]:
        harness.add_fault(kind="status", status=503, account=name)
    progress = harness.sync()
    assert (progress.stopped_because, progress.accounts_read, progress.accounts_failed) == (None, 1, 7)
    harness.close()


def test_a_run_asks_for_no_document_after_no_account_was_answered() -> None:
    harness = SyncHarness(accounts=8)
    harness.add_fault(kind="status", status=503, operation="retrieveDocumentMetadata")
    harness.sync()
    asked = harness.calls()["retrieveDocumentMetadata"]
    assert asked
    harness.add_fault(kind="status", status=503)
    harness.sync(everything=True)
    assert harness.calls()["retrieveDocumentMetadata"] == asked
    harness.close()


def test_what_a_stopped_run_did_not_read_stays_due_midway_too(harness: SyncHarness) -> None:
    calls = iter(range(10_000))
    harness.wire.before_each = lambda _: (
        harness.add_fault(kind="status", status=503) if next(calls) == 12 else None  # the fifth account
    )
    progress = harness.sync(concurrency=1)
    assert (progress.accounts_read, progress.accounts_failed) == (4, 20)
    assert "20 times in a row" in (progress.stopped_because or "")
    assert harness.ids_of("sync/due")[:20] == harness.ids[4:]
    away = harness.availability.away
    assert away is not None
    assert "503" in away.reason
    assert progress.started_at <= away.since


def test_a_refused_key_at_the_documents_stops_too(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=401, operation="retrieveDocumentMetadata")
    progress = harness.sync(concurrency=4)
    assert 20 <= harness.calls()["retrieveDocumentMetadata"] < 24
    assert progress.accounts_read == len(harness.ids)
    assert "401" in (progress.stopped_because or "")


def test_twenty_failures_in_a_row_stop_the_run(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=503)
    progress = harness.sync(concurrency=1)
    assert progress.accounts_failed == 20
    assert "20 times in a row" in (progress.stopped_because or "")
    assert harness.calls().total() == 20 * 4
    assert harness.last_run()["stopped_because"] == progress.stopped_because
    assert len(harness.rows("sync/failures")) == 20


def test_a_success_between_them_breaks_the_row(harness: SyncHarness) -> None:
    for place, name in enumerate(harness.ids):
        if place != 12:
            harness.add_fault(kind="status", status=503, account=name)
    progress = harness.sync(concurrency=1)
    assert progress.stopped_because is None
    assert (progress.accounts_read, progress.accounts_failed) == (1, len(harness.ids) - 1)


def test_unknown_accounts_are_no_reason_to_stop(harness: SyncHarness) -> None:
    harness.store.land_registry([f"0-nobody-{number:02}" for number in range(30)], "file")
    progress = harness.sync(concurrency=1)
    assert (progress.accounts_read, progress.accounts_failed) == (len(harness.ids), 30)
    assert progress.stopped_because is None


@pytest.mark.slow
def test_a_404_deletes_nothing(harness: SyncHarness) -> None:
    harness.sync()
    harness.replay()
    before = harness.all_lists()
    harness.add_fault(kind="status", status=404)
    progress = harness.sync(everything=True)
    assert progress.accounts_failed == len(harness.ids)
    assert harness.all_lists() == before
    assert harness.rows("data/health")[0]["registered"] == len(harness.ids)


@pytest.mark.slow
def test_a_document_list_that_is_gone_blanks_no_checklist(harness: SyncHarness) -> None:
    harness.sync()
    rich = [name for name, account in harness.truth().items() if account["documents"]]
    assert rich
    before = {name: harness.account_view(name) for name in rich}
    harness.add_fault(kind="status", status=404, operation="retrieveAccountDocumentMetadata")
    harness.sync(everything=True)
    assert {name: harness.account_view(name) for name in rich} == before


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"null",
        b"[]",
        b'"account"',
        b"\xff\xfe{}",
        b'{"id": "x"}',
        b'{"id": "x", "createdAt": "yesterday", "status": "COMPLETE", "request": {}}',
        b'{"id": "x", "createdAt": null, "status": "COMPLETE", "request": {}}',
        b'{"id": "x", "createdAt": "2026-01-01T00:00:00Z", "status": "COMPLETE", "request": []}',
        b"[" * 5000 + b"]" * 5000,
        b'{"id": NaN}',
        b" " * 11_000_000,
        b'{"a": 1, "a": 2}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_garbage_is_a_failure_and_not_data(harness: SyncHarness, garbage: bytes) -> None:
    name = harness.ids[3]
    harness.wire.instead = only(f"/accounts/{quote(name, safe='')}", lambda: answer(garbage))
    progress = harness.sync()
    assert harness.ids_of("sync/failures") == [name]
    assert progress.accounts_read == len(harness.ids) - 1
    assert name not in harness.ids_of("accounts/standing")


def test_a_bakkt_that_is_down_stops_the_run_with_a_reason() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        store = new_store()
        store.land_registry([f"A-{number}" for number in range(40)], "file")

        async def pull() -> SyncProgress:
            connection = BakktConnection(address, SecretStr("key"), "partner")
            async with BakktClient(
                connection, requests_per_second=None, limits=DEFAULT_LIMITS, retry=FAST_RETRIES
            ) as client:
                return await run_sync(client, store, SyncOrder(concurrency=2))

        progress = asyncio.run(pull())
    assert "20 times in a row" in (progress.stopped_because or "")
    assert progress.accounts_failed < 40
    assert store.read_rows("sync/failures")[0]["title"] == "Bakkt cannot be reached"
    store.close()


def test_nothing_of_a_body_a_key_or_a_name_is_in_the_failures(harness: SyncHarness) -> None:
    secret = "Orla Secret"
    body = {"id": "x", "createdAt": secret, "status": secret, "request": {"owners": [secret]}}
    harness.wire.instead = only("/status", lambda: httpx2.Response(422, content=str(body).encode()))
    harness.sync()
    told = str(harness.rows("sync/failures")) + str(harness.rows("sync/runs"))
    assert secret not in told
    assert "sandbox-key" not in told
