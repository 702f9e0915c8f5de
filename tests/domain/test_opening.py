"""The form that opens an account: every rule at its field, and the body that is sent."""

from datetime import date, timedelta

import pytest

from tests.support.applicants import LYON, company, individual, without
from workbench.bakkt.models import find_account_faults
from workbench.domain.account import (
    FieldAnswer,
    Form,
    Kind,
    body_of,
    check,
    choices,
    errors_of,
    fields_of,
    issues_of,
    owners_abroad,
    place_refusals,
    steps_of,
)
from workbench.domain.account.choices import (
    AccountType,
    EntityRegistrationStatus,
    EntityType,
    EntityUSDRange,
    InvestmentExperience,
    InvestmentObjective,
    LiquidityNeeds,
    MaritalStatus,
    RiskTolerance,
    SettlementMethod,
    TaxIdType,
    TimeHorizon,
    USDRange,
)
from workbench.domain.account.completeness import missing_fields
from workbench.sandbox.api.validation import validate_new

TODAY = date(2026, 11, 22)
OWNER = "owners[0].identity"


def words_at(form: Form, path: str) -> str:
    """Return the error at this field, after asserting that no other field has one."""
    found = errors_of(form, TODAY)
    assert {one.path for one in found} <= {path}
    return " ".join(one.words for one in found)


def living_in_lyon(**changed: FieldAnswer) -> Form:
    address = {f"{OWNER}.personalAddress.{name}": value for name, value in LYON.items()}
    return individual(**{**address, "owners[0].phoneNumber": "04 72 10 30 30", **changed})


def page_text(form: Form, path: str, answer: FieldAnswer) -> str:
    return next((one.words for one in errors_of(form.with_answer(path, answer), TODAY) if one.path == path), "")


def doubted_at(form: Form, path: str, answer: FieldAnswer) -> str:
    """Return what is unusual about this answer, in short, after asserting that it may be sent."""
    form = form.with_answer(path, answer)
    assert path not in {one.path for one in errors_of(form, TODAY)}
    return ", ".join(doubt.short for one in issues_of(form, TODAY) if one.path == path for doubt in one.doubts)


@pytest.mark.parametrize(
    "form", [individual(), company(), company("firm-1001", 1)], ids=["individual", "entity", "one owner"]
)
def test_a_complete_form_is_what_bakkt_takes(form: Form) -> None:
    body = body_of(form, TODAY)
    assert errors_of(form, TODAY) == ()
    assert not [one for one in issues_of(form, TODAY) if one.doubts]
    assert find_account_faults(body) == ()
    assert validate_new(body) == []


def test_an_individual_that_passes_lacks_nothing_of_a_new_account() -> None:
    assert missing_fields(body_of(individual(), TODAY), is_entity=False, documents=()) == ()


def test_what_an_entity_may_leave_out_is_warned_of_and_counts_as_missing() -> None:
    form = company("firm-1001", 1)
    warned = {one.path for one in issues_of(form, TODAY) if one.is_warning}
    assert warned == set(missing_fields(body_of(form, TODAY), is_entity=True, documents=()))


@pytest.mark.parametrize("account_type", ["ENTITY", "ENTITY_PERSONAL_TRUST", "CUSTODIAL"])
def test_every_kind_of_entity_has_the_entity_step(account_type: str) -> None:
    form = company().with_answer("accountType", account_type)
    assert [step.key for step in steps_of(form)] == ["account", "profile", "owner-1", "owner-2", "owner-3", "entity"]
    assert validate_new(body_of(form, TODAY)) == []


def test_an_individual_is_not_asked_for_an_entity() -> None:
    assert [step.key for step in steps_of(individual())] == ["account", "profile", "owner-1"]


REQUIRED = [
    "accountType",
    "clientAccountId",
    "investmentProfile.accountGoals.investmentObjective",
    "investmentProfile.customerProfile.annualIncomeRangeUsd",
    f"{OWNER}.givenName",
    f"{OWNER}.familyName",
    f"{OWNER}.dateOfBirth",
    f"{OWNER}.taxIdType",
    f"{OWNER}.taxId",
    "owners[0].emailAddress",
    "owners[0].phoneNumber",
    f"{OWNER}.employment.employerName",
    f"{OWNER}.employment.position",
    "owners[0].agreements[0].name",
    "owners[0].agreements[0].version",
    *(
        f"{holder}.{part}"
        for holder in (f"{OWNER}.personalAddress", f"{OWNER}.employment.employerAddress")
        for part in ("streetAddress[0]", "city", "country", "state", "postalCode")
    ),
]


