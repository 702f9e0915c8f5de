"""When KYB screening can start: never twice, never for individuals, and without documents only with a reason."""

import pytest

from workbench.domain.kyb.triggers import KybCase, KybScreening, find_case_blocker, find_trigger_blocker
from workbench.domain.kyb.turnaround import consequence_of

READY = KybCase("kyb_ready", is_entity=True)


def code_of(case: KybCase, reason: str = "") -> str | None:
    blocker = find_trigger_blocker(case, reason)
    return blocker.code if blocker else None


def screened(*, is_manual: bool, ended_as: str | None = None) -> KybCase:
    return KybCase("kyb_screening", is_entity=True, screenings=(KybScreening(is_manual, "Ann", "at noon", ended_as),))


def test_an_entity_with_all_its_documents_can_be_screened() -> None:
    assert code_of(READY) is None
    assert code_of(KybCase("under_review", is_entity=True)) is None


def test_the_trigger_is_shut_until_every_line_is_met_or_a_reason_opens_it() -> None:
    case = KybCase("kyb_documents", is_entity=True, unmet=("structure chart", "identity of owner o2"))
    assert code_of(case) == "documents_missing"
    assert code_of(case, " ") == "documents_missing"
    assert code_of(case, "Bakkt asked for it") is None
    blocker = find_trigger_blocker(case, "")
    assert blocker is not None
    assert "2 requirements are not met: structure chart; identity of owner o2." in blocker.words
    assert find_case_blocker(case) is None


def test_individuals_and_unread_accounts_are_not_screened() -> None:
    assert code_of(KybCase("submitted"), "please") == "not_entity"
    assert code_of(KybCase(None), "please") == "never_read"


@pytest.mark.parametrize("standing", ["active", "rejected", "liquidated", "closed"])
def test_nothing_is_left_to_screen_where_bakkt_has_decided(standing: str) -> None:
    assert code_of(KybCase(standing, is_entity=True), "please") == "decided"


@pytest.mark.parametrize(
    ("case", "bars"),
    [
        (screened(is_manual=False), True),
        (screened(is_manual=True), True),
        (screened(is_manual=True, ended_as="approved"), True),
        (screened(is_manual=True, ended_as="rejected"), False),
        (screened(is_manual=True, ended_as="withdrawn"), False),
    ],
)
def test_a_screen_is_never_repeated_but_may_follow_manual_kyb_that_came_to_nothing(case: KybCase, bars: bool) -> None:
    assert (code_of(case, "please") == "started") is bars


def test_the_consequence_tells_the_usual_time_with_its_count() -> None:
    assert "not known yet" in consequence_of(0, None, None)
    words = consequence_of(10, 5.4, 28.1)
    assert "Usually 5 h, 90% within 28 h (10 decided screenings)" in words
    assert "cannot be undone" in words


def test_the_usual_time_is_in_days_from_two_days_on() -> None:
    assert "Usually 47 h, 90% within 3 d (2 decided screenings)" in consequence_of(2, 47, 71)
