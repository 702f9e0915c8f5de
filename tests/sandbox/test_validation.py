"""422 with one entry per wrong field, for the rules of GUIDE.md."""

from typing import Any

import pytest

from tests.support.account_requests import changed, company, individual, owner
from tests.support.sandbox_bench import Bench

BRITISH = {"streetAddress": ["1 High Street"], "city": "Leeds", "postalCode": "LS1 4DY", "country": "GBR"}


def _briton(**identity: Any) -> dict[str, Any]:
    person = changed(owner(clientOwnerId="o1"), "identity.personalAddress", BRITISH)
    for name in ("taxId", "taxIdType"):
        person = changed(person, f"identity.{name}", removed=True)
    return {**person, "identity": {**person["identity"], **identity}}


def _two_owners(**second: Any) -> list[dict[str, Any]]:
    return [
        owner(clientOwnerId="o1"),
        owner("Joan", "Clarke", **{"clientOwnerId": "o2", "role": "JOINT_OWNER"} | second),
    ]


def _refused(bench: Bench, payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = bench.open(payload)
    assert answer.status_code == 422, answer.text
    content = answer.json()
    assert content["code"] == 422
    fields = [entry["field"] for entry in content["validationErrors"]]
    assert len(fields) == len(set(fields))
    return {entry["field"]: entry for entry in content["validationErrors"]}


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(accounts=0)


@pytest.mark.parametrize(
    "path",
    [
        "clientAccountId",
        "owners",
        "investmentProfile.accountGoals.investmentObjective",
        "investmentProfile.customerProfile.annualIncomeRangeUsd",
        "owners[0].emailAddress",
        "owners[0].phoneNumber",
        "owners[0].mailingAddress",
        "owners[0].agreements",
        "owners[0].agreements[0].name",
        "owners[0].agreements[0].version",
        "owners[0].identity.givenName",
        "owners[0].identity.familyName",
        "owners[0].identity.dateOfBirth",
        "owners[0].identity.taxId",
        "owners[0].identity.taxIdType",
        "owners[0].identity.personalAddress",
        "owners[0].identity.personalAddress.postalCode",
        "owners[0].identity.employment",
        "owners[0].identity.employment.employerName",
        "owners[0].identity.employment.position",
        "owners[0].identity.employment.employerAddress",
        "owners[0].role",
    ],
)
def test_a_missing_field_of_a_person_is_named(bench: Bench, path: str) -> None:
    refused = _refused(bench, changed(individual(), path, removed=True))
    assert set(refused) == {path}
    assert "rejectedValue" not in refused[path]


@pytest.mark.parametrize(
    "name",
    [
        "entityEmailAddress",
        "entityLegalName",
        "entityPhoneNumber",
        "entityTaxId",
        "entityType",
        "operatingAddress",
        "operatingIndustry",
        "registeredAddress",
    ],
)
def test_each_of_the_eight_entity_fields_is_required(bench: Bench, name: str) -> None:
    assert set(_refused(bench, changed(company(), f"entity.{name}", removed=True))) == {f"entity.{name}"}


def test_an_entity_account_needs_its_entity(bench: Bench) -> None:
    assert set(_refused(bench, changed(company(), "entity", removed=True))) == {"entity"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("accountType", "COMPANY"),
        ("clientAccountId", "x" * 201),
        ("owners[0].emailAddress", "ada at home"),
        ("owners[0].phoneNumber", "(201) 555-0123"),
        ("owners[0].phoneNumber", "+0201555"),
        ("owners[0].role", "JOINT_OWNER"),
        ("owners[0].identity.dateOfBirth", "10.12.1985"),
        ("owners[0].identity.dateOfBirth", "1985-02-30"),
        ("owners[0].identity.taxIdType", "PASSPORT"),
        ("owners[0].identity.taxIdCountry", "US"),
        ("owners[0].identity.personalAddress.country", "XXX"),
        ("owners[0].identity.personalAddress.state", "Illinois"),
        ("owners[0].mailingAddress.country", "us"),
        ("owners[0].identity.employment.employerAddress.country", "United States"),
        ("owners[0].identity.employment.yearsEmployed", "four"),
        ("investmentProfile.accountGoals.investmentObjective", "RICHES"),
        ("settlementMethod", "CASH"),
    ],
)
def test_a_wrong_value_comes_back_with_its_field(bench: Bench, path: str, value: str) -> None:
    refused = _refused(bench, changed(individual(), path, value))
    assert set(refused) == {path}
    assert refused[path]["rejectedValue"] == value[:200]


