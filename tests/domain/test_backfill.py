"""Filling in missing data: the opening form reduced to the missing fields, and a body that only adds those."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.support.applicants import company, individual
from workbench.domain.account import FieldAnswer, Form, body_of
from workbench.domain.account.completeness import missing_fields
from workbench.domain.updates import ABSENT, apply_edits, compare, value_at
from workbench.domain.updates.answers import ParsedUpdate
from workbench.domain.updates.backfill import missing_content, missing_paths, read_backfill, unfillable_paths
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import path_name, path_of
from workbench.domain.updates.permissions import forbidden_edits
from workbench.sandbox import Sandbox, SandboxOptions
from workbench.sandbox.api.validation import validate_update

TODAY = date(2026, 11, 22)
OWNER = "owners[0].identity"


def held(form: Form, *gone: str) -> dict[str, Any]:
    """Return a form as Bakkt holds it, without the given paths and with an unknown field."""
    return apply_edits({**body_of(form, TODAY), "riskModel": {"score": None}}, {path_of(path): ABSENT for path in gone})


def asked(request: dict[str, Any], typed: dict[str, FieldAnswer] | None = None) -> set[str]:
    return {one.form_field.path for one in missing_content(UpdateForm(request, typed or {})).fields}


def filled_in(request: dict[str, Any], typed: Mapping[str, FieldAnswer]) -> ParsedUpdate:
    return read_backfill(missing_content(UpdateForm(request, typed)), TODAY)


def test_an_account_that_lacks_nothing_is_asked_nothing() -> None:
    assert missing_content(UpdateForm(held(individual()))).sections == ()


def test_only_what_is_missing_is_asked() -> None:
    request = held(individual(), "owners[0].phoneNumber", f"{OWNER}.employment.position")
    assert asked(request) == {"owners[0].phoneNumber", f"{OWNER}.employment.position"}


def test_a_missing_object_is_asked_for_field_by_field() -> None:
    request = held(individual(), f"{OWNER}.personalAddress")
    assert f"{OWNER}.personalAddress.city" in asked(request)
    assert "owners[0].mailingAddress.city" not in asked(request)


def test_a_missing_role_is_the_one_of_the_place() -> None:
    request = held(company(), "owners[1].role")
    filled = filled_in(request, {"owners[1].role": "BENEFICIAL_OWNER"})
    assert filled.edits == {("owners", 1, "role"): "BENEFICIAL_OWNER"}
    assert filled_in(request, {"owners[1].role": "PRIMARY_OWNER"}).errors


def test_a_wrong_role_is_named_and_not_asked() -> None:
    request = apply_edits(held(company()), {("owners", 1, "role"): "PRIMARY_OWNER"})
    assert unfillable_paths(request) == ("owners[1].role",)


def test_what_belongs_together_is_given_whole_or_left_out() -> None:
    request = held(individual(), f"{OWNER}.employment", "owners[0].phoneNumber")
    some = {"owners[0].phoneNumber": "303 555 0142"}
    assert filled_in(request, some).edits == {("owners", 0, "phoneNumber"): "+13035550142"}
    half = {**some, f"{OWNER}.employment.employerName": "Larch & Sons"}
    assert f"{OWNER}.employment.position" in filled_in(request, half).errors


def test_a_birth_date_or_tax_number_that_was_missing_may_be_given() -> None:
    request = held(individual(), f"{OWNER}.dateOfBirth", f"{OWNER}.taxId", f"{OWNER}.taxIdType")
    typed = {f"{OWNER}.dateOfBirth": "1984-05-06", f"{OWNER}.taxId": "219099881", f"{OWNER}.taxIdType": "SSN"}
    filled = filled_in(request, typed)
    assert filled.errors == {}
    assert list(forbidden_edits(request, filled.edits)) == []
    assert validate_update(apply_edits(request, filled.edits), request, "B-1") == []


def test_a_number_without_its_type_is_questioned() -> None:
    request = held(individual(), f"{OWNER}.taxId", f"{OWNER}.taxIdType")
    assert f"{OWNER}.taxId" in filled_in(request, {f"{OWNER}.taxId": "219099881"}).errors


def test_the_personal_address_serves_as_mailing_address_where_that_is_said() -> None:
    request = held(individual(), "owners[0].mailingAddress")
    filled = filled_in(request, {"owners[0].mailingAddress.same": "yes"})
    outgoing = apply_edits(request, filled.edits)
    assert outgoing["owners"][0]["mailingAddress"] == outgoing["owners"][0]["identity"]["personalAddress"]
    assert list(forbidden_edits(request, filled.edits)) == []


def test_what_bakkt_holds_already_is_never_overwritten() -> None:
    request = held(individual(), "owners[0].phoneNumber")
    typed = {"owners[0].phoneNumber": "303 555 0142", "owners[0].emailAddress": "other@example.com"}
    assert set(filled_in(request, typed).edits) == {("owners", 0, "phoneNumber")}


EVERYTHING = company(
    **{
        "entity.entityFormationDate": "2001-02-03",
        "entity.operatingCountries": ["USA"],
        "entity.entityOfferings": "Timber",
        **{f"entity.{name}": "FROM_1M_TO_2M" for name in (
            "firmAnnualNetIncome", "firmLiquidNetWorthUsdRange", "firmTotalNetWorthUsdRange",
            "dailyTransactionVolumeUsdRange", "dailyNotionalTradingVolumeUsdRange",
        )},
        "entity.investmentObjective": "GROWTH",
        "entity.investmentExperience": "GOOD",
        "entity.entityRegistrationStatus": "NOT_APPLICABLE",
        "entity.subjectToAMLRegulations": "no",
        "entity.sourceOfFunds": "Sales",
        "entity.sourceOfCurrency": "Purchases",
        "entity.activeWalletAddress": "bc1-none",
    }
)  # fmt: skip


def everything_typed(request: dict[str, Any]) -> dict[str, FieldAnswer]:
    """Answer every field asked for, as an American."""
    answers: dict[str, FieldAnswer] = {}
    for path in asked(request):
        first = f"owners[0]{path.partition(']')[2]}" if path.startswith("owners[") else path
        answers[path] = EVERYTHING.answers.get(first, "")
    return {path: answer for path, answer in answers.items() if answer}


@pytest.fixture(scope="module")
def migrated() -> list[dict[str, Any]]:
    """Payloads of the sandbox's accounts with missing data."""
    sandbox = Sandbox(SandboxOptions(accounts=400, seed=7), lambda *_: None)
    requests = [sandbox.simulation.request_of(one) for one in sandbox.simulation.accounts.values()]
    sandbox.close()
    found = [request for request in requests if missing_paths(request)]
    assert len(found) > 20
    return found


