"""No page has a gap for nothing: a container is left out if it is empty, but not if it holds empty ones."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1.element_tree import Block

from tests.support.screen_customers import account_id
from tests.support.screens import open_page
from workbench.desk import Desk

PAGES = ("backlog", "customers", "verification", "funnel", "explore", "actions", "data", "open_account", "audit")


def holding_empty_ones(block: Block) -> Iterator[Block]:
    """Find the parts that hold nothing but empty containers."""
    parts = [child for child in block.children.values() if isinstance(child, Block)]
    if parts and len(parts) == len(block.children) and not any(part.children for part in parts):
        yield block
    for part in parts:
        yield from holding_empty_ones(part)


@pytest.mark.parametrize("name", PAGES)
def test_no_container_of_a_page_holds_empty_ones_alone(seeded_desk: Desk, name: str) -> None:
    assert [*holding_empty_ones(open_page(name, seeded_desk).main)] == []


@pytest.mark.parametrize("name", PAGES)
def test_nor_does_one_of_a_desk_without_accounts(empty_desk: Desk, name: str) -> None:
    assert [*holding_empty_ones(open_page(name, empty_desk).main)] == []


@pytest.mark.parametrize("number", range(0, 24, 3))
def test_nor_does_one_of_a_customers_page(seeded_desk: Desk, number: int) -> None:
    page = open_page("customers", seeded_desk, account=account_id(number))
    assert [*holding_empty_ones(page.main)] == []
