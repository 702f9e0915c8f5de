"""What a run reads, in which order, how it lands, and how it is counted and ended."""

import ast
import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.running import PATIENCE_SECONDS, ROOT, until
from tests.support.stores import new_store
from tests.support.sync_harness import SyncHarness
from workbench.bakkt.models import DocumentRequest
from workbench.domain.account.choices import DocumentSide, DocumentType
from workbench.domain.errors import BusyError, StoreError
from workbench.events import replay_events
from workbench.sync import SyncOrder, SyncProgress, SyncService, run_sync
from workbench.sync.pump import BATCH_SIZE

FINAL = ("active", "rejected", "liquidated", "closed")


def test_a_run_reads_payload_status_and_documents_of_every_account_once(harness: SyncHarness) -> None:
    progress = harness.sync()
    documents = {document for account in harness.truth().values() for document in account["documents"]}
    assert harness.calls() == {
        "getAccount": len(harness.ids),
        "getAccountStatus": len(harness.ids),
        "retrieveAccountDocumentMetadata": len(harness.ids),
        "retrieveDocumentMetadata": len(documents),
    }
    assert progress.requests == harness.calls().total() == harness.last_run()["requests"]


def test_requests_that_were_tried_again_are_counted_each_time(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=500, count=3)
    harness.add_fault(kind="foreign", operation="getAccountStatus", account=harness.ids[0])
    progress = harness.sync()
    assert progress.requests == harness.calls().total()
    assert harness.last_run()["requests"] == progress.requests


@pytest.mark.slow
def test_never_read_accounts_come_first_then_the_longest_unread(harness: SyncHarness) -> None:
    early, late, never = harness.ids[10:12], harness.ids[:5], ["0-not-read-yet", "zz-not-read-yet"]
    for name in [*early, *late]:
        harness.sync(client_account_id=name)
    harness.store.land_registry(never, "file")
    harness.wire.addresses.clear()
    harness.sync(concurrency=1, everything=True)
    order = harness.wire.accounts_asked()
    read_before = [name for name in order if name in [*early, *late]]
    assert read_before == [*early, *late]
    assert order[-len(read_before) :] == read_before
    assert set(never) < set(order[: len(order) - len(read_before)])


@pytest.mark.slow
def test_accounts_in_motion_are_due_every_run_and_final_ones_rarely(harness: SyncHarness) -> None:
    harness.sync()
    harness.replay()
    harness.sync()
    finals = {name for name, account in harness.truth().items() if account["standing"] in FINAL}
    assert finals
    harness.wire.addresses.clear()
    harness.sync()
    assert set(harness.wire.accounts_asked()) == set(harness.ids) - finals
    harness.wire.addresses.clear()
    harness.sync(final_after_hours=0)
    assert set(harness.wire.accounts_asked()) == set(harness.ids)


@pytest.mark.slow
def test_news_of_a_final_account_makes_it_due(harness: SyncHarness) -> None:
    harness.sync()
    harness.replay()
    harness.sync()
    name = next(name for name, account in harness.truth().items() if account["standing"] == "active")
    assert name not in harness.ids_of("sync/due")
    body = {
        "requestId": "news",
        "partnerPartyRef": name,
        "partnerWebhookType": "PARTY_EVENT",
        "partyStatus": "CLOSED",
        "reasonCode": "CLOSED",
    }
    replay_events(harness.store, [_line(body)])
    assert name in harness.ids_of("sync/due")
    harness.sync()
    assert name not in harness.ids_of("sync/due")


def _line(body: dict[str, str]) -> bytes:
    return json.dumps({"received_at": datetime.now(UTC).isoformat(), "body": body}).encode()


def test_all_takes_all_and_account_takes_one(harness: SyncHarness) -> None:
    harness.sync()
    assert harness.sync(everything=True).accounts_due == len(harness.ids)
    harness.wire.addresses.clear()
    progress = harness.sync(client_account_id=harness.ids[4])
    assert (progress.accounts_due, progress.accounts_read) == (1, 1)
    assert harness.wire.accounts_asked() == [harness.ids[4]]
    assert [row["scope"] for row in harness.rows("sync/runs")] == ["account", "all", "due"]


@pytest.mark.slow
def test_a_second_reading_of_the_same_changes_nothing(harness: SyncHarness) -> None:
    harness.sync()
    before = harness.all_lists()
    assert harness.sync(everything=True).accounts_changed == 0
    assert harness.all_lists() == before


