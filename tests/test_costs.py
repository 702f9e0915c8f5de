"""Costs as machine-independent counts: requests, rows written, queries per page, rows scanned, bytes sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.kept_segments import keep_segment
from tests.support.query_parameters import parameters_of
from tests.support.screen_customers import seed
from tests.support.screens import build_desk, forget_desk, open_page
from tests.support.stores import new_store
from tests.support.sync_harness import SyncHarness
from tests.support.tables import select, table_names
from workbench.domain.actions import Plan
from workbench.domain.vocabulary import ActionKind
from workbench.store import Store
from workbench.store.engine.catalogue import WINDOWS, catalogue
from workbench.ui.backlog.views import VIEWS
from workbench.ui.live.current_desk import set_desk
from workbench.ui.tables.pages import ROWS_A_PAGE

PAGES = ("backlog", "customers", "verification", "funnel", "data")


@pytest.fixture
def harness() -> Iterator[SyncHarness]:
    harness = SyncHarness(accounts=60)
    yield harness
    harness.close()


def test_a_first_run_asks_three_questions_an_account_and_one_a_document(harness: SyncHarness) -> None:
    progress = harness.sync()
    documents = harness.store.read_rows("data/health")[0]["documents"]
    assert progress.requests == 3 * len(harness.ids) + documents


@pytest.mark.slow
def test_a_due_run_asks_nothing_beyond_what_is_in_motion(harness: SyncHarness) -> None:
    harness.sync()
    harness.replay()
    harness.sync()
    in_motion = len(harness.rows("backlog/queue"))
    assert 0 < in_motion < len(harness.ids)
    assert harness.sync().requests <= 1.05 * 3 * in_motion


@pytest.mark.slow
def test_a_run_that_finds_nothing_changed_writes_its_run_and_read_times_alone(harness: SyncHarness) -> None:
    harness.sync()
    before = contents(harness.store)
    progress = harness.sync(everything=True)
    after = contents(harness.store)
    assert progress.accounts_changed == 0
    assert {table for table in after if after[table] != before[table]} == {"sync_runs"}


def contents(store: Store) -> dict[str, list[str]]:
    """Return the rows of every table, without the times at which accounts were last read."""
    rows = {name: f"from {name}" for name in table_names(store)} | {
        "accounts": "select * exclude (read_at) from accounts"
    }
    return {name: sorted(map(repr, select(store, sql))) for name, sql in rows.items()}


class Counting:
    """A store that counts the queries of pages."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: list[str] = []
        self.most_rows: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read(self, name: str, **parameters: Any) -> Any:
        return self._noted(name, self._store.read(name, **parameters))

    def read_from(self, source: Any, name: str, **parameters: Any) -> Any:
        return self._noted(name, self._store.read_from(source, name, **parameters))

    def _noted(self, name: str, table: Any) -> Any:
        self.asked.append(name)
        self.most_rows[name] = max(table.num_rows, self.most_rows.get(name, 0))
        return table


Desks = Callable[[int], AbstractContextManager[tuple[Any, Counting]]]


@pytest.fixture(scope="module")
def counted_desk() -> Iterator[Desks]:
    """Desks by number of accounts with empty caches; each store is filled once, and tests that only read share it."""
    stores: dict[int, Store] = {}

    @contextmanager
    def counted(accounts: int) -> Iterator[tuple[Any, Counting]]:
        if accounts not in stores:
            stores[accounts] = new_store()
            seed(stores[accounts], accounts)
        counting = Counting(stores[accounts])
        try:
            yield build_desk(cast(Store, counting)), counting
        finally:
            forget_desk()

    yield counted
    for store in stores.values():
        store.close()


ONE_PERSON = {
    "accounts/one",
    "accounts/missing_fields",
    "accounts/owners",
    "accounts/documents",
    "accounts/payload",
    "accounts/timeline",
}
OF_ACTIONS = {"actions/awaiting", "actions/not_confirmed", "actions/rejected_later"}
"""What the page of a customer asks besides once something was sent to Bakkt about them."""
OF_THE_BAR = ("data/pulse", "events/silence")
COUNTED_ACCOUNTS = {"funnel/reached", "funnel/reached_by"}
"""What queries of the funnel read once for all windows and periods."""
LONGEST_FIGURE = 60_000
"""Bytes of JSON; a millisecond makes more than a hundred thousand."""
QUERIES = {"backlog": 6, "customers": 4, "verification": 8, "funnel": 12, "data": 6}
"""Queries of a page with empty caches, each run once, so that adding one is deliberate; the bar's besides."""


