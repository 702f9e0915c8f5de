import pytest
from ui.screens import open_page, said

from workbench.desk import Desk
from workbench.ui.verification import FILTER_WORDS


def test_with_nobody_to_verify_the_page_says_so(empty_desk: Desk) -> None:
    page = open_page("verification", empty_desk)
    assert not page.exception
    assert "Nobody has to verify right now" in said(page)


def test_everyone_who_must_verify_is_listed(seeded_desk: Desk) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    page = open_page("verification", seeded_desk)
    assert f"{len(backlog)} customers must still verify" in said(page)
    assert list(page.dataframe[0].value["client_account_id"]) == [row["client_account_id"] for row in backlog]


WANTED = {
    "expiring": lambda row: row["link_state"] == "expiring",
    "last": lambda row: row["link_state"] in {"live", "expiring"} and row["expirations_left"] == 1,
    "live": lambda row: row["link_state"] in {"live", "expiring"},
    "expired": lambda row: row["link_state"] == "expired" and row["expirations_left"] > 0,
    "unknown": lambda row: row["link_state"] == "unknown",
    "used_up": lambda row: row["expirations_left"] == 0,
}


@pytest.mark.parametrize("chosen", WANTED)
def test_a_filter_in_the_address_lists_exactly_those(seeded_desk: Desk, chosen: str) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    wanted = [row["client_account_id"] for row in backlog if WANTED[chosen](row)]
    page = open_page("verification", seeded_desk, link=FILTER_WORDS[chosen])
    assert (list(page.dataframe[0].value["client_account_id"]) if page.dataframe else []) == wanted


def test_the_stuck_ones_can_be_had_alone(seeded_desk: Desk) -> None:
    backlog = seeded_desk.store.read_rows("verification/backlog")
    page = open_page("verification", seeded_desk)
    page.toggle(key="stuck").set_value(True).run()
    assert len(page.dataframe[0].value) == sum(row["hours_overdue"] > 0 for row in backlog)


def test_other_rows_give_the_table_another_key(seeded_desk: Desk) -> None:
    """Streamlit #17026: with the same key, the selection would move to another customer."""
    page = open_page("verification", seeded_desk)
    first = page.dataframe[0].proto.id
    page.toggle(key="stuck").set_value(True).run()
    assert page.dataframe[0].proto.id != first