@pytest.mark.parametrize("path", REQUIRED)
def test_what_a_new_account_must_carry_is_missed_at_its_field(path: str) -> None:
    found = {one.path: one.words for one in errors_of(without(individual(), path), TODAY)}
    assert found[path]


EIGHT_OF_THE_CONTRACT = [
    "entity.entityEmailAddress",
    "entity.entityLegalName",
    "entity.entityPhoneNumber",
    "entity.entityTaxId",
    "entity.entityType",
    "entity.operatingAddress.city",
    "entity.operatingIndustry",
    "entity.registeredAddress.city",
]


@pytest.mark.parametrize("path", EIGHT_OF_THE_CONTRACT)
def test_the_eight_fields_of_an_entity_are_missed_at_their_field(path: str) -> None:
    assert words_at(without(company(), path), path)


def test_without_another_mailing_address_the_personal_one_is_sent() -> None:
    owner = body_of(individual(), TODAY)["owners"][0]
    assert owner["mailingAddress"] == owner["identity"]["personalAddress"]
    apart = without(individual(), "owners[0].mailingAddress.same")
    assert {one.path for one in errors_of(apart, TODAY)} == {
        f"owners[0].mailingAddress.{part}" for part in ("streetAddress[0]", "city", "country")
    }


def test_the_first_owner_is_the_primary_one_and_all_others_beneficial_ones() -> None:
    roles = [owner["role"] for owner in body_of(company(), TODAY)["owners"]]
    assert roles == ["PRIMARY_OWNER", "BENEFICIAL_OWNER", "BENEFICIAL_OWNER"]


def test_an_individual_account_may_have_joint_owners() -> None:
    form = company().with_answer("accountType", "INDIVIDUAL")
    assert page_text(form, "accountType", "INDIVIDUAL") == ""
    roles = [owner["role"] for owner in body_of(form, TODAY)["owners"]]
    assert roles == ["PRIMARY_OWNER", "JOINT_OWNER", "JOINT_OWNER"]


def test_several_owners_need_ids_of_their_own() -> None:
    assert page_text(company(), "owners[1].clientOwnerId", "") != ""
    assert "Another owner" in page_text(company(), "owners[1].clientOwnerId", "person-1")
    assert page_text(individual(), "owners[0].clientOwnerId", "") == ""


def test_a_national_id_needs_an_owner_id() -> None:
    form = living_in_lyon()
    form = form.with_answer(f"{OWNER}.taxIdType", "NATIONAL_ID").with_answer(f"{OWNER}.taxIdCountry", "FRA")
    assert page_text(form, "owners[0].clientOwnerId", "") != ""
    assert page_text(form.with_answer(f"{OWNER}.taxIdType", "NONE"), "owners[0].clientOwnerId", "") == ""


def test_two_owners_with_the_same_tax_number_are_doubted() -> None:
    assert doubted_at(company(), "owners[1].identity.taxId", "219099881") == "number of another owner"


TAX_NUMBERS = {
    ("SSN", "219-09-9881"): True,
    ("SSN", "219099881"): True,
    ("SSN", "219 09 9881"): True,
    ("SSN", "21909988"): False,
    ("SSN", "2190998811"): False,
    ("SSN", "٢١٩٠٩٩٨٨١"): True,
    ("SSN", "219\u201109\u20119881"): True,
    ("SSN", "\u202a219–09–9881\u202c"): True,
    ("SSN", "２１９−０９−９８８１"): True,
    ("SSN", "219\u00a009\u200b 9881"): True,
    ("SSN", "219.09.9881"): True,
    ("SSN", "———-——-9881"): False,
    ("SSN", "•••• 9881"): False,
    ("SSN", "XXX-XX-9881"): False,
    ("ITIN", "912-70-1234"): True,
    ("EIN", "12-1234567"): True,
    ("EIN", "12—1234567"): True,
    ("EIN", "12-12345"): False,
}


