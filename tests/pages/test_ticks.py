"""Ticks of a list to work from: kept by id, whatever happens to the rows below them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.running import PATIENCE_SECONDS
from tests.support.screen_customers import account_id, event, seeded_store
from tests.support.screens import build_desk, forget_desk, open_page, page_text, unfold_sources
from workbench.desk import Desk
from workbench.ui.tables.ticks import MOVED, Ticks


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = seeded_store(60)
    yield build_desk(store)
    store.close()
    forget_desk()


@pytest.fixture
def page(desk: Desk) -> AppTest:
    return open_page("backlog", desk, view="open")


def shown_ids(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["client_account_id"])


def key_of(page: AppTest) -> str:
    return str(page.dataframe[0].proto.id).split("-", 2)[2]


def tick(page: AppTest, *rows: int) -> AppTest:
    page.session_state[key_of(page)] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return page.run()


def ticked(page: AppTest) -> tuple[str, ...]:
    found: Ticks = page.session_state["wb-ticks-open"]
    return found.ticked


def finish(desk: Desk, name: str) -> None:
    """Let an account become active, so that it leaves the list."""
    number = int(name.removeprefix("ACC-")) - int(account_id(0).removeprefix("ACC-"))
    desk.store.land_events([(name, event(number, datetime.now(UTC), "ACTIVE", "ENROLLMENT"), "{}")])


@pytest.mark.slow
def test_a_tick_selects_and_says_how_many(page: AppTest) -> None:
    ids = shown_ids(page)
    tick(page, 1, 3)
    assert ticked(page) == (ids[1], ids[3])
    assert " · 2 selected</p>" in page_text(page)
    unfold_sources(page)
    assert "CSV of 2 selected" in {button.proto.label for button in page.get("download_button")}
    assert not [button for button in page.button if button.key == "wb-open-backlog"]
    page.button(key="wb-clear-backlog").click().run()
    assert "selected" not in page_text(page)
    unfold_sources(page)
    assert "CSV" in {button.proto.label for button in page.get("download_button")}


@pytest.mark.slow
def test_ticks_stay_on_their_accounts_when_a_row_above_leaves(page: AppTest, desk: Desk) -> None:
    ids = shown_ids(page)
    tick(page, 1, 3)
    finish(desk, ids[0])
    page.run()
    assert shown_ids(page) == ids[1:]
    assert ticked(page) == (ids[1], ids[3])
    page.run()
    assert ticked(page) == (ids[1], ids[3])


@pytest.mark.slow
def test_a_ticked_account_that_leaves_is_named_and_no_other_takes_its_tick(page: AppTest, desk: Desk) -> None:
    ids = shown_ids(page)
    tick(page, 1, 3)
    finish(desk, ids[1])
    page.run()
    assert ticked(page) == (ids[3],)
    assert f"No longer on this page, so no longer selected: {ids[1]}." in page_text(page)
    page.button(key="wb-open-backlog").click().run()
    assert page.query_params["account"] in (ids[3], [ids[3]])


def test_a_tick_that_meets_news_on_its_way_selects_the_row_that_was_seen(page: AppTest, desk: Desk) -> None:
    ids = shown_ids(page)
    finish(desk, ids[0])
    tick(page, 2)
    assert ticked(page) == (ids[2],)


def test_a_tick_right_after_the_list_moved_selects_nothing_and_says_so(page: AppTest, desk: Desk) -> None:
    finish(desk, shown_ids(page)[0])
    page.run()
    moved: Ticks = page.session_state["wb-ticks-open"]
    page.session_state["wb-ticks-open"] = replace(moved, moved_at=moved.moved_at + PATIENCE_SECONDS)
    key = key_of(page)
    tick(page, 2)
    assert ticked(page) == ()
    assert MOVED in page_text(page)
    assert key_of(page) != key


def test_news_keeps_the_table_and_with_it_scroll_as_long_as_nothing_is_ticked(page: AppTest, desk: Desk) -> None:
    before, key = shown_ids(page), key_of(page)
    finish(desk, before[0])
    page.run()
    assert shown_ids(page) == before[1:]
    assert key_of(page) == key


def test_one_ticked_account_has_a_menu_of_what_can_be_done_with_it(page: AppTest) -> None:
    assert not page.get("menu_button")
    tick(page, 0)
    (menu,) = page.get("menu_button")
    assert menu.proto.options[-2:] in (["Update details", "Documents"], ["Documents", "KYB"])
    tick(page, 0, 1)
    assert not page.get("menu_button")
