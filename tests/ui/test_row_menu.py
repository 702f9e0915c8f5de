"""What can be done with one account of a list."""

import pytest

from tests.support.people import acting_as
from workbench.access.policy import Role
from workbench.ui.tables.row_menu import row_actions

ALWAYS = ["Update details", "Documents"]


@pytest.mark.parametrize(
    ("row", "actions"),
    [
        ({"standing": "verification", "turn": "us", "account_type": "INDIVIDUAL"}, ["Send a link", *ALWAYS]),
        ({"standing": "verification", "turn": "customer", "account_type": "INDIVIDUAL"}, ALWAYS),
        ({"standing": "submitted", "turn": "us", "account_type": "ENTITY"}, [*ALWAYS, "KYB"]),
        ({"account_type": "ENTITY_PERSONAL_TRUST"}, [*ALWAYS, "KYB"]),
        ({"account_type": None}, ALWAYS),
        ({}, ALWAYS),
    ],
)
def test_an_account_is_offered_what_its_standing_and_type_allow(row: dict[str, str | None], actions: list[str]) -> None:
    assert row_actions(row, acting_as("Ann", Role.AGENT).may) == actions


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_who_may_not_write_is_offered_to_look(role: Role) -> None:
    waits_for_link = {"standing": "verification", "turn": "us", "account_type": "ENTITY"}
    assert row_actions(waits_for_link, acting_as("Vi", role).may) == ["Documents", "KYB"]