@pytest.mark.parametrize(("kind", "number"), TAX_NUMBERS)
def test_us_tax_numbers_have_their_shapes(kind: str, number: str) -> None:
    form = individual(**{f"{OWNER}.taxIdType": kind})
    words = page_text(form, f"{OWNER}.taxId", number)
    assert (words == "") is TAX_NUMBERS[kind, number]
    assert number not in words


def test_two_owners_cannot_have_one_number_in_other_signs() -> None:
    form = company()
    first, third = "owners[0].identity.taxId", "owners[2].identity.taxId"
    assert "number of another owner" in doubted_at(form, first, "２１９—０９—９８８２")
    french = form.with_answer("owners[1].identity.taxId", "AB 123456")
    assert "number of another owner" in doubted_at(french, third, "ΑΒ\u00a0١٢٣٤٥٦")


def test_a_date_is_sent_in_plain_digits_and_judged_by_them() -> None:
    form = company().with_answer("accountType", "CUSTODIAL")
    path = "owners[1].identity.dateOfBirth"
    (field,) = (one for one in fields_of(form) if one.path == path)
    checked = check(field, form.with_answer(path, "２０１５‑٠١‑01"), TODAY)
    assert checked.value == "2015-01-01"
    assert "A minor" in checked.warning
    signed = "owners[0].agreements[0].eSignedDate"
    (field,) = (one for one in fields_of(form) if one.path == signed)
    assert check(field, form.with_answer(signed, "2026–11–20"), TODAY).value == "2026-11-20T12:00:00Z"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        *(("SSN", number) for number in ("000-09-9881", "666-09-9881", "912-70-1234", "219-00-9881", "219-09-0000")),
        *(("ITIN", "219-70-1234"), ("ITIN", "912-89-1234"), ("EIN", "00-1234567")),
    ],
)
def test_a_us_number_that_is_not_issued_yet_is_doubted(kind: str, number: str) -> None:
    form = individual(**{f"{OWNER}.taxIdType": kind})
    assert doubted_at(form, f"{OWNER}.taxId", number) == "format or check digits do not match"


def test_an_itin_of_the_newer_groups_raises_no_doubt() -> None:
    form = individual(**{f"{OWNER}.taxIdType": "ITIN"})
    assert doubted_at(form, f"{OWNER}.taxId", "912-55-3456") == ""


def test_who_lives_in_the_usa_or_is_taxed_there_has_a_us_number() -> None:
    for kind in ("NATIONAL_ID", "NONE"):
        assert "SSN" in page_text(individual(), f"{OWNER}.taxIdType", kind)
    abroad = living_in_lyon()
    taxed_here = abroad.with_answer(f"{OWNER}.taxIdCountry", "USA")
    assert "SSN" in page_text(taxed_here, f"{OWNER}.taxIdType", "NATIONAL_ID")


def test_others_have_a_national_id_with_its_country_or_none() -> None:
    abroad = living_in_lyon()
    abroad = abroad.with_answer(f"{OWNER}.taxIdType", "NATIONAL_ID").with_answer(f"{OWNER}.taxId", "AB 12.345-6")
    assert page_text(abroad, f"{OWNER}.taxIdCountry", "") != ""
    assert errors_of(abroad.with_answer(f"{OWNER}.taxIdCountry", "FRA"), TODAY) == ()
    none = without(abroad.with_answer(f"{OWNER}.taxIdType", "NONE"), f"{OWNER}.taxId")
    identity = body_of(none, TODAY)["owners"][0]["identity"]
    assert errors_of(none, TODAY) == ()
    assert not {"taxId", "taxIdType", "taxIdCountry"} & set(identity)


def test_a_us_number_is_not_issued_elsewhere() -> None:
    assert "USA" in page_text(individual(), f"{OWNER}.taxIdCountry", "FRA")


UNDER, OVER = "under 18 years old", "over 120 years old"
AGES = {18: "", 17: UNDER, 0: UNDER, 120: "", 121: OVER, 170: OVER}


