"""The funnel's numbers against the same computed independently from DESK.md."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.support.answers_by_hand import ByHand, branch_by_hand, funnel_by_hand, of_path, times_by_hand
from tests.support.facts import CREATED, NOW, TARGET_HOURS, ago, as_naive, landed_event, poll
from tests.support.kept_segments import kept_segment
from workbench.store import Store

People = dict[str, ByHand]
BOTH = pytest.mark.parametrize("path", ["individual", "entity"])
SPANS: list[tuple[date | None, date | None]] = [
    (None, None),
    (date(2026, 10, 1), None),
    (None, date(2026, 10, 1)),
    (date(2026, 10, 20), date(2026, 11, 12)),
    (date(2020, 1, 1), date(2020, 2, 1)),
]


def assert_same(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    assert len(found) == len(wanted)
    for row, right in zip(found, wanted, strict=True):
        for name, value in right.items():
            assert row[name] == (pytest.approx(value) if isinstance(value, float) else value), (right["step"], name)


@BOTH
@pytest.mark.parametrize("window_days", [0, 1, 7, 30, 45, 400])
@pytest.mark.parametrize(("since", "until"), SPANS)
def test_steps_are_those_computed_by_hand(
    seeded: Store, people: People, path: str, window_days: int, since: date | None, until: date | None
) -> None:
    found = seeded.read_rows("funnel/steps", path=path, since=since, until=until, window_days=window_days)
    cohort = of_path(people.values(), path, since, until)

    assert_same(found, funnel_by_hand(cohort, path, window_days))


@BOTH
def test_the_window_is_thirty_days_unless_asked_otherwise(seeded: Store, path: str) -> None:
    assert seeded.read_rows("funnel/steps", path=path) == seeded.read_rows("funnel/steps", path=path, window_days=30)


@BOTH
def test_the_seeded_funnel_tests_what_is_hard(people: People, path: str) -> None:
    rows = funnel_by_hand(of_path(people.values(), path), path, 30)
    assert all(row["entered_immature"] for row in rows)
    assert any(row["undated"] for row in rows)
    assert any(one.reached("cleared") and not one.reached("cleared", timedelta(days=30)) for one in people.values())


def test_a_span_without_accounts_has_empty_steps(seeded: Store) -> None:
    rows = seeded.read_rows("funnel/steps", path="entity", since="2020-01-01", until="2020-02-01")
    assert [row["step"] for row in rows] == ["opened", "documented", "screened", "cleared", "trading"]
    assert all(row["accounts"] == 0 and row["share_of_entered"] is None for row in rows)


@BOTH
@pytest.mark.parametrize(("since", "until"), SPANS)
def test_times_are_those_computed_by_hand(
    seeded: Store, people: People, path: str, since: date | None, until: date | None
) -> None:
    found = seeded.read_rows("funnel/times", path=path, since=since, until=until)
    assert_same(found, times_by_hand(of_path(people.values(), path, since, until), path))


@BOTH
@pytest.mark.parametrize(("since", "until"), SPANS)
def test_the_branch_shows_where_those_who_verified_are_now_and_adds_up(
    seeded: Store, people: People, path: str, since: date | None, until: date | None
) -> None:
    rows = seeded.read_rows("funnel/verification_branch", path=path, since=since, until=until)
    wanted = branch_by_hand(of_path(people.values(), path, since, until))
    assert {row["standing"]: row["accounts"] for row in rows} == dict(wanted)
    assert len(rows) == len(wanted)


@BOTH
def test_the_branch_of_a_segment_shows_its_accounts_alone(seeded: Store, people: People, path: str) -> None:
    half = dict(list(people.items())[::2])
    with kept_segment(seeded, "half", half) as code:
        rows = seeded.read_rows("funnel/verification_branch", path=path, segment=code)
    assert {row["standing"]: row["accounts"] for row in rows} == dict(branch_by_hand(of_path(half.values(), path)))


@BOTH
def test_cohorts_add_up_to_the_steps_and_mature_as_a_whole(seeded: Store, people: People, path: str) -> None:
    rows = seeded.read_rows("funnel/cohorts", path=path)
    accounts = of_path(people.values(), path)
    for cohort in {row["cohort"] for row in rows}:
        week = [one for one in accounts if monday_of(one.opened) == cohort]
        wanted = {str(row["step"]): row for row in funnel_by_hand(week, path, 30)}
        is_mature = all(one.opened + timedelta(days=30) <= NOW for one in week)
        for row in (row for row in rows if row["cohort"] == cohort):
            right = wanted[row["step"]]
            assert row["is_mature"] is is_mature
            assert row["entered"] == len(week)
            assert [row[name] for name in ("accounts", "accounts_mature", "undated")] == [
                right[name] for name in ("accounts", "accounts_mature", "undated")
            ]
            share = right["share_of_entered"]
            assert row["share_of_entered"] == (None if share is None else pytest.approx(share))
    assert {row["cohort"] for row in rows} == {monday_of(one.opened) for one in accounts}


def monday_of(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


@BOTH
def test_behind_each_step_stand_the_people_it_counts(seeded: Store, people: People, path: str) -> None:
    for row in seeded.read_rows("funnel/steps", path=path):
        reached = seeded.read_rows("funnel/people", path=path, step=row["step"])
        wanted = {one.id for one in of_path(people.values(), path) if one.reached(row["step"], timedelta(days=30))}
        assert {one["client_account_id"] for one in reached} == wanted
        assert row["accounts"] == len(reached)


@pytest.mark.many_cases
@BOTH
@pytest.mark.parametrize("reached", ["true", "false"])
def test_people_come_in_pages_newest_first_and_their_number_is_counted(seeded: Store, path: str, reached: str) -> None:
    asked = {"path": path, "step": "cleared", "reached": reached}
    everybody = seeded.read_rows("funnel/people", **asked)
    pages = [seeded.read_rows("funnel/people", **asked, limit=5, offset=start) for start in range(0, len(everybody), 5)]
    assert [row for page in pages for row in page] == everybody
    assert everybody == sorted(everybody, key=lambda row: row["entered_at"], reverse=True)
    for limit in (1, 5, 200):
        listed = seeded.read_rows("funnel/listed", **asked, limit=limit)[0]
        assert listed["accounts"] == len(everybody)
        newest = seeded.read_rows("funnel/people", **asked, limit=limit, since=listed["newest_since"])
        assert newest == everybody[:limit]


@BOTH
def test_those_who_stopped_before_a_step_are_the_rest_of_the_step_before(seeded: Store, path: str) -> None:
    steps = seeded.read_rows("funnel/steps", path=path)
    for before, step in pairwise(steps):
        stopped = seeded.read_rows("funnel/people", path=path, step=step["step"], reached="false")
        assert len(stopped) == before["accounts"] - step["accounts"]
        assert all(row["reached_at"] is None for row in stopped)


@BOTH
def test_where_the_others_stopped_adds_up(seeded: Store, people: People, path: str) -> None:
    rows = seeded.read_rows("funnel/stopped", path=path)
    stopped = [one for one in of_path(people.values(), path) if not one.reached("cleared")]
    assert sum(row["accounts"] for row in rows) == len(stopped)
    found = Counter({(row["standing"], row["turn"]): 0 for row in rows})
    for row in rows:
        found[row["standing"], row["turn"]] += row["accounts"]
    assert found == Counter((one.standing, one.turn) for one in stopped)


def test_until_is_exclusive_and_since_inclusive(desk: Store) -> None:
    midnight = datetime(2026, 11, 1, tzinfo=NOW.tzinfo)
    desk.land_readings([poll("A", NOW, created_at=midnight)])

    def entered(since: str, until: str) -> int:
        rows = desk.read_rows("funnel/steps", path="individual", since=since, until=until)
        return sum(row["accounts"] for row in rows if row["step"] == "opened")

    assert entered("2026-11-01", "2026-11-02") == 1
    assert entered("2026-10-31", "2026-11-01") == 0


def test_an_undated_step_counts_as_reached_and_leaves_the_shares(desk: Store) -> None:
    desk.land_readings([poll("A", ago(1), can_trade_crypto=True), poll("B", ago(1))])
    steps = {row["step"]: row for row in desk.read_rows("funnel/steps", path="individual")}
    assert steps["trading"]["accounts"] == 1
    assert steps["trading"]["undated"] == 1
    assert steps["trading"]["accounts_mature"] == 0
    assert steps["trading"]["share_of_entered"] == 0
    assert steps["trading"]["share_of_previous"] is None
    assert steps["trading"]["median_hours"] is None
    assert steps["opened"]["share_of_entered"] == 1


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("speed", "seconds", "expected"),
    [
        (1, 0, 0),
        (1, 1, 1 / 60),
        (1, 3600, 1),
        (1, 3600.000001, 2),
        (1, 7200, 2),
        (3600, 1, 1 / 3600),
        (3600, 90.1, 91 / 3600),
        (3600, 0.5, 30 / 60 / 3600),
    ],
)
def test_times_are_rounded_up_to_the_hour_and_within_the_first_to_the_minute(
    desk: Store, speed: float, seconds: float, expected: float
) -> None:
    """In practice mode hours are shorter, so their times are rounded less."""
    desk.land_targets(TARGET_HOURS, 24, ago(1), speed)
    desk.land_readings([poll("A", CREATED)])
    desk.land_events([landed_event("A", CREATED + timedelta(seconds=seconds), "ACTIVE")])
    steps = {row["step"]: row["median_hours"] for row in desk.read_rows("funnel/steps", path="individual")}
    assert steps["cleared"] == pytest.approx(expected)
    assert desk.read_rows("funnel/times", path="individual")[8]["share_done"] == (seconds <= 3600)


def test_a_step_reached_after_the_window_does_not_count(desk: Store) -> None:
    in_time, late = CREATED + timedelta(days=30), CREATED + timedelta(days=30, microseconds=1)
    desk.land_readings([poll(name, CREATED + timedelta(hours=1)) for name in ("A", "B")])
    desk.land_events([landed_event("A", in_time, "ACTIVE"), landed_event("B", late, "ACTIVE")])
    people = desk.read_rows("funnel/people", path="individual", step="cleared")
    assert [(row["client_account_id"], row["reached_at"]) for row in people] == [("A", as_naive(in_time))]


def test_an_account_that_trades_but_was_never_active_is_not_in_the_last_step(desk: Store) -> None:
    desk.land_readings([poll("A", ago(50), created_at=ago(60))])
    desk.land_events([landed_event("A", ago(40), "SUSPENDED")])
    desk.land_readings([poll("A", ago(30), created_at=ago(60), can_trade_crypto=True)])
    steps = {row["step"]: row["accounts"] for row in desk.read_rows("funnel/steps", path="individual")}
    assert steps == {"opened": 1, "screened": 1, "cleared": 0, "trading": 0}
