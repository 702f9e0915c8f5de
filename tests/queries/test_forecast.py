"""The verification forecast: how past links ended, and what that predicts for live ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import (
    LONG_AGO,
    NOW,
    TARGET_HOURS,
    LandedEvent,
    ago,
    ahead,
    as_naive,
    landed_event,
    must_verify,
    poll,
)
from tests.support.kept_segments import keep_segment, kept_segment
from tests.support.rounds import examples
from tests.support.stores import new_store
from tests.support.tables import change
from workbench.domain.actions import Plan
from workbench.domain.facts import LinkAnswer
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Store
from workbench.store.engine.catalogue import LINK_LISTS
from workbench.store.records.actions import Completion, Effects, begin_action, complete_action

Clock = Callable[[Store, datetime], None]
Rows = list[dict[str, Any]]


def sent(account: str, hours_ago: float, life: float = 72) -> LandedEvent:
    return must_verify(account, ago(hours_ago), ago(hours_ago - life))


HISTORIES = [
    [sent("completed first", 100), landed_event("completed first", ago(90), "ACTIVE", "ENROLLMENT")],
    [sent("completed third", hours) for hours in (400, 300, 200)]
    + [landed_event("completed third", ago(150), "ACTIVE")],
    [sent("rejected", 100), landed_event("rejected", ago(60), "INACTIVE", "RISK_KYC")],
    [sent("used-up", hours) for hours in (410, 310, 210)],
    [sent("replaced", 50), sent("replaced", 20)],
    [sent("over when told", 30, life=-10)],
    [sent("on the last", hours) for hours in (400, 300, 42)],
    [sent("on the first", 10)],
    [landed_event("heard of", ago(30), "UNDER_REVIEW", "PENDING_REVIEW")],
]
"""Links live 72 hours. Completed: the first with 62 hours left, one third with 22. Live: 52, 30 and 62 hours left."""


@pytest.fixture
def histories(desk: Store) -> Store:
    desk.land_events([event for history in HISTORIES for event in history])
    desk.land_readings([poll("on the last", ago(41))])
    return desk


def test_a_link_completes_when_its_account_leaves_verification_while_it_is_the_newest(histories: Store) -> None:
    assert histories.read_rows("verification/yield") == [
        {"ordinal": 1, "links": 7, "completed": 1, "share": pytest.approx(1 / 7), "is_few": True},
        {"ordinal": 2, "links": 3, "completed": 0, "share": 0, "is_few": True},
        {"ordinal": 3, "links": 2, "completed": 1, "share": 0.5, "is_few": True},
    ]


def test_a_link_that_still_lives_is_no_case_yet(desk: Store) -> None:
    desk.land_events([sent("A", 10)])
    assert desk.read_rows("verification/yield") == []
    desk.land_events([landed_event("A", ago(1), "UNDER_REVIEW", "PENDING_REVIEW")])
    assert [(row["links"], row["completed"]) for row in desk.read_rows("verification/yield")] == [(1, 1)]


def test_who_leaves_after_the_expiry_still_completed_the_newest_link(desk: Store) -> None:
    desk.land_events([sent("A", 100), landed_event("A", ago(20), "ACTIVE", "ENROLLMENT")])
    assert [(row["links"], row["completed"]) for row in desk.read_rows("verification/yield")] == [(1, 1)]


def test_a_link_seen_after_its_account_left_verification_is_no_case(desk: Store) -> None:
    late = landed_event(
        "A", ago(2), "ACTIVE", "OTHER", link_url="https://verify.example.test/late", link_expires_at=ago(1)
    )
    desk.land_events(
        [landed_event("A", ago(5), "UNDER_REVIEW", "DOCUMENT_VERIFICATION"), landed_event("A", ago(3), "ACTIVE"), late]
    )
    assert desk.read_rows("verification/yield") == []


def test_thirty_cases_are_enough_to_say_so(desk: Store) -> None:
    desk.land_events([sent(f"A{number}", 100) for number in range(29)])
    assert [row["is_few"] for row in desk.read_rows("verification/yield")] == [True]
    desk.land_events([sent("A29", 100)])
    assert [row["is_few"] for row in desk.read_rows("verification/yield")] == [False]


def completion(desk: Store) -> dict[tuple[int, int], tuple[int, int, str | None]]:
    rows = desk.read_rows("verification/completion")
    return {(row["hours_from"], row["ordinal"]): (row["cases"], row["completed"], row["basis"]) for row in rows}


def test_completion_counts_the_links_that_were_undecided_with_so_many_hours_left(histories: Store) -> None:
    found = completion(histories)
    assert {hours: found[hours, 1] for hours in (48, 24, 12, 6, 3, 1, 0)} == {
        48: (6, 1, "ordinal"),
        24: (5, 0, "ordinal"),
        12: (3, 0, "ordinal"),
        6: (3, 0, "ordinal"),
        3: (3, 0, "ordinal"),
        1: (3, 0, "ordinal"),
        0: (3, 0, "ordinal"),
    }
    assert found[48, 3] == found[24, 3] == found[12, 3] == (2, 1, "ordinal")
    assert found[6, 3] == found[0, 3] == (1, 0, "ordinal")


def test_completion_falls_back_to_all_ordinals_and_then_to_all_hours(desk: Store) -> None:
    desk.land_events([sent("A", 100, life=20), sent("B", 100, life=20), landed_event("B", ago(95), "ACTIVE")])
    found = completion(desk)
    assert found[12, 1] == (2, 1, "ordinal")
    assert found[12, 2] == (2, 1, "hours")
    assert found[48, 1] == found[48, 3] == (2, 1, "all")
    assert found[6, 2] == (1, 0, "hours")


def test_completion_without_any_history_knows_no_share(desk: Store) -> None:
    rows = desk.read_rows("verification/completion")
    assert [(row["hours_from"], row["hours_until"]) for row in rows if row["ordinal"] == 1] == [
        (48, 72),
        (24, 48),
        (12, 24),
        (6, 12),
        (3, 6),
        (1, 3),
        (0, 1),
    ]
    assert {(row["cases"], row["share"], row["basis"], row["is_few"]) for row in rows} == {(0, None, None, True)}


def forecast(desk: Store) -> Rows:
    rows = desk.read_rows("verification/forecast")
    assert [row["hour"] for row in rows] == [as_naive(ahead(hour)) for hour in range(73)]
    return rows


def ending(rows: Rows) -> dict[int, tuple[int, int, float]]:
    numbers = [(row["links_ending"], row["last_links"], row["expected_used_up"]) for row in rows]
    return {hour: found for hour, found in enumerate(numbers) if any(found)}


def test_the_forecast_says_which_links_expire_and_how_many_customers_will_run_out_of_links(histories: Store) -> None:
    assert ending(forecast(histories)) == {30: (1, 1, 0.5), 52: (1, 0, 0), 62: (1, 0, 0)}


def test_an_empty_desk_has_empty_hours(desk: Store) -> None:
    assert ending(forecast(desk)) == {}
    assert desk.read_rows("verification/call_list") == desk.read_rows("verification/used_up") == []


def test_the_hours_of_the_forecast_are_those_of_the_clock(desk: Store) -> None:
    desk.land_events([must_verify("A", ago(1), NOW + timedelta(minutes=59))])
    desk.stop_clock(NOW + timedelta(minutes=40))
    assert ending(forecast(desk)) == {0: (1, 0, 0)}
    desk.stop_clock(NOW + timedelta(minutes=59))
    assert ending(forecast(desk)) == {}


def test_a_link_that_was_sent_just_now_is_in_the_forecast_and_one_that_lives_longer_is_not(desk: Store) -> None:
    desk.stop_clock(NOW + timedelta(minutes=30))
    desk.land_events([must_verify("A", NOW + timedelta(minutes=25), ahead(72) + timedelta(minutes=25))])
    desk.land_events([must_verify("B", NOW + timedelta(minutes=25), ahead(72) + timedelta(minutes=35))])
    assert ending(forecast(desk)) == {72: (1, 0, 0)}


def test_in_practice_an_hour_of_the_forecast_is_as_short_as_bakkts(desk: Store) -> None:
    """At a speed of 3600 a link lasts 72 seconds."""
    desk.land_targets({}, 24 / 3600, NOW, speed=3600)
    second = timedelta(seconds=1)
    desk.land_events(
        [must_verify("A", NOW - second, NOW + 71 * second), must_verify("B", NOW - second, NOW + 5 * second)]
    )
    desk.land_events([must_verify("C", NOW - 90 * second, NOW - 18 * second)])
    desk.land_events(
        [must_verify("D", NOW - 90 * second, NOW - 18 * second), landed_event("D", NOW - 40 * second, "ACTIVE")]
    )
    rows = desk.read_rows("verification/forecast")
    assert [row["hour"] for row in rows] == [as_naive(NOW + number * second) for number in range(73)]
    assert [number for number, row in enumerate(rows) if row["links_ending"]] == [5, 71]
    assert [row["links_ending"] for row in desk.read_rows("verification/expiry_hours")] == [
        row["links_ending"] for row in rows
    ]
    shares = {
        row["client_account_id"]: (row["chance_lost"], row["cases"]) for row in desk.read_rows("verification/call_list")
    }
    assert shares == {"A": (0.5, 2), "B": (1, 1)}


def test_an_account_that_left_verification_is_in_no_forecast(desk: Store) -> None:
    desk.land_events([sent("A", 10), landed_event("A", ago(5), "UNDER_REVIEW", "PENDING_REVIEW")])
    assert ending(forecast(desk)) == {}
    assert desk.read_rows("verification/call_list") == []


def test_the_newest_link_alone_is_forecast(desk: Store) -> None:
    desk.land_events([sent("A", 50), sent("A", 20)])
    assert list(ending(forecast(desk))) == [52]


def test_a_last_link_without_any_history_counts_whole(desk: Store) -> None:
    desk.land_events([sent("A", 61.5), sent("B", 10)])
    change(desk, "update accounts set lost_link_requests = 2 where client_account_id = 'A'")
    assert ending(forecast(desk)) == {10: (1, 1, 1), 62: (1, 0, 0)}
    assert {row["chance_lost"] for row in desk.read_rows("verification/call_list")} == {None}


def test_the_call_list_has_the_last_links_first_then_those_that_end_soon(histories: Store) -> None:
    rows = histories.read_rows("verification/call_list")
    assert [(row["client_account_id"], row["ordinal"], row["is_last"], row["hours_left"]) for row in rows] == [
        ("on the last", 3, True, 30),
        ("replaced", 2, False, 52),
        ("on the first", 1, False, 62),
    ]
    assert [(row["chance_lost"], row["cases"], row["is_few"]) for row in rows] == [
        (0.5, 2, True),
        (1, 3, True),
        (pytest.approx(5 / 6), 6, True),
    ]
    assert [row["display_name"] for row in rows] == ["Ann Test", None, None]


def test_of_last_links_the_one_more_likely_lost_is_called_first(histories: Store) -> None:
    histories.land_events([sent("nearly over", hours) for hours in (405, 305, 62)])
    rows = histories.read_rows("verification/call_list")
    assert [(row["client_account_id"], row["chance_lost"]) for row in rows if row["is_last"]] == [
        ("nearly over", 1),
        ("on the last", 0.5),
    ]
    assert ending(forecast(histories))[10] == (1, 1, 1)


def ask_for_link(desk: Store, account: str, at: datetime, outcome: Outcome, *links: LinkAnswer) -> None:
    plan = Plan(ActionKind.REQUEST_LINK, account, confirm_key=at.isoformat())
    action_id = f"{account}@{at.isoformat()}"
    with desk.database.writer() as cursor:
        begin_action(cursor, action_id, plan, f"ann of {outcome}", at, lambda: None)
        complete_action(cursor, action_id, Completion(outcome, effects=Effects(link_answers=links)), at)


def test_the_ledger_says_when_a_customer_ran_out_of_links_and_by_which_links(histories: Store) -> None:
    histories.land_readings([poll("used-up", ago(500))])
    (row,) = histories.read_rows("verification/used_up")
    assert row == {
        "client_account_id": "used-up",
        "display_name": "Ann Test",
        "used_up_at": as_naive(ago(138)),
        "standing": "verification",
        "standing_since": as_naive(ago(410)),
        "first_link_seen_at": as_naive(ago(410)),
        "first_link_expired_at": as_naive(ago(338)),
        "first_link_sent_by": "Bakkt",
        "second_link_seen_at": as_naive(ago(310)),
        "second_link_expired_at": as_naive(ago(238)),
        "second_link_sent_by": "Bakkt",
        "third_link_seen_at": as_naive(ago(210)),
        "third_link_expired_at": as_naive(ago(138)),
        "third_link_sent_by": "Bakkt",
    }


def test_the_ledger_keeps_whom_bakkt_helped_and_tells_only_links_that_counted(desk: Store) -> None:
    desk.land_events([sent("A", hours) for hours in (600, 500, 400, 300)])
    desk.land_events(
        [landed_event("A", ago(590), "UNDER_REVIEW", "PENDING_REVIEW"), landed_event("A", ago(10), "ACTIVE")]
    )
    (row,) = desk.read_rows("verification/used_up")
    assert (row["used_up_at"], row["standing"]) == (as_naive(ago(228)), "active")
    assert row["first_link_seen_at"] == as_naive(ago(500))


def test_two_expiries_and_a_live_link_are_not_out_of_links_until_it_expires(desk: Store) -> None:
    desk.land_events([sent("A", hours) for hours in (400, 300, 71)])
    assert desk.read_rows("verification/used_up") == []
    desk.stop_clock(ahead(1))
    assert [row["used_up_at"] for row in desk.read_rows("verification/used_up")] == [as_naive(ahead(1))]


def test_the_ledger_names_who_asked_for_a_link(desk: Store) -> None:
    asked = LinkAnswer(ago(310), "https://verify.example.test/asked", ago(238))
    shown = LinkAnswer(ago(209), must_verify("A", ago(210), NOW)[1].link_url or "", ago(138))
    desk.land_events([sent("A", 410)])
    ask_for_link(desk, "A", ago(310), Outcome.ACCEPTED, asked)
    desk.land_events([must_verify("A", ago(210), ago(138))])
    ask_for_link(desk, "A", ago(209), Outcome.ACCEPTED, shown)
    (row,) = desk.read_rows("verification/used_up")
    assert [row[f"{which}_link_sent_by"] for which in ("first", "second", "third")] == [
        "Bakkt",
        "ann of accepted",
        "Bakkt",
    ]
    assert "verify.example.test" not in repr(row)


def test_a_link_that_came_by_event_after_a_lost_answer_was_asked_for_here(desk: Store) -> None:
    desk.land_events([sent("A", 410)])
    ask_for_link(desk, "A", ago(320), Outcome.REFUSED)
    ask_for_link(desk, "A", ago(311), Outcome.UNKNOWN)
    desk.land_events([sent("A", 310), sent("A", 210)])
    (row,) = desk.read_rows("verification/used_up")
    assert [row[f"{which}_link_sent_by"] for which in ("first", "second", "third")] == [
        "Bakkt",
        "ann of unknown",
        "Bakkt",
    ]


STATES = {
    "nolink": ("UNDER_REVIEW", "DOCUMENT_VERIFICATION"),
    "review": ("UNDER_REVIEW", "PENDING_REVIEW"),
    "active": ("ACTIVE", "ENROLLMENT"),
    "risk": ("INACTIVE", "RISK_KYC"),
}
STEP = timedelta(minutes=15)
"""Everything happens on half hours, so steps of this size look between any two events."""

half_hours = st.integers(min_value=1, max_value=160)
happenings = st.tuples(st.sampled_from(["link", "link", "link", *STATES]), st.sampled_from([-20, 12, 40, 144]))
lives = st.dictionaries(half_hours, happenings, min_size=1, max_size=6)
"""Maps half hours ago to an event; a link lives for the second number of half hours."""


@dataclass(frozen=True)
class HeldLink:
    ordinal: int
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Case:
    ordinal: int
    is_completed: bool
    undecided_hours: set[int]


class NaiveAccount:
    """One account evaluated at each moment, as DESK.md and the catalogue describe it."""

    def __init__(self, life: dict[int, tuple[str, int]]) -> None:
        self.told = sorted((ago(place / 2), what, span / 2) for place, (what, span) in life.items())
        seen = sorted((at + timedelta(hours=span), at) for at, what, span in self.told if what == "link")
        self.links = [HeldLink(ordinal, at, expires_at) for ordinal, (expires_at, at) in enumerate(seen, 1)]

    def events(self, account: str) -> list[LandedEvent]:
        return [
            must_verify(account, at, at + timedelta(hours=span))
            if what == "link"
            else landed_event(account, at, *STATES[what])
            for at, what, span in self.told
        ]

    def standing_at(self, moment: datetime) -> str:
        before = [what for at, what, _ in self.told if at <= moment]
        return {"link": "verification", "nolink": "verification"}.get(before[-1], before[-1]) if before else "submitted"

    def newest_before(self, moment: datetime) -> HeldLink | None:
        return max((link for link in self.links if link.seen_at < moment), key=lambda link: link.ordinal, default=None)

    @cached_property
    def moments(self) -> list[datetime]:
        opened = self.told[0][0]
        return [opened + step * STEP for step in range((NOW - opened) // STEP + 1)]

    def held(self, link: HeldLink) -> list[datetime]:
        """Return the moments in verification at which this was, or became, the newest link."""
        return [
            moment
            for moment in self.moments
            if self.standing_at(moment) == "verification"
            and (moment == link.seen_at or self.newest_before(moment + STEP) == link)
        ]

    def leavings(self, link: HeldLink, *, by_rejection: bool) -> list[datetime]:
        return [
            moment
            for moment in self.moments
            if self.standing_at(moment - STEP) == "verification" != self.standing_at(moment)
            and self.newest_before(moment) == link
            and (self.standing_at(moment) == "risk") is by_rejection
        ]

    def decided_at(self, link: HeldLink) -> datetime:
        """Return when the link completed, or else when it was rejected, replaced or expired."""
        completed = self.leavings(link, by_rejection=False)
        if completed:
            return completed[0]
        replaced = [later.seen_at for later in self.links[link.ordinal :]]
        return min([*self.leavings(link, by_rejection=True), *replaced, link.expires_at])

    @cached_property
    def cases(self) -> list[Case]:
        """Return the decided links."""
        return [
            Case(link.ordinal, bool(self.leavings(link, by_rejection=False)), self.undecided_hours(link))
            for link in self.links
            if self.held(link) and self.decided_at(link) <= NOW
        ]

    def undecided_hours(self, link: HeldLink) -> set[int]:
        """Return the whole hours left at which the link was live and undecided."""
        replaced = [later.seen_at for later in self.links[link.ordinal :]]
        until = min([self.decided_at(link), link.expires_at, *replaced])
        start = self.held(link)[0]
        open_at = [moment for moment in self.moments if start <= moment < until]
        return {min(72, int((link.expires_at - moment) / timedelta(hours=1))) for moment in open_at}

    @property
    def live_link(self) -> HeldLink | None:
        newest = self.links[-1] if self.links else None
        return newest if newest and newest.expires_at > NOW and self.standing_at(NOW) == "verification" else None

    @property
    def is_on_last(self) -> bool:
        return sum(self._is_used_up(link) for link in self.links) == 2

    def _is_used_up(self, link: HeldLink) -> bool:
        if link.expires_at > NOW:
            return False
        was_there = self.standing_at(link.expires_at) == "verification"
        had_been = any(at <= link.expires_at and what in ("link", "nolink") for at, what, _ in self.told)
        return was_there or (link.seen_at >= link.expires_at and not had_been)


def naive_yield(accounts: list[NaiveAccount]) -> dict[int, tuple[int, int]]:
    cases = [case for account in accounts for case in account.cases]
    own = {ordinal: [case.is_completed for case in cases if case.ordinal == ordinal] for ordinal in range(1, 7)}
    return {ordinal: (len(ends), sum(ends)) for ordinal, ends in own.items() if ends}


def naive_completion(accounts: list[NaiveAccount]) -> dict[tuple[int, int], tuple[int, int]]:
    """Of the links that were undecided at some time with so many hours left: how many there were, and completed."""
    cases = [case for account in accounts for case in account.cases]
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for start, end in pairwise([0, 1, 3, 6, 12, 24, 48, 73]):
        for ordinal in range(1, 7):
            ends = [
                case.is_completed
                for case in cases
                if case.ordinal == ordinal and any(start <= hour < end for hour in case.undecided_hours)
            ]
            if ends:
                found[start, ordinal] = (len(ends), sum(ends))
    return found


def naive_chance_lost(accounts: list[NaiveAccount], live: HeldLink) -> tuple[float | None, int]:
    hour = min(72, (live.expires_at - NOW) // timedelta(hours=1))
    cases = [case for account in accounts for case in account.cases if case.undecided_hours]
    then = [case for case in cases if hour in case.undecided_hours]
    found = [case for case in then if case.ordinal == live.ordinal] or then or cases
    lost = sum(not case.is_completed for case in found)
    return (lost / len(found) if found else None), len(found)


@pytest.mark.slow
@given(desk_lives=st.lists(lives, min_size=1, max_size=5))
@settings(derandomize=True, max_examples=examples(25), deadline=None)
def test_forecast_yield_and_call_list_are_what_a_look_at_every_moment_finds(
    desk_lives: list[dict[int, tuple[str, int]]],
) -> None:
    accounts = [NaiveAccount(life) for life in desk_lives]
    store = new_store()
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    store.stop_clock(NOW)
    store.land_events([event for number, one in enumerate(accounts) for event in one.events(f"A{number}")])
    keep_segment(store, "even", [f"A{number}" for number in range(0, len(accounts), 2)])
    for segment, members in ((None, accounts), ("even", accounts[::2])):
        asked = {"segment": segment}
        shares = store.read_rows("verification/yield", **asked)
        assert {row["ordinal"]: (row["links"], row["completed"]) for row in shares} == naive_yield(members)
        completion = store.read_rows("verification/completion", **asked)
        assert {
            (row["hours_from"], row["ordinal"]): (row["cases"], row["completed"])
            for row in completion
            if row["basis"] == "ordinal"
        } == naive_completion(members)
        calls, hours = naive_calls(accounts, members)
        found = store.read_rows("verification/call_list", **asked)
        assert {
            row["client_account_id"]: (row["ordinal"], row["is_last"], row["chance_lost"], row["cases"])
            for row in found
        } == calls
        assert ending(store.read_rows("verification/forecast", **asked)) == hours
    store.close()


def naive_calls(
    accounts: list[NaiveAccount], members: list[NaiveAccount]
) -> tuple[dict[str, tuple[int, bool, object, int]], dict[int, object]]:
    """The live links of these members, and how many expire in each hour; similar links are those of all accounts."""
    wanted: dict[int, tuple[int, int, float]] = {}
    calls: dict[str, tuple[int, bool, object, int]] = {}
    for account in members:
        link, number = account.live_link, accounts.index(account)
        if link is None:
            continue
        chance, cases = naive_chance_lost(accounts, link)
        calls[f"A{number}"] = (link.ordinal, account.is_on_last, pytest.approx(chance), cases)
        if link.expires_at - NOW > timedelta(hours=72):
            continue
        hour = int((link.expires_at - NOW) / timedelta(hours=1))
        ending_, last, expected = wanted.get(hour, (0, 0, 0.0))
        lost = 1 if chance is None else chance
        wanted[hour] = (ending_ + 1, last + account.is_on_last, expected + lost * account.is_on_last)
    nearly: dict[int, object] = {
        hour: (links, last, pytest.approx(expected)) for hour, (links, last, expected) in wanted.items()
    }
    return calls, nearly


@pytest.mark.parametrize("segment", ["half", "nobody"])
def test_counts_and_customers_without_links_are_those_of_a_segment(seeded: Store, segment: str) -> None:
    everyone = [row["client_account_id"] for row in seeded.read_rows("accounts/standing")]
    members = set(everyone[::2]) if segment == "half" else set()
    with kept_segment(seeded, segment, members):
        counts = {row["list"]: row for row in seeded.read_rows("verification/counts", segment=segment)}
        used_up = seeded.read_rows("verification/used_up", segment=segment)

    lists = {"ledger": seeded.read_rows("verification/used_up")}
    for name in LINK_LISTS:
        lists[name] = seeded.read_rows("verification/backlog", link=name)
    of_segment = {name: [row for row in rows if row["client_account_id"] in members] for name, rows in lists.items()}
    assert used_up == of_segment["ledger"]
    assert {name: row["accounts"] for name, row in counts.items()} == {
        name: len(rows) for name, rows in of_segment.items() if rows
    }
    assert all(
        counts[name]["late"] == sum(row["is_past_due"] for row in of_segment[name])
        for name in counts.keys() - {"ledger"}
    )
    assert segment == "nobody" or 0 < len(used_up) < len(lists["ledger"])
