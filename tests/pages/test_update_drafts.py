"""A draft of an update: it survives leaving, a reload and a restart, for its author alone, until it is sent."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import forget_desk, open_page, page_text
from tests.support.update_harness import CITY, UpdateHarness
from workbench.actions.drafts import read_drafts
from workbench.desk import Desk, build_desk
from workbench.settings import read_settings
from workbench.store import Source, Store

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[UpdateHarness]:
    made = UpdateHarness(tmp_path / "workbench.duckdb", accounts=40)
    yield made
    made.close()
    forget_desk()


def desk_of(bench: UpdateHarness, actor: str = "Ann") -> Desk:
    settings = read_settings({"WORKBENCH_ACTOR": actor}, Path("no-such-file"))
    return build_desk(bench.store, settings, lambda _=1.0: bench.connect())


@pytest.fixture
def desk(bench: UpdateHarness) -> Desk:
    desk = desk_of(bench)
    desk.sync.run()
    return desk


def open_form(desk: Desk, name: str) -> AppTest:
    page = open_page("update", desk, account=name)
    assert not page.exception
    return page


def city(page: AppTest) -> Any:
    return next(field for field in page.text_input if str(field.key).endswith(f"-{CITY}"))


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return unescape(page_text(page))


def test_what_was_typed_is_here_again_after_a_reload_and_goes_out_from_there(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    city(open_form(desk, name)).set_value("Springfield").run()
    again = open_form(desk, name)
    assert city(again).value == "Springfield"
    assert "Your draft was restored (saved just now)." in said(again)
    press(press(again, "wb-update-review"), "wb-update-send")
    assert bench.request(name)["owners"][0]["identity"]["personalAddress"]["city"] == "Springfield"
    assert city(open_form(desk, name)).value == "Springfield", "it is Bakkt's value now"
    assert "draft was restored" not in said(open_form(desk, name))


def test_it_survives_a_restart(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    city(open_form(desk, name)).set_value("Springfield").run()
    path = bench.store.path
    bench.store.close()
    bench.store = Store.open(path, Source("practice", ""))
    assert city(open_form(desk_of(bench), name)).value == "Springfield"


def test_nobody_else_sees_it_and_it_is_no_account_to_open(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    city(open_form(desk, name)).set_value("Springfield").run()
    other = desk_of(bench, "Ben")
    assert city(open_form(other, name)).value != "Springfield"
    assert read_drafts(desk.actions) == []


def test_discarding_the_changes_ends_it(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    page = open_form(desk, name)
    before = city(page).value
    city(page).set_value("Springfield").run()
    press(page, "wb-update-again")
    assert city(open_form(desk, name)).value == before


def test_saving_it_is_no_news_for_other_pages(bench: UpdateHarness, desk: Desk) -> None:
    page = open_form(desk, bench.individual())
    before = desk.store.data_version
    city(page).set_value("Springfield").run()
    assert desk.store.data_version == before


def test_a_page_that_nobody_typed_on_keeps_nothing(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    open_form(desk, name)
    assert "draft was restored" not in said(open_form(desk, name))


def test_missing_data_that_was_typed_is_here_again(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    page = open_page("backfill", desk, account=name)
    assert "4 fields missing" in said(page), "an agreement"
    agreement(page).set_value("Terms of use").run()
    again = open_page("backfill", desk, account=name)
    assert agreement(again).value == "Terms of use"
    assert "draft was restored" in said(again)


def agreement(page: AppTest) -> Any:
    return next(field for field in page.text_input if str(field.key).endswith(".agreements[0].name"))
