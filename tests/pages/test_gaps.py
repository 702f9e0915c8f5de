"""No page has a gap for nothing: a container is left out if it is empty, but not if it holds empty ones."""

import pytest

from tests.support.screen_customers import account_id
from tests.support.screens import gaps_of, open_page
from workbench.desk import Desk

PAGES = ("backlog", "customers", "verification", "funnel", "explore", "actions", "data", "open_account", "audit")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_gap(seeded_desk: Desk, name: str) -> None:
    assert gaps_of(open_page(name, seeded_desk)) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_a_desk_without_accounts_has_a_gap(empty_desk: Desk, name: str) -> None:
    assert gaps_of(open_page(name, empty_desk)) == []


@pytest.mark.parametrize("number", range(0, 24, 3))
def test_no_customers_page_has_a_gap(seeded_desk: Desk, number: int) -> None:
    assert gaps_of(open_page("customers", seeded_desk, account=account_id(number))) == []
