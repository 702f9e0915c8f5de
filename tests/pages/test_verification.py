import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import open_page, page_text
from workbench.desk import Desk
from workbench.ui.verification.page import FILTER_WORDS


def test_with_nobody_to_verify_the_page_says_so(empty_desk: Desk) -> None:
    page = open_page("verification", empty_desk)
    assert not page.exception
    assert "No customer has to verify right now" in page_text(page)


def test_everyone_who_must_verify_is_listed(seeded_desk: Desk) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    page = open_page("verification", seeded_desk)
    assert f"{len(backlog)} customers must still verify" in page_text(page)
    assert list(page.dataframe[0].value["client_account_id"]) == [row["client_account_id"] for row in backlog]


WANTED: dict[str, Callable[[dict[str, Any]], bool]] = {
    "expiring": lambda row: row["link_state"] == "expiring",
    "last": lambda row: row["link_state"] in {"live", "expiring"} and row["expirations_left"] == 1,
    "live": lambda row: row["link_state"] in {"live", "expiring"},
    "expired": lambda row: row["link_state"] == "expired" and row["expirations_left"] > 0,
    "unknown": lambda row: row["link_state"] == "unknown",
    "used_up": lambda row: row["expirations_left"] == 0,
}


@pytest.mark.parametrize("chosen", WANTED)
def test_a_filter_in_the_address_lists_exactly_those(seeded_desk: Desk, chosen: str) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    wanted = [row["client_account_id"] for row in backlog if WANTED[chosen](row)]
    page = open_page("verification", seeded_desk, link=FILTER_WORDS[chosen])
    assert listed(page, f"verification-{chosen}-") == wanted


def listed(page: AppTest, key: str) -> list[str]:
    tables = [table for table in page.dataframe if key in table.proto.id]
    return list(tables[0].value["client_account_id"]) if tables else []


def test_the_stuck_ones_can_be_had_alone(seeded_desk: Desk) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    page = open_page("verification", seeded_desk)
    page.toggle(key="stuck").set_value(True).run()
    assert len(page.dataframe[0].value) == sum(row["hours_overdue"] > 0 for row in backlog)


def test_another_filter_is_another_table(seeded_desk: Desk) -> None:
    """Streamlit #17026: with the same key, the selection would move to another customer."""
    page = open_page("verification", seeded_desk)
    first = page.dataframe[0].proto.id
    page.toggle(key="stuck").set_value(True).run()
    assert page.dataframe[0].proto.id != first


def test_those_to_call_first_are_sorted_by_what_would_be_lost(seeded_desk: Desk) -> None:
    wanted = [row["client_account_id"] for row in seeded_desk.store.read_rows("verification/call_list")]
    page = open_page("verification", seeded_desk, link=FILTER_WORDS["call"])
    assert wanted
    assert listed(page, "verification-call-") == wanted
    page.toggle(key="stuck").set_value(True).run()
    stuck = {
        row["client_account_id"]
        for row in seeded_desk.store.read_rows("verification/backlog")
        if row["hours_overdue"] > 0
    }
    assert listed(page, "verification-call-") == [name for name in wanted if name in stuck]


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
    assert 'class="wb-quiet"' in page_text(open_page("verification", seeded_desk))


def test_the_ledger_names_everyone_who_lost_a_third_link(seeded_desk: Desk) -> None:
    wanted = [row["client_account_id"] for row in seeded_desk.store.read_rows("verification/used_up")]
    page = open_page("verification", seeded_desk)
    assert wanted
    assert listed(page, "used_up-") == wanted
    assert f"{len(wanted)} customer" in page_text(page)


def literally(page: AppTest) -> str:
    return unescape(page_text(page))