@pytest.mark.parametrize(
    "typed", ["ada@example.com", "Ada@Example.TEST", '"ada byron"@example.com', "иван@пример.рф", "ada@[192.0.2.1]"]
)
def test_any_address_that_mail_can_be_sent_to_is_taken(bench: Bench, typed: str) -> None:
    payload = changed(individual(f"MAIL-{typed}"), "owners[0].emailAddress", typed)
    assert bench.open(payload).json()["request"]["owners"][0]["emailAddress"] == typed


@pytest.mark.parametrize(
    "typed", ["ada..byron@example.com", "<ada@example.com>", "ada@my_host.com", f"ada@{'x' * 64}.com"]
)
def test_an_address_that_no_mail_can_be_sent_to_is_refused(bench: Bench, typed: str) -> None:
    refused = _refused(bench, changed(individual(), "owners[0].emailAddress", typed))
    assert refused["owners[0].emailAddress"]["code"] == 1004


def test_a_whole_number_may_be_written_with_a_fraction_of_zero(bench: Bench) -> None:
    path = "owners[0].identity.employment.yearsEmployed"
    assert bench.open(changed(individual("YEARS-1"), path, 4.0)).status_code == 200
    refused = _refused(bench, changed(individual("YEARS-2"), path, 4.5))
    assert refused[path] == {"code": 1002, "field": path, "message": "must be of type integer", "rejectedValue": "4.5"}


def test_an_american_number_must_be_of_an_american_kind(bench: Bench) -> None:
    payload = changed(individual(owners=[owner(clientOwnerId="o1")]), "owners[0].identity.taxIdType", "NATIONAL_ID")
    assert set(_refused(bench, payload)) == {"owners[0].identity.taxIdType"}


def test_a_foreigner_needs_no_tax_id_but_a_national_id_needs_its_country_and_an_owner_id(bench: Bench) -> None:
    assert bench.open(individual("GB-1", owners=[_briton()])).status_code == 200
    number = {"taxId": "QQ123456C", "taxIdType": "NATIONAL_ID"}
    assert set(_refused(bench, individual("GB-2", owners=[_briton(**number)]))) == {"owners[0].identity.taxIdCountry"}
    person = _briton(**number, taxIdCountry="GBR")
    assert bench.open(individual("GB-2", owners=[person])).status_code == 200
    del person["clientOwnerId"]
    assert set(_refused(bench, individual("GB-3", owners=[person]))) == {"owners[0].clientOwnerId"}


def test_the_spelling_of_the_guide_is_accepted_too(bench: Bench) -> None:
    person = _briton(taxId="QQ123456C", taxIdType="NATIONALID", taxIdCountry="GBR")
    assert bench.open(individual("GB-9", owners=[person])).status_code == 200


def test_a_foreigner_taxed_in_the_usa_needs_a_number(bench: Bench) -> None:
    refused = _refused(bench, individual(owners=[_briton(taxIdCountry="USA")]))
    assert set(refused) == {"owners[0].identity.taxId", "owners[0].identity.taxIdType"}


def test_several_owners_have_ids_of_their_own(bench: Bench) -> None:
    assert bench.open(individual("J-1", owners=_two_owners())).status_code == 200
    same = individual("J-2", owners=_two_owners(clientOwnerId="o1"))
    assert set(_refused(bench, same)) == {"owners[1].clientOwnerId"}
    without = changed(individual("J-2", owners=_two_owners()), "owners[0].clientOwnerId", removed=True)
    assert set(_refused(bench, without)) == {"owners[0].clientOwnerId"}


