"""A manual decision on a KYB requirement counts from its own time until it is revoked or its document expires."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import NOW, ago, company_checklist, company_documents, owner
from tests.support.rounds import examples
from workbench.domain.facts import AccountFacts, Reading, Requirement, Ruling
from workbench.domain.kyb.checklist import (
    checklist_status,
    checklist_status_with_rulings,
    rulings_in_force,
    with_rulings,
)
from workbench.domain.standing.journey import journey_of
from workbench.domain.vocabulary import Standing

TODAY = NOW.date()
OWNERS = (owner("o1"), owner("o2", position=1))
WITHOUT_O2 = company_checklist(owners=OWNERS, documents=company_documents(("o1",)))


def waiver(hours_ago: float, of: str = "o2", *, over: bool = False) -> Ruling:
    return Ruling(ago(hours_ago), "owner_identity", of, is_taken_back=over)


def mark(hours_ago: float, valid_through: date | None = None, *, over: bool = False, paper: str = "d1") -> Ruling:
    return Ruling(ago(hours_ago), "owner_identity", "o2", paper, valid_through, over)


def read(hours_ago: float, lines: tuple[Requirement, ...] = WITHOUT_O2, **more: object) -> Reading:
    return Reading(
        ago(hours_ago),
        ago(500),
        is_entity=True,
        request_status="COMPLETE",
        can_trade_crypto=False,
        checklist=checklist_status(lines),
        content_hash=str(lines),
        lines=lines,
    )


def standings(*facts: Reading | Ruling) -> list[tuple[str, datetime]]:
    journey = journey_of(facts_of(facts))
    return [(step.standing.value, step.entered_at) for step in journey.steps] if journey else []


def facts_of(facts: tuple[Reading | Ruling, ...] | list[Reading | Ruling]) -> AccountFacts:
    return AccountFacts(
        readings=tuple(fact for fact in facts if isinstance(fact, Reading)),
        rulings=tuple(fact for fact in facts if isinstance(fact, Ruling)),
    )


def test_a_waived_owner_needs_no_documents_and_all_others_still_do() -> None:
    lines = with_rulings(WITHOUT_O2, [waiver(1)])
    assert checklist_status(lines).is_complete
    assert not checklist_status(with_rulings(WITHOUT_O2, [waiver(1, of="o1")])).is_complete
    assert not checklist_status(
        with_rulings(WITHOUT_O2, [replace(waiver(1), requirement="structure_chart")])
    ).is_complete


def test_a_marked_document_meets_its_requirement_through_its_last_day() -> None:
    (line,) = [one for one in with_rulings(WITHOUT_O2, [mark(1, TODAY)]) if one.client_owner_id == "o2"]
    assert line.is_met(TODAY)
    assert not line.is_met(TODAY + timedelta(days=1))


def test_documents_that_are_valid_longer_outweigh_a_mark() -> None:
    lines = company_checklist(owners=OWNERS, documents=company_documents(("o1", "o2")))
    assert with_rulings(lines, [mark(1, TODAY)]) == lines


def test_of_several_words_the_longest_holds() -> None:
    (line,) = [one for one in with_rulings(WITHOUT_O2, [mark(1, TODAY), waiver(2)]) if one.client_owner_id == "o2"]
    assert (line.has_documents, line.valid_through) == (True, None)


def test_the_last_word_on_a_subject_is_in_force() -> None:
    assert rulings_in_force([waiver(3)]) == (waiver(3),)
    assert rulings_in_force([waiver(2, over=True), waiver(3)]) == ()
    assert rulings_in_force([waiver(1), waiver(2, over=True), waiver(3)]) == (waiver(1),)
    assert rulings_in_force([waiver(3), mark(2, over=True)]) == (waiver(3),)


def test_a_reading_without_requirements_is_judged_by_its_documents_alone() -> None:
    assert not checklist_status_with_rulings(read(5).checklist, (), [waiver(1)]).is_complete


def test_a_waiver_moves_the_standing_at_its_own_time_and_its_end_moves_it_back() -> None:
    assert standings(read(40), waiver(30), waiver(10, over=True)) == [
        ("kyb_documents", ago(500)),
        ("kyb_ready", ago(30)),
        ("kyb_documents", ago(10)),
    ]
    journey = journey_of(facts_of((read(40), waiver(30))))
    assert journey is not None
    assert journey.current.cause == "an owner was marked as not needing documents"
    assert not journey.current.undated
    assert journey.milestones.documented is not None
    assert journey.milestones.documented.reached_at == ago(30)


def test_an_owner_who_joins_later_is_not_spared_by_an_earlier_waiver() -> None:
    three = (*OWNERS, owner("o3", position=2))
    lines = company_checklist(owners=three, documents=company_documents(("o1",)))
    assert [step for step, _ in standings(read(40), waiver(30), read(20, lines))] == [
        "kyb_documents",
        "kyb_ready",
        "kyb_documents",
    ]


def test_a_mark_whose_document_expired_no_longer_counts_at_the_next_fact() -> None:
    assert [step for step, _ in standings(read(80), mark(70, ago(60).date()), read(1))] == [
        "kyb_documents",
        "kyb_ready",
        "kyb_documents",
    ]


rulings = st.builds(
    Ruling,
    st.integers(1, 30).map(ago),
    st.just("owner_identity"),
    st.sampled_from(["o1", "o2"]),
    st.sampled_from([None, "d1"]),
    st.sampled_from([None, ago(48).date(), ago(0).date()]),
    st.booleans(),
)
readings = st.builds(read, st.integers(1, 60).map(float), st.sampled_from([WITHOUT_O2, WITHOUT_O2[:-1]]))
bounded = settings(derandomize=True, max_examples=examples(150), deadline=None)


@bounded
@given(st.lists(rulings | readings, max_size=8), st.integers(0, 99))
def test_any_order_of_rulings_and_readings_gives_the_same_journey(facts: list[Reading | Ruling], seed: int) -> None:
    shuffled = facts + facts[:2]
    Random(seed).shuffle(shuffled)
    assert journey_of(facts_of(shuffled)) == journey_of(facts_of(facts))


@bounded
@given(st.lists(rulings | readings, min_size=1, max_size=8), rulings)
def test_a_ruling_changes_nothing_before_its_own_time(facts: list[Reading | Ruling], late: Ruling) -> None:
    before, after = journey_of(facts_of(facts)), journey_of(facts_of([*facts, late]))
    if before is None or after is None:
        assert before == after
        return
    kept = [step for step in before.steps if step.entered_at < late.ruled_at]
    assert [step for step in after.steps if step.entered_at < late.ruled_at] == kept


def test_no_word_of_a_person_makes_an_account_active() -> None:
    assert {step for step, _ in standings(read(40), waiver(30), mark(20))} <= {
        Standing.KYB_DOCUMENTS.value,
        Standing.KYB_READY.value,
    }
