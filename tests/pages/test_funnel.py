import functools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.kept_segments import kept_segment
from tests.support.screen_customers import seed
from tests.support.screens import markup, open_page, page_text, place_of
from workbench.desk import Desk
from workbench.domain.words import share
from workbench.figures.properties import code_of_value, value_words
from workbench.store import Store
from workbench.ui.funnel import pictures
from workbench.ui.funnel.codes import lists_of
from workbench.ui.live.current_desk import set_desk


def test_without_accounts_the_page_says_where_they_come_from(empty_desk: Desk) -> None:
    page = open_page("funnel", empty_desk)
    assert not page.exception
    assert "No accounts yet" in page_text(page)
    assert "in this period" not in page_text(page)
    assert "Import account ids to begin." in page_text(page)
    assert page.button(key="wb-first-step").label == "Go to Data"


def test_a_time_in_which_nobody_entered_says_what_to_widen(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk, since="2040-01-01", until="2040-01-31")
    assert "Widen the dates" in page_text(page)


def opened_between(page: AppTest, *days: date) -> AppTest:
    page.date_input(key="wb-funnel-opened").set_value(days).run()
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


@pytest.mark.parametrize("path", ["individual", "entity"])
def test_both_paths_list_their_steps_with_counts(seeded_desk: Desk, path: str) -> None:
    steps = seeded_desk.store.read_rows("funnel/steps", path=path)
    page = page_text(open_page("funnel", seeded_desk, path=path))
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


def listed(page: AppTest) -> list[str]:
    """The ids in the list of people, which is the first table of the page."""
    return list(page.dataframe[0].value["client_account_id"])


@pytest.mark.parametrize("step", ["opened", "screened", "cleared", "trading"])
def test_a_step_lists_as_many_people_as_it_counts(seeded_desk: Desk, step: str) -> None:
    steps = seeded_desk.store.read_rows("funnel/steps", path="individual")
    counted = next(row["accounts"] for row in steps if row["step"] == step)
    page = open_page("funnel", seeded_desk, people=f"{step}:reached")
    assert len(listed(page)) == min(counted, 100)
    assert f"{counted:,} accounts: {step}" in page_text(page)


def test_those_who_stopped_before_a_step_are_the_rest_of_the_one_before(seeded_desk: Desk) -> None:
    steps = {r["step"]: r["accounts"] for r in seeded_desk.store.read_rows("funnel/steps", path="individual")}
    page = open_page("funnel", seeded_desk, page="1")
    page.selectbox(key="wb-funnel-people").set_value("cleared:stopped").run()
    assert len(listed(page)) == steps["screened"] - steps["cleared"]
    assert "accounts: screened, not cleared" in page_text(page)
    assert page.query_params["people"] == "cleared:stopped"


def test_the_pages_of_a_step_are_all_who_reached_it_newest_first(seeded_desk: Desk) -> None:
    everybody = seeded_desk.store.read_rows("funnel/people", path="individual", step="opened")
    assert 100 < len(everybody) <= 200
    pages = [open_page("funnel", seeded_desk, people="opened:reached", page=page) for page in ("1", "2")]
    assert [account for page in pages for account in listed(page)] == [row["client_account_id"] for row in everybody]
    pages[1].selectbox(key="wb-funnel-people").set_value("screened:stopped").run()
    assert "page" not in pages[1].query_params, "another list begins at its first page"


def test_a_value_of_the_breakdown_narrows_the_list(seeded_desk: Desk) -> None:
    rows = seeded_desk.store.read_rows("funnel/breakdown", path="individual", by="country")
    cleared = next(row for row in rows if row["step"] == "cleared" and row["accounts"] and row["value"])
    page = open_page("funnel", seeded_desk)
    page.selectbox(key="wb-funnel-of").set_value(cleared["value"]).run()
    wanted = {"path": "individual", "step": "cleared", "by": "country", "value": cleared["value"]}
    everybody = [row["client_account_id"] for row in seeded_desk.store.read_rows("funnel/people", **wanted)]
    assert len(everybody) == cleared["accounts"]
    assert listed(page) == everybody[:100]
    page.selectbox(key="wb-funnel-by").set_value("account_type").run()
    assert "of" not in page.query_params, "another property has other values"


def test_a_value_that_nobody_has_is_answered(seeded_desk: Desk) -> None:
    assert "No such value: XXX." in page_text(open_page("funnel", seeded_desk, of="XXX"))


@pytest.mark.many_cases
@pytest.mark.parametrize("by", ["account_type", "country", "state", "entry_month", "migrated", "completed_link"])
@pytest.mark.parametrize("path", ["individual", "entity"])
def test_each_property_can_be_broken_down_by(seeded_desk: Desk, path: str, by: str) -> None:
    page = open_page("funnel", seeded_desk, path=path, by=by, since="2026-01-01", until="2026-12-31", compare="before")
    assert not page.exception
    assert len(page.get("plotly_chart")) == 4


