"""KYB screening starts once per confirmed review, is blocked without documents, and waits for a person if unknown."""

import threading
from collections.abc import Iterator

import pytest

from tests.support.kyb_harness import KybHarness
from workbench.actions import Receipt
from workbench.actions.settling.settling import settle_by_person
from workbench.actions.trigger_kyb import review_kyb
from workbench.casework.kyb_records import OWNER_LINE, document_ruling, mark_document, waive_owner
from workbench.domain.facts import Ruling
from workbench.domain.vocabulary import Outcome


@pytest.fixture
def harness() -> Iterator[KybHarness]:
    made = KybHarness()
    yield made
    made.close()


@pytest.fixture
def ready(harness: KybHarness) -> str:
    return harness.one_in("kyb_ready")


@pytest.fixture
def lacking(harness: KybHarness) -> str:
    return harness.one_in("kyb_documents")


def code_of(receipt: Receipt) -> str | None:
    return receipt.blocker.code if receipt.blocker else None


def settle_lines(harness: KybHarness, name: str) -> None:
    """Meet every open requirement on someone's word."""
    documents = harness.store.read_rows("accounts/documents", client_account_id=name)
    for line in harness.lines(name):
        if not line["is_met"] and line["requirement"] == OWNER_LINE:
            waive_owner(harness.actions, name, line["client_owner_id"], "Holds 4 %")
        elif not line["is_met"]:
            mark = document_ruling(harness.actions, name, line["requirement"], None, documents[0]["client_document_id"])
            mark_document(harness.actions, name, mark, "It is bound together with it")


def test_a_confirmed_trigger_begins_one_screen_and_moves_the_standing(harness: KybHarness, ready: str) -> None:
    assert [row["client_account_id"] for row in harness.store.read_rows("kyb/ready")].count(ready) == 1
    receipt = harness.start(ready)
    assert (receipt.outcome, harness.triggers(), harness.began(ready)) == (Outcome.ACCEPTED, 1, True)
    assert harness.account(ready)["standing"] == "kyb_screening"
    assert ready not in [row["client_account_id"] for row in harness.store.read_rows("kyb/ready")]
    (screen,) = harness.store.read_rows("kyb/screens", client_account_id=ready)
    assert (screen["started_by"], screen["is_manual"], screen["decided_at"]) == ("Ann", False, None)
    (row,) = harness.store.read_rows("actions/log", client_account_id=ready)
    assert (row["kind"], row["outcome"], row["reason"]) == ("trigger_kyb", "accepted", "")


def test_a_double_click_sends_one_request(harness: KybHarness, ready: str) -> None:
    first, second = harness.start(ready, "key"), harness.start(ready, "key")
    assert (first.is_repeat, second.is_repeat, harness.triggers()) == (False, True, 1)
    assert first.record == second.record


