"""The two-person rule: a last link, and KYB without its documents, are sent once a second person confirmed them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.kyb_harness import KybHarness
from tests.support.link_harness import VERIFY, LinkHarness, link_harness
from tests.support.people import person
from tests.support.tables import change, select_one
from tests.support.two_people import ANN, BO, CY, TwoPeople
from workbench.access.acting import NotAllowedError, Person, command_line, local_person
from workbench.access.policy import Role
from workbench.actions import Receipt
from workbench.actions.request_link import request_link
from workbench.actions.second_person import confirm_as_second, decline_as_second, settle_lapsed, withdraw_action
from workbench.casework.kyb_records import start_manual_kyb
from workbench.domain.errors import InputError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.checklist import MANAGING_PERSON
from workbench.domain.second_person import LapseReason, WaitingEnd, cost_in_words
from workbench.domain.vocabulary import Outcome
from workbench.store import Attribution
from workbench.store.facts.registry import RegistryChange

ENROLLED = {"partyStatus": "ACTIVE", "reasonCode": "ENROLLMENT"}


@pytest.fixture
def two(harness: LinkHarness) -> TwoPeople:
    return TwoPeople(harness)


@pytest.fixture
def last(harness: LinkHarness, name: str) -> str:
    """A customer two of whose links have expired."""
    harness.expire_another(name)
    return name


@pytest.fixture
def asked(two: TwoPeople, last: str) -> Receipt:
    """The last link, which Ann has asked for."""
    return two.ask_link(last)


def action_of(receipt: Receipt) -> str:
    assert receipt.record is not None
    return receipt.record.action_id


def code_of(receipt: Receipt) -> str:
    assert receipt.blocker is not None
    return receipt.blocker.code


def lapse_reason_of(two: TwoPeople, receipt: Receipt) -> LapseReason | None:
    record = two.record(receipt)
    assert record.waiting is not None
    assert (record.outcome is Outcome.NOT_SENT) is (record.waiting.ended_as is WaitingEnd.LAPSED)
    return record.waiting.lapse_reason if record.waiting.ended_as is WaitingEnd.LAPSED else None


def pass_hours(two: TwoPeople, hours: float) -> None:
    two.store.stop_clock(datetime.now(UTC) + timedelta(hours=hours))


@pytest.mark.slow
def test_a_last_link_waits_and_nothing_is_sent(harness: LinkHarness, two: TwoPeople, last: str) -> None:
    receipt = two.ask_link(last)
    assert (receipt.outcome, receipt.title) == (Outcome.AWAITING_SECOND, "Waiting for a second person")
    assert "Nothing was sent." in receipt.words
    assert harness.asked() == 0
    assert harness.account(last)["expirations_left"] == 1
    assert two.notebook.rows == [
        ("Ann", "request a link", last, "allowed"),
        ("Ann", "request a link", last, "awaiting_second"),
    ]


def test_a_link_before_the_last_is_sent_at_once(harness: LinkHarness, two: TwoPeople, name: str) -> None:
    assert two.ask_link(name).outcome is Outcome.ACCEPTED
    assert harness.asked() == 1


def test_without_the_rule_the_last_link_is_sent_at_once(two: TwoPeople, last: str) -> None:
    off = two.with_rule(is_on=False)
    assert request_link(off, last, confirm_key="k", reason="She is here").outcome is Outcome.ACCEPTED


def test_the_same_review_confirmed_again_gives_the_same_receipt(two: TwoPeople, last: str, asked: Receipt) -> None:
    again = two.ask_link(last)
    assert (again.is_repeat, action_of(again)) == (True, action_of(asked))


def test_it_closes_the_same_kind_for_everybody(two: TwoPeople, last: str, asked: Receipt) -> None:
    others = two.ask_link(last, BO)
    assert code_of(others) == "open_action"
    assert "waits for a second person" in others.words
    assert asked.outcome is Outcome.AWAITING_SECOND


def test_a_second_person_confirms_and_it_is_sent_once_with_both_names(
    harness: LinkHarness, two: TwoPeople, last: str, asked: Receipt
) -> None:
    receipt = confirm_as_second(two.of(BO), action_of(asked))
    record = two.record(receipt)
    assert (receipt.outcome, harness.asked(last)) == (Outcome.ACCEPTED, 1)
    assert harness.account(last)["link_state"] == "live"
    assert (record.actor, record.reason) == ("Ann", "She is on the phone")
    assert record.waiting is not None
    assert record.waiting.second == BO.colleague
    assert "Confirmed by Bo" in receipt.words
    about = f"{last} {action_of(asked)}"
    assert two.notebook.rows[2:] == [
        ("Bo", "confirm or decline as the second person", about, "allowed"),
        ("Bo", "confirm or decline as the second person", about, "confirmed"),
        ("Bo", "request a link", last, "accepted"),
    ]
    assert code_of(confirm_as_second(two.of(CY), action_of(asked))) == "not_waiting"
    assert harness.asked() == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ANN, ANN),
        (ANN, Person(ANN.subject, "Ann Example", Role.ADMIN)),
        (command_line("ann"), command_line("bo")),
        (ANN, local_person("Bo")),
    ],
    ids=["herself", "another session of hers", "the command line", "nobody told apart"],
)
def test_one_person_is_never_two(
    harness: LinkHarness, two: TwoPeople, last: str, first: Person, second: Person
) -> None:
    receipt = two.ask_link(last, first)
    assert confirm_as_second(two.of(second), action_of(receipt)).blocker is not None
    assert two.record(receipt).outcome is Outcome.AWAITING_SECOND
    assert harness.asked() == 0


def test_whose_role_may_not_do_it_may_not_confirm_it(harness: LinkHarness, two: TwoPeople, asked: Receipt) -> None:
    for role in (Role.VIEWER, Role.ANALYST):
        with pytest.raises(NotAllowedError):
            confirm_as_second(two.of(person("Vic", role)), action_of(asked))
        with pytest.raises(NotAllowedError):
            decline_as_second(two.of(person("Vic", role)), action_of(asked))
    assert two.record(asked).outcome is Outcome.AWAITING_SECOND
    assert two.notebook.rows[-1] == ("Vic", "confirm or decline as the second person", "", "refused")
    assert harness.asked() == 0


def test_a_second_person_declines_and_may_say_why(
    harness: LinkHarness, two: TwoPeople, last: str, asked: Receipt
) -> None:
    receipt = decline_as_second(two.of(BO), action_of(asked), "Not reached at +1 201 555 0704.")
    record = two.record(receipt)
    assert (record.outcome, harness.asked()) == (Outcome.NOT_SENT, 0)
    assert record.waiting is not None
    assert (record.waiting.ended_as, record.waiting.second) == (WaitingEnd.DECLINED, BO.colleague)
    assert "555" not in record.waiting.second_reason
    assert "Declined by Bo" in receipt.words
    assert two.notebook.rows[-1][3] == "declined"
    assert two.ask_link(last, CY).outcome is Outcome.AWAITING_SECOND


def test_only_the_first_person_withdraws_it(harness: LinkHarness, two: TwoPeople, asked: Receipt) -> None:
    assert code_of(withdraw_action(two.of(BO), action_of(asked))) == "not_first"
    assert code_of(decline_as_second(two.of(ANN), action_of(asked))) == "same_person"
    receipt = withdraw_action(two.of(ANN), action_of(asked))
    assert (receipt.outcome, harness.asked()) == (Outcome.NOT_SENT, 0)
    assert two.notebook.rows[-1] == ("Ann", *two.notebook.rows[-2][1:3], "withdrawn")
    assert code_of(confirm_as_second(two.of(BO), action_of(asked))) == "not_waiting"


def test_after_a_day_it_has_lapsed_whether_or_not_anything_runs(
    harness: LinkHarness, two: TwoPeople, last: str, asked: Receipt
) -> None:
    pass_hours(two, 23.9)
    assert lapse_reason_of(two, asked) is None
    pass_hours(two, 24.1)
    assert lapse_reason_of(two, asked) is LapseReason.UNANSWERED
    assert [row["outcome"] for row in harness.log(last)] == ["not_sent"]
    assert two.store.read_rows("actions/awaiting") == []
    assert two.store.read_rows("actions/open", client_account_id=last) == []
    assert two.store.read_rows("backlog/counts")[0]["awaiting_second"] == 0
    assert code_of(confirm_as_second(two.of(BO), action_of(asked))) == "not_waiting"
    assert two.ask_link(last, CY).blocker is None, "it closes its kind no longer"
    assert harness.asked() == 0


def test_what_has_lapsed_is_written_down_once(two: TwoPeople, last: str, asked: Receipt) -> None:
    settle_lapsed(two.of(BO))
    assert two.record(asked).outcome is Outcome.AWAITING_SECOND
    pass_hours(two, 25)
    before = two.record(asked)
    settle_lapsed(two.of(BO))
    settle_lapsed(two.of(BO))
    assert two.record(asked) == before
    assert select_one(two.store, "select outcome from actions") == ("not_sent",)
    assert [row for row in two.notebook.rows if row[3] == "lapsed"] == [("workbench", "request a link", last, "lapsed")]


LOSES_ITS_BASIS: dict[LapseReason, Callable[[LinkHarness, str], object]] = {
    LapseReason.STANDING_CHANGED: lambda harness, name: harness.tell(name, ENROLLED),
    LapseReason.NEW_LINK: lambda harness, name: harness.tell(name, VERIFY),
    LapseReason.EXPIRATIONS_CHANGED: lambda harness, name: change(
        harness.store, "update accounts set third_expiry_at = desk_now() where client_account_id = $1", [name]
    ),
}


@pytest.mark.parametrize("reason", LOSES_ITS_BASIS)
def test_a_link_lapses_when_what_it_rests_on_changes(
    harness: LinkHarness, two: TwoPeople, last: str, asked: Receipt, reason: LapseReason
) -> None:
    LOSES_ITS_BASIS[reason](harness, last)
    receipt = confirm_as_second(two.of(BO), action_of(asked))
    assert code_of(receipt) == "not_waiting"
    assert "Nothing was sent." in receipt.words
    assert lapse_reason_of(two, asked) is reason
    assert harness.asked() == 0
    assert ("workbench", "request a link", last, "lapsed") in two.notebook.rows


def test_an_event_lets_it_lapse_before_anybody_looks(
    harness: LinkHarness, two: TwoPeople, last: str, asked: Receipt
) -> None:
    harness.tell(last, VERIFY)
    assert lapse_reason_of(two, asked) is LapseReason.NEW_LINK
    assert two.store.read_rows("actions/not_confirmed")[0]["lapse_reason"] == "new_link"


def test_an_account_that_is_taken_out_lets_it_lapse_and_stays_lapsed_when_put_back(
    two: TwoPeople, last: str, asked: Receipt
) -> None:
    two.store.take_out([last], RegistryChange(datetime.now(UTC), "Bo", "Not ours"))
    assert lapse_reason_of(two, asked) is LapseReason.STANDING_CHANGED
    two.store.land_registry([last], "file")
    assert code_of(confirm_as_second(two.of(BO), action_of(asked))) == "not_waiting"


def test_the_second_person_reads_that_a_declined_consent_is_overridden(two: TwoPeople, last: str) -> None:
    record = two.record(two.ask_link(last, override_declined_consent=True))
    assert "declined consent" in cost_in_words(record.kind, record.what)


def test_news_of_others_and_news_that_changes_nothing_leave_it(
    harness: LinkHarness, two: TwoPeople, names: list[str], last: str, asked: Receipt
) -> None:
    harness.tell(names[1], VERIFY)
    harness.tell(last, {**VERIFY, "withLink": False})
    assert lapse_reason_of(two, asked) is None
    assert confirm_as_second(two.of(BO), action_of(asked)).outcome is Outcome.ACCEPTED


def test_of_two_who_confirm_at_once_one_sends_and_the_other_is_told(
    harness: LinkHarness, two: TwoPeople, asked: Receipt
) -> None:
    harness.add_fault(kind="latency", seconds=0.05)
    start, receipts = threading.Barrier(2), list[Receipt]()

    def confirm(who: Person) -> None:
        start.wait()
        receipts.append(confirm_as_second(two.of(who), action_of(asked)))

    threads = [threading.Thread(target=confirm, args=(who,)) for who in (BO, CY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert harness.asked() == 1
    sent, told = sorted(receipts, key=lambda one: one.blocker is not None)
    assert sent.outcome is Outcome.ACCEPTED
    assert code_of(told) == "not_waiting"
    assert "Confirmed by " in told.words


def test_what_waits_when_the_rule_goes_off_can_still_be_answered(
    harness: LinkHarness, two: TwoPeople, asked: Receipt
) -> None:
    off = two.with_rule(is_on=False)
    assert code_of(confirm_as_second(off, action_of(asked))) == "same_person"
    later = TwoPeople(harness)
    assert confirm_as_second(later.of(BO), action_of(asked)).outcome is Outcome.ACCEPTED


def test_what_never_waited_cannot_be_confirmed(two: TwoPeople, name: str) -> None:
    receipt = two.ask_link(name)
    for act in (confirm_as_second, decline_as_second, withdraw_action):
        with pytest.raises(InputError):
            act(two.of(BO), action_of(receipt))


def test_a_lost_answer_of_what_was_confirmed_is_unknown_and_not_sent_again(
    harness: LinkHarness, two: TwoPeople, last: str, asked: Receipt
) -> None:
    harness.add_fault(kind="lost")
    assert confirm_as_second(two.of(BO), action_of(asked)).outcome is Outcome.UNKNOWN
    assert harness.lost(last) == 1
    assert code_of(confirm_as_second(two.of(CY), action_of(asked))) == "not_waiting"
    assert harness.asked() == 1


@pytest.mark.slow
def test_it_goes_on_waiting_after_a_restart(tmp_path: Path) -> None:
    with link_harness(tmp_path / "desk.duckdb") as harness:
        name = harness.ask_all_to_verify()[0]
        harness.expire_another(name)
        asked = TwoPeople(harness).ask_link(name)
        harness.store.close()
        harness.open_again()
        assert confirm_as_second(TwoPeople(harness).of(BO), action_of(asked)).outcome is Outcome.ACCEPTED
        assert harness.asked() == 1


@pytest.fixture(scope="module")
def businesses() -> Iterator[KybHarness]:
    harness = KybHarness()
    yield harness
    harness.close()


@pytest.fixture
def of_businesses(businesses: KybHarness) -> TwoPeople:
    return TwoPeople(businesses)


def has_one_met(businesses: KybHarness, name: str) -> bool:
    """Whether a document meets a line of the checklist."""
    return any(line["is_met"] and line["requirement"] != MANAGING_PERSON for line in businesses.lines(name))


def lacking(two: TwoPeople, *, some: bool = False) -> str:
    """A business that lacks documents, with ``some`` not all, and for which nothing was sent."""
    assert isinstance(two.harness, KybHarness)
    log = two.store.read_rows("actions/log")
    used = {row["client_account_id"] for row in log if row["outcome"] != Outcome.NOT_SENT}
    return next(
        name
        for name in two.harness.names
        if two.harness.account(name)["standing"] == "kyb_documents"
        and name not in used
        and (not some or has_one_met(two.harness, name))
    )


@pytest.mark.slow
def test_kyb_without_its_documents_waits_and_is_triggered_by_a_second(
    businesses: KybHarness, of_businesses: TwoPeople
) -> None:
    name, before = lacking(of_businesses), businesses.triggers()
    asked = of_businesses.ask_kyb(name)
    assert (asked.outcome, businesses.triggers()) == (Outcome.AWAITING_SECOND, before)
    assert code_of(of_businesses.ask_kyb(name, BO)) == "open_action"
    receipt = confirm_as_second(of_businesses.of(BO), action_of(asked))
    assert (receipt.outcome, businesses.triggers()) == (Outcome.ACCEPTED, before + 1)
    assert businesses.account(name)["standing"] == "kyb_screening"


@contextmanager
def without_documents(businesses: KybHarness, name: str) -> Iterator[None]:
    """Bakkt has lost the documents of this business meanwhile."""
    documents = businesses.sandbox.simulation.accounts[name].documents
    held = documents.copy()
    documents.clear()
    yield
    documents.extend(held)


def test_what_bakkt_lacks_by_now_is_not_what_a_first_person_confirmed(
    businesses: KybHarness, of_businesses: TwoPeople
) -> None:
    name, before = lacking(of_businesses, some=True), businesses.triggers()
    asked = of_businesses.ask_kyb(name)
    with without_documents(businesses, name):
        receipt = confirm_as_second(of_businesses.of(BO), action_of(asked))
    assert (receipt.outcome, businesses.triggers()) == (Outcome.NOT_SENT, before)
    assert "What is missing has changed" in receipt.words


def test_a_reason_alone_excuses_nothing_that_was_met_when_it_was_typed(
    businesses: KybHarness, of_businesses: TwoPeople
) -> None:
    name, before = businesses.one_in("kyb_ready"), businesses.triggers()
    with without_documents(businesses, name):
        receipt = of_businesses.ask_kyb(name)
    assert (receipt.outcome, businesses.triggers()) == (Outcome.NOT_SENT, before)


def test_kyb_with_all_documents_is_triggered_at_once(businesses: KybHarness, of_businesses: TwoPeople) -> None:
    name = businesses.one_in("kyb_ready")
    assert of_businesses.ask_kyb(name, reason="").outcome is Outcome.ACCEPTED


def rule_on_first_unmet(two: TwoPeople, name: str, valid_through: date | None) -> None:
    """Record that a document meets the first line of the checklist that is not met."""
    assert isinstance(two.harness, KybHarness)
    line = next(line for line in two.harness.lines(name) if not line["is_met"])
    ruling = Ruling(datetime.now(UTC), line["requirement"], line["client_owner_id"], "doc-1", valid_through)
    two.store.land_ruling(Attribution(name, "Bo", "A test"), ruling)


def test_a_line_that_is_met_meanwhile_lets_kyb_lapse(of_businesses: TwoPeople) -> None:
    name = lacking(of_businesses)
    asked = of_businesses.ask_kyb(name)
    rule_on_first_unmet(of_businesses, name, None)
    assert lapse_reason_of(of_businesses, asked) is LapseReason.CHECKLIST_CHANGED


def test_manual_kyb_that_begins_lets_the_trigger_lapse(of_businesses: TwoPeople) -> None:
    name = lacking(of_businesses)
    asked = of_businesses.ask_kyb(name)
    start_manual_kyb(of_businesses.of(BO), name, "Bakkt began it")
    assert lapse_reason_of(of_businesses, asked) is LapseReason.KYB_STARTED


def test_a_document_that_ends_within_the_day_ends_the_waiting_too(of_businesses: TwoPeople) -> None:
    name, today = lacking(of_businesses), datetime.now(UTC).date()
    rule_on_first_unmet(of_businesses, name, today)
    asked = of_businesses.ask_kyb(name)
    waiting = of_businesses.record(asked).waiting
    assert waiting is not None
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC)
    assert (waiting.lapses_at, waiting.lapse_reason) == (midnight, LapseReason.CHECKLIST_CHANGED)
