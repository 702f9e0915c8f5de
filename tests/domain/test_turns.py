"""DESK.md, "Turn": whose move it is, now and as time passes."""

from datetime import UTC, date, datetime

import pytest

from tests.support.facts import NOW, ago, ahead
from workbench.domain.facts import ChecklistStatus
from workbench.domain.standing.rule import StandingInputs
from workbench.domain.standing.turns import TurnPlan, plan_turn
from workbench.domain.vocabulary import Standing, Turn

NO_DOCUMENTS = ChecklistStatus(is_complete=False, valid_through=None)


def turn_at(plan: TurnPlan, moment: datetime) -> Turn:
    """The turn that a list of that moment shows."""
    is_over = plan.changes_at is not None and moment >= plan.changes_at
    return plan.turn_after if is_over and plan.turn_after is not None else plan.turn


def turn_of(
    standing: str,
    *,
    known: StandingInputs | None = None,
    link: datetime | None = None,
    documents: ChecklistStatus = NO_DOCUMENTS,
    at: datetime = NOW,
    lacks_identity_document: bool = False,
) -> Turn:
    plan = plan_turn(
        Standing(standing),
        known or StandingInputs(),
        link_expires_at=link,
        checklist=documents,
        lacks_identity_document=lacks_identity_document,
    )
    return turn_at(plan, at)


@pytest.mark.parametrize(
    ("standing", "turn"),
    [
        ("closed", "nobody"),
        ("liquidated", "nobody"),
        ("active", "nobody"),
        ("rejected", "nobody"),
        ("suspended", "bakkt"),
        ("under_review", "bakkt"),
        ("unrecognised", "us"),
        ("kyb_screening", "bakkt"),
        ("kyb_ready", "us"),
        ("kyb_documents", "us"),
        ("submitted", "bakkt"),
        ("verification", "us"),
    ],
)
def test_each_standing_has_the_turn_of_its_row(standing: str, turn: str) -> None:
    assert turn_of(standing) == turn


def test_a_live_link_is_the_customers_turn() -> None:
    assert turn_of("verification", link=ahead(0.001)) is Turn.CUSTOMER


def test_the_turn_passes_to_us_at_the_moment_the_link_ends() -> None:
    assert turn_of("verification", link=NOW) is Turn.US
    assert turn_of("verification", link=ago(1)) is Turn.US


def test_a_plan_made_before_the_link_ends_is_still_right_after_it() -> None:
    plan = plan_turn(Standing.VERIFICATION, StandingInputs(), link_expires_at=ahead(5), checklist=NO_DOCUMENTS)
    assert [turn_at(plan, ahead(hours)) for hours in (0, 4.99, 5, 900)] == ["customer", "customer", "us", "us"]


def test_an_entity_under_review_is_our_turn_while_documents_are_missing_and_kyb_has_not_started() -> None:
    entity, started = StandingInputs(is_entity=True), StandingInputs(is_entity=True, is_kyb_started=True)
    complete = ChecklistStatus(is_complete=True, valid_through=None)
    assert turn_of("under_review", known=entity) is Turn.US
    assert turn_of("under_review", known=entity, documents=complete) is Turn.BAKKT
    assert turn_of("under_review", known=started) is Turn.BAKKT
    assert turn_of("under_review", known=StandingInputs(is_kyb_started=False)) is Turn.BAKKT


@pytest.mark.parametrize(
    ("standing", "turn"),
    [
        ("submitted", "us"),
        ("under_review", "us"),
        ("kyb_screening", "bakkt"),
        ("suspended", "bakkt"),
        ("active", "nobody"),
        ("rejected", "nobody"),
    ],
)
def test_what_waits_for_bakkt_is_our_turn_while_an_identity_document_is_missing(standing: str, turn: str) -> None:
    assert turn_of(standing, lacks_identity_document=True) == turn
    started = StandingInputs(is_entity=True, is_kyb_started=True)
    complete = ChecklistStatus(is_complete=True, valid_through=None)
    assert turn_of(standing, known=started, documents=complete, lacks_identity_document=True) == turn


def test_an_entity_under_review_becomes_our_turn_on_the_day_after_a_document_expired() -> None:
    documents = ChecklistStatus(is_complete=True, valid_through=date(2026, 11, 20))
    last_moment = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    next_day = datetime(2026, 11, 21, tzinfo=UTC)
    entity = StandingInputs(is_entity=True)
    assert turn_of("under_review", known=entity, documents=documents, at=last_moment) is Turn.BAKKT
    assert turn_of("under_review", known=entity, documents=documents, at=next_day) is Turn.US
    started = StandingInputs(is_entity=True, is_kyb_started=True)
    assert turn_of("under_review", known=started, documents=documents, at=next_day) is Turn.BAKKT
