"""KYB screening starts once per confirmed review, is blocked without documents, and waits for a person if unknown."""

import threading
from collections.abc import Iterator

import pytest

from tests.support.kyb_desk import KybPractice
from workbench.actions import Receipt
from workbench.actions.settling.settling import settle_by_person
from workbench.actions.trigger_kyb import review_kyb
from workbench.casework.kyb_records import OWNER_LINE, mark_of, mark_paper, waive_owner
from workbench.domain.facts import Ruling
from workbench.domain.vocabulary import Outcome


@pytest.fixture
def practice() -> Iterator[KybPractice]:
    made = KybPractice()
    yield made
    made.close()


@pytest.fixture
def ready(practice: KybPractice) -> str:
    return practice.one_in("kyb_ready")


@pytest.fixture
def lacking(practice: KybPractice) -> str:
    return practice.one_in("kyb_documents")


def code_of(receipt: Receipt) -> str | None:
    return receipt.hindrance.code if receipt.hindrance else None


def settle_lines(practice: KybPractice, name: str) -> None:
    """Meet every open requirement on someone's word."""
    papers = practice.store.read_rows("accounts/documents", client_account_id=name)
    for line in practice.lines(name):
        if not line["is_met"] and line["requirement"] == OWNER_LINE:
            waive_owner(practice.actions, name, line["client_owner_id"], "Holds 4 %")
        elif not line["is_met"]:
            mark = mark_of(practice.actions, name, line["requirement"], None, papers[0]["client_document_id"])
            mark_paper(practice.actions, name, mark, "It is bound together with it")


def test_a_confirmed_trigger_begins_one_screen_and_moves_the_standing(practice: KybPractice, ready: str) -> None:
    assert [row["client_account_id"] for row in practice.store.read_rows("kyb/ready")].count(ready) == 1
    receipt = practice.start(ready)
    assert (receipt.outcome, practice.triggers(), practice.began(ready)) == (Outcome.ACCEPTED, 1, True)
    assert practice.account(ready)["standing"] == "kyb_screening"
    assert ready not in [row["client_account_id"] for row in practice.store.read_rows("kyb/ready")]
    (screen,) = practice.store.read_rows("kyb/screens", client_account_id=ready)
    assert (screen["started_by"], screen["is_manual"], screen["decided_at"]) == ("Ann", False, None)
    (row,) = practice.store.read_rows("actions/log", client_account_id=ready)
    assert (row["kind"], row["outcome"], row["reason"]) == ("trigger_kyb", "accepted", "")


def test_a_double_click_sends_one_request(practice: KybPractice, ready: str) -> None:
    first, second = practice.start(ready, "key"), practice.start(ready, "key")
    assert (first.is_repeat, second.is_repeat, practice.triggers()) == (False, True, 1)
    assert first.record == second.record