def test_a_backfill_differs_from_what_bakkt_holds_in_the_missing_paths_alone(migrated: list[dict[str, Any]]) -> None:
    sent = 0
    for request in migrated:
        filled = filled_in(request, everything_typed(request))
        outgoing = apply_edits(request, filled.edits)
        review = compare(request, outgoing, filled.edits)
        missing = missing_paths(request)
        assert review.dropped == ()
        assert all(value_at(request, path) in (ABSENT, None, "", []) for path in filled.edits)
        assert all(any(path_name(path).startswith(one) for one in _with_tax(missing)) for path in filled.edits)
        assert set(missing_paths(outgoing)) <= set(missing)
        sent += bool(filled.edits)
    assert sent > 20


def _with_tax(missing: tuple[str, ...]) -> list[str]:
    """Add the type and country that are asked for with a tax number."""
    return [path.removesuffix("Type").removesuffix("Country") if ".taxId" in path else path for path in missing]


def test_what_was_filled_in_counts_as_missing_no_more() -> None:
    request = held(individual(), "owners[0].phoneNumber", f"{OWNER}.employment", "owners[0].agreements")
    filled = filled_in(request, everything_typed(request))
    outgoing = apply_edits(request, filled.edits)
    assert filled.errors == {}
    assert missing_fields(outgoing, is_entity=False, documents=()) == ()