def test_each_document_is_read_once_for_its_date(harness: SyncHarness) -> None:
    harness.sync()
    harness.sync(everything=True)
    documents = {document for account in harness.truth().values() for document in account["documents"]}
    assert documents
    assert harness.calls()["retrieveDocumentMetadata"] == len(documents)
    assert harness.rows("data/health")[0]["documents_undated"] == 0


@pytest.mark.slow
def test_a_new_document_is_read_and_the_old_ones_are_not_read_again(harness: SyncHarness) -> None:
    harness.sync()
    reads = harness.calls()["retrieveDocumentMetadata"]
    name = harness.ids_with_documents_first()[0]
    paper = DocumentRequest(
        client_document_id="3fa85f64-5717-4562-b3fc-2c963f66afa6",
        account=name,
        document_type=DocumentType.PASSPORT,
        document_side=DocumentSide.FRONT,
        issue_country="USA",
    )

    async def upload() -> None:
        async with harness.connect() as client:
            await client.submit_document(paper, b"%PDF-1.4 invented", "application/pdf", "passport.pdf")

    asyncio.run(upload())
    harness.sync(everything=True)
    assert harness.calls()["retrieveDocumentMetadata"] == reads + 1
    assert len(harness.rows("accounts/documents", client_account_id=name)) == len(harness.truth()[name]["documents"])


@pytest.mark.slow
def test_a_document_that_cannot_be_read_is_listed_and_tried_next_time(harness: SyncHarness) -> None:
    name = harness.ids_with_documents_first()[0]
    document = harness.truth()[name]["documents"][0]
    harness.add_fault(kind="status", status=404, operation="retrieveDocumentMetadata", account=document)
    progress = harness.sync()
    assert progress.accounts_read == len(harness.ids)
    assert harness.ids_of("sync/failures") == [name]
    assert harness.rows("data/health")[0]["documents_undated"] == 1
    harness.clear_faults()
    harness.sync()
    assert harness.rows("sync/failures") == []
    assert harness.rows("data/health")[0]["documents_undated"] == 0


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "client_account_id", ["ACC 1/é", "..", ".", "a?b=c#d", "%2F", "x" * 300, "q\"uo'te", "é" * 300]
)
def test_strange_ids_are_asked_for_as_they_are_and_hold_nobody_up(harness: SyncHarness, client_account_id: str) -> None:
    harness.store.land_registry([client_account_id], "file")
    progress = harness.sync()
    assert (progress.accounts_read, progress.accounts_failed) == (len(harness.ids), 1)
    assert client_account_id in harness.wire.accounts_asked()
    assert harness.rows("sync/failures")[0]["title"] == "Bakkt does not know this id"


def test_an_id_that_cannot_be_sent_fails_alone(harness: SyncHarness) -> None:
    harness.store.land_registry(["é" * 5000], "file")
    progress = harness.sync()
    assert (progress.accounts_read, progress.accounts_failed) == (len(harness.ids), 1)
    assert progress.stopped_because is None


def test_few_commits_land_many_accounts(harness: SyncHarness) -> None:
    before = harness.store.data_version
    harness.sync()
    assert harness.store.data_version - before < len(harness.ids)
    assert BATCH_SIZE >= 1000


@pytest.mark.slow
def test_what_was_read_is_seen_after_a_second_though_the_run_goes_on(harness: SyncHarness) -> None:
    harness.add_fault(kind="latency", seconds=600, operation="getAccount", account=harness.ids[-1])
    service = harness.service()
    service.start()
    until(lambda: _accounts_read(service) == len(harness.ids) - 1)
    assert len(harness.ids_of("accounts/standing")) == len(harness.ids) - 1
    assert service.is_running
    progress = service.progress()
    assert progress is not None
    assert not progress.is_finished
    assert progress.accounts_per_second > 0
    assert progress.seconds_left is not None
    service.request_stop()
    service.wait(PATIENCE_SECONDS)
    assert harness.last_run()["accounts_read"] == len(harness.ids) - 1


def _accounts_read(service: SyncService) -> int:
    progress = service.progress()
    return 0 if progress is None else progress.accounts_read


def test_a_second_run_at_once_is_told_so(harness: SyncHarness) -> None:
    may_go_on = threading.Event()
    harness.wire.before_each = lambda _: may_go_on.wait(PATIENCE_SECONDS)
    service = harness.service()
    service.start()
    with pytest.raises(BusyError, match="already running"):
        service.start()
    with pytest.raises(BusyError):
        service.run()
    may_go_on.set()
    service.wait(PATIENCE_SECONDS)
    assert not service.is_running
    assert len(harness.rows("sync/runs")) == 1
    assert service.run().accounts_failed == 0