@pytest.mark.slow
def test_people_who_confirm_at_once_send_one_request(harness: KybHarness, ready: str) -> None:
    harness.add_fault(kind="latency", seconds=0.05)
    receipts: list[Receipt] = []
    at_once = threading.Barrier(5)

    def confirm() -> None:
        at_once.wait()
        receipts.append(harness.start(ready))

    threads = [threading.Thread(target=confirm) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert harness.triggers() == 1
    assert sum(receipt.outcome is Outcome.ACCEPTED for receipt in receipts) == 1
    assert {code_of(receipt) for receipt in receipts} <= {None, "open_action", "started"}


@pytest.mark.slow
def test_a_second_screen_is_never_sent(harness: KybHarness, ready: str) -> None:
    harness.start(ready)
    assert code_of(harness.start(ready, reason="again")) == "started"
    blocker = review_kyb(harness.actions, ready).blocker
    assert blocker is not None
    assert "started by Ann" in blocker.words
    assert harness.triggers() == 1


@pytest.mark.slow
def test_without_documents_the_trigger_is_blocked_and_says_which_are_missing(harness: KybHarness, lacking: str) -> None:
    review = review_kyb(harness.actions, lacking)
    assert review.blocker is None
    assert review.wants_reason
    receipt = harness.start(lacking)
    assert code_of(receipt) == "documents_missing"
    assert all(line in receipt.words for line in review.unmet)
    assert (harness.triggers(), harness.store.read_rows("actions/log")) == (0, [])


@pytest.mark.slow
def test_a_reason_opens_it_and_is_recorded_with_what_lacked(harness: KybHarness, lacking: str) -> None:
    unmet = review_kyb(harness.actions, lacking).unmet
    receipt = harness.start(lacking, reason="Bakkt has them by post, call +1 212 555 0142")
    assert receipt.outcome is Outcome.ACCEPTED
    assert receipt.record is not None
    assert receipt.record.what == {"unmet": "; ".join(unmet)}
    assert "555" not in receipt.record.reason
    assert receipt.record.reason.startswith("Bakkt has them by post")


@pytest.mark.slow
def test_lines_met_by_a_persons_word_open_it_without_a_reason(harness: KybHarness, lacking: str) -> None:
    settle_lines(harness, lacking)
    assert harness.account(lacking)["standing"] == "kyb_ready"
    assert harness.start(lacking).outcome is Outcome.ACCEPTED
    journey = harness.store.read_rows("accounts/journey", client_account_id=lacking)
    assert [row["standing"] for row in journey] == ["kyb_documents", "kyb_ready", "kyb_screening"]


def test_documents_that_bakkt_no_longer_lists_block_the_request(harness: KybHarness, ready: str) -> None:
    """An owner who joined since the last reading has no documents yet."""
    request = harness.sandbox.truth(ready)
    assert request["standing"] == "kyb_ready"
    account = harness.sandbox.simulation.accounts[ready]
    account.documents.clear()
    receipt = harness.start(ready)
    assert receipt.outcome is Outcome.NOT_SENT
    assert "not met" in receipt.words
    assert harness.triggers() == 0
    assert receipt.may_confirm_again


@pytest.mark.slow
def test_a_lost_answer_is_unknown_and_closes_it_until_a_person_says_so(harness: KybHarness, ready: str) -> None:
    harness.add_fault(kind="lost")
    receipt = harness.start(ready)
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.record is not None
    harness.clear_faults()
    assert code_of(harness.start(ready)) == "open_action"
    blocker = review_kyb(harness.actions, ready).blocker
    assert blocker is not None
    assert blocker.code == "open_action"
    assert (harness.store.read_rows("actions/unsettled")[0]["action_id"], harness.triggers()) == (
        receipt.record.action_id,
        1,
    )
    settled = settle_by_person(harness.actions, receipt.record.action_id, Outcome.ACCEPTED, "Bakkt's desk told me")
    assert settled.outcome is Outcome.ACCEPTED
    assert harness.account(ready)["standing"] == "kyb_screening"
    (screen,) = harness.store.read_rows("kyb/screens", client_account_id=ready)
    assert screen["started_at"] == receipt.record.started_at.replace(tzinfo=None)


@pytest.mark.slow
def test_a_lost_request_that_a_person_says_never_arrived_may_be_sent_again(harness: KybHarness, ready: str) -> None:
    harness.add_fault(kind="status", status=500)
    lost = harness.start(ready).record
    assert lost is not None
    harness.clear_faults()
    settle_by_person(harness.actions, lost.action_id, Outcome.NOT_SENT, "Bakkt saw nothing")
    assert harness.store.read_rows("kyb/screens", client_account_id=ready) == []
    assert harness.start(ready).outcome is Outcome.ACCEPTED


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 503])
def test_turned_away_it_may_be_confirmed_again(harness: KybHarness, ready: str, status: int) -> None:
    harness.add_fault(kind="status", status=status)
    receipt = harness.start(ready)
    assert (receipt.outcome, receipt.may_confirm_again) == (Outcome.NOT_SENT, True)
    harness.clear_faults()
    assert harness.start(ready).outcome is Outcome.ACCEPTED


def test_individuals_and_unknown_accounts_are_refused_with_a_message(harness: KybHarness) -> None:
    person = harness.one_in("submitted")
    assert code_of(harness.start(person, reason="please")) == "not_entity"
    assert code_of(harness.start("nobody", reason="please")) == "never_read"
    assert harness.triggers() == 0


def test_the_consequence_counts_screens_that_were_decided(harness: KybHarness, ready: str) -> None:
    assert "no screening has been decided so far" in review_kyb(harness.actions, ready).consequence


def test_a_waiver_of_somebody_else_does_not_open_it(harness: KybHarness, lacking: str) -> None:
    ruling = Ruling(harness.actions.now(), OWNER_LINE, "nobody")
    assert ruling.subject not in {
        (line["requirement"], line["client_owner_id"], None) for line in harness.lines(lacking)
    }
    assert code_of(harness.start(lacking)) == "documents_missing"
