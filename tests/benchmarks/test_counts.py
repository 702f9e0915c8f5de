"""The measured tables in small, as counts that no machine changes: requests, rows written, queries and rows a page."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui.screens import desk_over, forget_desk, open_page

from benchmarks.due import count_due_requests, rows_written_by_an_idle_sync
from benchmarks.large_desk import make_large_desk
from workbench.desk import Desk
from workbench.ui.desk import place_desk

ACCOUNTS = 500
MOST_QUERIES = {"today": 5, "verification": 5, "funnel": 9, "data": 5}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desks")


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Desk]:
    desk = desk_over(make_large_desk(folder / "read.duckdb", ACCOUNTS))
    yield desk
    desk.close()
    forget_desk()


def test_a_due_run_asks_for_hardly_more_than_what_is_in_motion(folder: Path) -> None:
    run = count_due_requests(ACCOUNTS, folder)
    assert ACCOUNTS * 0.02 <= run.in_motion < ACCOUNTS * 0.04
    assert run.requests == run.needed


def test_a_sync_that_finds_nothing_new_writes_its_run_and_its_read_times_alone() -> None:
    idle = asyncio.run(rows_written_by_an_idle_sync(60))
    assert idle.rows_written["sync_runs"] == 1
    assert idle.rows_written["account_reads"] == 60
    assert idle.other_rows == 0


@pytest.mark.parametrize("page", MOST_QUERIES)
def test_a_page_asks_few_questions_and_none_twice(page: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    read = desk.store.read

    def counting(name: str, **parameters: object) -> object:
        asked[name, str(parameters)] += 1
        return read(name, **parameters)

    app = open_page(page, desk)
    forget_desk()
    place_desk(desk)
    monkeypatch.setattr(desk.store, "read", counting)
    assert not app.run().exception
    assert 0 < len(asked) <= MOST_QUERIES[page]
    assert set(asked.values()) == {1}


def test_a_changed_filter_of_a_list_asks_the_database_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_desk()
    page: AppTest = open_page("today", desk)
    asked: list[str] = []
    monkeypatch.setattr(desk.store, "read", lambda name, **_: asked.append(name))
    page.session_state["list"] = "all"
    assert not page.run().exception
    assert asked == []
