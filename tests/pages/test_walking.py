"""The way from an account back to its list, and through the list from account to account."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screen_customers import account_id, event, seeded_store
from tests.support.screens import build_desk, forget_desk, open_page, page_text
from workbench.desk import Desk

OF_THE_LIST = {"view": "missing", "sort": "name", "account_type": "INDIVIDUAL"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = seeded_store(160)
    yield build_desk(store)
    store.close()
    forget_desk()


def listed(desk: Desk) -> list[str]:
    rows = desk.store.read_rows("backlog/list", view="missing", sort="name", account_type="INDIVIDUAL")
    return [row["client_account_id"] for row in rows]


def opened(desk: Desk, name: str, **address: str) -> AppTest:
    page = open_page("customers", desk, account=name, **{**OF_THE_LIST, **address})
    assert not page.exception
    return page


def address_of(page: AppTest) -> dict[str, str]:
    return {name: str(page.query_params[name]).strip("[]'") for name in page.query_params}


def words(page: AppTest) -> str:
    return unescape(page_text(page))


def way_back(page: AppTest) -> tuple[str, str]:
    """The words of the link back and the codes that it carries."""
    link = next(one.proto for one in page.get("page_link") if one.proto.label.startswith("←"))
    return link.label, link.query_string


def finish(desk: Desk, name: str) -> None:
    number = int(name.removeprefix("ACC-")) - int(account_id(0).removeprefix("ACC-"))
    desk.store.land_events([(name, event(number, datetime.now(UTC), "CLOSED", "CLOSED"), "{}")])


@pytest.mark.slow
def test_the_way_back_names_the_list_and_its_page_and_leads_to_it(desk: Desk) -> None:
    page = opened(desk, listed(desk)[104], page="2")
    label, query = way_back(page)
    assert label == "← Missing data · page 2"
    assert sorted(query.split("&")) == ["account_type=INDIVIDUAL", "page=2", "sort=name", "view=missing"]


@pytest.mark.slow
def test_without_a_list_the_way_back_is_to_all_customers(desk: Desk) -> None:
    for address in ({}, {"view": "nonsense"}):
        page = open_page("customers", desk, account=account_id(1), **address)
        assert way_back(page)[0] == "← All customers"
        assert not [button for button in page.button if (button.key or "").startswith("wb-walk")]


@pytest.mark.slow
def test_the_list_is_walked_to_its_end_over_the_border_of_a_page(desk: Desk) -> None:
    ids = listed(desk)
    assert len(ids) > 101
    page = opened(desk, ids[98])
    assert f"99 of {len(ids)}" in words(page)
    for position in (99, 100):
        page.button(key="wb-walk-next").click().run()
        expected = {"account": ids[position], **OF_THE_LIST} | ({"page": "2"} if position == 100 else {})
        assert address_of(page) == expected
    page.button(key="wb-walk-previous").click().run()
    assert address_of(page) == {"account": ids[99], **OF_THE_LIST}
    assert opened(desk, ids[0]).button(key="wb-walk-previous").disabled
    assert opened(desk, ids[-1], page="2").button(key="wb-walk-next").disabled


def test_the_tab_stays_while_the_list_is_walked(desk: Desk) -> None:
    page = opened(desk, listed(desk)[0], tab="documents")
    page.button(key="wb-walk-next").click().run()
    assert address_of(page)["tab"] == "documents"


@pytest.mark.slow
def test_an_account_that_left_the_list_is_said_to_and_its_neighbours_are_next(desk: Desk) -> None:
    ids = listed(desk)
    page = opened(desk, ids[4])
    finish(desk, ids[4])
    page.run()
    assert "This account has left the list." in words(page)
    page.button(key="wb-walk-next").click().run()
    assert address_of(page)["account"] == ids[5]
    assert f"5 of {len(ids) - 1}" in words(page)
    page.button(key="wb-walk-previous").click().run()
    assert address_of(page)["account"] == ids[3]


def test_an_account_that_left_before_it_was_opened_leads_into_its_page(desk: Desk) -> None:
    ids = listed(desk)
    finish(desk, ids[104])
    page = opened(desk, ids[104], page="2")
    assert "This account has left the list." in words(page)
    page.button(key="wb-walk-next").click().run()
    assert address_of(page)["account"] == ids[100]


def test_the_last_account_that_leaves_has_a_way_back_only(desk: Desk) -> None:
    ids = listed(desk)
    page = opened(desk, ids[-1], page="2")
    finish(desk, ids[-1])
    page.run()
    assert page.button(key="wb-walk-next").disabled
    assert not page.button(key="wb-walk-previous").disabled
