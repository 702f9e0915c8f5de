"""Explore on a few accounts that are made for the claim."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.facts import NOW
from tests.support.screen_customers import account_id, event, seed
from workbench.store import Store

MONTHS = [*(f"2025-{month:02}" for month in range(1, 13)), "2026-01"]
"""Thirteen, the oldest with the most accounts."""


def test_months_are_the_last_ten_newest_first_as_in_the_funnel(desk: Store) -> None:
    open_in_months(desk)
    newest = ["2026-01", *(f"2025-{month:02}" for month in range(12, 3, -1)), "(other)"]
    cohort = {"path": "individual", "window_days": 7}
    rows = desk.read_rows("explore/measure", measure="reached", step="screened", by="entry_month", **cohort)
    assert [name_of(row, "first") for row in rows] == newest
    assert [row["of_accounts"] + row["undated"] for row in rows] == [*range(1, 11), 11 + 12 + 13]
    funnel = desk.read_rows("funnel/breakdown", by="entry_month", **cohort)
    assert list(dict.fromkeys(row["value"] or "(other)" for row in funnel)) == newest
    crossed = desk.read_rows("explore/measure", measure="reached", by="country", then_by="entry_month", **cohort)
    assert list(dict.fromkeys(name_of(row, "second") for row in crossed)) == newest


def name_of(row: dict[str, Any], place: str) -> str:
    return {"other": "(other)", "unknown": "(not known)"}.get(row[f"{place}_kind"]) or str(row[f"{place}_group"])


@pytest.mark.slow
def test_a_value_that_is_called_like_a_group_is_a_group_of_its_own(desk: Store) -> None:
    seed(desk, 60, now=NOW)
    odd = ["(other)", "(not known)", "other", "unknown", None]
    values = [*(value for value in odd for _ in range(5)), *(f"C{number}" for number in range(7) for _ in range(4))]
    with desk.database.writer() as cursor:
        cursor.execute("update accounts set country = 'C0'")
        cursor.execute(
            "update accounts set country = $values[place] from "
            "(select client_account_id as id, row_number() over (order by client_account_id) as place from accounts) "
            "where client_account_id = id and place <= len($values)",
            {"values": values},
        )
    asked: dict[str, Any] = {"measure": "reached", "step": "opened", "window_days": 0, "by": "country"}
    rows = desk.read_rows("explore/measure", **asked)
    groups = {(row["first_kind"], row["first_group"]): row["of_accounts"] for row in rows}
    assert [groups["value", value] for value in odd[:4]] == [5] * 4
    assert (groups["unknown", None], groups["other", None]) == (5, 4)
    for kind, value in groups:
        people = desk.read_rows("explore/people", **asked, first_kind=kind, first_group=value)
        assert {row["first_group"] for row in people} == {value}
        assert len(people) == groups[kind, value]


def test_times_end_with_the_longest_that_anyone_has_had(desk: Store) -> None:
    seed(desk, 60, now=NOW)
    with desk.database.writer() as cursor:
        cursor.execute("update accounts set cleared_at = null, cleared_undated = false")
        cursor.execute("update accounts set opened_at = $opened", {"opened": NOW - timedelta(days=10)})
        cursor.execute(
            "update accounts set cleared_at = $cleared where client_account_id in "
            "(select client_account_id from accounts order by client_account_id limit 6)",
            {"cleared": NOW - timedelta(days=9)},
        )
    rows = {row["hours"]: row for row in desk.read_rows("explore/times")}
    assert [(hours, row["at_risk"]) for hours, row in rows.items() if row["at_risk"]][-1] == (240, 54)
    assert rows[240]["share_done"] == pytest.approx(0.1)
    assert {rows[hours]["share_done"] for hours in (336, 480, 720, 1440, 2160)} == {None}


def test_a_reason_that_changed_no_state_is_counted_nowhere(desk: Store) -> None:
    seed(desk, 1, now=NOW)
    begun = NOW - timedelta(hours=1)
    events = [
        event(0, begun + timedelta(minutes=late), "SUSPENDED", code) for late, code in enumerate(("FIRST", "SECOND"))
    ]
    desk.land_events([(account_id(0), one, "{}") for one in events])
    assert "SECOND" not in {row["reason_code"] for row in desk.read_rows("explore/reasons")}
    assert [row["times"] for row in desk.read_rows("explore/reasons") if row["reason_code"] == "FIRST"] == [1]
    assert {row["reason_code"] for row in desk.read_rows("explore/flow")} == {
        row["reason_code"] for row in desk.read_rows("explore/reasons")
    }


def open_in_months(store: Store) -> None:
    seed(store, sum(range(1, 14)), now=NOW)
    with store.database.writer() as cursor:
        for many, month in enumerate(reversed(MONTHS), 1):
            cursor.execute(
                "update accounts set is_entity = false, country = 'USA', opened_at = $opened "
                "where client_account_id in (select client_account_id from accounts where opened_at > '2026-02-01' "
                "order by client_account_id limit $many)",
                {"opened": f"{month}-10 00:00:00", "many": many},
            )
