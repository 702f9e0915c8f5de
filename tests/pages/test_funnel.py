import re
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import open_page, page_text
from workbench.desk import Desk


def test_without_accounts_the_page_says_where_they_come_from(empty_desk: Desk) -> None:
    page = open_page("funnel", empty_desk)
    assert not page.exception
    assert "No individuals opened an account in this period" in page_text(page)
    assert "Import account ids to begin." in page_text(page)
    assert page.button(key="wb-first-step").label == "Go to Data"


def test_a_time_in_which_nobody_entered_says_what_to_widen(seeded_desk: Desk) -> None:
    page = opened_between(open_page("funnel", seeded_desk), date(2018, 1, 1), date(2018, 1, 31))
    assert "Widen the dates" in page_text(page)


def opened_between(page: AppTest, *days: date) -> AppTest:
    page.date_input(key="opened").set_value(days).run()
    return page


def opened_in(page: AppTest) -> int:
    """How many accounts the chart starts with."""
    found = re.search(r"From opened to trading, ([\d,]+) account", page_text(page))
    return int(found[1].replace(",", "")) if found else 0


def test_both_days_of_a_period_count_and_no_other(seeded_desk: Desk) -> None:
    accounts = [row for row in seeded_desk.store.read_rows("funnel/accounts") if row["path"] == "individual"]
    days = sorted(row["entered_at"].date() for row in accounts)
    first, last = sorted(set(days))[1], sorted(set(days))[-2]
    expected = sum(first <= day <= last for day in days)
    assert 0 < expected < len(days)
    assert opened_in(opened_between(open_page("funnel", seeded_desk), first, last)) == expected


def test_the_last_whole_period_stays_while_the_next_one_is_picked(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk)
    everybody, today = opened_in(page), datetime.now(UTC).date()
    month = opened_in(opened_between(page, today - timedelta(days=30), today))
    assert 0 < month < everybody
    assert opened_in(opened_between(page, today - timedelta(days=2))) == month
    assert opened_in(opened_between(page)) == everybody
    assert opened_in(opened_between(page, today)) == everybody


@pytest.mark.parametrize(("words", "path"), [("Individuals", "individual"), ("Entities", "entity")])
def test_both_paths_list_their_steps_with_counts(seeded_desk: Desk, words: str, path: str) -> None:
    steps = seeded_desk.store.read_rows("funnel/steps", path=path)
    page = page_text(open_page("funnel", seeded_desk, path=words))
    assert all(f"<td>{row['accounts']:,}</td>" in page for row in steps)


def test_the_answer_gives_the_share_with_its_counts(seeded_desk: Desk) -> None:
    cleared = next(r for r in seeded_desk.store.read_rows("funnel/steps", path="individual") if r["step"] == "cleared")
    page = page_text(open_page("funnel", seeded_desk))
    assert f"{cleared['share_of_entered']:.0%} of individuals cleared within 30 days" in page
    assert f"{cleared['accounts_mature']} of " in page


def test_too_few_for_a_rate_is_said(seeded_desk: Desk) -> None:
    today = datetime.now(UTC).date()
    page = page_text(opened_between(open_page("funnel", seeded_desk), today, today))
    assert "too few are old enough for a rate" in page or "No individuals opened an account in this period" in page


@pytest.mark.parametrize("step", ["Opened", "Screened", "Cleared", "Trading"])
def test_a_step_lists_as_many_people_as_it_counts(seeded_desk: Desk, step: str) -> None:
    steps = seeded_desk.store.read_rows("funnel/steps", path="individual")
    counted = next(row["accounts"] for row in steps if row["step"] == step.lower())
    page = open_page("funnel", seeded_desk, step=step)
    assert len(page.dataframe[0].value) == min(counted, 100)


def test_those_who_stopped_before_a_step_are_the_rest_of_the_one_before(seeded_desk: Desk) -> None:
    steps = {r["step"]: r["accounts"] for r in seeded_desk.store.read_rows("funnel/steps", path="individual")}
    page = open_page("funnel", seeded_desk, step="Cleared")
    page.toggle(key="stopped").set_value(True).run()
    assert len(page.dataframe[0].value) == steps["screened"] - steps["cleared"]


def test_the_pages_of_a_step_are_all_who_reached_it_newest_first(seeded_desk: Desk) -> None:
    everybody = seeded_desk.store.read_rows("funnel/people", path="individual", step="opened")
    assert 100 < len(everybody) <= 200
    pages = [open_page("funnel", seeded_desk, step="Opened", page=page) for page in ("1", "2")]
    listed = [account for page in pages for account in page.dataframe[0].value["client_account_id"]]
    assert listed == [row["client_account_id"] for row in everybody]
    pages[1].toggle(key="stopped").set_value(True).run()
    assert "page" not in pages[1].query_params, "another list begins at its first page"


def weeks_shown(page: AppTest) -> pd.DataFrame:
    """The table "By week opened", by its Mondays."""
    return next(table.value for table in page.dataframe if "cohort" in table.value.columns).set_index("cohort")


@pytest.mark.parametrize(("path", "steps"), [("individual", 3), ("entity", 4)])
def test_each_week_has_two_columns_a_step_with_the_numbers_of_the_catalogue(
    seeded_desk: Desk, path: str, steps: int
) -> None:
    page = open_page("funnel", seeded_desk)
    if path == "entity":
        page.segmented_control(key="path").set_value("entity").run()
    weeks = weeks_shown(page)
    assert len(weeks.columns) == 1 + 2 * steps + 1
    for row in seeded_desk.store.read_rows("funnel/cohorts", path=path):
        week = weeks.loc[row["cohort"]]
        assert week["entered"] == row["entered"]
        assert week["is_mature"] == ("yes" if row["is_mature"] else "not yet")
        if row["step"] != "opened":
            assert week[row["step"]] == row["accounts"]
            shown, counted = week[f"{row['step']}_share"], row["share_of_entered"]
            assert (pd.isna(shown) and (counted is None or not row["accounts_mature"])) or shown == pytest.approx(
                100 * counted
            )


def test_where_the_rest_stopped_has_a_line_for_each_step_standing_and_turn(seeded_desk: Desk) -> None:
    page = page_text(open_page("funnel", seeded_desk))
    table = page[page.index("Where the rest stopped") :]
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line) for line in re.findall(r"<tr>.*?</tr>", table)]
    keys = [tuple(cells[:3]) for cells in lines if cells]
    assert len(keys) > 3
    assert len(set(keys)) == len(keys)


def test_the_branch_adds_up(seeded_desk: Desk) -> None:
    branch = seeded_desk.store.read_rows("funnel/verification_branch", path="individual")
    assert f"{sum(row['accounts'] for row in branch)} accounts had to verify" in page_text(
        open_page("funnel", seeded_desk)
    )
