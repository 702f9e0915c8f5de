"""The funnel of sandbox accounts against a count in plain Python from the sandbox's own state."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from tests.support.answers_by_hand import funnel_by_hand, of_path, times_by_hand
from tests.support.facts import NOW
from tests.support.funnel_in_pandas import breakdown_in_pandas, cohort_of, done_within, frame_of, with_steps
from tests.support.kept_segments import keep_segment, kept_segment
from tests.support.rounds import FUNNEL_ACCOUNTS
from tests.support.sandbox_desk import TrueAccount, sandbox_desk
from workbench.store import Store
from workbench.store.engine.catalogue import FUNNEL_PROPERTIES

pytestmark = pytest.mark.slow

PATHS = ("individual", "entity")
PERIODS: list[tuple[date | None, date | None]] = [
    (None, None),
    (NOW.date() - timedelta(days=75), None),
    (NOW.date() - timedelta(days=60), NOW.date() - timedelta(days=20)),
]

Desk = tuple[Store, list[TrueAccount]]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Desk]:
    store, truth = sandbox_desk(FUNNEL_ACCOUNTS)
    yield store, truth
    store.close()


def differing(found: list[Row], expected: list[Row]) -> list[tuple[Row, str, object]]:
    """Return the rows, columns and expected values that differ."""
    assert len(found) == len(expected)
    return [
        (row, name, value)
        for row, right in zip(found, expected, strict=True)
        for name, value in right.items()
        if row[name] != (pytest.approx(value) if isinstance(value, float) else value)
    ]


@pytest.mark.parametrize("path", PATHS)
def test_steps_times_and_weeks_are_those_counted_from_the_truth(sandbox: Desk, path: str) -> None:
    store, truth = sandbox
    for since, until in PERIODS:
        cohort = of_path(truth, path, since, until)
        assert len(cohort) > FUNNEL_ACCOUNTS // 50
        asked = {"path": path, "since": since, "until": until}
        for days in (7, 30, 90):
            steps = store.read_rows("funnel/steps", **asked, window_days=days)
            assert differing(steps, funnel_by_hand(cohort, path, days)) == []
            assert (
                differing(store.read_rows("funnel/cohorts", **asked, window_days=days), by_week(cohort, path, days))
                == []
            )
        assert differing(store.read_rows("funnel/times", **asked), times_by_hand(cohort, path)) == []


def by_week(cohort: list[TrueAccount], path: str, window_days: int) -> list[Row]:
    weeks: dict[date, list[TrueAccount]] = {}
    for one in cohort:
        weeks.setdefault(one.opened.date() - timedelta(days=one.opened.weekday()), []).append(one)
    names = ("ordinal", "step", "accounts", "accounts_mature", "share_of_entered", "median_hours", "undated")
    return [
        {
            "cohort": week,
            "entered": len(weeks[week]),
            "is_mature": all(one.opened + timedelta(days=window_days) <= NOW for one in weeks[week]),
            **{name: row[name] for name in names},
        }
        for week in sorted(weeks, reverse=True)
        for row in funnel_by_hand(weeks[week], path, window_days)
    ]


@pytest.mark.parametrize("path", PATHS)
def test_people_and_those_who_stopped_are_the_accounts_of_the_truth(sandbox: Desk, path: str) -> None:
    store, truth = sandbox
    window = timedelta(days=30)
    cohort = of_path(truth, path)
    for before, step in (("opened", "screened"), ("screened", "cleared"), ("cleared", "trading")):
        listed = {"path": path, "step": step}
        reached = {one.id for one in cohort if one.reached(step, window)}
        stopped = {one.id for one in cohort if one.reached(before, window)} - reached
        if (path, step) == ("entity", "screened"):
            stopped = {one.id for one in cohort if one.reached("documented", window)} - reached
        for names, flag in ((reached, "true"), (stopped, "false")):
            rows = store.read_rows("funnel/people", **listed, reached=flag)
            assert {row["client_account_id"] for row in rows} == names
            assert store.read_rows("funnel/listed", **listed, reached=flag)[0]["accounts"] == len(names)
    rows = store.read_rows("funnel/stopped", path=path)
    found = Counter({(row["last_step"], row["standing"]): 0 for row in rows})
    for row in rows:
        found[row["last_step"], row["standing"]] += row["accounts"]
    assert found == Counter((last_step(one), one.standing) for one in cohort if not one.reached("cleared"))


def last_step(one: TrueAccount) -> str:
    return [step for step in ("opened", "documented", "screened") if step in one.milestones and one.reached(step)][-1]


def test_each_account_has_one_row_with_its_type_residence_and_steps(sandbox: Desk) -> None:
    store, truth = sandbox
    rows = {row["client_account_id"]: row for row in store.read_rows("funnel/accounts")}
    assert rows.keys() == {one.id for one in truth}
    assert {name: row["account_type"] for name, row in rows.items()} == {one.id: one.account_type for one in truth}
    assert {name: (row["country"], row["state"]) for name, row in rows.items()} == {
        one.id: one.residence for one in truth
    }
    assert len({one.residence for one in truth}) > 10
    for one in truth:
        for step in ("screened", "cleared", "trading"):
            is_reached = rows[one.id][f"{step}_undated"] or rows[one.id][f"{step}_hours"] is not None
            assert is_reached is one.reached(step), (one.id, step)


@pytest.fixture(scope="module")
def frame(sandbox: Desk) -> pd.DataFrame:
    return frame_of(sandbox[1])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("by", FUNNEL_PROPERTIES)
def test_each_breakdown_is_the_one_computed_with_pandas(sandbox: Desk, frame: pd.DataFrame, path: str, by: str) -> None:
    for (since, until), days in itertools.product(PERIODS, (7, 30)):
        asked = {"path": path, "since": since, "until": until, "window_days": days}
        found = sandbox[0].read_rows("funnel/breakdown", **asked, by=by)
        assert differing(found, breakdown_in_pandas(frame, path, by, days, since, until)) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("by", FUNNEL_PROPERTIES)
def test_a_breakdown_adds_up_to_the_steps(sandbox: Desk, path: str, by: str) -> None:
    for since, until in PERIODS:
        asked = {"path": path, "since": since, "until": until}
        rows = sandbox[0].read_rows("funnel/breakdown", **asked, by=by)
        for step in sandbox[0].read_rows("funnel/steps", **asked):
            for name in ("accounts", "accounts_mature", "entered_dated", "undated"):
                assert sum(row[name] for row in rows if row["step"] == step["step"]) == step[name], (step["step"], name)


def test_behind_each_value_of_a_breakdown_stand_the_people_it_counts(sandbox: Desk) -> None:
    store = sandbox[0]
    for by in FUNNEL_PROPERTIES:
        rows = store.read_rows("funnel/breakdown", path="individual", by=by)
        counted = {(row["step"], row["value"]): row["accounts"] for row in rows if not row["is_other"]}
        for value in [row["value"] for row in rows if row["step"] == "cleared" and not row["is_other"]][-3:]:
            asked = {"path": "individual", "by": by, "value": value}
            reached = store.read_rows("funnel/people", **asked, step="cleared")
            stopped = store.read_rows("funnel/people", **asked, step="cleared", reached="false")
            assert len(reached) == counted["cleared", value]
            assert len(stopped) == counted["screened", value] - counted["cleared", value]


@pytest.mark.parametrize("path", PATHS)
def test_each_point_of_a_curve_is_the_share_computed_with_pandas(sandbox: Desk, frame: pd.DataFrame, path: str) -> None:
    for (since, until), days in itertools.product(PERIODS, (7, 30, 90)):
        asked = {"path": path, "since": since, "until": until, "window_days": days}
        cohort = with_steps(cohort_of(frame, path, since, until), path, timedelta(days=days))
        rows = sandbox[0].read_rows("funnel/curves", **asked)
        assert [(r["done"], r["accounts"]) for r in rows] == [done_within(cohort, r["step"], r["hours"]) for r in rows]
        assert all(row["share_done"] == row["done"] / row["accounts"] for row in rows)


@pytest.mark.parametrize("path", PATHS)
def test_each_curve_ends_at_the_share_of_its_step(sandbox: Desk, path: str) -> None:
    for days in (7, 30, 90):
        asked = {"path": path, "window_days": days}
        rows = sandbox[0].read_rows("funnel/curves", **asked)
        ends = {row["step"]: row["share_done"] for row in rows}
        steps = {row["step"]: row["share_of_entered"] for row in sandbox[0].read_rows("funnel/steps", **asked)}
        assert all(max(row["hours"] for row in rows if row["step"] == step) == 24 * days for step in ends)
        assert ends == {step: share for step, share in steps.items() if step != "opened" and share is not None}


@pytest.fixture(scope="module")
def members(sandbox: Desk) -> list[TrueAccount]:
    """The accounts of the segment "third"."""
    third = sandbox[1][::3]
    keep_segment(sandbox[0], "third", (one.id for one in third))
    return third


@pytest.mark.parametrize("path", PATHS)
def test_the_numbers_of_a_segment_are_those_of_its_accounts_alone(
    sandbox: Desk, members: list[TrueAccount], path: str
) -> None:
    store = sandbox[0]
    for since, until in PERIODS[:2]:
        cohort = of_path(members, path, since, until)
        asked = {"path": path, "since": since, "until": until, "segment": "third"}
        assert differing(store.read_rows("funnel/steps", **asked), funnel_by_hand(cohort, path, 30)) == []
        assert differing(store.read_rows("funnel/cohorts", **asked), by_week(cohort, path, 30)) == []
        assert differing(store.read_rows("funnel/times", **asked), times_by_hand(cohort, path)) == []
        stopped = store.read_rows("funnel/stopped", **asked)
        assert sum(row["accounts"] for row in stopped) == sum(not one.reached("cleared") for one in cohort)
        days = [one.opened.date() for one in of_path(members, path)]
        assert store.read_rows("funnel/span", path=path, segment="third") == [
            {"first_on": min(days), "last_on": max(days), "accounts": len(days)}
        ]


@pytest.mark.parametrize("path", PATHS)
def test_the_people_of_a_step_are_those_of_the_segment(sandbox: Desk, members: list[TrueAccount], path: str) -> None:
    window = timedelta(days=30)
    cohort = of_path(members, path)
    asked = {"path": path, "step": "cleared", "segment": "third"}
    reached = {one.id for one in cohort if one.reached("cleared", window)}
    stopped = {one.id for one in cohort if one.reached("screened", window)} - reached
    for names, flag in ((reached, "true"), (stopped, "false")):
        rows = sandbox[0].read_rows("funnel/people", **asked, reached=flag)
        assert {row["client_account_id"] for row in rows} == names
        assert sandbox[0].read_rows("funnel/listed", **asked, reached=flag)[0]["accounts"] == len(names)


@pytest.mark.parametrize("path", PATHS)
def test_breakdowns_and_curves_of_a_segment_are_those_computed_with_pandas(
    sandbox: Desk, members: list[TrueAccount], path: str
) -> None:
    third = frame_of(members)
    asked = {"path": path, "segment": "third"}
    for by in FUNNEL_PROPERTIES:
        found = sandbox[0].read_rows("funnel/breakdown", **asked, by=by)
        assert differing(found, breakdown_in_pandas(third, path, by, 30, None, None)) == []
    cohort = with_steps(cohort_of(third, path, None, None), path, timedelta(days=30))
    rows = sandbox[0].read_rows("funnel/curves", **asked)
    assert [(r["done"], r["accounts"]) for r in rows] == [done_within(cohort, r["step"], r["hours"]) for r in rows]


def test_a_segment_without_accounts_has_an_empty_funnel(sandbox: Desk) -> None:
    with kept_segment(sandbox[0], "nobody", []) as code:
        asked = {"path": "individual", "segment": code}
        assert [row["accounts"] for row in sandbox[0].read_rows("funnel/steps", **asked)] == [0, 0, 0, 0]
        assert sandbox[0].read_rows("funnel/people", **asked, step="opened") == []
        assert sandbox[0].read_rows("funnel/breakdown", **asked) == []


def test_the_span_of_a_path_is_that_of_its_accounts(sandbox: Desk) -> None:
    store, truth = sandbox
    for path in PATHS:
        days = [one.opened.date() for one in of_path(truth, path)]
        assert store.read_rows("funnel/span", path=path) == [
            {"first_on": min(days), "last_on": max(days), "accounts": len(days)}
        ]
