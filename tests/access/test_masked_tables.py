"""Rows of queries as each role sees them."""

import json

import pyarrow as pa
import pytest

from tests.support.people import person
from workbench.access.masked_tables import PERSONAL_COLUMNS, as_seen_by
from workbench.access.policy import Role

LINK = "https://verify.example.net/session/abc"
ROWS = pa.table(
    {
        "client_account_id": ["cust-1"],
        "display_name": ["Ada Quill"],
        "email_address": ["ada@example.com"],
        "phone_number": ["+14155550100"],
        "link_url": [LINK],
        "account_json": [json.dumps({"request": {"emailAddress": "ada@example.com", "taxId": "219-09-9881"}})],
    }
)
WORKING = (Role.AGENT, Role.LEAD, Role.ADMIN)
LOOKING = (Role.VIEWER, Role.ANALYST)


@pytest.mark.parametrize("role", WORKING)
def test_who_works_with_customers_gets_the_rows_as_they_are(role: Role) -> None:
    assert as_seen_by(person("Ann", role), ROWS).equals(ROWS)


@pytest.mark.parametrize("role", LOOKING)
def test_who_looks_gets_names_and_ids_and_neither_contact_data_nor_link(role: Role) -> None:
    (row,) = as_seen_by(person("Vi", role), ROWS).to_pylist()
    payload = json.loads(row.pop("account_json"))
    assert row == {
        "client_account_id": "cust-1",
        "display_name": "Ada Quill",
        "email_address": "•••• .com",
        "phone_number": "•••• 0100",
        "link_url": "https://verify.example.net/••••",
    }
    assert payload == {"request": {"emailAddress": "•••• .com", "taxId": "•••• 9881"}}


@pytest.mark.parametrize("found_in", ["email", "phone", "owner", None])
def test_what_a_search_found_is_masked_where_it_is_contact_data(found_in: str | None) -> None:
    rows = pa.table(
        {
            "found_in": pa.array([found_in], pa.string()),
            "found_text": ["ada quill 0100"],
            "written_as": [["Ada Quill 0100"]],
        }
    )
    (row,) = as_seen_by(person("Vi", Role.VIEWER), rows).to_pylist()
    shown = ("•••• 0100", None) if found_in in {"email", "phone"} else ("ada quill 0100", ["Ada Quill 0100"])
    assert (row["found_text"], row["written_as"]) == shown


@pytest.mark.parametrize("role", LOOKING)
def test_the_types_of_columns_stay(role: Role) -> None:
    assert as_seen_by(person("Vi", role), ROWS).schema == ROWS.schema


def test_what_is_masked_by_role_is_in_no_cache_that_people_share() -> None:
    seen = as_seen_by(person("Vi", Role.VIEWER), ROWS).to_pylist()[0]
    masked = {name for name, value in ROWS.to_pylist()[0].items() if seen[name] != value}
    assert masked == {"email_address", "phone_number", "link_url", "account_json"}
    assert masked | {"found_text", "written_as"} <= PERSONAL_COLUMNS
