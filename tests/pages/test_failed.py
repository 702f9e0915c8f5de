"""What every page shows when the desk could not open."""

import pytest

from tests.support.screens import forget_desk, open_page, page_text
from workbench.desk import Desk
from workbench.domain.errors import StoreError
from workbench.ui.frame.navigation import TITLES
from workbench.ui.live.current_desk import set_failure


@pytest.mark.parametrize("name", TITLES)
def test_a_desk_that_could_not_open_says_why_on_every_page(name: str) -> None:
    set_failure(StoreError("desk.duckdb is damaged.", title="The database is damaged", next_step="Restore <a copy>."))
    page = open_page(name)
    forget_desk()
    assert not page.exception
    assert "The database is damaged" in page_text(page)
    assert "Restore &lt;a copy&gt;." in page_text(page)


@pytest.mark.parametrize("name", TITLES)
def test_a_server_without_a_desk_says_how_to_start(name: str) -> None:
    forget_desk()
    assert "make run" in page_text(open_page(name))


@pytest.mark.parametrize("name", TITLES)
def test_a_read_that_fails_shows_its_words_instead_of_a_trace(name: str, empty_desk: Desk) -> None:
    empty_desk.store.close()
    page = open_page(name, empty_desk, account="A")
    assert not page.exception
    assert 'role="alert"' in page_text(page)


@pytest.mark.parametrize("name", TITLES)
def test_practice_is_said_on_every_page(name: str, seeded_desk: Desk) -> None:
    assert "Invented data from a simulated Bakkt. No customer is real" in page_text(open_page(name, seeded_desk))
