"""When a link can be requested: never while one is live, at most three, with a warning while clocks may differ."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.facts import NOW, ago, ahead
from workbench.domain.links.links import VerificationLink
from workbench.domain.links.requests import (
    LinkBudget,
    LinkRequestPlan,
    OpenRequest,
    find_request_blocker,
    is_settled_by,
    plan_link_request,
)
from workbench.domain.vocabulary import Outcome, Standing

SECOND = timedelta(seconds=1)


def plan(**budget: Any) -> LinkRequestPlan:
    known = LinkBudget("verification", link_expires_at=ago(5), expirations_used=1)
    return plan_link_request(replace(known, **budget), NOW)


def code(found: LinkRequestPlan) -> str | None:
    return found.blocker.code if found.blocker else None


def test_an_expired_link_may_be_followed_by_a_new_one_without_a_warning() -> None:
    found = plan()
    assert found.blocker is None
    assert found.clock_warning == ""
    assert found.consequence.endswith("1 of 3 has expired.")


def test_a_live_link_is_given_again_and_nothing_is_asked() -> None:
    found = plan(link_expires_at=ahead(3))
    assert code(found) == "live_link"
    assert found.blocker is not None
    assert "15:00 UTC on 18 Nov 2026" in found.blocker.words


def test_a_link_lives_to_its_last_moment_and_not_beyond() -> None:
    assert code(plan(link_expires_at=NOW + timedelta(microseconds=1))) == "live_link"
    assert code(plan(link_expires_at=NOW)) is None


@pytest.mark.parametrize(("seconds", "warns"), [(0, True), (1, True), (119, True), (120, False), (500, False)])
def test_for_two_minutes_after_the_end_the_person_is_warned_of_bakkts_clock(seconds: int, warns: bool) -> None:
    found = plan(link_expires_at=NOW - seconds * SECOND)
    assert found.blocker is None
    assert bool(found.clock_warning) is warns


def test_in_practice_the_margin_is_shorter() -> None:
    budget = LinkBudget("verification", NOW - SECOND, 1)
    assert plan_link_request(budget, NOW, timedelta(seconds=2)).clock_warning
    assert not plan_link_request(budget, NOW, timedelta(milliseconds=30)).clock_warning


def test_where_no_link_was_seen_one_may_be_asked_for_without_a_warning() -> None:
    found = plan(link_expires_at=None, expirations_used=0)
    assert found.blocker is None
    assert found.clock_warning == ""


@pytest.mark.parametrize("used", [3, 4])
def test_at_three_used_the_person_is_told_whom_to_contact(used: int) -> None:
    found = plan(expirations_used=used)
    assert code(found) == "used_up"
    assert found.blocker is not None
    assert "Bakkt's operations team" in found.blocker.next_step


@pytest.mark.parametrize(("used", "wants"), [(0, False), (1, False), (2, True)])
def test_from_the_second_expiry_on_a_reason_is_wanted(used: int, wants: bool) -> None:
    assert plan(expirations_used=used).needs_reason is wants


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_the_last_link_is_not_asked_for_without_a_reason(reason: str) -> None:
    budget = LinkBudget("verification", ago(5), 2)
    found = find_request_blocker(budget, reason, NOW)
    assert found is not None
    assert found.code == "wants_reason"
    assert find_request_blocker(budget, "She is on the phone", NOW) is None


def test_no_reason_is_needed_for_what_cannot_be_asked_anyway() -> None:
    found = find_request_blocker(LinkBudget("verification", ahead(5), 2), "", NOW)
    assert found is not None
    assert found.code == "live_link"


@pytest.mark.parametrize("standing", [one.value for one in Standing if one is not Standing.VERIFICATION])
def test_only_an_account_in_verification_needs_a_link(standing: str) -> None:
    assert code(plan(standing=standing, link_expires_at=None, expirations_used=0)) == "not_in_verification"


def test_an_account_that_nobody_has_heard_of_gets_none() -> None:
    assert code(plan(standing=None, link_expires_at=None)) == "never_read"


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.UNKNOWN])
def test_a_request_without_an_answer_closes_the_next_one_and_names_who_made_it(outcome: Outcome) -> None:
    found = plan(open_request=OpenRequest(outcome, "Ben", ago(1)))
    assert code(found) == "open_action"
    assert found.blocker is not None
    assert "Ben" in found.blocker.words


def test_a_live_link_wins_over_a_request_without_an_answer() -> None:
    assert code(plan(link_expires_at=ahead(1), open_request=OpenRequest(Outcome.UNKNOWN, "Ben", ago(1)))) == "live_link"


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (0, "0 of 3 have expired."),
        (1, "1 of 3 has expired."),
        (2, "2 of 3 have expired: this is the last link, and if it expires too, only Bakkt can help."),
    ],
)
def test_the_consequence_says_what_has_expired_and_when_it_is_the_last_link(used: int, words: str) -> None:
    assert plan(expirations_used=used).consequence.endswith(words)


def test_a_lost_request_is_answered_by_a_link_first_seen_after_it_began() -> None:
    old, new = (
        VerificationLink("https://v.test/1", ahead(1), ago(9)),
        VerificationLink("https://v.test/2", ahead(70), ago(1)),
    )
    assert not is_settled_by(ago(2), ())
    assert not is_settled_by(ago(2), (old,))
    assert is_settled_by(ago(2), (old, new))
