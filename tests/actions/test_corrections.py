"""Actions that count as not sent and arrive late: what is seen later makes their outcome true."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
import pytest

from tests.support.action_harness import ACTION_CASES, FILE, PASSPORT, ActionHarness, Confirm, is_write
from tests.support.running import until
from tests.support.settling import settle_unknown
from tests.support.tables import change
from tests.support.upload_harness import file_of
from workbench.actions import Receipt, Settler
from workbench.actions.lost_answers import doubtful_actions
from workbench.actions.settling.settler import SettlerPace
from workbench.actions.settling.settling import SETTLED_BY_READING, readers_of, settle_by_person
from workbench.actions.settling.stored import settle_from_stored
from workbench.actions.upload_document import DocumentUpload, upload_document
from workbench.desk import build_desk
from workbench.domain.backoff import Backoff
from workbench.domain.documents import DocumentDetails
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.files.checking import CheckedFile
from workbench.sandbox import SandboxTransport
from workbench.settings import read_settings
from workbench.sync import SyncOrder, SyncService

PACE = SettlerPace(0.01, Backoff(0.02, 0.05), Backoff(0.02, 0.05), seconds_between_late_looks=0.05)
KINDS = sorted(SETTLED_BY_READING)
UPLOAD = ActionKind.UPLOAD_DOCUMENT


@dataclass(slots=True)
class Bench:
    """A connection that loses writes on their way, and can let one arrive long after."""

    harness: ActionHarness
    held: list[httpx2.Request] = field(default_factory=list)

    def lose(self, kind: ActionKind, confirm: Confirm | None = None) -> str:
        """Send an action whose request is held back; returns its action id."""
        confirm = confirm or ACTION_CASES[kind].review(self.harness, self.name(kind))
        self.harness.wire.instead = self._hold
        receipt = confirm(self.harness.actions, f"review {len(self.held)}")
        self.harness.wire.instead = lambda _: None
        assert receipt.outcome is Outcome.UNKNOWN
        assert receipt.record is not None
        return receipt.record.action_id

    def _hold(self, request: httpx2.Request) -> httpx2.Response | None:
        if not is_write(request):
            return None
        self.held.append(request)
        raise httpx2.ReadError("lost")

    def count_as_not_sent(self, kind: ActionKind, confirm: Confirm | None = None) -> str:
        """Send an action that is lost, long enough ago to count as not sent."""
        action_id = self.lose(kind, confirm)
        change(self.harness.store, "update actions set finished_at = finished_at - interval '6 minutes'")
        assert settle_unknown(self.harness.actions, readers_of(self.harness.actions)) == 1
        assert self.outcome(action_id) is Outcome.NOT_SENT
        return action_id

    def let_it_arrive(self) -> None:
        transport = SandboxTransport(self.harness.sandbox)
        assert asyncio.run(transport.handle_async_request(self.held[0])).status_code == 200

    def sync(self, kind: ActionKind) -> None:
        order = SyncOrder()
        SyncService(self.harness.store, self.harness.connect, order).run(client_account_id=self.name(kind))

    def settle_stored(self) -> int:
        actions = self.harness.actions
        return sum(settle_from_stored(actions, one) is not None for one in doubtful_actions(actions))

    def name(self, kind: ActionKind) -> str:
        return self.harness.names[kind][0]

    def receipt(self, action_id: str) -> Receipt:
        receipt = self.harness.actions.receipt(action_id)
        assert receipt is not None
        return receipt

    def outcome(self, action_id: str) -> Outcome | None:
        return self.receipt(action_id).outcome

    def effects(self, kind: ActionKind) -> int:
        return ACTION_CASES[kind].effects(self.harness, self.name(kind))


@pytest.fixture
def bench() -> Iterator[Bench]:
    harness = ActionHarness()
    yield Bench(harness)
    harness.close()


@pytest.fixture
def settler(bench: Bench) -> Iterator[Settler]:
    made = Settler(bench.harness.actions, readers_of(bench.harness.actions), pace=PACE)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_sync_that_shows_a_late_arrival_makes_it_accepted(bench: Bench, kind: ActionKind) -> None:
    action_id = bench.count_as_not_sent(kind)
    bench.let_it_arrive()
    bench.sync(kind)
    assert bench.settle_stored() == 1
    receipt = bench.receipt(action_id)
    assert (receipt.outcome, receipt.title) == (Outcome.ACCEPTED, "Done")
    assert "Until then it counted as not sent (settled by reading)." in receipt.words
    row = next(row for row in bench.harness.log(bench.name(kind)) if row["action_id"] == action_id)
    assert (row["outcome"], row["settled_by"]) == ("accepted", "reading")
    assert bench.settle_stored() == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_sync_settles_an_unknown_action_too(bench: Bench, kind: ActionKind) -> None:
    action_id = bench.lose(kind)
    bench.let_it_arrive()
    bench.sync(kind)
    assert bench.settle_stored() == 1
    assert bench.outcome(action_id) is Outcome.ACCEPTED


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_without_a_late_arrival_nothing_is_corrected(bench: Bench, settler: Settler, kind: ActionKind) -> None:
    action_id = bench.count_as_not_sent(kind)
    if kind is not ActionKind.OPEN_ACCOUNT:
        bench.sync(kind)
    settler.start()
    before = len(bench.harness.sandbox.calls()["operations"])
    until(lambda: sum(bench.harness.sandbox.calls()["operations"].values()) > before + 6)
    assert bench.outcome(action_id) is Outcome.NOT_SENT


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_bakkt_is_asked_again_for_what_counts_as_not_sent(bench: Bench, settler: Settler, kind: ActionKind) -> None:
    action_id = bench.count_as_not_sent(kind)
    settler.start()
    bench.let_it_arrive()
    until(lambda: bench.outcome(action_id) is Outcome.ACCEPTED)
    assert bench.effects(kind) == 1


@pytest.mark.slow
def test_after_a_day_only_a_sync_shows_a_late_arrival(bench: Bench) -> None:
    action_id = bench.count_as_not_sent(UPLOAD)
    change(bench.harness.store, "update actions set settled_at = settled_at - interval '25 hours'")
    now = bench.harness.actions.now()
    assert [one.may_arrive_late(now) for one in doubtful_actions(bench.harness.actions)] == [False]
    bench.let_it_arrive()
    bench.sync(UPLOAD)
    assert bench.settle_stored() == 1
    assert bench.outcome(action_id) is Outcome.ACCEPTED


@pytest.mark.slow
def test_an_event_leads_to_the_reading_that_corrects_an_opening(bench: Bench) -> None:
    kind = ActionKind.OPEN_ACCOUNT
    action_id = bench.count_as_not_sent(kind)
    harness = bench.harness
    desk = build_desk(harness.store, read_settings({}, Path("no-such-file")), lambda _=1.0: harness.connect())
    bench.let_it_arrive()
    harness.tell(bench.name(kind), {"partyStatus": "ACTIVE"})
    desk.background.read_back.start()
    desk.background.settler.start()
    desk.background.read_back.mark_due([bench.name(kind)])
    until(lambda: bench.outcome(action_id) is Outcome.ACCEPTED)
    desk.background.close()
    desk.inbox.close()
    assert harness.store.read_rows("accounts/registration", client_account_id=bench.name(kind))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_took_for_not_sent_is_corrected_with_their_name(bench: Bench, kind: ActionKind) -> None:
    action_id = bench.lose(kind)
    settle_by_person(bench.harness.actions, action_id, Outcome.NOT_SENT, "Bakkt's support sees nothing")
    bench.let_it_arrive()
    bench.sync(kind)
    assert bench.settle_stored() == 1
    assert "Until then it counted as not sent (settled by Ann)." in bench.receipt(action_id).words


@pytest.mark.slow
def test_an_action_that_never_left_is_not_taken_for_the_same_change_by_others(bench: Bench) -> None:
    kind = ActionKind.UPDATE_ACCOUNT
    confirm = ACTION_CASES[kind].review(bench.harness, bench.name(kind))

    def refuse_connection(request: httpx2.Request) -> httpx2.Response | None:
        if is_write(request):
            bench.held.append(request)
            raise httpx2.ConnectError("no connection")
        return None

    bench.harness.wire.instead = refuse_connection
    receipt = confirm(bench.harness.actions, "one review")
    bench.harness.wire.instead = lambda _: None
    assert (receipt.outcome, receipt.title) == (Outcome.NOT_SENT, "Not sent")
    bench.let_it_arrive()
    bench.sync(kind)
    assert bench.settle_stored() == 0


@pytest.mark.slow
def test_an_update_that_was_sent_again_is_not_taken_for_the_first(bench: Bench) -> None:
    kind = ActionKind.UPDATE_ACCOUNT
    confirm = ACTION_CASES[kind].review(bench.harness, bench.name(kind))
    action_id = bench.count_as_not_sent(kind, confirm)
    assert confirm(bench.harness.actions, "again").outcome is Outcome.ACCEPTED
    bench.sync(kind)
    assert bench.settle_stored() == 0
    assert bench.outcome(action_id) is Outcome.NOT_SENT


@pytest.mark.slow
def test_an_opening_that_had_arrived_is_corrected_when_it_is_confirmed_again(bench: Bench) -> None:
    kind = ActionKind.OPEN_ACCOUNT
    confirm = ACTION_CASES[kind].review(bench.harness, bench.name(kind))
    action_id = bench.count_as_not_sent(kind, confirm)
    bench.let_it_arrive()
    again = confirm(bench.harness.actions, "again")
    assert again.outcome is Outcome.NOT_SENT
    assert "Bakkt already has this id" in again.words
    assert bench.outcome(action_id) is Outcome.ACCEPTED
    assert bench.effects(kind) == 1


# uploads that are confirmed again


def upload(bench: Bench, key: str = "again", document: DocumentDetails = PASSPORT, file: CheckedFile = FILE) -> Receipt:
    given = DocumentUpload(document, file)
    return upload_document(bench.harness.actions, bench.name(UPLOAD), given, confirm_key=key)


def document_id_of(receipt: Receipt) -> str:
    assert receipt.record is not None
    return receipt.record.what["client_document_id"]


@pytest.mark.slow
def test_the_same_document_goes_again_under_the_same_id(bench: Bench) -> None:
    first = bench.receipt(bench.count_as_not_sent(UPLOAD))
    again = upload(bench)
    assert again.outcome is Outcome.ACCEPTED
    assert document_id_of(again) == document_id_of(first)
    assert bench.effects(UPLOAD) == 1
    late = asyncio.run(SandboxTransport(bench.harness.sandbox).handle_async_request(bench.held[0]))
    assert late.status_code == 409, "the first, should it still arrive, is the same document and not a second one"
    bench.sync(UPLOAD)
    assert bench.settle_stored() == 0, "what is seen is the second"


@pytest.mark.slow
@pytest.mark.parametrize(
    "change_of",
    [
        lambda: {"file": file_of(b"%PDF-1.7 another scan")},
        lambda: {"document": replace(PASSPORT, issue_country="FRA")},
        lambda: {"document": replace(PASSPORT, expires_on=None)},
        lambda: {"document": replace(PASSPORT, description="her new passport")},
    ],
    ids=["bytes", "country", "expiry", "description"],
)
def test_another_document_goes_under_an_id_of_its_own(bench: Bench, change_of: Callable[[], dict[str, object]]) -> None:
    first = bench.receipt(bench.count_as_not_sent(UPLOAD))
    again = upload(bench, **change_of())  # type: ignore[arg-type]
    assert again.outcome is Outcome.ACCEPTED
    assert document_id_of(again) != document_id_of(first)


@pytest.mark.slow
def test_a_document_that_had_arrived_is_not_sent_again(bench: Bench) -> None:
    action_id = bench.count_as_not_sent(UPLOAD)
    bench.let_it_arrive()
    again = upload(bench)
    assert again.outcome is Outcome.NOT_SENT
    assert "Bakkt has this document already" in again.words
    assert bench.outcome(action_id) is Outcome.ACCEPTED
    assert bench.effects(UPLOAD) == 1


@pytest.mark.slow
def test_another_document_is_sent_though_the_first_had_arrived_and_that_is_known_now(bench: Bench) -> None:
    action_id = bench.count_as_not_sent(UPLOAD)
    bench.let_it_arrive()
    assert upload(bench, file=file_of(b"%PDF-1.7 another scan")).outcome is Outcome.ACCEPTED
    assert bench.outcome(action_id) is Outcome.ACCEPTED
    assert bench.effects(UPLOAD) == 2


@pytest.mark.slow
def test_while_the_id_cannot_be_read_nothing_is_sent(bench: Bench) -> None:
    bench.count_as_not_sent(UPLOAD)
    bench.harness.wire.instead = lambda request: None if is_write(request) else httpx2.Response(503)
    again = upload(bench)
    assert again.outcome is Outcome.NOT_SENT
    bench.harness.wire.instead = lambda _: None
    assert bench.effects(UPLOAD) == 0
    assert upload(bench, key="later").outcome is Outcome.ACCEPTED


@pytest.mark.slow
def test_a_third_attempt_keeps_the_id_of_the_first(bench: Bench) -> None:
    case = ACTION_CASES[UPLOAD].review(bench.harness, bench.name(UPLOAD))
    first = bench.receipt(bench.count_as_not_sent(UPLOAD, case))
    second = bench.receipt(bench.count_as_not_sent(UPLOAD, case))
    third = upload(bench)
    assert document_id_of(first) == document_id_of(second) == document_id_of(third)


def test_an_error_of_ours_before_sending_means_not_sent(bench: Bench) -> None:
    kind = ActionKind.UPDATE_ACCOUNT
    confirm = ACTION_CASES[kind].review(bench.harness, bench.name(kind))

    def break_down() -> None:
        raise ZeroDivisionError

    bench.harness.wire.before = break_down
    receipt = confirm(bench.harness.actions, "one review")
    bench.harness.wire.before = lambda: None
    assert receipt.outcome is Outcome.NOT_SENT
    assert "The workbench failed before sending" in receipt.words
    assert bench.effects(kind) == 0