@pytest.mark.parametrize("age", AGES)
def test_an_owner_is_an_adult_of_a_plausible_age_or_doubted(age: int) -> None:
    birthday = date(TODAY.year - age, TODAY.month, TODAY.day).isoformat()
    assert doubted_at(individual(), f"{OWNER}.dateOfBirth", birthday) == AGES[age]


def test_the_day_before_the_eighteenth_birthday_is_young() -> None:
    eve = date(TODAY.year - 18, TODAY.month, TODAY.day) + timedelta(days=1)
    assert doubted_at(individual(), f"{OWNER}.dateOfBirth", eve.isoformat()) == UNDER


@pytest.mark.parametrize("typed", ["2027-01-01", "1984-02-30", "05/06/1984", "tomorrow"])
def test_birth_dates_that_cannot_be_are_refused(typed: str) -> None:
    assert page_text(individual(), f"{OWNER}.dateOfBirth", typed) != ""


def test_a_custodial_account_may_be_held_for_a_minor() -> None:
    form = company().with_answer("accountType", "CUSTODIAL")
    assert doubted_at(form, "owners[1].identity.dateOfBirth", "2015-01-01") == ""
    assert doubted_at(form, "owners[0].identity.dateOfBirth", "2015-01-01") == UNDER


def test_a_phone_is_read_as_one_of_the_country_where_the_person_lives() -> None:
    owners = body_of(company(), TODAY)["owners"]
    assert [owner["phoneNumber"] for owner in owners] == ["+13035550142", "+13035550142", "+33472103030"]
    assert page_text(individual(), "owners[0].phoneNumber", "555") != ""


def test_a_state_goes_out_as_its_two_letters() -> None:
    address = body_of(individual(), TODAY)["owners"][0]["identity"]["personalAddress"]
    assert (address["state"], address["country"]) == ("CO", "USA")
    assert page_text(individual(), f"{OWNER}.personalAddress.state", "Bavaria") != ""
    assert page_text(individual(), f"{OWNER}.personalAddress.postalCode", "") != ""


BAD_INPUT = {
    "too long": "a" * 3000,
    "right-to-left mark": "Ann\u202e",
    "newline": "Ann\nB",
    "mask": "•••• 1234",
    "invisible": "An\u200bn",
    "half a surrogate": "Ann\ud800",
}
READ_IN_CODES = frozenset({"right-to-left mark", "invisible"})
"""What a postal code and a national id, which may be any text, are read without."""
CODES = frozenset({Kind.POSTAL_CODE, Kind.TAX_ID})
TYPED_KINDS = frozenset(Kind) - {Kind.SAME, Kind.COUNTRIES, Kind.LONG_TEXT}
ASKED = [one for one in fields_of(company()) if one.kind in TYPED_KINDS]


@pytest.mark.parametrize("what", BAD_INPUT)
def test_bad_input_is_answered_at_every_field_and_nothing_typed_is_lost(what: str) -> None:
    typed = BAD_INPUT[what]
    asked = [one for one in ASKED if what not in READ_IN_CODES or one.kind not in CODES]
    for one in asked:
        form = company().with_answer(one.path, typed)
        words = check(one, form, TODAY).error
        assert words, one.path
        assert typed not in words
        assert form.answers[one.path] == typed


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (f"{OWNER}.employment.yearsEmployed", "five"),
        (f"{OWNER}.personalAddress.country", "Atlantis"),
        ("investmentProfile.customerProfile.federalTaxBracket", "22 %"),
        ("investmentProfile.accountGoals.investmentObjective", "WEALTH"),
        ("clientAccountId", "with\nlines"),
        ("owners[0].emailAddress", "nobody"),
    ],
)
def test_a_value_of_another_kind_is_refused_at_its_field(path: str, typed: str) -> None:
    assert page_text(individual(), path, typed) != ""


def test_countries_are_said_by_name_and_sent_as_alpha_3() -> None:
    form = company(**{"entity.operatingCountries": ["Germany", "usa"]})
    assert body_of(form, TODAY)["entity"]["operatingCountries"] == ["DEU", "USA"]
    assert page_text(company(), "entity.operatingCountries", ["USA", "Nowhere"]) != ""


