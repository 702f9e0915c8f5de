"""Rows of queries as each role sees them."""

import json
from datetime import date

import pyarrow as pa
import pytest

from tests.support.people import person
from tests.support.query_parameters import parameters_of
from tests.support.stores import new_store
from workbench.access.masked_tables import PERSONAL_COLUMNS, as_seen_by, masked_table
from workbench.access.policy import Role
from workbench.store.engine.catalogue import catalogue

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


E_MAIL = "ada@example.com"
UNUSUAL = {
    "a large text": ("email_address", pa.array([E_MAIL], pa.large_string())),
    "a text view": ("email_address", pa.array([E_MAIL], pa.string_view())),
    "a code": ("email_address", pa.array([E_MAIL]).dictionary_encode()),
    "bytes": ("email_address", pa.array([E_MAIL.encode()])),
    "a list": ("email_address", pa.array([[E_MAIL]])),
    "a number": ("phone_number", pa.array([14155550100])),
    "a part of a column": ("owner", pa.array([{"email_address": E_MAIL}])),
    "a part of each of a list": ("owners", pa.array([[{"id": 1, "phone_number": "+14155550100"}]])),
}


@pytest.mark.parametrize("kind", UNUSUAL)
def test_what_cannot_be_masked_is_shown_to_nobody_for_whom_it_would_be(kind: str) -> None:
    name, values = UNUSUAL[kind]
    rows = pa.table({name: values})
    for role in LOOKING:
        with pytest.raises(TypeError, match="cannot be masked"):
            as_seen_by(person("Vi", role), rows)
    assert as_seen_by(person("Ann", Role.AGENT), rows).equals(rows)


def test_a_birth_date_that_is_a_date_leaves_no_file() -> None:
    with pytest.raises(TypeError, match="cannot be masked"):
        masked_table(pa.table({"date_of_birth": [date(1984, 5, 6)]}))


def test_a_column_without_any_value_stays() -> None:
    rows = pa.table({"email_address": pa.nulls(2)})
    assert as_seen_by(person("Vi", Role.VIEWER), rows)["email_address"].to_pylist() == [None, None]


def test_every_query_can_be_masked() -> None:
    store = new_store()
    for name, query in catalogue().items():
        rows = store.read(name, **parameters_of(query))
        assert as_seen_by(person("Vi", Role.VIEWER), rows).column_names == rows.column_names
        assert masked_table(rows).column_names == rows.column_names
    store.close()
