"""Explore on sandbox accounts against a count in pandas from the sandbox's own state."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from tests.support.answers_by_hand import rounded_up
from tests.support.explored_by_hand import Explored, explored_by_hand, grouped_by_hand, judged_by_hand, measure_by_hand
from tests.support.facts import NOW
from tests.support.rounds import TRUTH_ACCOUNTS
from tests.support.sandbox_desk import sandbox_desk
from workbench.store import Store

pytestmark = pytest.mark.slow

OCTOBER: dict[str, Any] = {"since": "2026-10-01", "until": "2026-11-01"}
NO_PERIOD: dict[str, Any] = {}
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("stuck", {}),
    ("stuck", {"standing": "under_review"}),
    ("stuck", {"standing": "submitted", "window_days": 7}),
    ("stuck", {"standing": "kyb_screening", "path": "entity", "window_days": 14}),
    ("stayed", {"standing": "verification", "window_days": 3}),
    ("stayed", {"standing": "active", "path": "individual"}),
    ("stayed", {"standing": "kyb_documents", "path": "entity", "window_days": 1}),
    ("reached", {"step": "screened"}),
    ("reached", {"step": "documented"}),
    ("reached", {"step": "cleared", "window_days": 7}),
    ("time", {}),
    ("time", {"start": "screened", "finish": "cleared"}),
    ("time", {"start": "verification", "finish": "cleared", "window_days": 60}),
    ("used_up", {"window_days": 14}),
    ("reuploaded", {"path": "individual", "window_days": 60}),
    ("after_reason", {"reason": "DOCUMENT_VERIFICATION", "standing": "active"}),
    ("after_reason", {"reason": "PENDING_REVIEW", "standing": "active", "window_days": 14}),
]
BREAKDOWNS: list[tuple[str, ...]] = [
    (),
    ("account_type",),
    ("country",),
    ("account_type", "country"),
    ("state", "migrated"),
    ("entry_month",),
    ("completed_link",),
]


@pytest.fixture(scope="module")
def desk() -> Iterator[tuple[Store, Explored]]:
    store, truth = sandbox_desk(TRUTH_ACCOUNTS)
    yield store, explored_by_hand(TRUTH_ACCOUNTS, truth)
    store.close()


KINDS = {"other": "(other)", "unknown": "(not known)"}


def name_of(row: dict[str, Any], place: str) -> str:
    """A group as the count in pandas names it."""
    return KINDS.get(row[f"{place}_kind"]) or str(row[f"{place}_group"])


def asked_of(first: str, second: str) -> dict[str, str]:
    kinds = {words: kind for kind, words in KINDS.items()}
    return {
        **({"first_kind": kinds[first]} if first in kinds else {"first_group": first}),
        **({"second_kind": kinds[second]} if second in kinds else {"second_group": second}),
    }


def rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


@pytest.mark.parametrize(("measure", "asked"), QUESTIONS, ids=lambda value: str(value))
def test_a_measure_is_what_pandas_counts(desk: tuple[Store, Explored], measure: str, asked: dict[str, Any]) -> None:
    store, explored = desk
    by_hand = {**asked, "days": asked.get("window_days", 30)}
    by_hand.pop("window_days", None)
    counted = 0
    for period in NO_PERIOD, OCTOBER:
        judged = judged_by_hand(explored, measure, **by_hand, **period)
        for properties in BREAKDOWNS:
            named = dict(zip(("by", "then_by"), properties, strict=False))
            rows = store.read_rows("explore/measure", measure=measure, **asked, **period, **named)
            expected = measure_by_hand(judged, measure, *properties)
            names = ("accounts", "of_accounts", "undated", "immature", "median_hours", "p90_hours")
            places = ("first", "second")[: len(properties)]
            found = {
                tuple(name_of(row, place) for place in places): {name: row[name] for name in names} for row in rows
            }
            assert {key: rounded(row) for key, row in found.items()} == {
                key: rounded(row) for key, row in expected.items()
            }
            counted += sum(row["accounts"] for row in rows)
    assert counted > 0


@pytest.mark.parametrize(
    ("path", "step"),
    [("individual", "screened"), ("individual", "cleared"), ("entity", "cleared"), ("entity", "trading")],
)
@pytest.mark.parametrize("window_days", [7, 30])
def test_a_step_reached_has_the_same_numbers_as_in_the_funnel(
    desk: tuple[Store, Explored], path: str, step: str, window_days: int
) -> None:
    store, _ = desk
    asked = {"path": path, "since": "2026-08-01", "window_days": window_days}
    explored = store.read_rows("explore/measure", measure="reached", step=step, **asked)[0]
    funnel = next(row for row in store.read_rows("funnel/steps", **asked) if row["step"] == step)
    assert explored["immature"] > 0
    assert (explored["accounts"], explored["of_accounts"]) == (funnel["accounts_mature"], funnel["entered_dated"])
    assert explored["share"] == pytest.approx(funnel["share_of_entered"])
    assert explored["median_hours"] == pytest.approx(funnel["median_hours"])
    assert explored["p90_hours"] == pytest.approx(funnel["p90_hours"])


@pytest.mark.parametrize(("measure", "asked"), QUESTIONS[::3], ids=lambda value: str(value))
def test_the_people_of_each_cell_are_those_that_it_counts(
    desk: tuple[Store, Explored], measure: str, asked: dict[str, Any]
) -> None:
    store, explored = desk
    by_hand = {**asked, "days": asked.get("window_days", 30)}
    by_hand.pop("window_days", None)
    judged = grouped_by_hand(judged_by_hand(explored, measure, **by_hand), "account_type", "country")
    counted = judged[judged["is_mature"] & ~judged["unknown"].astype(bool)]
    cells = {"by": "account_type", "then_by": "country"}
    for (first, second), rows in counted.groupby(["group_0", "group_1"]):
        for met in (True, False):
            found = store.read_rows(
                "explore/people", measure=measure, **asked, **cells, **asked_of(str(first), str(second)), met=met
            )
            assert {row["client_account_id"] for row in found} == {*rows[rows["hit"].astype(bool) == met]["id"]}


def test_the_balance_adds_up_and_ends_with_what_is_open_now(desk: tuple[Store, Explored]) -> None:
    store, explored = desk
    rows = store.read_rows("explore/balance", since="2026-09-01")
    by_turn: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_turn.setdefault(row["turn"], []).append(row)
        assert row["opening"] + row["came_in"] - row["went_out"] == row["closing"]
    for days in by_turn.values():
        assert all(before["closing"] == after["opening"] for before, after in pairwise(days))
    for shown in zip(*by_turn.values(), strict=True):
        total = {row["turn"]: row["closing"] for row in shown}
        assert total["all"] == total["us"] + total["customer"] + total["bakkt"]
    for row in by_turn["all"]:
        assert (row["came_in"], row["went_out"], row["closing"]) == moves_by_hand(explored, row["day"]), row
    now = store.read_rows("today/by_standing")
    assert by_turn["all"][-1]["closing"] == sum(row["accounts"] for row in now)
    customers = sum(row["accounts"] for row in now if row["turn"] == "customer")
    assert by_turn["customer"][-1]["closing"] == customers > 0


def moves_by_hand(explored: Explored, day: date) -> tuple[int, int, int]:
    """Accounts that became open on the day, that stopped being open, and that were open at its end."""
    stays = known_stays(explored)
    ends = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    open_at = [_open_before(stays, moment) for moment in (ends - pd.Timedelta(days=1), ends)]
    of_day = stays[(stays["at"] >= ends - pd.Timedelta(days=1)) & (stays["at"] < ends)]
    came = int((of_day["is_open"] & ~of_day["was_open"]).sum())
    went = int((~of_day["is_open"] & of_day["was_open"]).sum())
    assert open_at[0] + came - went == open_at[1]
    return came, went, open_at[1]


def known_stays(explored: Explored) -> pd.DataFrame:
    """Stays from an account's last undated one on, which itself counts from the opening."""
    later = explored.stays[::-1].groupby("id")["undated"].cumsum()[::-1] - explored.stays["undated"]
    stays = explored.stays[later == 0].copy()
    opened = stays["id"].map(explored.accounts["opened"])
    stays["at"] = stays["at"].where(~stays["undated"], opened)
    stays["is_open"] = ~stays["standing"].isin(["active", "rejected", "liquidated", "closed"])
    stays["was_open"] = stays.groupby("id")["is_open"].shift(fill_value=False)
    return stays


