"""A click on a list that changes opens the row that the person saw, or nothing."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.running import PATIENCE_SECONDS
from tests.support.screen_customers import account_id, event, seed
from tests.support.screens import build_desk, forget_desk, open_page, page_text
from tests.support.stores import new_store
from workbench.desk import Desk
from workbench.ui.tables.row_clicks import MOVED, SETTLED_AFTER_SECONDS, ShownRows, clicked_id


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = new_store()
    seed(store, 60)
    yield build_desk(store)
    store.close()
    forget_desk()


def test_a_row_is_looked_up_in_what_the_tab_showed() -> None:
    listed = ShownRows(("A", "B"), data_version=1)
    assert clicked_id(listed, 1) == "B"
    assert clicked_id(listed, 2) is None


def test_a_click_on_a_list_that_just_moved_means_nobody() -> None:
    listed = ShownRows(("A", "B"), 1, moved_at=time.monotonic() + PATIENCE_SECONDS)
    assert clicked_id(listed, 1) is None
    assert clicked_id(replace(listed, moved_at=time.monotonic() - SETTLED_AFTER_SECONDS), 1) == "B"


def shown_ids(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["client_account_id"])


def key_of(page: AppTest) -> str:
    return str(page.dataframe[0].proto.id).split("-", 2)[2]


def click(page: AppTest, row: int) -> AppTest:
    page.session_state[key_of(page)] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


def let_the_list_move(desk: Desk, first: str) -> None:
    """Finish the account at the top, so that it leaves the list."""
    number = int(first.removeprefix("ACC-")) - int(account_id(0).removeprefix("ACC-"))
    desk.store.land_events([(first, event(number, datetime.now(UTC), "ACTIVE", "ENROLLMENT"), "{}")])


def test_news_keeps_the_table_and_with_it_sorting_and_scroll(desk: Desk) -> None:
    page = open_page("customers", desk)
    before, key = shown_ids(page), key_of(page)
    let_the_list_move(desk, before[0])
    page.run()
    assert shown_ids(page) == before[1:]
    assert key_of(page) == key


def test_a_click_that_meets_news_on_its_way_opens_the_row_that_was_seen(desk: Desk) -> None:
    page = open_page("customers", desk)
    before = shown_ids(page)
    let_the_list_move(desk, before[0])
    click(page, 2)
    assert page.query_params["account"] in (before[2], [before[2]])


def test_a_click_right_after_the_list_moved_opens_nothing_and_says_so(desk: Desk) -> None:
    page = open_page("customers", desk)
    began = time.monotonic()
    let_the_list_move(desk, shown_ids(page)[0])
    key = key_of(page.run())
    shorten_the_way_of_the_click(page, began)
    click(page, 2)
    assert "account" not in page.query_params
    assert MOVED in page_text(page)
    assert key_of(page) != key


def shorten_the_way_of_the_click(page: AppTest, moved_after: float) -> None:
    """Pretend that the list moved ``moved_after`` the click, however slow this machine is."""
    (place,) = (key for key in page.session_state if key.startswith("wb-listed-waiting"))
    listed = page.session_state[place]
    assert listed.moved_at >= moved_after
    page.session_state[place] = replace(listed, moved_at=listed.moved_at + PATIENCE_SECONDS)


def test_rows_that_a_person_asked_for_can_be_clicked_at_once(desk: Desk) -> None:
    page = open_page("customers", desk)
    page.text_input(key="wb-search").set_value("ACC").run()
    page.text_input(key="wb-search").set_value("ACC-10000").run()
    wanted = shown_ids(page)[1]
    click(page, 1)
    assert page.query_params["account"] in (wanted, [wanted])