@pytest.mark.many_cases
@pytest.mark.parametrize("page", PAGES)
def test_a_cold_page_asks_few_queries_and_each_once(counted_desk: Desks, page: str) -> None:
    with counted_desk(60) as (desk, counting):
        app = open_page(page, desk)
        counting.asked.clear()
        set_desk(desk)
        app.run()
        for name in OF_THE_BAR:
            counting.asked.remove(name)
        assert sorted(set(counting.asked)) == sorted(counting.asked)
        assert len(counting.asked) == QUERIES[page]


@pytest.mark.parametrize("page", PAGES)
def test_a_warm_page_asks_the_database_nothing(counted_desk: Desks, page: str) -> None:
    with counted_desk(60) as (desk, counting):
        app = open_page(page, desk)
        counting.asked.clear()
        app.run()
        assert counting.asked == []


@pytest.mark.slow
def test_another_window_of_the_funnel_reads_no_account_anew(counted_desk: Desks) -> None:
    with counted_desk(60) as (desk, counting):
        app = open_page("funnel", desk)
        counting.asked.clear()
        for days in WINDOWS:
            app.selectbox(key="wb-funnel-window").set_value(str(days)).run()
        app.date_input(key="wb-funnel-opened").set_value((date(2026, 1, 1), date(2026, 12, 31))).run()
        from_counts = {name for name, query in catalogue().items() if query.source in COUNTED_ACCOUNTS}
        assert set(counting.asked) <= {"funnel/people", "funnel/verification_branch", *from_counts}


def test_the_figures_of_a_segment_read_its_accounts_once(counted_desk: Desks) -> None:
    with counted_desk(60) as (desk, counting):
        code = keep_segment(desk.store, "one", ["E03-1000"])
        app = open_page("funnel", desk, segment=code)
        for days in WINDOWS:
            app.selectbox(key="wb-funnel-window").set_value(str(days)).run()
        desk.store.remove_segment(code)
        assert counting.asked.count("funnel/reached") == 1


@pytest.mark.slow
def test_the_lists_of_a_page_read_no_more_rows_than_they_show(counted_desk: Desks) -> None:
    with counted_desk(3000) as (desk, counting):
        for view in VIEWS:
            open_page("backlog", desk, view=view)
        open_page("backlog", desk, view="live", sort="lost")
        open_page("verification", desk)
        open_page("funnel", desk)
        assert counting.most_rows["backlog/list"] == counting.most_rows["backlog/call_list"] == ROWS_A_PAGE
        assert counting.most_rows["funnel/people"] == ROWS_A_PAGE
        lists = {name for name in catalogue() if name.startswith("verification/")} - {"verification/outcomes"}
        assert all(rows <= ROWS_A_PAGE for name, rows in counting.most_rows.items() if name in lists)


@pytest.mark.parametrize("asked", [("backlog", {}), ("customers", {"account": "E03-1000"}), ("customers", {})])
def test_pages_that_are_open_all_day_load_no_plotly(counted_desk: Desks, asked: tuple[str, dict[str, str]]) -> None:
    """A browser fetches its 4.7 MB where a chart of it is, and nowhere else."""
    with counted_desk(60) as (desk, _):
        page = open_page(asked[0], desk, **asked[1])
        assert not page.exception
        assert not page.get("plotly_chart")


@pytest.mark.slow
def test_a_figure_in_a_rerun_costs_little_more_than_its_bytes(counted_desk: Desks) -> None:
    """Figures are drawn once; a rerun turns them into JSON, whose length is what it costs."""
    with counted_desk(1000) as (desk, _):
        for name, figures in (("funnel", 4), ("verification", 2)):
            charts = open_page(name, desk).get("plotly_chart")
            assert len(charts) == figures
            assert max(len(chart.proto.spec) for chart in charts) < LONGEST_FIGURE


@pytest.mark.slow
@pytest.mark.parametrize("page", ["backlog", "verification"])
def test_what_a_page_sends_does_not_grow_with_the_accounts(counted_desk: Desks, page: str) -> None:
    with counted_desk(1000) as (desk, _):
        few = bytes_sent(open_page(page, desk))
    with counted_desk(3000) as (desk, _):
        many = bytes_sent(open_page(page, desk))
    assert 0 < many <= 1.2 * few


def bytes_sent(app: AppTest) -> int:
    kinds = ("arrow_data_frame", "bidi_component", "html")
    return sum(len(element.proto.SerializeToString()) for kind in kinds for element in app.get(kind))


