"""The sentence that says what to do next."""

from itertools import product

import pytest

from workbench.domain.standing.guidance import guidance_for
from workbench.domain.vocabulary import Standing, Turn


def test_every_standing_turn_and_link_has_an_answer_and_a_next_step() -> None:
    links = (None, "live", "expiring", "expired", "unknown")
    for standing, turn, link, left in product(Standing, Turn, links, (None, 0, 1, 2, 3)):
        found = guidance_for(standing, turn, link, left)
        assert found.status_words
        assert found.next_step


def test_an_account_never_read_is_told_to_be_read() -> None:
    assert "sync" in guidance_for(None).next_step


@pytest.mark.parametrize("link", ["expired", "unknown"])
def test_with_three_links_over_only_bakkt_can_help(link: str) -> None:
    assert "contact them" in guidance_for("verification", "us", link, 0).next_step
    assert "contact them" not in guidance_for("verification", "us", link, 1).next_step


def test_while_a_link_is_live_nobody_is_told_to_ask_for_another() -> None:
    for link, left in product(("live", "expiring"), (1, 2, 3)):
        assert "ask for" not in guidance_for("verification", "customer", link, left).next_step


def test_the_last_link_that_ends_soon_is_said_to_be_the_last() -> None:
    assert "last link" in guidance_for("verification", "customer", "expiring", 1).next_step
    assert "last link" not in guidance_for("verification", "customer", "expiring", 2).next_step


def test_a_review_that_waits_for_documents_says_so() -> None:
    assert "documents" in guidance_for("under_review", "us").status_words
    assert "papers" not in guidance_for("under_review", "bakkt").status_words


def test_a_budget_that_a_lost_request_holds_is_not_called_used_up() -> None:
    assert "Settle that request" in guidance_for("verification", "us", "expired", 0, lost_requests=1).next_step
