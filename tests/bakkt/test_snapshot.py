"""What the store keeps of a response, however malformed it is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_bakkt import ACCOUNT, DOCUMENT, METADATA, OWNER
from workbench.bakkt.snapshot import (
    snapshot_account,
    snapshot_can_trade,
    snapshot_document_created_at,
    snapshot_documents,
    snapshot_settlement_method,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def account(**request: Any) -> dict[str, Any]:
    return {**ACCOUNT, "request": request}


def owner(given: object, family: object, role: object = "PRIMARY_OWNER", **more: Any) -> dict[str, Any]:
    return {"role": role, "identity": {"givenName": given, "familyName": family}, **more}


def test_an_individual_is_kept_with_its_owner() -> None:
    kept = snapshot_account({**ACCOUNT, "pendingUpdateIds": ["u-1", None, 7, "u-2"]})
    assert (kept.bakkt_account_id, kept.request_status, kept.account_type) == ("bakkt-1", "COMPLETE", "INDIVIDUAL")
    assert kept.created_at == datetime(2026, 1, 29, 2, 55, 2, 847000, tzinfo=UTC)
    assert (kept.is_entity, kept.display_name, kept.entity_name) == (False, "Orla O'Brien", None)
    assert kept.pending_update_ids == ("u-1", "u-2")
    (only,) = kept.owners
    assert (only.client_owner_id, only.role, only.position, only.country) == ("owner-1", "PRIMARY_OWNER", 0, "USA")
    assert (only.given_name, only.middle_names, only.family_name) == ("Orla", None, "O'Brien")
    assert (only.email_address, only.phone_number) == ("orla@example.com", "+15550001111")


@pytest.mark.parametrize(
    ("request_value", "is_entity"),
    [
        ({"accountType": "ENTITY"}, True),
        ({"accountType": "ENTITY_PERSONAL_TRUST"}, True),
        ({"accountType": "CUSTODIAL"}, True),
        ({"accountType": "INDIVIDUAL", "entity": {}}, False),
        ({"accountType": "NEWER", "entity": {}}, False),
        ({"entity": {}}, True),
        ({"accountType": None, "entity": {}}, True),
        ({"accountType": 7, "entity": {}}, True),
        ({"accountType": "", "entity": {}}, True),
        ({"entity": None}, False),
        ({"entity": "Acme"}, False),
        ({}, False),
    ],
)
def test_what_an_entity_is(request_value: dict[str, Any], is_entity: bool) -> None:
    assert snapshot_account(account(**request_value)).is_entity is is_entity


@pytest.mark.parametrize(
    ("request_value", "name"),
    [
        ({"accountType": "ENTITY", "entity": {"entityLegalName": "Acme"}, "owners": [owner("Ann", "Bo")]}, "Acme"),
        ({"accountType": "CUSTODIAL", "owners": [owner("Ann", "Bo")]}, "Ann Bo"),
        ({"accountType": "INDIVIDUAL", "entity": {"entityLegalName": "A"}, "owners": [owner("Ann", "Bo")]}, "Ann Bo"),
        ({"owners": [owner("Joe", "Lee", "JOINT_OWNER"), owner("Ann", "Bo"), owner("Cy", "Di")]}, "Ann Bo"),
        ({"owners": [owner("Joe", "Lee", "JOINT_OWNER"), owner("Ann", "Bo", None)]}, "Joe Lee"),
        ({"owners": [owner("佐藤", None)]}, "佐藤"),
        ({"owners": [owner(7, "Bo")]}, "Bo"),
        ({"owners": [owner(" ", "")]}, None),
        ({"owners": [None, owner("Ann", "Bo", None)]}, "Ann Bo"),
        ({"owners": []}, None),
        ({"owners": "nobody"}, None),
        ({}, None),
    ],
)
def test_the_name_that_an_account_goes_by(request_value: dict[str, Any], name: str | None) -> None:
    assert snapshot_account(account(**request_value)).display_name == name


def lives_in(**address: object) -> dict[str, Any]:
    return {"identity": {"personalAddress": address}}


@pytest.mark.parametrize(
    ("owners", "residence"),
    [
        ([lives_in(country="USA", state="TX"), lives_in(country="POL")], ("USA", "TX")),
        ([lives_in(country="DEU")], ("DEU", None)),
        ([None, lives_in(country="USA", state="NY")], ("USA", "NY")),
        ([lives_in(country=7, state=["TX"])], (None, None)),
        ([{"identity": None}], (None, None)),
        ("nobody", (None, None)),
    ],
)
def test_an_account_lives_where_its_first_owner_does(owners: object, residence: tuple[str | None, str | None]) -> None:
    kept = snapshot_account(account(owners=owners))
    assert (kept.country, kept.state) == residence


def test_an_owner_keeps_its_place_in_the_payload() -> None:
    owners = [None, owner("Ann", "Bo"), "x", owner("Cy", "Di", "NEW_ROLE", clientOwnerId=7)]
    kept = snapshot_account(account(owners=owners)).owners
    assert [(one.position, one.role, one.client_owner_id) for one in kept] == [
        (1, "PRIMARY_OWNER", None),
        (3, "NEW_ROLE", None),
    ]


@given(request_value=JSON, owners=JSON, identity=JSON, pending=JSON, entity=JSON)
def test_nothing_inside_an_answer_breaks_a_snapshot(
    request_value: Any, owners: Any, identity: Any, pending: Any, entity: Any
) -> None:
    snapshot_account({**ACCOUNT, "request": request_value, "pendingUpdateIds": pending})
    request = {"owners": [owners, {**OWNER, "identity": identity, "role": owners}], "entity": entity}
    snapshot_account(account(**request, accountType=pending))
    snapshot_documents(
        {"documentMetadata": [{**METADATA, "documentExpiration": owners, "description": entity}, pending]}
    )
    snapshot_documents({"documentMetadata": identity})


def test_documents_are_kept_with_their_expiry_in_utc() -> None:
    metadata = {
        **METADATA,
        "clientOwnerId": "owner-1",
        "description": "pass",
        "documentExpiration": "2026-10-04T18:34:29.446123789+02:00",
        "issueCountry": "USA",
    }
    (kept,) = snapshot_documents({"documentMetadata": [metadata]})
    assert (kept.client_document_id, kept.document_type, kept.document_side) == (
        METADATA["clientDocumentId"],
        "PASSPORT",
        "FRONT",
    )
    assert (kept.client_owner_id, kept.description, kept.issue_country) == ("owner-1", "pass", "USA")
    assert kept.expires_at == datetime(2026, 10, 4, 16, 34, 29, 446123, tzinfo=UTC)


def test_a_document_belongs_to_its_owner_whatever_blanks_stand_around_the_id() -> None:
    (kept,) = snapshot_documents({"documentMetadata": [{**METADATA, "clientOwnerId": " owner-1 "}]})
    snapshot = snapshot_account(account(owners=[{**OWNER, "clientOwnerId": "owner-1\n"}]))
    assert (kept.client_owner_id, snapshot.owners[0].client_owner_id) == ("owner-1", "owner-1")


@pytest.mark.parametrize("value", [{}, {"documentMetadata": None}, {"documentMetadata": []}])
def test_no_documents_are_no_rows(value: dict[str, Any]) -> None:
    assert snapshot_documents(value) == ()


def test_a_document_listed_twice_is_one_row() -> None:
    documents = [METADATA, {**METADATA, "documentSide": "BACK"}]
    assert [kept.document_side for kept in snapshot_documents({"documentMetadata": documents})] == ["BACK"]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-04T16:34:29.446Z", datetime(2026, 10, 4, 16, 34, 29, 446000, tzinfo=UTC)),
        ("2026-10-04T16:34:29Z", datetime(2026, 10, 4, 16, 34, 29, tzinfo=UTC)),
        ("2026-10-04T16:34:29+05:30", datetime(2026, 10, 4, 11, 4, 29, tzinfo=UTC)),
        ("2026-10-04T16:34:29", datetime(2026, 10, 4, 16, 34, 29, tzinfo=UTC)),
        ("2026-10-04T16:34:29.123456789Z", datetime(2026, 10, 4, 16, 34, 29, 123456, tzinfo=UTC)),
        ("2026-10-04t16:34:29z", datetime(2026, 10, 4, 16, 34, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("next week", None),
        ("", None),
        (1767225600, None),
        (None, None),
    ],
)
def test_times_are_read_as_utc_or_not_at_all(text: object, instant: datetime | None) -> None:
    (kept,) = snapshot_documents({"documentMetadata": [{**METADATA, "documentExpiration": text}]})
    assert kept.expires_at == instant


def test_the_small_answers() -> None:
    assert snapshot_can_trade({"canTradeCrypto": True}) is True
    assert snapshot_can_trade({"canTradeCrypto": False}) is False
    assert snapshot_settlement_method({"settlementMethod": "A_NEW_ONE"}) == "A_NEW_ONE"
    assert snapshot_settlement_method({"settlementMethod": 7}) is None
    assert snapshot_document_created_at(DOCUMENT) == datetime(2026, 1, 29, 2, 55, 2, tzinfo=UTC)


def test_a_snapshot_does_not_show_whom_it_is_about() -> None:
    documents = {"documentMetadata": [{**METADATA, "description": "Orla's pass"}]}
    shown = repr(snapshot_account(json.loads(json.dumps(ACCOUNT)))) + repr(snapshot_documents(documents))
    assert not [name for name in ("Orla", "Brien", "orla@", "+1555") if name in shown]