def test_people_who_confirm_at_once_send_one_request(practice: KybPractice, ready: str) -> None:
    practice.spoil(kind="latency", seconds=0.05)
    receipts: list[Receipt] = []
    at_once = threading.Barrier(5)

    def confirm() -> None:
        at_once.wait()
        receipts.append(practice.start(ready))

    threads = [threading.Thread(target=confirm) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert practice.triggers() == 1
    assert sum(receipt.outcome is Outcome.ACCEPTED for receipt in receipts) == 1
    assert {code_of(receipt) for receipt in receipts} <= {None, "open_action", "started"}


def test_a_second_screen_is_never_sent(practice: KybPractice, ready: str) -> None:
    practice.start(ready)
    assert code_of(practice.start(ready, reason="again")) == "started"
    hindrance = review_kyb(practice.actions, ready).hindrance
    assert hindrance is not None
    assert "started by Ann" in hindrance.words
    assert practice.triggers() == 1


def test_without_papers_it_is_shut_and_says_which(practice: KybPractice, lacking: str) -> None:
    review = review_kyb(practice.actions, lacking)
    assert review.hindrance is None
    assert review.wants_reason
    receipt = practice.start(lacking)
    assert code_of(receipt) == "papers_missing"
    assert all(line in receipt.words for line in review.unmet)
    assert (practice.triggers(), practice.store.read_rows("actions/log")) == (0, [])


def test_a_reason_opens_it_and_is_recorded_with_what_lacked(practice: KybPractice, lacking: str) -> None:
    unmet = review_kyb(practice.actions, lacking).unmet
    receipt = practice.start(lacking, reason="Bakkt has them by post, call +1 212 555 0142")
    assert receipt.outcome is Outcome.ACCEPTED
    assert receipt.record is not None
    assert receipt.record.what == {"unmet": "; ".join(unmet)}
    assert "555" not in receipt.record.reason
    assert receipt.record.reason.startswith("Bakkt has them by post")


def test_lines_met_by_a_persons_word_open_it_without_a_reason(practice: KybPractice, lacking: str) -> None:
    settle_lines(practice, lacking)
    assert practice.account(lacking)["standing"] == "kyb_ready"
    assert practice.start(lacking).outcome is Outcome.ACCEPTED
    journey = practice.store.read_rows("accounts/journey", client_account_id=lacking)
    assert [row["standing"] for row in journey] == ["kyb_documents", "kyb_ready", "kyb_screening"]


def test_papers_that_bakkt_no_longer_shows_keep_the_request_back(practice: KybPractice, ready: str) -> None:
    """An owner who joined since the last reading has no documents yet."""
    request = practice.sandbox.truth(ready)
    assert request["standing"] == "kyb_ready"
    account = practice.sandbox.simulation.accounts[ready]
    account.papers.clear()
    receipt = practice.start(ready)
    assert receipt.outcome is Outcome.NOT_SENT
    assert "not met" in receipt.words
    assert practice.triggers() == 0
    assert receipt.may_confirm_again


def test_a_lost_answer_is_unknown_and_closes_it_until_a_person_says_so(practice: KybPractice, ready: str) -> None:
    practice.spoil(kind="lost")
    receipt = practice.start(ready)
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.record is not None
    practice.heal()
    assert code_of(practice.start(ready)) == "open_action"
    review = review_kyb(practice.actions, ready)
    assert (review.open_action_id, practice.triggers()) == (receipt.record.action_id, 1)
    settled = settle_by_person(practice.actions, receipt.record.action_id, Outcome.ACCEPTED, "Bakkt's desk told me")
    assert settled.outcome is Outcome.ACCEPTED
    assert practice.account(ready)["standing"] == "kyb_screening"
    (screen,) = practice.store.read_rows("kyb/screens", client_account_id=ready)
    assert screen["started_at"] == receipt.record.started_at.replace(tzinfo=None)


def test_a_lost_request_that_a_person_says_never_arrived_may_be_sent_again(practice: KybPractice, ready: str) -> None:
    practice.spoil(kind="status", status=500)
    lost = practice.start(ready).record
    assert lost is not None
    practice.heal()
    settle_by_person(practice.actions, lost.action_id, Outcome.NOT_SENT, "Bakkt saw nothing")
    assert practice.store.read_rows("kyb/screens", client_account_id=ready) == []
    assert practice.start(ready).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("status", [429, 503])
def test_turned_away_it_may_be_confirmed_again(practice: KybPractice, ready: str, status: int) -> None:
    practice.spoil(kind="status", status=status)
    receipt = practice.start(ready)
    assert (receipt.outcome, receipt.may_confirm_again) == (Outcome.REFUSED, True)
    practice.heal()
    assert practice.start(ready).outcome is Outcome.ACCEPTED


def test_people_and_unknown_accounts_are_turned_down_in_words(practice: KybPractice) -> None:
    person = practice.one_in("submitted")
    assert code_of(practice.start(person, reason="please")) == "not_entity"
    assert code_of(practice.start("nobody", reason="please")) == "never_read"
    assert practice.triggers() == 0


def test_the_consequence_counts_screens_that_were_decided(practice: KybPractice, ready: str) -> None:
    assert "no screen was decided so far" in review_kyb(practice.actions, ready).consequence


def test_a_waiver_of_somebody_else_does_not_open_it(practice: KybPractice, lacking: str) -> None:
    ruling = Ruling(practice.actions.now(), OWNER_LINE, "nobody")
    assert ruling.subject not in {
        (line["requirement"], line["client_owner_id"], None) for line in practice.lines(lacking)
    }
    assert code_of(practice.start(lacking)) == "papers_missing"
