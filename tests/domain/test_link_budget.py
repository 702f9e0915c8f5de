"""DESK.md, "Links and their budget": links that nobody has seen, and Bakkt's word that no link is left."""

from datetime import datetime, timedelta

from tests.support.facts import NOW
from workbench.domain.facts import JourneyStep
from workbench.domain.links.budget import LinkNotes, UnseenLink, counted_expiries, no_link_left_at, still_unseen
from workbench.domain.links.links import VerificationLink
from workbench.domain.vocabulary import Standing


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


VERIFYING = [JourneyStep(Standing.VERIFICATION, at(-200), "event")]
LEFT = [*VERIFYING, JourneyStep(Standing.ACTIVE, at(10), "event")]
UNSEEN = LinkNotes(unseen=(UnseenLink(at(0), at(72)),))


def link(seen: float, expires: float) -> VerificationLink:
    return VerificationLink(f"https://verify.example.test/{seen}", at(expires), at(seen))


def test_an_unseen_link_counts_once_at_its_assumed_end() -> None:
    assert counted_expiries([], VERIFYING, UNSEEN) == [at(72)]


def test_an_unseen_link_that_is_seen_in_time_is_that_link() -> None:
    assert still_unseen(UNSEEN, [link(5, 71)]) == []
    assert counted_expiries([link(5, 71)], VERIFYING, UNSEEN) == [at(71)]


def test_a_link_seen_before_the_request_or_after_the_assumed_end_is_another_one() -> None:
    others = [link(-1, 71), link(73, 145)]
    assert still_unseen(UNSEEN, others) == list(UNSEEN.unseen)
    assert counted_expiries(others, VERIFYING, UNSEEN) == [at(71), at(145), at(72)]


def test_an_unseen_link_counts_nothing_once_the_account_has_left_verification() -> None:
    assert counted_expiries([], LEFT, UNSEEN) == []


def test_bakkts_word_counts_as_all_three_from_then_on() -> None:
    told = LinkNotes(no_link_left=(at(-1),))
    assert counted_expiries([link(-100, -28)], VERIFYING, told) == [at(-28), at(-1), at(-1)]


def test_bakkts_word_ends_with_a_link_that_is_seen_later() -> None:
    told = LinkNotes(no_link_left=(at(-1),))
    assert no_link_left_at(told, [link(-100, -28)]) == at(-1)
    assert no_link_left_at(told, [link(-100, -28), link(1, 73)]) is None
