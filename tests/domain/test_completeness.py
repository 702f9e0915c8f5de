"""GUIDE, "Opening an account": the list of what a new account must carry."""

from copy import deepcopy
from typing import Any

import pytest

from tests.support.facts import ago, document
from workbench.domain.account.completeness import missing_fields
from workbench.domain.snapshots import DocumentSnapshot

AN_ADDRESS = {"streetAddress": ["1 Main St"], "city": "Austin", "state": "TX", "postalCode": "78701", "country": "USA"}
FOREIGN_ADDRESS = {"streetAddress": ["Storgata 1"], "city": "Oslo", "country": "NOR"}

ENTITY_TABLE_OF_THE_GUIDE = {
    "entityLegalName": "Acme LLC",
    "entityOfferings": "Tools",
    "entityTaxId": "12-3456789",
    "firmAnnualNetIncome": "UNDER_250K",
    "firmLiquidNetWorthUsdRange": "UNDER_250K",
    "firmTotalNetWorthUsdRange": "UNDER_250K",
    "dailyTransactionVolumeUsdRange": "UNDER_250K",
    "dailyNotionalTradingVolumeUsdRange": "UNDER_250K",
    "entityEmailAddress": "acme@example.test",
    "entityPhoneNumber": "+14155550111",
    "entityFormationDate": "2020-02-02",
    "operatingCountries": ["USA"],
    "registeredAddress": AN_ADDRESS,
    "operatingAddress": AN_ADDRESS,
    "sourceOfCurrency": "Sales",
    "sourceOfFunds": "Sales",
    "investmentObjective": "GROWTH",
    "investmentExperience": "GOOD",
    "entityType": "LLC",
    "operatingIndustry": "Retail",
    "subjectToAMLRegulations": False,
    "activeWalletAddress": "bc1q-invented",
    "entityRegistrationStatus": "NOT_APPLICABLE",
}


def a_person(client_owner_id: str | None = None, role: str = "PRIMARY_OWNER") -> dict[str, Any]:
    person: dict[str, Any] = {
        "role": role,
        "identity": {
            "givenName": "Ann",
            "familyName": "Test",
            "dateOfBirth": "1990-01-01",
            "taxId": "000-00-0000",
            "taxIdType": "SSN",
            "personalAddress": AN_ADDRESS,
            "employment": {"employerName": "Acme", "position": "Clerk", "employerAddress": AN_ADDRESS},
        },
        "emailAddress": "ann@example.test",
        "phoneNumber": "+14155550100",
        "mailingAddress": AN_ADDRESS,
        "agreements": [{"name": "User agreement", "version": "3"}],
    }
    return person if client_owner_id is None else {**person, "clientOwnerId": client_owner_id}


def a_request(*owners: dict[str, Any], **more: object) -> dict[str, Any]:
    return deepcopy(
        {
            "clientAccountId": "A",
            "owners": list(owners) or [a_person()],
            "investmentProfile": {
                "accountGoals": {"investmentObjective": "GROWTH"},
                "customerProfile": {"annualIncomeRangeUsd": "UNDER_25K"},
            },
            **more,
        }
    )


def a_foreigner(client_owner_id: str | None = "o1") -> dict[str, Any]:
    person = deepcopy(a_person(client_owner_id))
    person["identity"].update(personalAddress=FOREIGN_ADDRESS, taxId=None, taxIdType=None)
    return person


def missing(request: dict[str, Any], *documents: DocumentSnapshot, is_entity: bool = False) -> tuple[str, ...]:
    return missing_fields(request, is_entity=is_entity, documents=documents)


def without(request: dict[str, Any], path: str, put: object = None) -> dict[str, Any]:
    """Return the request with the value at a dotted path replaced (None for null, ... to remove the key)."""
    changed = deepcopy(request)
    *parents, last = path.split(".")
    holder: Any = changed
    for name in parents:
        holder = holder[int(name)] if name.isdigit() else holder[name]
    if put is ...:
        del holder[last]
    else:
        holder[int(last) if isinstance(holder, list) else last] = put
    return changed


def as_named(path: str) -> str:
    """Convert ``owners.0.identity`` to Bakkt's notation, ``owners[0].identity``."""
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".")).removeprefix(".")


def test_a_whole_american_account_lacks_nothing() -> None:
    assert missing(a_request()) == ()