def test_there_is_exactly_one_primary_owner(bench: Bench) -> None:
    assert set(_refused(bench, individual(owners=_two_owners(role="PRIMARY_OWNER")))) == {"owners[1].role"}


def test_owners_of_an_entity_after_the_first_are_beneficial_owners(bench: Bench) -> None:
    assert set(_refused(bench, changed(company(), "owners[1].role", "JOINT_OWNER"))) == {"owners[1].role"}


def test_every_wrong_field_is_listed_at_once(bench: Bench) -> None:
    payload = changed(changed(individual(), "owners[0].phoneNumber", "1"), "owners[0].agreements", [])
    payload = changed(payload, "owners[0].identity.taxId", removed=True)
    assert set(_refused(bench, payload)) == {
        "owners[0].phoneNumber",
        "owners[0].agreements",
        "owners[0].identity.taxId",
    }


def test_a_refused_account_is_not_opened(bench: Bench) -> None:
    _refused(bench, changed(individual("GHOST"), "owners[0].phoneNumber", removed=True))
    assert bench.call("GET", "/apex-crypto/api/v2/accounts/GHOST").status_code == 404


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("accountType", "CUSTODIAL"),
        ("id", "another-number"),
        ("owners[0].identity.dateOfBirth", "1986-12-10"),
        ("owners[0].identity.taxId", "666-99-9999"),
        ("owners[0].identity.taxIdType", "ITIN"),
        ("owners[0].identity.taxIdCountry", "GBR"),
        ("owners[0].identity.citizenshipCountry", "FRA"),
        ("enrollments", {"registrationIndividual": {"state": "no"}}),
    ],
)
def test_a_restricted_field_of_an_update_is_refused(path: str, value: Any) -> None:
    bench = Bench(accounts=0)
    before = changed(individual("U-1"), "enrollments", {"registrationIndividual": {}})
    before = changed(before, "owners[0].identity.citizenshipCountry", "USA")
    bench.open(before)
    refused = _refused(bench, changed(before, path, value))
    assert path in refused
    assert refused[path]["code"] == 1005
    assert bench.payload("U-1")["request"] == before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("owners[0].phoneNumber", "+12015550199"),
        ("owners[0].identity.personalAddress.city", "Peoria"),
        ("owners[0].identity.familyName", "King"),
        ("owners[0].emailAddress", "ada.king@example.com"),
        ("owners[0].identity.taxIdCountry", "USA"),
        ("unknownField", {"kept": [None, 2**70]}),
    ],
)
def test_an_allowed_update_replaces_the_payload(path: str, value: Any) -> None:
    bench = Bench(accounts=0)
    bench.open(individual("U-1"))
    after = changed(individual("U-1"), path, value)
    answer = bench.open(after)
    assert answer.status_code == 200
    assert answer.json()["request"] == bench.payload("U-1")["request"] == after


def test_a_migrated_account_may_stay_incomplete_and_be_completed_bit_by_bit() -> None:
    bench = Bench(accounts=300)
    gap = "owners[0].phoneNumber"
    told = next(one for one in bench.sandbox.truth() if gap in one["missing_fields"] and len(one["missing_fields"]) > 1)
    name = told["client_account_id"]
    stored = bench.payload(name)["request"]
    assert bench.open(stored).status_code == 200
    assert bench.open(changed(stored, gap, "+12015550123")).status_code == 200
    assert set(bench.truth(name)["missing_fields"]) == set(told["missing_fields"]) - {gap}


def test_what_was_complete_cannot_be_taken_away() -> None:
    bench = Bench(accounts=0)
    bench.open(individual("U-1"))
    assert set(_refused(bench, changed(individual("U-1"), "owners[0].phoneNumber", removed=True))) == {
        "owners[0].phoneNumber"
    }
