"""The tab SQL of Explore: a statement runs on the copy, refusals are alerts, and what was run or saved comes back."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.facts import ago
from tests.support.running import PATIENCE_SECONDS
from tests.support.screen_customers import seed
from tests.support.screens import forget_desk, open_page, page_text
from tests.support.stores import new_store
from workbench.bakkt.client import BakktClient
from workbench.desk import Desk, build_desk
from workbench.domain.errors import InputError
from workbench.settings import read_settings
from workbench.store.engine.catalogue import catalogue
from workbench.store.published.locked import LockedCopy
from workbench.store.records.statements import KEPT_PER_AUTHOR, StatementRun
from workbench.ui.sql.inserting import written_out

SETTINGS = {"WORKBENCH_ACTOR": "Ann"}


def no_connection(share: float = 1.0) -> BakktClient:
    raise AssertionError("This test reads no Bakkt.")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("copy")
    store = new_store()
    seed(store, 60)
    desk = build_desk(store, read_settings({**SETTINGS, "PUBLISH_FOLDER": str(folder)}, Path("none")), no_connection)
    yield desk
    desk.inbox.close()
    store.close()
    forget_desk()


def run(page: AppTest, statement: str) -> AppTest:
    """Run a statement and wait for what becomes of it."""
    page.text_area(key="wb-sql-statement").set_value(statement)
    page.button(key="wb-sql-run").click().run()
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while "Running for" in page_text(page):
        assert time.monotonic() < ends_at
        page.run()
    assert not page.exception
    return page


def test_the_page_says_its_limits_and_what_there_is(desk: Desk) -> None:
    page = open_page("explore", desk, tab="sql")
    assert not page.exception
    assert "Stops after 5 s, shows at most 10,000 rows" in page_text(page)
    assert page.text_area(key="wb-sql-statement").label == "Statement"
    assert page.button(key="wb-sql-run").label == "Run"
    assert {"accounts", "accounts_now", "journey"} < set(page.selectbox(key="wb-sql-table").options)
    assert "funnel/steps" in page.selectbox(key="wb-sql-query").options
    assert "accounts/search" not in page.selectbox(key="wb-sql-query").options
    shown = page.get("button_group")[1].proto.options
    names = {option.content for option in shown}
    assert "standing" in names
    assert {"display_name", "search&#95;text", "display&#95;name"}.isdisjoint(names)


@pytest.mark.slow
def test_the_rows_are_those_of_the_desk(desk: Desk) -> None:
    page = run(open_page("explore", desk, tab="sql"), catalogue()["today/by_standing"].sql)
    assert page.dataframe[0].value["standing"].tolist() == [
        row["standing"] for row in desk.store.read_rows("today/by_standing")
    ]
    assert "as of" in page_text(page)


@pytest.mark.slow
def test_each_statement_that_runs_is_a_row_of_the_audit_trail_without_its_text(desk: Desk) -> None:
    before = desk.store.read("audit/log").num_rows
    page = open_page("explore", desk, tab="sql")
    for statement in ("select 42 as smith", "select nothing_here from accounts"):
        run(page, statement)
    rows = desk.store.read_rows("audit/log")[::-1][before:]
    told = [(row["act"], row["about"], row["outcome"]) for row in rows]
    assert told == [("ask in SQL", "run a statement", "allowed")] * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("delete from accounts", "Only one statement that selects"),
        ("from '/etc/passwd'", "There is no table /etc/passwd."),
        ("select nothing_here from accounts", "nothing_here"),
        ("", "There is no statement."),
    ],
)
def test_every_refusal_is_an_alert(desk: Desk, statement: str, words: str) -> None:
    text = page_text(run(open_page("explore", desk, tab="sql"), statement))
    assert 'role="alert"' in text
    assert words in text


@pytest.mark.slow
def test_what_was_run_comes_back_for_its_author_alone(desk: Desk) -> None:
    page = run(open_page("explore", desk, tab="sql"), "select 42 as answer")
    page = run(page, "select 43 as answer")
    assert page.selectbox(key="wb-sql-history").options[:2] == ["select 43 as answer", "select 42 as answer"]
    assert re.search(r"1 row · \d\.\d s · \d\d:\d\d", page_text(page))
    page.selectbox(key="wb-sql-history").select_index(1).run()
    page.button(key="wb-sql-use-history").click().run()
    assert page.text_area(key="wb-sql-statement").value == "select 42 as answer"
    assert desk.store.read_rows("statements/history", author="Bo") == []
    last = desk.store.read_rows("statements/history", author="Ann")[0]
    assert (last["outcome"], last["row_count"]) == ("rows", 1)


def test_a_question_is_saved_used_and_removed(desk: Desk) -> None:
    page = open_page("explore", desk, tab="sql")
    page.button(key="wb-sql-save").click().run()
    assert "Write a statement and give it a name." in page_text(page)
    page.text_area(key="wb-sql-statement").set_value("from journey limit 5")
    page.text_input(key="wb-sql-name").set_value("First steps")
    page.button(key="wb-sql-save").click().run()
    assert page.selectbox(key="wb-sql-saved").options == ["First steps"]
    page.text_area(key="wb-sql-statement").set_value("").run()
    page.button(key="wb-sql-use-saved").click().run()
    assert page.text_area(key="wb-sql-statement").value == "from journey limit 5"
    page.button(key="wb-sql-remove").click().run()
    assert not page.exception
    assert desk.store.read_rows("statements/saved", author="Ann") == []


def test_a_table_and_a_query_are_inserted(desk: Desk) -> None:
    page = open_page("explore", desk, tab="sql")
    page.selectbox(key="wb-sql-table").set_value("journey").run()
    page.button(key="wb-sql-insert-table").click().run()
    assert page.text_area(key="wb-sql-statement").value == "from journey\nlimit 100"
    page.selectbox(key="wb-sql-table").set_value("accounts").run()
    page.button(key="wb-sql-insert-table").click().run()
    assert page.text_area(key="wb-sql-statement").value == "from accounts\nlimit 100"
    page.selectbox(key="wb-sql-query").set_value("sync/runs").run()
    page.button(key="wb-sql-insert-query").click().run()
    assert str(page.text_area(key="wb-sql-statement").value).startswith("-- sync/runs()")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("before", "columns", "after"),
    [
        ("", [], "from journey\nlimit 100"),
        ("", ["standing", "cause"], "select standing, cause\nfrom journey\nlimit 100"),
        ("from accounts", [], "from journey\nlimit 100\n\n-- from accounts"),
        ("-- to do", [], "from journey\nlimit 100\n\n-- -- to do"),
        (
            "from accounts\nlimit 100",
            ["standing"],
            "select standing\nfrom journey\nlimit 100\n\n-- from accounts\n-- limit 100",
        ),
        ("select count(*) from", [], "select count(*) from journey"),
        ("select count(*) from accounts join", [], "select count(*) from accounts join journey"),
        ("select", ["standing", "cause"], "select standing, cause"),
        ("from journey order by", ["standing"], "from journey order by standing"),
        ("from journey order by standing,", ["cause"], "from journey order by standing, cause"),
    ],
)
def test_what_is_inserted_fits_the_statement_or_begins_another(
    desk: Desk, before: str, columns: list[str], after: str
) -> None:
    page = open_page("explore", desk, tab="sql")
    page.selectbox(key="wb-sql-table").set_value("journey").run()
    page.text_area(key="wb-sql-statement").set_value(before)
    page.pills(key="wb-sql-columns-journey").set_value(columns).run()
    page.button(key="wb-sql-insert-table").click().run()
    assert page.text_area(key="wb-sql-statement").value == after


@pytest.mark.slow
def test_every_query_that_can_be_inserted_runs(desk: Desk, tmp_path: Path) -> None:
    desk.publish(tmp_path)
    copy = LockedCopy(tmp_path)
    for query in catalogue().values():
        if {"term", "author"}.isdisjoint(query.defaults):
            copy.run(written_out(query))
    with pytest.raises(InputError):
        copy.run(catalogue()["funnel/steps"].sql)
    copy.close()


@pytest.mark.slow
def test_of_each_author_the_newest_runs_are_kept() -> None:
    store = new_store()
    for number in range(KEPT_PER_AUTHOR + 5):
        store.land_statement_run(StatementRun("Ann", f"select {number}", ago(1000 - number), 0.1, "rows", 1))
    store.land_statement_run(StatementRun("Bo", "select 1", ago(2000), 0.1, "failed"))
    kept = [row["statement"] for row in store.read_rows("statements/history", author="Ann", limit=1000)]
    assert kept == [f"select {number}" for number in reversed(range(5, KEPT_PER_AUTHOR + 5))]
    assert len(store.read_rows("statements/history", author="Bo")) == 1
    store.close()


@pytest.mark.slow
def test_a_statement_that_was_not_run_stays_as_a_comment_when_another_is_put_in(desk: Desk) -> None:
    page = open_page("explore", desk, tab="sql")
    page.text_area(key="wb-sql-statement").set_value("select 41 as typed\n  , 1 as too").run()
    page.button(key="wb-sql-insert-query").click().run()
    statement = str(page.text_area(key="wb-sql-statement").value)
    assert statement.endswith("\n\n-- select 41 as typed\n--   , 1 as too")
    run(page, "select 42 as ran")
    page.button(key="wb-sql-insert-query").click().run()
    assert "select 42 as ran" not in str(page.text_area(key="wb-sql-statement").value)