NEEDED = [
    "investmentProfile.accountGoals.investmentObjective",
    "investmentProfile.customerProfile.annualIncomeRangeUsd",
    "owners.0.role",
    "owners.0.identity.givenName",
    "owners.0.identity.familyName",
    "owners.0.identity.dateOfBirth",
    "owners.0.identity.taxId",
    "owners.0.identity.taxIdType",
    "owners.0.identity.personalAddress",
    "owners.0.identity.employment",
    "owners.0.identity.employment.employerAddress",
    "owners.0.emailAddress",
    "owners.0.phoneNumber",
    "owners.0.mailingAddress",
    "owners.0.agreements",
    "owners.0.agreements.0.name",
    "owners.0.agreements.0.version",
]


@pytest.mark.parametrize("path", NEEDED)
@pytest.mark.parametrize("gone", [None, "", "  ", ..., [], {}], ids=["null", "empty", "blank", "absent", "[]", "{}"])
def test_each_needed_field_is_missed_by_its_own_name(path: str, gone: object) -> None:
    found = missing(without(a_request(), path, gone))
    if path == "owners.0.identity.personalAddress":
        assert as_named(path) in found
    else:
        assert found == (as_named(path),)


@pytest.mark.parametrize("path", ["owners.0.identity.middleNames", "owners.0.identity.citizenshipCountry", "entity"])
def test_what_is_deprecated_or_optional_is_not_asked_for(path: str) -> None:
    assert missing(without(a_request(), path)) == ()


@pytest.mark.parametrize("owners", [None, [], "Ann", [None], ["Ann"]])
def test_an_account_without_owners_says_so(owners: object) -> None:
    assert missing(without(a_request(), "owners", owners)) == ("owners",)


@pytest.mark.parametrize("profile", [None, "x", [], {"accountGoals": "x", "customerProfile": 3}])
def test_a_profile_of_the_wrong_kind_is_missing_in_both_fields(profile: object) -> None:
    assert missing(without(a_request(), "investmentProfile", profile)) == (
        "investmentProfile.accountGoals.investmentObjective",
        "investmentProfile.customerProfile.annualIncomeRangeUsd",
    )


def test_several_owners_need_ids_that_differ() -> None:
    second = {"role": "JOINT_OWNER"}
    assert missing(a_request(a_person("o1"), a_person("o2", **second))) == ()
    ids = ("owners[0].clientOwnerId", "owners[1].clientOwnerId")
    assert missing(a_request(a_person(), a_person(None, **second))) == ids
    assert missing(a_request(a_person("o1"), a_person("o1", **second))) == ids
    assert missing(a_request(a_person("o1"), a_person(None, **second))) == ids[1:]


def test_exactly_one_primary_owner_and_it_is_the_first() -> None:
    joint = a_person("o2", role="JOINT_OWNER")
    assert missing(a_request(a_person("o1"), a_person("o2"))) == ("owners[1].role",)
    assert missing(a_request(joint, a_person("o1"))) == ("owners[0].role", "owners[1].role")


def test_a_foreigner_without_tax_id_needs_only_an_identity_document() -> None:
    assert missing(a_request(a_foreigner())) == ("owners[0].identityDocument",)
    assert missing(a_request(a_foreigner()), document("PASSPORT", client_owner_id="o1")) == ()


@pytest.mark.parametrize("kind", ["PASSPORT", "IDENTIFICATION_CARD", "DRIVERS_LICENSE"])
def test_three_document_types_are_identity_documents(kind: str) -> None:
    assert missing(a_request(a_foreigner()), document(kind, client_owner_id="o1")) == ()


@pytest.mark.parametrize("paper", [document("VISA", client_owner_id="o1"), document("PASSPORT", client_owner_id="o2")])
def test_other_documents_and_other_peoples_are_not_identity_documents(paper: DocumentSnapshot) -> None:
    assert missing(a_request(a_foreigner()), paper) == ("owners[0].identityDocument",)


def test_an_expired_identity_document_counts_and_blanks_around_ids_do_not_matter() -> None:
    passport = document("PASSPORT", client_owner_id="o1", expires_at=ago(24 * 400))
    assert missing(a_request(a_foreigner(" o1 ")), passport) == ()


