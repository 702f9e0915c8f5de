"""Accounts with missing data, those with the most first."""

from tests.support.facts import ago, poll
from workbench.store import Store

PHONE, TAX = "owners[0].phoneNumber", "owners[0].identity.taxId"


def test_accounts_are_listed_by_how_much_they_lack_and_whole_ones_are_not(desk: Store) -> None:
    lacking = {"a": (PHONE,), "b": (PHONE, TAX), "c": ()}
    desk.land_readings([poll(name, ago(3), missing_fields=fields) for name, fields in lacking.items()])
    rows = desk.read_rows("quality/incomplete_accounts")
    assert [(row["client_account_id"], row["fields_missing"]) for row in rows] == [("b", 2), ("a", 1)]
