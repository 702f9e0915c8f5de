"""DESK.md, "Facts" and "Journey": standings over time as a pure function of facts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import NOW, ago, party_event
from tests.support.last_word import last_word
from tests.support.rounds import examples
from workbench.domain.facts import AccountFacts, ChecklistStatus, KybEnd, KybStart, PartyEvent, Reading
from workbench.domain.standing.advance import Milestone
from workbench.domain.standing.journey import Journey, journey_of
from workbench.domain.vocabulary import Standing

CREATED = ago(500)


def reading(
    at: float,
    *,
    status: str = "COMPLETE",
    trades: bool = False,
    entity: bool = False,
    documents: bool = False,
    valid_through: date | None = None,
    content: str = "",
) -> Reading:
    checklist = ChecklistStatus(documents, valid_through)
    return Reading(ago(at), CREATED, entity, status, trades, checklist, content or f"{status}{trades}{documents}")


def event(at: float, status: str, reason: str | None = None, request_id: str | None = None) -> PartyEvent:
    return party_event(ago(at), status, reason, request_id=request_id, of="A")


def journey(*facts: PartyEvent | Reading | KybStart | KybEnd) -> Journey:
    found = journey_of(facts_of(facts))
    assert found is not None
    return found


def facts_of(facts: Iterable[object]) -> AccountFacts:
    items = list(facts)
    return AccountFacts(
        tuple(f for f in items if isinstance(f, PartyEvent)),
        tuple(f for f in items if isinstance(f, Reading)),
        tuple(f for f in items if isinstance(f, KybStart)),
        kyb_ends=tuple(f for f in items if isinstance(f, KybEnd)),
    )


def rows(found: Journey) -> list[tuple[str, float, bool]]:
    """Return (standing, hours ago, undated) of each step."""
    return [(s.standing.value, (NOW - s.entered_at).total_seconds() / 3600, s.undated) for s in found.steps]


def dated(at: float) -> Milestone:
    return Milestone(ago(at))


def undated(at: float) -> Milestone:
    return Milestone(ago(at), undated=True)


def test_what_was_never_read_or_heard_of_has_no_journey() -> None:
    assert journey_of(AccountFacts()) is None
    assert journey_of(AccountFacts(kyb_starts=(KybStart(NOW),))) is None


def test_a_journey_opens_at_created_at_as_submitted() -> None:
    assert rows(journey(reading(10))) == [("submitted", 500, False)]


def test_an_entitys_journey_opens_as_kyb_documents() -> None:
    assert rows(journey(reading(10, entity=True))) == [("kyb_documents", 500, False)]


def test_while_only_events_are_known_it_opens_at_the_first_receipt() -> None:
    found = journey(event(50, "UNDER_REVIEW"), event(20, "ACTIVE"))
    assert rows(found) == [("submitted", 50, False), ("under_review", 50, False), ("active", 20, False)]


def test_the_first_reading_moves_the_opening_back_to_created_at() -> None:
    found = journey(event(50, "UNDER_REVIEW"), reading(10))
    assert rows(found) == [("submitted", 500, False), ("under_review", 50, False)]


def test_an_event_told_before_created_at_never_makes_time_go_back() -> None:
    found = journey(event(600, "UNDER_REVIEW"), reading(10))
    assert rows(found) == [("submitted", 600, False), ("under_review", 600, False)]


def test_what_the_first_reading_shows_is_undated() -> None:
    assert rows(journey(reading(10, trades=True))) == [("submitted", 500, False), ("active", 10, True)]
    assert rows(journey(reading(10, status="REJECTED")))[1] == ("rejected", 10, True)
    assert rows(journey(reading(10, entity=True, documents=True)))[1] == ("kyb_ready", 10, True)


def test_what_a_later_reading_shows_is_dated() -> None:
    assert rows(journey(reading(10), reading(5, trades=True)))[1] == ("active", 5, False)


def test_what_an_event_explains_is_dated_at_the_event() -> None:
    found = journey(event(50, "ACTIVE"), reading(10, trades=True))
    assert rows(found) == [("submitted", 500, False), ("active", 50, False)]
    assert found.milestones.cleared == dated(50)
    assert found.milestones.trading == undated(10)


def test_trading_once_seen_stays_active_without_an_event() -> None:
    found = journey(reading(30), reading(20, trades=True), reading(10, status="REJECTED"))
    assert rows(found) == [("submitted", 500, False), ("active", 20, False)]
    assert found.milestones.trading == dated(20)


def test_a_rejected_request_can_be_followed_by_a_better_one() -> None:
    found = journey(reading(30), reading(20, status="REJECTED"), reading(10, status="COMPLETE"))
    assert [row[0] for row in rows(found)] == ["submitted", "rejected", "submitted"]


def test_after_an_event_readings_add_no_step() -> None:
    found = journey(reading(30), event(20, "SUSPENDED"), reading(10, trades=True))
    assert [row[0] for row in rows(found)] == ["submitted", "suspended"]
    assert found.milestones.trading == dated(10)
    assert found.milestones.cleared is None


def test_events_of_one_moment_follow_their_request_ids() -> None:
    found = journey(event(20, "ACTIVE", request_id="b"), event(20, "SUSPENDED", request_id="a"))
    assert [row[0] for row in rows(found)] == ["submitted", "suspended", "active"]


def test_a_repeated_state_adds_no_step() -> None:
    found = journey(event(20, "ACTIVE"), event(10, "ACTIVE", "ENROLLMENT"))
    assert rows(found)[-1] == ("active", 20, False)


def test_documents_expired_by_the_day_of_a_fact_no_longer_count() -> None:
    day = (NOW.date().replace(day=16)).isoformat()
    valid_through = date.fromisoformat(day)
    held = reading(24 * 4, entity=True, documents=True, valid_through=valid_through, content="one")
    same_day = replace(held, started_at=datetime(2026, 11, 16, 23, 59, tzinfo=UTC), content_hash="two")
    next_day = replace(held, started_at=datetime(2026, 11, 17, tzinfo=UTC), content_hash="three")
    assert [row[0] for row in rows(journey(held, same_day))] == ["kyb_documents", "kyb_ready"]
    found = journey(held, same_day, next_day)
    assert [row[0] for row in rows(found)] == ["kyb_documents", "kyb_ready", "kyb_documents"]
    assert found.current.entered_at == next_day.started_at


def test_a_started_kyb_of_an_entity_is_screening_from_its_own_time() -> None:
    found = journey(reading(30, entity=True), KybStart(ago(20)), reading(10, entity=True, documents=True))
    assert rows(found) == [("kyb_documents", 500, False), ("kyb_screening", 20, False)]
    assert found.milestones.screened == dated(20)
    assert found.milestones.documented == dated(20)


def test_a_started_kyb_says_nothing_of_an_individual() -> None:
    found = journey(reading(30), KybStart(ago(20)))
    assert rows(found) == [("submitted", 500, False)]
    assert found.milestones.screened is None


def test_screened_is_the_first_response_of_bakkt() -> None:
    assert journey(reading(30)).milestones.screened is None
    assert journey(reading(30), event(20, "FROZEN")).milestones.screened == dated(20)
    assert journey(reading(30), reading(20, status="REJECTED")).milestones.screened == dated(20)
    assert journey(reading(30, status="REJECTED"), event(20, "ACTIVE")).milestones.screened == undated(30)
    ready = journey(reading(30, entity=True), reading(20, entity=True, documents=True))
    assert ready.milestones.screened is None


def test_documented_is_the_first_complete_checklist_or_response_of_bakkt() -> None:
    documents = reading(20, entity=True, documents=True)
    assert journey(reading(30, entity=True), documents).milestones.documented == dated(20)
    assert journey(documents).milestones.documented == undated(20)
    assert journey(documents, event(40, "UNDER_REVIEW")).milestones.documented == dated(40)
    assert journey(reading(30, entity=True), event(10, "UNDER_REVIEW"), documents).milestones.documented == dated(20)
    assert journey(reading(30, entity=True)).milestones.documented is None
    assert journey(reading(30), event(10, "ACTIVE")).milestones.documented is None


def test_verification_is_a_branch_with_a_time_of_its_own() -> None:
    found = journey(event(40, "UNDER_REVIEW", "DOCUMENT_VERIFICATION"), event(20, "ACTIVE"))
    assert found.milestones.verification == dated(40)
    assert found.milestones.cleared == dated(20)
    assert journey(event(20, "ACTIVE")).milestones.verification is None


moments = st.integers(0, 12)


def test_how_manual_kyb_ended_moves_the_standing_at_its_own_time() -> None:
    began = (reading(40, entity=True, documents=True), KybStart(ago(30), is_manual=True))
    assert rows(journey(*began, KybEnd(ago(20), "approved")))[-1] == ("kyb_screening", 30, False)
    assert rows(journey(*began, KybEnd(ago(20), "rejected")))[-1] == ("rejected", 20, False)
    withdrawn = journey(*began, KybEnd(ago(20), "withdrawn"), reading(10, entity=True, documents=True))
    assert rows(withdrawn)[-1] == ("kyb_ready", 20, False)
    assert withdrawn.current.cause == "manual KYB withdrawn"


def test_a_later_start_of_kyb_counts_again_after_one_that_came_to_nothing() -> None:
    for ended_as in ("rejected", "withdrawn"):
        over = (reading(40, entity=True), KybStart(ago(30), is_manual=True), KybEnd(ago(20), ended_as))
        assert rows(journey(*over, KybStart(ago(10), is_manual=True)))[-1] == ("kyb_screening", 10, False)
        assert rows(journey(*over, KybStart(ago(10))))[-1] == ("kyb_screening", 10, False)


def test_what_bakkt_says_outweighs_how_manual_kyb_ended() -> None:
    over = (reading(40, entity=True), KybStart(ago(30), is_manual=True), KybEnd(ago(20), "rejected"))
    assert rows(journey(*over, event(10, "ACTIVE")))[-1] == ("active", 10, False)
    assert rows(journey(*over, reading(10, entity=True, trades=True)))[-1] == ("active", 10, False)
    assert rows(journey(reading(40, entity=True), KybEnd(ago(20), "rejected")))[-1][0] == "kyb_documents"


events = st.builds(
    event,
    moments,
    st.sampled_from(["ACTIVE", "UNDER_REVIEW", "SUSPENDED", "CLOSED", "FROZEN"]),
    st.sampled_from([None, "DOCUMENT_VERIFICATION", "RISK_KYC"]),
    st.sampled_from(["r1", "r2", "r3"]),
)


@st.composite
def fact_lists(draw: st.DrawFn) -> list[PartyEvent | Reading | KybStart | KybEnd]:
    entity = draw(st.booleans())
    readings = st.builds(
        reading,
        moments,
        status=st.sampled_from(["COMPLETE", "REJECTED"]),
        trades=st.sampled_from([False, False, True]),
        entity=st.just(entity),
        documents=st.booleans(),
        valid_through=st.sampled_from([None, date(2026, 11, 17), date(2026, 11, 18)]),
    )
    starts = st.builds(KybStart, moments.map(ago), st.booleans())
    ends = st.builds(KybEnd, moments.map(ago), st.sampled_from(["approved", "rejected", "withdrawn"]))
    one = events | readings | starts | ends
    return draw(st.lists(one, min_size=1, max_size=9))


bounded = settings(derandomize=True, max_examples=examples(150), deadline=None)


@bounded
@given(fact_lists())
def test_every_journey_keeps_its_laws(facts: list[PartyEvent | Reading | KybStart | KybEnd]) -> None:
    known = facts_of(facts)
    found = journey_of(known)
    if found is None:
        assert not known.events
        assert not known.readings
        return
    steps = found.steps
    assert all(a.entered_at <= b.entered_at for a, b in pairwise(steps))
    assert all(a.standing is not b.standing for a, b in pairwise(steps))
    assert steps[-1].standing is last_word(known)
    assert not steps[0].undated
    first_read = min((r.started_at for r in known.readings), default=None)
    assert all(step.entered_at == first_read for step in steps if step.undated)


@bounded
@given(fact_lists())
def test_milestones_agree_with_the_steps(facts: list[PartyEvent | Reading | KybStart | KybEnd]) -> None:
    known = facts_of(facts)
    found = journey_of(known)
    if found is None:
        return
    reached, steps = found.milestones, found.steps
    assert reached.opened == Milestone(steps[0].entered_at)
    first_active = next((s for s in steps if s.standing is Standing.ACTIVE), None)
    assert (reached.cleared is None) is (first_active is None)
    if first_active:
        assert reached.cleared is not None
        assert reached.cleared.reached_at == first_active.entered_at
        assert reached.screened is not None
    assert (reached.verification is None) is all(s.standing is not Standing.VERIFICATION for s in steps)
    assert (reached.trading is None) is not any(r.can_trade_crypto for r in known.readings)
    if reached.screened and reached.documented:
        assert reached.documented.reached_at <= reached.screened.reached_at
    assert all(m is None or m.reached_at >= reached.opened.reached_at for m in (reached.screened, reached.trading))
