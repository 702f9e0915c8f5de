"""What looking leaves in the audit trail: a row for each visit of a customer's page, and for each search."""

from collections.abc import Callable

import pytest

from tests.support.running import ROOT
from tests.support.screen_customers import account_id
from tests.support.screens import open_page, page_text
from workbench.desk import Desk

Told = list[tuple[str, str, str]]


@pytest.fixture
def told(seeded_desk: Desk) -> Callable[[], Told]:
    """What came into the trail since the test began."""
    before = seeded_desk.store.read("audit/log").num_rows

    def since() -> Told:
        rows = seeded_desk.store.read_rows("audit/log")[::-1][before:]
        return [(row["act"], row["about"], row["outcome"]) for row in rows]

    return since


def opened(number: int) -> tuple[str, str, str]:
    return "open a customer's page", account_id(number), "allowed"


SEARCHED = ("search for customers", "", "allowed")


def test_a_visit_is_one_row_however_often_the_page_runs(seeded_desk: Desk, told: Callable[[], Told]) -> None:
    page = open_page("customers", seeded_desk, account=account_id(1))
    page.run().run()
    assert told() == [opened(1)]
    page.query_params["tab"] = "details"
    page.run()
    assert told() == [opened(1)]


def test_another_customer_and_the_same_one_later_are_visits_of_their_own(
    seeded_desk: Desk, told: Callable[[], Told]
) -> None:
    page = open_page("customers", seeded_desk, account=account_id(1))
    page.query_params["account"] = account_id(2)
    page.run()
    page.switch_page(str(ROOT / "pages" / "funnel.py")).run()
    page.query_params["account"] = account_id(2)
    page.switch_page(str(ROOT / "pages" / "customers.py")).run()
    assert told() == [opened(1), opened(2), opened(2)]


def test_an_id_that_is_not_known_leaves_no_row(seeded_desk: Desk, told: Callable[[], Told]) -> None:
    open_page("customers", seeded_desk, account="Zoë Smith")
    assert told() == []


def test_a_search_is_one_row_without_its_term(seeded_desk: Desk, told: Callable[[], Told]) -> None:
    page = open_page("customers", seeded_desk)
    for term in ("ACC-1", "ACC-10", "ACC-100003"):
        page.text_input(key="wb-search").set_value(term).run()
    assert told() == [SEARCHED]


def test_another_term_is_another_search(seeded_desk: Desk, told: Callable[[], Told]) -> None:
    page = open_page("customers", seeded_desk)
    for term in ("Smith", "Jones", "ACC-1", "ACC-2"):
        page.text_input(key="wb-search").set_value(term).run()
    assert told() == [SEARCHED] * 4


def test_typing_on_for_longer_than_a_minute_is_another_search(
    seeded_desk: Desk, told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("customers", seeded_desk)
    for second, term in ((0, "AC"), (40, "ACC"), (80, "ACC-"), (120, "ACC-1"), (139, "ACC-10")):
        monkeypatch.setattr("workbench.ui.live.visits.monotonic", lambda second=second: float(second))
        page.text_input(key="wb-search").set_value(term).run()
    assert told() == [SEARCHED] * 2


def test_a_search_after_a_visit_is_another(seeded_desk: Desk, told: Callable[[], Told]) -> None:
    page = open_page("customers", seeded_desk)
    page.text_input(key="wb-search").set_value("ACC-1").run()
    page.query_params["account"] = account_id(1)
    page.run()
    del page.query_params["account"]
    page.run()
    assert told() == [SEARCHED, opened(1), SEARCHED]


@pytest.mark.parametrize("term", ["", "a"])
def test_a_term_too_short_to_search_for_leaves_no_row(seeded_desk: Desk, told: Callable[[], Told], term: str) -> None:
    page = open_page("customers", seeded_desk)
    page.text_input(key="wb-search").set_value(term).run()
    assert told() == []


def test_a_visit_that_cannot_be_written_down_shows_nothing(seeded_desk: Desk) -> None:
    with seeded_desk.store.database.writer() as cursor:
        cursor.execute("alter table audit_trail rename to away")
    try:
        page = open_page("customers", seeded_desk, account=account_id(1))
    finally:
        with seeded_desk.store.database.writer() as cursor:
            cursor.execute("alter table away rename to audit_trail")
    assert "The audit trail cannot be written" in page_text(page)
    assert "person1@example.com" not in page_text(page)
