"""DESK.md, "Links and their budget": which links use up one of the three."""

from datetime import datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import ago, party_event
from tests.support.rounds import examples
from workbench.domain.facts import AccountFacts, LinkAnswer, PartyEvent
from workbench.domain.links.links import counts_when_expired, links_of
from workbench.domain.standing.journey import journey_of


def link_event(
    at: float, expires: float | None, url: str = "https://v.test/1", status: str = "UNDER_REVIEW"
) -> PartyEvent:
    """Return an event `at` hours ago with a link that expires `expires` hours ago (negative: in the future)."""
    expiry = None if expires is None else ago(expires)
    shown = url if expiry else None
    return party_event(ago(at), status, "DOCUMENT_VERIFICATION", link_url=shown, link_expires_at=expiry, of="A")


def state_event(at: float, status: str, reason: str | None = None) -> PartyEvent:
    return party_event(ago(at), status, reason, of="A")


def used(*events: PartyEvent, now: datetime | None = None) -> int:
    """Return the expirations used as of `now`, as the list shows them."""
    journey = journey_of(AccountFacts(events=events))
    assert journey is not None
    moment = now or ago(0)
    counted = [link for link in links_of(events) if counts_when_expired(link, journey.steps)]
    return sum(link.expires_at <= moment for link in counted)


def test_a_live_link_uses_nothing() -> None:
    assert used(link_event(10, -62)) == 0


def test_a_link_that_ends_in_verification_uses_one() -> None:
    assert used(link_event(80, 8)) == 1


def test_each_distinct_link_uses_one() -> None:
    assert used(link_event(230, 158, "u1"), link_event(150, 78, "u2"), link_event(70, -2, "u3")) == 2


def test_a_link_told_twice_counts_once() -> None:
    assert used(link_event(80, 8, "u"), link_event(60, 8, "u")) == 1
    assert len(links_of([link_event(80, 8, "u"), link_event(60, 8, "u")])) == 1


def test_a_link_left_before_its_expiry_uses_nothing() -> None:
    assert used(link_event(80, 8), state_event(20, "ACTIVE")) == 0


def test_a_link_that_ended_before_the_account_left_uses_one() -> None:
    assert used(link_event(80, 8), state_event(4, "ACTIVE")) == 1


def test_a_link_that_was_over_when_told_uses_one() -> None:
    assert used(link_event(10, 30)) == 1


def test_a_link_that_was_over_when_told_counts_for_an_account_in_review_before() -> None:
    assert used(state_event(90, "UNDER_REVIEW", "PENDING_REVIEW"), link_event(10, 30)) == 1


def test_a_link_that_was_over_when_told_is_free_where_the_account_had_left_verification() -> None:
    events = (link_event(200, 128, "u1"), state_event(150, "ACTIVE"), link_event(10, 30, "u2"))
    assert used(*events) == 0


def test_an_old_link_is_free_after_leaving_even_when_verification_is_entered_anew() -> None:
    first, left, second = link_event(200, 128, "u1"), state_event(150, "ACTIVE"), link_event(100, 28, "u2")
    assert used(first, left, second) == 1
    assert used(first, left, second, now=ago(29)) == 0


def test_a_link_that_ends_after_verification_was_entered_anew_uses_one() -> None:
    events = (link_event(100, 28, "u1"), state_event(90, "UNDER_REVIEW", "PENDING_REVIEW"), link_event(50, 28, "u1"))
    assert used(*events) == 1


def test_verification_without_a_link_uses_nothing() -> None:
    assert used(link_event(500, None)) == 0
    assert links_of([link_event(500, None)]) == ()


hours = st.integers(0, 400)
links = st.builds(
    lambda at, life, number: link_event(at, at - life, f"https://v.test/{number}-{at - life}"),
    at=hours,
    life=st.integers(-20, 72),
    number=st.integers(0, 1),
)
states = st.builds(state_event, hours, st.sampled_from(["ACTIVE", "UNDER_REVIEW", "SUSPENDED"]))


@settings(derandomize=True, max_examples=examples(150), deadline=None)
@given(st.lists(links | states, min_size=1, max_size=8), st.lists(st.integers(-100, 420), min_size=2, max_size=6))
def test_expirations_used_never_fall_as_time_passes(events: list[PartyEvent], moments: list[int]) -> None:
    counts = [used(*events, now=ago(moment)) for moment in sorted(moments, reverse=True)]
    assert counts == sorted(counts)
    assert counts[0] >= 0
    assert counts[-1] <= len({event.link_url for event in events if event.link_url})


@settings(derandomize=True, max_examples=examples(100), deadline=None)
@given(st.lists(links | states, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_links_and_their_count_depend_on_no_order_and_no_repetition(events: list[PartyEvent], random: Random) -> None:
    again = events + random.sample(events, k=1)
    random.shuffle(again)
    assert links_of(again) == links_of(events)
    assert used(*again) == used(*events)


def test_a_link_that_came_as_an_answer_is_a_link_like_any_other() -> None:
    events = (link_event(80, 8, "u1"),)
    answer = LinkAnswer(ago(4), "u2", ago(-68))
    assert [link.url for link in links_of(events, [answer])] == ["u1", "u2"]


def test_a_link_told_by_answer_and_event_is_one_link_first_seen_at_the_earlier() -> None:
    event = link_event(5, -67, "u")
    answer = LinkAnswer(ago(6), "u", ago(-66))
    for told in (links_of([event], [answer]), links_of([event, event], [answer, answer])):
        assert [(link.first_seen_at, link.expires_at) for link in told] == [(ago(6), ago(-67))]


def test_a_links_url_stands_in_no_repr() -> None:
    answer = LinkAnswer(ago(6), "https://secret.test/1", ago(-66))
    assert "secret" not in repr(answer)
    assert "secret" not in repr(links_of([], [answer]))
