"""Every kind of action is recorded, checked once more, sent once and completed with its result."""

import threading
from datetime import UTC, datetime

import httpx2
import pytest

from tests.support.action_work import work
from tests.support.link_harness import LinkHarness
from tests.support.running import PATIENCE_SECONDS, until
from tests.support.tables import select
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktUnreachable
from workbench.domain.actions import Blocker
from workbench.domain.errors import InputError, StoreError
from workbench.domain.facts import KybStart
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord, Completion, Effects


@pytest.mark.parametrize("kind", ActionKind)
def test_every_kind_has_a_record_and_a_receipt_in_words(harness: LinkHarness, kind: ActionKind) -> None:
    receipt = harness.actions.perform(work(kind))
    assert (receipt.outcome, receipt.title) == (Outcome.ACCEPTED, "Done")
    assert " was started by Ann, " in receipt.words
    assert [row["kind"] for row in harness.log("E-1")] == [kind.value]


def test_what_the_answer_brought_lands_with_the_outcome(harness: LinkHarness, name: str) -> None:
    started_at = datetime.now(UTC)

    async def trigger(_client: BakktClient) -> Completion:
        return Completion(Outcome.ACCEPTED, effects=Effects(kyb_starts=(KybStart(started_at),), registers_account=True))

    harness.actions.perform(work(account="new", send=trigger))
    assert harness.store.read_rows("accounts/registration", client_account_id="new")
    starts = select(harness.store, "select client_account_id, recorded_by from kyb_starts")
    assert ("new", "Ann") in starts


def test_a_last_look_that_finds_a_change_sends_nothing(harness: LinkHarness) -> None:
    sent = []

    async def send(_client: BakktClient) -> Completion:
        sent.append(1)
        return Completion(Outcome.ACCEPTED)

    async def changed(_client: BakktClient) -> Blocker | None:
        return Blocker("changed", "Bakkt's copy changed", "Somebody was faster.")

    async def away(_client: BakktClient) -> Blocker | None:
        raise BakktUnreachable("Bakkt is away.")

    async def unchanged(_client: BakktClient) -> Blocker | None:
        return None

    assert harness.actions.perform(work(key="1", send=send, recheck=changed)).outcome is Outcome.NOT_SENT
    assert harness.actions.perform(work(key="2", send=send, recheck=away)).outcome is Outcome.NOT_SENT
    assert sent == []
    assert harness.actions.perform(work(key="3", send=send, recheck=unchanged)).outcome is Outcome.ACCEPTED
    assert sent == [1]


def test_a_fault_of_ours_leaves_the_outcome_unknown_and_not_open_for_ever(harness: LinkHarness) -> None:
    async def broken(_client: BakktClient) -> Completion:
        raise ZeroDivisionError("123-45-6789")

    receipt = harness.actions.perform(work(send=broken))
    assert receipt.outcome is Outcome.UNKNOWN
    assert "6789" not in receipt.words


def test_the_request_goes_on_when_the_page_that_waits_is_gone(harness: LinkHarness) -> None:
    may_answer = threading.Event()

    async def slow(_client: BakktClient) -> Completion:
        may_answer.wait(PATIENCE_SECONDS)
        return Completion(Outcome.ACCEPTED)

    page = threading.Thread(target=lambda: harness.actions.perform(work(send=slow)), daemon=True)
    page.start()
    until(lambda: bool(harness.log("E-1")))
    assert harness.log("E-1")[0]["outcome"] == "sent"
    may_answer.set()
    harness.actions.close(PATIENCE_SECONDS)
    assert harness.log("E-1")[0]["outcome"] == "accepted"
    page.join()


def test_what_could_not_be_kept_is_told_and_unknown_at_the_next_start(harness: LinkHarness) -> None:
    async def answered(_client: BakktClient) -> Completion:
        def full(action_id: str, completion: Completion, finished_at: datetime) -> ActionRecord:
            raise StoreError("The disk is full.", next_step="Make room.")

        harness.store.complete_action = full  # type: ignore[method-assign]  # a full disk, only at this moment
        return Completion(Outcome.ACCEPTED)

    receipt = harness.actions.perform(work(send=answered))
    assert receipt.outcome is Outcome.SENT
    assert "The disk is full. Make room." in receipt.save_error
    found = harness.actions.perform(work(key="another"))
    assert found.blocker is not None
    assert found.blocker.code == "open_action"


class _DoneAtOnce(threading.Thread):
    """A thread that is done with its action before ``start`` returns."""

    def start(self) -> None:
        super().start()
        if self.name == "action":
            self.join()


def test_an_outcome_known_before_anybody_waits_for_it_is_told_too(
    harness: LinkHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(action_id: str, completion: Completion, finished_at: datetime) -> ActionRecord:
        raise StoreError("The disk is full.", next_step="Make room.")

    harness.store.complete_action = full  # type: ignore[method-assign]  # a full disk, only at this moment
    monkeypatch.setattr(threading, "Thread", _DoneAtOnce)
    assert "The disk is full. Make room." in harness.actions.perform(work()).save_error


def test_where_nothing_can_be_recorded_nothing_is_sent(harness: LinkHarness, name: str) -> None:
    harness.store.close()
    with pytest.raises(StoreError):
        harness.ask(name)
    assert harness.asked() == 0


def test_numbers_and_links_in_a_reason_are_not_kept(harness: LinkHarness) -> None:
    harness.actions.perform(work(reason=" She read 123-45-6789 out of https://x.test/1 "))
    assert harness.log("E-1")[0]["reason"] == "She read […] out of […]"


@pytest.mark.parametrize(("outcome", "words"), [(Outcome.SENT, "x"), (Outcome.UNKNOWN, "x"), (Outcome.ACCEPTED, " ")])
def test_a_person_settles_with_an_outcome_and_a_word_on_how_they_know(
    harness: LinkHarness, outcome: Outcome, words: str
) -> None:
    harness.wire.before = cut
    record = harness.actions.perform(work(send=read_something)).record
    assert record is not None
    assert record.outcome is Outcome.UNKNOWN
    with pytest.raises(InputError):
        harness.actions.settle_by_person(record.action_id, outcome, words)
    settled = harness.actions.settle_by_person(record.action_id, Outcome.ACCEPTED, "Bakkt wrote so", "Ben")
    assert settled.outcome is Outcome.ACCEPTED
    assert "Settled by Ben: Bakkt wrote so." in settled.words


async def read_something(client: BakktClient) -> Completion:
    await client.submit_kyb_trigger("E-1")
    return Completion(Outcome.ACCEPTED)


def cut() -> None:
    raise httpx2.ReadError("cut")
