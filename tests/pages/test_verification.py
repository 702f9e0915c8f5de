import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.kept_segments import kept_segment
from tests.support.screens import clickable_html_of, open_page, page_text
from workbench.desk import Desk


def test_with_nobody_to_verify_the_page_says_so(empty_desk: Desk) -> None:
    page = open_page("verification", empty_desk)
    assert not page.exception
    assert "No customer has to verify right now" in page_text(page)


@pytest.mark.slow
def test_everyone_who_must_verify_is_listed(seeded_desk: Desk) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    assert f"{len(backlog)} customers must still verify" in page_text(open_page("verification", seeded_desk))
    listed = open_page("backlog", seeded_desk, view="verification").dataframe[0].value["client_account_id"]
    assert set(listed) == {row["client_account_id"] for row in backlog}


def listed(page: AppTest, key: str) -> list[str]:
    tables = [table for table in page.dataframe if key in table.proto.id]
    return list(tables[0].value["client_account_id"]) if tables else []


OLD_WORDS = {
    "All": "verification",
    "Call first": "live",
    "Expires soon": "expiring",
    "Last link": "last",
    "Live": "live",
    "Expired": "expired",
    "No link yet": "no_link",
    "Out of links": "out_of_links",
}


@pytest.mark.parametrize(("words", "view"), OLD_WORDS.items())
def test_an_old_address_of_a_list_leads_to_its_view(seeded_desk: Desk, words: str, view: str) -> None:
    page = open_page("verification", seeded_desk, link=words)
    assert not page.exception
    assert f'data-pick=\\"{view}\\" aria-current' in clickable_html_of(page)


def test_an_unknown_list_is_answered(seeded_desk: Desk) -> None:
    assert "No such list: nonsense." in page_text(open_page("verification", seeded_desk, link="nonsense"))


def test_those_to_call_first_are_sorted_by_what_would_be_lost(seeded_desk: Desk) -> None:
    wanted = [row["client_account_id"] for row in seeded_desk.store.read_rows("verification/call_list")]
    page = open_page("backlog", seeded_desk, view="live", sort="lost")
    assert wanted
    assert list(page.dataframe[0].value["client_account_id"]) == wanted


def test_the_late_ones_who_must_verify_can_be_had_alone(seeded_desk: Desk) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    page = open_page("backlog", seeded_desk, view="late", state="verification")
    assert len(page.dataframe[0].value) == sum(row["hours_overdue"] > 0 for row in backlog)


def test_the_forecast_says_what_to_expect_beside_the_count(seeded_desk: Desk) -> None:
    hours = seeded_desk.store.read_rows("verification/forecast")
    ending, last = sum(row["links_ending"] for row in hours), sum(row["last_links"] for row in hours)
    page = literally(open_page("verification", seeded_desk))
    assert last > 1
    assert f"{ending} links expire in the next 72 h; for {last} customers it is the last one; " in page
    assert re.search(r"it is the last one; (about [0-9]+ customers?|probably no customer) will run out of links", page)


def test_few_cases_are_said_to_be_few(empty_desk: Desk, seeded_desk: Desk) -> None:
    assert "No link has been completed or expired yet" in page_text(open_page("verification", empty_desk))
    first = seeded_desk.store.read_rows("verification/yield")[0]
    page = literally(open_page("verification", seeded_desk))
    assert f"of first links were completed ({first['completed']} of {first['links']})" in page
    assert ("fewer than 30 links, so not reliable" in page) is first["is_few"]
    assert "hollow: fewer than 30 cases" in page


def test_the_ledger_names_everyone_who_lost_a_third_link(seeded_desk: Desk) -> None:
    wanted = [row["client_account_id"] for row in seeded_desk.store.read_rows("verification/used_up")]
    page = open_page("verification", seeded_desk)
    assert wanted
    assert listed(page, "used_up-") == wanted
    assert f"{len(wanted)} customer" in page_text(page)


def literally(page: AppTest) -> str:
    return unescape(page_text(page))


def hours_with_links(desk: Desk) -> list[dict[str, Any]]:
    return [row for row in desk.store.read_rows("verification/forecast") if row["links_ending"]]