def test_a_period_upside_down_is_answered(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk, since="2026-10-31", until="2026-10-01")
    assert not page.exception
    assert "The period ends before it begins." in page_text(page)
    assert not page.get("plotly_chart")


def test_a_period_before_the_first_account_says_when_it_opened(seeded_desk: Desk) -> None:
    (span,) = seeded_desk.store.read_rows("funnel/span", path="individual")
    page = open_page("funnel", seeded_desk, since="1900-01-01", until="1900-12-31")
    assert not page.exception
    first = span["first_on"]
    wanted = f"The period ends before the first account opened, on {first.day} {first:%b %Y}."
    assert wanted in page_text(page)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins(seeded_desk: Desk) -> None:
    accounts = [row for row in seeded_desk.store.read_rows("funnel/accounts") if row["path"] == "individual"]
    days = sorted({row["entered_at"].date() for row in accounts})
    middle = days[len(days) // 2]
    until = middle + timedelta(days=49)
    page = open_page("funnel", seeded_desk, since=f"{middle}", until=f"{until}", compare="before", window="7")
    shown = page_text(page)
    first, last = middle - timedelta(days=50), middle - timedelta(days=1)
    assert f"{first.day} {first:%b %Y} to {last.day} {last:%b %Y}" in shown


def test_the_period_before_a_month_is_the_month_before_it(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk, since="2026-11-01", until="2026-11-30", compare="before", window="7")
    assert "1 Oct 2026 to 31 Oct 2026" in page_text(page)


def test_without_a_period_there_is_none_before_it(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk, compare="before")
    assert "Choose the first and the last day" in page_text(page)


def test_another_period_to_compare_with_is_asked_for(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk)
    assert not [box for box in page.date_input if box.key == "wb-funnel-compare-opened"]
    page.selectbox(key="wb-funnel-compare").set_value("other").run()
    page.date_input(key="wb-funnel-compare-opened").set_value((date(2026, 1, 1), date(2026, 6, 30))).run()
    assert page.query_params["compare_since"] == "2026-01-01"
    assert page.query_params["compare_until"] == "2026-06-30"
    assert "pale: 1 Jan 2026 to 30 Jun 2026" in page_text(page)


def test_a_period_in_which_nobody_is_old_enough_says_so_in_place_of_the_curves(seeded_desk: Desk) -> None:
    accounts = [row for row in seeded_desk.store.read_rows("funnel/accounts") if row["path"] == "individual"]
    last = max(row["entered_at"].date() for row in accounts)
    page = open_page("funnel", seeded_desk, since=f"{last}", until=f"{last}", window="90")
    assert "No account of this period has had 90 days yet." in page_text(page)


def test_no_figure_is_drawn_again_while_nothing_is_new(seeded_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    for name in ("draw_steps", "draw_times", "draw_breakdown", "draw_weeks"):
        draw = getattr(pictures, name)
        monkeypatch.setattr(pictures, name, counting(draw, drawn))
    set_desk(seeded_desk)
    page = open_page("funnel", seeded_desk)
    assert sorted(drawn) == ["draw_breakdown", "draw_steps", "draw_times", "draw_weeks"]
    page.run()
    assert len(drawn) == 4
    page.selectbox(key="wb-funnel-window").set_value("7").run()
    assert len(drawn) == 8


def counting(draw: Callable[..., Any], drawn: list[str]) -> Callable[..., Any]:
    @functools.wraps(draw)
    def counted(*args: Any, **options: Any) -> Any:
        drawn.append(draw.__name__)
        return draw(*args, **options)

    return counted


def weeks_shown(page: AppTest) -> pd.DataFrame:
    """The table "By week opened", by its Mondays."""
    return next(table.value for table in page.dataframe if "cohort" in table.value.columns).set_index("cohort")


@pytest.mark.parametrize(("path", "steps"), [("individual", 3), ("entity", 4)])
def test_each_week_has_two_columns_a_step_with_the_numbers_of_the_catalogue(
    seeded_desk: Desk, path: str, steps: int
) -> None:
    page = open_page("funnel", seeded_desk)
    if path == "entity":
        page.segmented_control(key="wb-funnel-path").set_value("entity").run()
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


@pytest.mark.slow
def test_every_number_of_a_segment_is_of_its_accounts_alone(seeded_desk: Desk) -> None:
    store = seeded_desk.store
    rows = [row for row in store.read_rows("funnel/accounts") if row["path"] == "individual"]
    members = {row["client_account_id"] for row in rows[::2]}
    with kept_segment(store, "half", members) as code:
        page = open_page("funnel", seeded_desk, segment=code)
        assert not page.exception
        assert f"Segment “Segment half”: {len(members)} accounts" in page_text(page)
        assert opened_in(page) == len(members) < len(rows)
        assert set(page.dataframe[0].value["client_account_id"]) <= members
        assert (
            page.dataframe[0].value.shape[0]
            == store.read_rows("funnel/steps", path="individual", segment=code)[2]["accounts"]
        )
        weeks = weeks_shown(page)
        assert weeks["entered"].sum() == len(members)
        branch = store.read_rows("funnel/verification_branch", path="individual", segment=code)
        assert f"{sum(row['accounts'] for row in branch)} accounts had to verify" in page_text(page)
        stopped = sum(row["accounts"] for row in store.read_rows("funnel/stopped", path="individual", segment=code))
        assert f"{stopped} not cleared" in page_text(page)
        assert page.selectbox(key="wb-funnel-of").options == values_of_country(store, code)
        page.selectbox(key="wb-funnel-segment").set_value(None).run()
        assert "segment" not in page.query_params
        assert opened_in(page) == len(rows)


def values_of_country(store: Store, segment: str) -> list[str]:
    rows = store.read_rows("funnel/breakdown", path="individual", by="country", segment=segment)
    known = [row for row in rows if row["step"] == "opened" and not row["is_other"]]
    return [value_words("country", row["value"]) for row in known]


def test_a_segment_is_compared_with_itself_in_the_other_period(seeded_desk: Desk) -> None:
    store = seeded_desk.store
    rows = [row for row in store.read_rows("funnel/accounts") if row["path"] == "individual"]
    with kept_segment(store, "half", [row["client_account_id"] for row in rows[::2]]) as code:
        page = open_page("funnel", seeded_desk, segment=code, compare="other", compare_since="2020-01-01")
        asked = {"path": "individual", "since": "2020-01-01", "segment": code}
        share_of_all = store.read_rows("funnel/steps", **asked)[2]["share_of_entered"]
    assert f"the same as in all days since 1 Jan 2020 ({share(share_of_all)})" in page_text(page)


def test_a_segment_that_was_removed_is_answered_and_everyone_counts(seeded_desk: Desk) -> None:
    page = open_page("funnel", seeded_desk, segment="gone123")
    assert "No such segment: gone123." in page_text(page)
    assert opened_in(page) == opened_in(open_page("funnel", seeded_desk))


def test_a_segment_without_accounts_of_the_type_says_what_to_choose(seeded_desk: Desk) -> None:
    with kept_segment(seeded_desk.store, "nobody", []) as code:
        text = page_text(open_page("funnel", seeded_desk, segment=code))
    assert "No individuals of this segment opened an account in this period" in text
    assert "No accounts of this type and segment opened in this period." in text
    assert "Widen the dates or change the account type, or choose everyone." in text


@pytest.mark.slow
def test_a_state_that_a_person_wrote_is_in_no_address_and_lists_its_accounts(empty_desk: Desk) -> None:
    seed(empty_desk.store, 60)
    with empty_desk.store.database.writer() as cursor:
        cursor.execute(
            "update accounts set country = 'USA', state = $state, is_entity = false", {"state": "Jane \u202eDoe"}
        )
    page = open_page("funnel", empty_desk, by="state")
    code = code_of_value("state", "USA-Jane \u202eDoe")
    page.selectbox(key="wb-funnel-of").set_value(code).run()
    assert page.query_params["of"] == code
    assert "Jane" not in str(page.query_params)
    people = empty_desk.store.read_rows("funnel/people", path="individual", step="cleared")
    assert len(listed(page)) == len(people) > 0
    title = next(html for html in markup(page) if "accounts: cleared" in html)
    assert "Jane" in title
    assert "\u202e" not in title


def test_a_value_that_is_gone_moves_no_field(seeded_desk: Desk) -> None:
    before = place_of(open_page("funnel", seeded_desk), "wb-funnel-people")
    page = open_page("funnel", seeded_desk, of="ZZZ")
    assert "No such value" in page_text(page)
    assert place_of(page, "wb-funnel-people") == before


@pytest.mark.slow
def test_no_field_moves_when_an_empty_list_gets_its_first_account(seeded_desk: Desk) -> None:
    one = next(row for row in seeded_desk.store.read_rows("funnel/accounts") if row["path"] == "individual")
    with kept_segment(seeded_desk.store, "one", [one["client_account_id"]]) as segment:
        pages = [open_page("funnel", seeded_desk, people=code, segment=segment) for code in lists_of("individual")]
    assert {"No account is on this list." in page_text(page) for page in pages} == {False, True}
    assert len({tuple(place_of(page, "wb-funnel-by")) for page in pages}) == 1