def _open_before(stays: pd.DataFrame, moment: pd.Timestamp) -> int:
    return int(stays[stays["at"] < moment].drop_duplicates("id", keep="last")["is_open"].sum())


def test_the_flow_is_what_came_after_each_reason(desk: tuple[Store, Explored]) -> None:
    store, explored = desk
    steps = explored.stays[explored.stays["reason"].notna()]
    hours = (steps["left"] - steps["at"]).dt.total_seconds() / 3600
    grouped = steps.assign(hours=hours).groupby(["reason", steps["left_to"].fillna("")])
    expected = {
        key: (len(rows), rows["id"].nunique(), None if rows["hours"].isna().all() else round(rows["hours"].median(), 4))
        for key, rows in grouped
    }
    found = {
        (row["reason_code"], row["next_standing"] or ""): (
            row["times"],
            row["accounts"],
            None if row["median_hours"] is None else round(row["median_hours"], 4),
        )
        for row in store.read_rows("explore/flow")
    }
    assert found == expected
    assert len(found) > 5


def test_reasons_are_counted_as_often_as_the_flow_counts_them(desk: tuple[Store, Explored]) -> None:
    store, explored = desk
    by_hand = explored.stays["reason"].dropna().value_counts().to_dict()
    assert {row["reason_code"]: row["times"] for row in store.read_rows("explore/reasons")} == by_hand
    assert {row["reason_code"]: row["of_times"] for row in store.read_rows("explore/flow")} == by_hand


@pytest.mark.parametrize(("start", "finish"), [("opened", "cleared"), ("verification", "cleared")])
def test_times_count_those_still_open_fairly(desk: tuple[Store, Explored], start: str, finish: str) -> None:
    store, explored = desk
    accounts = explored.accounts
    begun, done = accounts[f"{start}_at"], accounts[f"{finish}_at"]
    is_counted = begun.notna() & ~accounts[f"{start}_undated"] & ~(done.notna() & accounts[f"{finish}_undated"])
    is_counted &= done.isna() | (done >= begun)
    spent = (done.fillna(pd.Timestamp(NOW)) - begun)[is_counted].map(lambda span: rounded_up(span.to_pytimedelta()))
    is_done = done[is_counted].notna()
    share_open = 1.0
    times = sorted(spent.unique())
    for row in store.read_rows("explore/times", start=start, finish=finish):
        if not times:
            assert (row["at_risk"], row["share_done"]) == (0, None)
            continue
        while times and times[0] <= row["hours"]:
            hours = times.pop(0)
            share_open *= 1 - ((spent == hours) & is_done).sum() / (spent >= hours).sum()
        assert row["share_done"] == pytest.approx(1 - share_open, abs=1e-9), row
    rows = store.read_rows("explore/times", start=start, finish=finish)
    assert sum(row["done"] for row in rows) + sum(row["still_open"] for row in rows) == len(spent[spent <= 2160])
    assert rows[0]["at_risk"] == len(spent)