def test_the_customers_of_an_hour_are_listed(seeded_desk: Desk) -> None:
    row = max(hours_with_links(seeded_desk), key=lambda row: row["links_ending"])
    page = open_page("verification", seeded_desk)
    assert not listed(page, "hour-")
    page.selectbox(key="wb-verification-hour").set_value(row["hour"].isoformat()).run()
    assert page.query_params["hour"] == row["hour"].isoformat()
    everybody = seeded_desk.store.read_rows("verification/call_list")
    ends = row["hour"] + timedelta(hours=1)
    wanted = {one["client_account_id"] for one in everybody if row["hour"] <= one["link_expires_at"] < ends}
    assert set(listed(page, "hour-")) == wanted
    assert len(wanted) == row["links_ending"]
    page.selectbox(key="wb-verification-hour").set_value(None).run()
    assert "hour" not in page.query_params


@pytest.mark.parametrize("code", ["nonsense", "2026-11-29T14", "2026-11-29T14:30:00", "9999-12-31T23:00:00"])
def test_an_hour_that_is_none_is_answered(seeded_desk: Desk, code: str) -> None:
    page = open_page("verification", seeded_desk, hour=code)
    assert f"No such hour: {code}." in page_text(page)


def test_an_hour_in_which_no_link_expires_says_so(seeded_desk: Desk) -> None:
    page = open_page("verification", seeded_desk, hour="2020-01-01T00:00:00")
    assert "No live link expires in this hour." in page_text(page)


def test_the_page_has_the_figures_of_expiry_and_completion(seeded_desk: Desk) -> None:
    assert len(open_page("verification", seeded_desk).get("plotly_chart")) == 2


def test_with_nobody_to_verify_there_is_no_figure(empty_desk: Desk) -> None:
    assert not open_page("verification", empty_desk).get("plotly_chart")


def test_every_number_of_a_segment_is_of_its_accounts_alone(seeded_desk: Desk) -> None:
    store = seeded_desk.store
    calls, used_up = (store.read_rows(f"verification/{name}") for name in ("call_list", "used_up"))
    members = {row["client_account_id"] for row in [*calls[::2], *used_up[::2]]}
    must_verify = {row["client_account_id"] for row in store.read_rows("verification/backlog")}
    live = [row for row in calls if row["client_account_id"] in members]
    with kept_segment(store, "half", members) as code:
        hour = max(hours_with_links(seeded_desk), key=lambda row: row["links_ending"])["hour"]
        page = open_page("verification", seeded_desk, segment=code, hour=hour.isoformat())
    text = literally(page)
    assert f"Segment “Segment half”: {len(members)} accounts" in text
    assert f"{len(members & must_verify)} customers must still verify" in text
    assert f"{len(live)} links expire in the next 72 h" in text
    assert "how often similar links of all customers" in text
    of_hour = {row["client_account_id"] for row in live if hour <= row["link_expires_at"] < hour + timedelta(hours=1)}
    assert set(listed(page, "hour-")) == of_hour
    assert set(listed(page, "used_up-")) == members & {row["client_account_id"] for row in used_up}
    assert 0 < len(members) < len(must_verify)


@pytest.mark.slow
def test_the_views_of_backlog_behind_a_segment_are_of_the_segment(seeded_desk: Desk) -> None:
    everyone = seeded_desk.store.read_rows("verification/backlog")
    with kept_segment(seeded_desk.store, "half", [row["client_account_id"] for row in everyone[::2]]) as code:
        page = open_page("verification", seeded_desk, segment=code)
        links = [link.proto for link in page.get("page_link") if "view=" in link.proto.query_string]
        page.selectbox(key="wb-verification-segment").set_value(None).run()
    assert len(links) == 3
    assert all(f"segment={code}" in link.query_string for link in links)
    assert "segment" not in page.query_params
    assert f"{len(everyone)} customers must still verify" in page_text(page)


def test_a_segment_that_was_removed_is_answered_and_everyone_counts(seeded_desk: Desk) -> None:
    text = page_text(open_page("verification", seeded_desk, segment="gone123"))
    assert "No such segment: gone123." in text
    assert f"{len(seeded_desk.store.read_rows('verification/backlog'))} customers must still verify" in text


def test_a_segment_in_which_nobody_must_verify_says_so(seeded_desk: Desk) -> None:
    with kept_segment(seeded_desk.store, "nobody", []) as code:
        text = page_text(open_page("verification", seeded_desk, segment=code))
    assert "No customer of this segment has to verify right now" in text
    assert "No accounts of this segment in document verification." in text
    assert "No customer of this segment has run out of links" in text
