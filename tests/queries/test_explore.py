"""Explore on a few accounts that are made for the claim."""

from tests.support.facts import NOW
from tests.support.screen_customers import seed
from workbench.store import Store

MONTHS = [*(f"2025-{month:02}" for month in range(1, 13)), "2026-01"]
"""Thirteen, the oldest with the most accounts."""


def test_months_are_the_last_ten_newest_first_as_in_the_funnel(desk: Store) -> None:
    open_in_months(desk)
    newest = ["2026-01", *(f"2025-{month:02}" for month in range(12, 3, -1)), "(other)"]
    cohort = {"path": "individual", "window_days": 7}
    rows = desk.read_rows("explore/measure", measure="reached", step="screened", by="entry_month", **cohort)
    assert [row["first_group"] for row in rows] == newest
    assert [row["of_accounts"] + row["undated"] for row in rows] == [*range(1, 11), 11 + 12 + 13]
    funnel = desk.read_rows("funnel/breakdown", by="entry_month", **cohort)
    assert list(dict.fromkeys(row["value"] or "(other)" for row in funnel)) == newest
    crossed = desk.read_rows("explore/measure", measure="reached", by="country", then_by="entry_month", **cohort)
    assert list(dict.fromkeys(row["second_group"] for row in crossed)) == newest


def open_in_months(store: Store) -> None:
    seed(store, sum(range(1, 14)), now=NOW)
    with store.database.writer() as cursor:
        for many, month in enumerate(reversed(MONTHS), 1):
            cursor.execute(
                "update accounts set is_entity = false, country = 'USA', opened_at = $opened "
                "where client_account_id in (select client_account_id from accounts where is_entity or is_entity is null "
                "or opened_at > '2026-02-01' order by client_account_id limit $many)",
                {"opened": f"{month}-10 00:00:00", "many": many},
            )