def test_a_document_without_owner_identifies_none_of_several_owners() -> None:
    request = a_request(a_foreigner(None), {**a_foreigner(None), "role": "JOINT_OWNER"})
    found = missing(request, document("PASSPORT"))
    assert {"owners[0].identityDocument", "owners[1].identityDocument"} <= set(found)


def test_an_american_needs_no_identity_document() -> None:
    assert missing(a_request()) == ()


def test_a_national_id_needs_its_country_and_an_owner_id() -> None:
    person = a_foreigner(None)
    person["identity"].update(taxId="12345678901", taxIdType="NATIONAL_ID")
    found = missing(a_request(person), document("PASSPORT"))
    assert set(found) == {"owners[0].identity.taxIdCountry", "owners[0].clientOwnerId"}
    person["identity"]["taxIdCountry"] = "NOR"
    person["clientOwnerId"] = "o1"
    assert missing(a_request(person), document("PASSPORT", client_owner_id="o1")) == ()


def test_both_spellings_of_national_id_are_accepted() -> None:
    person = a_foreigner("o1")
    person["identity"].update(taxId="12345678901", taxIdType="NATIONALID", taxIdCountry="NOR")
    assert missing(a_request(person), document("PASSPORT", client_owner_id="o1")) == ()


def test_someone_taxed_in_the_usa_needs_a_tax_id_wherever_they_live() -> None:
    person = a_foreigner("o1")
    person["identity"].update(taxIdCountry="USA")
    found = missing(a_request(person), document("PASSPORT", client_owner_id="o1"))
    assert found == ("owners[0].identity.taxId", "owners[0].identity.taxIdType")


def test_someone_who_lives_in_the_usa_needs_a_tax_id_wherever_they_are_taxed() -> None:
    person = a_person("o1")
    person["identity"].update(taxIdCountry="NOR", taxId=None, taxIdType=None)
    assert missing(a_request(person)) == ("owners[0].identity.taxId", "owners[0].identity.taxIdType")


def test_a_whole_entity_lacks_nothing() -> None:
    assert missing(a_request(entity=ENTITY_TABLE_OF_THE_GUIDE), is_entity=True) == ()


@pytest.mark.parametrize("name", ENTITY_TABLE_OF_THE_GUIDE)
@pytest.mark.parametrize("gone", [None, ""])
def test_each_field_of_the_guides_entity_table_is_missed(name: str, gone: object) -> None:
    entity = {**ENTITY_TABLE_OF_THE_GUIDE, name: gone}
    assert missing(a_request(entity=entity), is_entity=True) == (f"entity.{name}",)


def test_false_is_an_answer() -> None:
    entity = {**ENTITY_TABLE_OF_THE_GUIDE, "subjectToAMLRegulations": False}
    assert missing(a_request(entity=entity), is_entity=True) == ()


@pytest.mark.parametrize("entity", [None, {}, "Acme"])
def test_an_entity_without_its_object_is_missed_once(entity: object) -> None:
    assert missing(a_request(entity=entity), is_entity=True) == ("entity",)


def test_a_payload_of_nothing_but_surprises_is_still_checked() -> None:
    odd = a_request({"identity": [], "agreements": "yes", "role": 3, "mailingAddress": 5, "clientOwnerId": 9})
    found = missing(odd)
    assert {"owners[0].agreements", "owners[0].mailingAddress", "owners[0].identity.givenName"} <= set(found)
    assert len(found) == len(set(found))


def paths_in(value: object, path: str = "") -> list[str]:
    """Return every dotted path of a payload."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for key, inner in items for p in (f"{path}{key}", *paths_in(inner, f"{path}{key}."))]


ENTITY_REQUEST = a_request(
    a_foreigner(), {**a_person("o2"), "role": "BENEFICIAL_OWNER"}, entity=ENTITY_TABLE_OF_THE_GUIDE
)


@pytest.mark.parametrize("odd", [{}, [], [[]], {"a": {}}, "text", 0, 1.5, True, None], ids=repr)
def test_no_wrongly_typed_value_anywhere_stops_the_check(odd: object) -> None:
    for path in paths_in(ENTITY_REQUEST):
        found = missing(without(ENTITY_REQUEST, path, odd), document("PASSPORT"), is_entity=True)
        assert all(isinstance(name, str) for name in found)