def test_numbers_and_answers_go_out_in_their_own_types() -> None:
    form = company(**{"entity.subjectToAMLRegulations": "no", f"{OWNER}.employment.yearsEmployed": "12"})
    form = form.with_answer("owners[0].agreements[0].eSignedDate", "2026-11-20")
    body = body_of(form, TODAY)
    assert body["entity"]["subjectToAMLRegulations"] is False
    assert body["owners"][0]["identity"]["employment"]["yearsEmployed"] == 12
    assert body["owners"][0]["agreements"][0]["eSignedDate"] == "2026-11-20T12:00:00Z"
    assert find_account_faults(body) == ()


def test_deprecated_fields_are_not_asked_for() -> None:
    asked = " ".join(one.path for one in fields_of(company()))
    for name in ("verificationResults", "disclosures", "citizenship", "enrollments", "identityId"):
        assert name not in asked


def test_owners_outside_the_usa_are_named_for_their_documents() -> None:
    assert owners_abroad(company()) == (2,)
    assert owners_abroad(individual()) == ()


def test_when_an_owner_goes_those_behind_move_up() -> None:
    form = company().without_owner(1)
    owners = body_of(form, TODAY)["owners"]
    assert [owner["clientOwnerId"] for owner in owners] == ["person-1", "person-3"]
    assert not any("owners[2]" in path for path in form.answers)


def test_a_new_owner_begins_with_an_id_alone() -> None:
    form = individual().with_answer("accountType", "ENTITY").with_owner("person-9")
    assert [path for path in form.answers if path.startswith("owners[1]")] == ["owners[1].clientOwnerId"]


REFUSED = {
    "owners[0].identity.taxId": "owners[0].identity.taxId",
    "owners.0.identity.taxId": "owners[0].identity.taxId",
    "$.owners[1].phoneNumber": "owners[1].phoneNumber",
    "owners[0].identity.employment": "owners[0].identity.employment.employerName",
    "owners[0].mailingAddress.city": "owners[0].mailingAddress.same",
    "owners[0].identity.personalAddress.streetAddress": "owners[0].identity.personalAddress.streetAddress[0]",
    "entity.operatingCountries[4]": "entity.operatingCountries",
    "entity": "entity.entityLegalName",
}


@pytest.mark.parametrize("named", REFUSED)
def test_a_refusal_lands_at_the_field_it_speaks_of(named: str) -> None:
    placed = place_refusals([(named, "is not right")], company())
    assert placed.by_path == {REFUSED[named]: "is not right"}
    assert placed.unplaced == ()


def test_a_refusal_of_no_field_is_listed_separately() -> None:
    placed = place_refusals([("riskModel.score", "too high"), ("", "no")], company())
    assert placed.by_path == {}
    assert placed.unplaced == (("riskModel.score", "too high"), ("", "no"))


def test_no_value_of_a_person_is_in_the_form_s_repr() -> None:
    assert "Ada" not in repr(individual())


CHOICES = {
    choices.ACCOUNT_TYPES: AccountType,
    choices.SETTLEMENT_METHODS: SettlementMethod,
    choices.INVESTMENT_OBJECTIVES: InvestmentObjective,
    choices.INVESTMENT_EXPERIENCES: InvestmentExperience,
    choices.LIQUIDITY_NEEDS: LiquidityNeeds,
    choices.RISK_TOLERANCES: RiskTolerance,
    choices.TIME_HORIZONS: TimeHorizon,
    choices.USD_RANGES: USDRange,
    choices.ENTITY_USD_RANGES: EntityUSDRange,
    choices.MARITAL_STATUSES: MaritalStatus,
    choices.ENTITY_TYPES: EntityType,
    choices.REGISTRATION_STATUSES: EntityRegistrationStatus,
    (*choices.US_TAX_ID_TYPES, choices.NATIONAL_ID): TaxIdType,
}


@pytest.mark.parametrize("offered", CHOICES)
def test_what_may_be_chosen_is_what_the_contract_has(offered: tuple[str, ...]) -> None:
    assert set(offered) == {member.value for member in CHOICES[offered]}