@pytest.mark.slow
def test_one_customers_page_asks_each_query_once_and_nothing_more_until_something_is_written(
    counted_desk: Desks,
) -> None:
    with counted_desk(60) as (desk, counting):
        kinds = {row["account_type"]: row["client_account_id"] for row in counting.read_rows("accounts/standing")}
        for kind, asked in (("INDIVIDUAL", ONE_PERSON), ("ENTITY", ONE_PERSON | {"kyb/checklist"})):
            app = open_page("customers", desk, account=kinds[kind])
            assert asked_anew(app, desk, counting) == sorted(asked)
            app.run()
            assert counting.asked == []
            counting.land_registry([f"{kind} from elsewhere"], "file")
            app.run()
            assert asked <= set(counting.asked)
            assert not OF_ACTIONS & set(counting.asked)


def test_what_was_sent_about_a_customer_is_read_once_there_is_any(counted_desk: Desks) -> None:
    with counted_desk(59) as (desk, counting):  # a store that no other test has, as this one writes to it
        account = counting.read_rows("accounts/standing")[0]["client_account_id"]
        app = open_page("customers", desk, account=account)
        assert not OF_ACTIONS & set(asked_anew(app, desk, counting))
        plan = Plan(ActionKind.UPDATE_ACCOUNT, account, "one review", what={})
        counting.begin_action("a1", plan, "Ann", datetime.now(UTC), lambda _: None)
        assert set(asked_anew(app, desk, counting)) >= OF_ACTIONS


OF_A_LIST = {"backlog/size"}
"""Whether an account is in a view is asked as the list is."""
OF_ONE_ACCOUNT = sorted(name for name, one in catalogue().items() if "client_account_id" in one.defaults)


@pytest.mark.parametrize("name", sorted(set(OF_ONE_ACCOUNT) - OF_A_LIST))
def test_a_query_about_one_account_finds_its_rows_by_an_index(counted_desk: Desks, name: str) -> None:
    """A scan of a million takes ten milliseconds and more. A join with nothing reads one block of rows, then ends."""
    accounts = 3000
    with counted_desk(accounts) as (desk, counting):
        account = counting.read_rows("backlog/queue")[0]["client_account_id"]
        query = catalogue()[name]
        asked = query.bind(parameters_of(query) | {"client_account_id": account})
        with desk.store.database.reader() as cursor:
            profile = cursor.execute(f"explain (analyze, format json) {query.sql}", asked).fetchall()[0][1]
        assert json.loads(profile)["cumulative_rows_scanned"] < accounts


@pytest.mark.parametrize("view", ["due", "last", "expiring", "live", "verification", "kyb_screening"])
def test_a_view_of_few_accounts_reads_few_of_them_whole(counted_desk: Desks, view: str) -> None:
    """A condition that the scan cannot test by itself makes it read every column of every account."""
    accounts = 3000
    with counted_desk(accounts) as (desk, _):
        query = catalogue()["backlog/list"]
        with desk.store.database.reader() as cursor:
            sql = f"explain (analyze, format json) {query.sql}"
            profile = json.loads(cursor.execute(sql, query.bind({"view": view})).fetchall()[0][1])
    assert max(rows_out_of_scans(profile)) < accounts / 4


def rows_out_of_scans(operator: dict[str, Any]) -> Iterator[int]:
    if "SCAN" in operator.get("operator_name", ""):
        yield operator["operator_cardinality"]
    for child in operator.get("children", []):
        yield from rows_out_of_scans(child)


def asked_anew(app: AppTest, desk: Any, counting: Counting) -> list[str]:
    """Return what the page asks with empty caches, besides the bar and the date of its answer."""
    set_desk(desk)
    counting.asked.clear()
    app.run()
    asked = sorted(name for name in counting.asked if name not in (*OF_THE_BAR, "sync/freshness"))
    counting.asked.clear()
    return asked


OF_A_TAB = {
    "raw": {"accounts/one", "accounts/payload"},
    "documents": {"accounts/one", "accounts/owners", "accounts/documents", "actions/open", "documents/uploads"},
    "kyb": {
        "accounts/one",
        "accounts/owners",
        "accounts/documents",
        "actions/open",
        "kyb/checklist",
        "kyb/rulings",
        "kyb/screens",
    },
}
"""What a tab reads beside the queries of the actions themselves, which read through ``read_rows``."""


@pytest.mark.parametrize("tab", OF_A_TAB)
def test_only_what_the_open_tab_shows_is_read(counted_desk: Desks, tab: str) -> None:
    with counted_desk(60) as (desk, counting):
        rows = counting.read_rows("accounts/standing")
        name = next(row["client_account_id"] for row in rows if row["account_type"] == "ENTITY")
        app = open_page("customers", desk, account=name, tab=tab)
        assert set(asked_anew(app, desk, counting)) == OF_A_TAB[tab]
        assert not app.exception