@pytest.mark.slow
def test_a_person_can_stop_a_run_and_what_was_read_is_kept(harness: SyncHarness) -> None:
    service = harness.service(concurrency=1)
    release = threading.Event()

    def pause_at(address: str) -> None:
        if len(harness.wire.addresses) == 31:
            service.request_stop()
            release.set()

    harness.wire.before_each = pause_at
    harness.add_fault(kind="latency", seconds=0.02)
    service.start()
    assert release.wait(PATIENCE_SECONDS)
    service.wait(PATIENCE_SECONDS)
    assert not service.is_running
    run = harness.last_run()
    assert run["stopped_because"] == "stopped on request"
    assert run["finished_at"] is not None
    assert 10 <= run["accounts_read"] < len(harness.ids)
    assert harness.ids_of("accounts/standing") == harness.ids[: run["accounts_read"]]
    harness.wire.before_each = lambda _: None
    harness.clear_faults()
    harness.wire.addresses.clear()
    service.run()
    unread = harness.ids[run["accounts_read"] :]
    assert harness.wire.accounts_asked()[: len(unread)] == unread
    assert len(harness.ids_of("accounts/standing")) == len(harness.ids)


def test_a_stop_does_not_wait_for_a_bakkt_that_asks_for_minutes(harness: SyncHarness) -> None:
    harness.add_fault(kind="status", status=429, retry_after=200)
    service = harness.service()
    service.start()
    until(lambda: len(harness.wire.addresses) > 0)
    service.request_stop()
    service.wait(PATIENCE_SECONDS)
    assert not service.is_running
    assert harness.last_run()["stopped_because"] == "stopped on request"


def test_a_stop_does_not_wait_for_a_slow_answer(harness: SyncHarness) -> None:
    harness.add_fault(kind="latency", seconds=600)
    service = harness.service()
    service.start()
    until(lambda: len(harness.wire.addresses) > 0)
    service.request_stop()
    service.wait(PATIENCE_SECONDS)
    assert not service.is_running


def test_an_empty_registry_is_a_run_of_nothing() -> None:
    harness = SyncHarness(accounts=0)
    progress = harness.sync()
    assert (progress.accounts_due, progress.requests, progress.is_finished) == (0, 0, True)
    assert harness.last_run()["finished_at"] is not None
    harness.close()


def test_a_database_that_is_gone_ends_the_run_with_words(harness: SyncHarness) -> None:
    victim = new_store()
    victim.land_registry(harness.ids, "file")

    def pull_the_plug(address: str) -> None:
        if len(harness.wire.addresses) == 20:
            victim.close()

    harness.wire.before_each = pull_the_plug

    async def pull() -> SyncProgress:
        async with harness.connect() as client:
            return await run_sync(client, victim, SyncOrder())

    with pytest.raises(StoreError):
        asyncio.run(pull())


def test_progress_counts_up_and_ends_finished(harness: SyncHarness) -> None:
    seen: list[SyncProgress] = []
    harness.service().run(watch=seen.append)
    assert seen[0].accounts_due == len(harness.ids)
    assert [one.accounts_done for one in seen] == sorted(one.accounts_done for one in seen)
    assert seen[-1].is_finished
    assert seen[-1].seconds_left is None
    assert seen[-1].started_at <= datetime.now(UTC) < seen[-1].started_at + timedelta(minutes=1)


LINK_CALLS = {"fetch_verification_link", "documentVerificationDetails"}


def reachable_from(package: str) -> set[Path]:
    """Return our files that importing the package would load, by following import statements."""
    waiting, seen = [package], set[Path]()
    while waiting:
        for path in files_of(waiting.pop()):
            if path not in seen:
                seen.add(path)
                waiting += imported_by(path)
    return seen


def files_of(module: str) -> list[Path]:
    place = ROOT.joinpath(*module.split("."))
    if place.is_dir():
        return sorted(place.glob("*.py"))
    return [place.with_suffix(".py")] if place.with_suffix(".py").exists() else []


def imported_by(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.startswith("workbench.")]


def mentions_of_link_call(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return used & LINK_CALLS


def test_nothing_that_sync_reaches_calls_for_a_link() -> None:
    reached = reachable_from("workbench.sync")
    client = ROOT / "workbench" / "bakkt" / "client.py"
    assert client in reached
    assert [path for path in reached - {client} if mentions_of_link_call(path)] == []
    assert mentions_of_link_call(client) == {"documentVerificationDetails"}, "the client defines it and never calls it"
