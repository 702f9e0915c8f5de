"""Roles: the guide's sentence for each, and to whom each is offered."""

import pytest

from tests.support.applicants import company, individual
from tests.support.update_harness import TODAY
from workbench.domain.account import body_of, check, fields_of
from workbench.domain.account.choices import ACCOUNT_TYPES, PartyRelationType
from workbench.domain.account.roles import ROLE_SENTENCES, roles_for, usual_role
from workbench.domain.updates.answers import read_form
from workbench.domain.updates.backfill import missing_content
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.sections import content_of

CONTRACT = {
    *("AUTHORIZED_AGENT", "AUTHORIZED_MEMBER", "AUTHORIZED_OWNER", "BENEFICIAL_OWNER", "BENEFICIARY", "CUSTODIAN"),
    *("EDUCATION_BENEFICIARY", "EDUCATION_MANAGER", "EXECUTOR", "GUARDIAN_CONSERVATOR", "INITIAL_DEPOSITOR"),
    *("INTERNAL_POWER_OF_ATTY", "JOINT_OWNER", "MINOR_OWNER", "POWER_OF_ATTY", "PRIMARY_OWNER", "SOLE_PROPRIETOR"),
    *("TRADING_AUTHORITY", "TREASURER", "TRUSTEE", "TRUSTED_CONTACT"),
}


def test_each_of_the_21_roles_has_its_sentence_and_is_offered_somewhere() -> None:
    assert {role.value for role in PartyRelationType} == CONTRACT
    assert len(CONTRACT) == 21
    assert set(ROLE_SENTENCES) == CONTRACT
    assert ROLE_SENTENCES["TRUSTEE"] == "Holds and manages assets under a trust agreement."
    assert {role for kind in ACCOUNT_TYPES for position in (0, 1) for role in roles_for(kind, position)} == CONTRACT


@pytest.mark.parametrize("kind", [*ACCOUNT_TYPES, ""])
def test_the_first_owner_is_the_primary_one_and_nobody_else(kind: str) -> None:
    assert roles_for(kind, 0) == ("PRIMARY_OWNER",)
    assert "PRIMARY_OWNER" not in roles_for(kind, 1)


@pytest.mark.parametrize(
    ("kind", "usual", "fitting", "unfitting"),
    [
        ("INDIVIDUAL", "JOINT_OWNER", {"POWER_OF_ATTY"}, {"TREASURER", "BENEFICIAL_OWNER"}),
        (
            "ENTITY",
            "BENEFICIAL_OWNER",
            {"AUTHORIZED_AGENT", "AUTHORIZED_MEMBER", "AUTHORIZED_OWNER", "TREASURER"},
            {"JOINT_OWNER", "MINOR_OWNER"},
        ),
        (
            "ENTITY_PERSONAL_TRUST",
            "BENEFICIAL_OWNER",
            {"CUSTODIAN", "MINOR_OWNER", "TRUSTEE", "BENEFICIARY"},
            {"TREASURER"},
        ),
        ("CUSTODIAL", "BENEFICIAL_OWNER", {"CUSTODIAN", "MINOR_OWNER", "TRUSTEE", "BENEFICIARY"}, {"JOINT_OWNER"}),
    ],
)
def test_later_owners_are_offered_what_fits_the_account(
    kind: str, usual: str, fitting: set[str], unfitting: set[str]
) -> None:
    offered = roles_for(kind, 1)
    assert usual_role(kind, 1) == usual == offered[0]
    assert fitting <= set(offered)
    assert not unfitting & set(offered)


def test_a_role_that_nobody_chose_follows_the_type_of_account() -> None:
    form = company("two", 2)
    assert [owner["role"] for owner in body_of(form, TODAY)["owners"]] == ["PRIMARY_OWNER", "BENEFICIAL_OWNER"]
    joint = form.with_answer("accountType", "INDIVIDUAL")
    assert [owner["role"] for owner in body_of(joint, TODAY)["owners"]] == ["PRIMARY_OWNER", "JOINT_OWNER"]
    custodial = form.with_answer("accountType", "CUSTODIAL").with_answer("owners[1].role", "MINOR_OWNER")
    assert body_of(custodial, TODAY)["owners"][1]["role"] == "MINOR_OWNER"


def test_a_role_that_does_not_fit_is_refused() -> None:
    form = company().with_answer("owners[1].role", "PRIMARY_OWNER")
    (field,) = (one for one in fields_of(form) if one.path == "owners[1].role")
    assert check(field, form, TODAY).error == "This role does not fit here: choose one from the list."


@pytest.mark.parametrize(("role", "doubts"), [("BENEFICIAL_OWNER", 0), ("TREASURER", 1)])
def test_another_role_than_beneficial_owner_of_an_entity_is_doubted(role: str, doubts: int) -> None:
    form = company().with_answer("owners[1].role", role)
    (field,) = (one for one in fields_of(form) if one.path == "owners[1].role")
    found = check(field, form, TODAY).doubts
    assert len(found) == doubts
    assert all("BENEFICIAL_OWNER" in one.words for one in found)


def test_the_joint_owner_of_an_individual_account_is_not_doubted() -> None:
    form = company("two", 2).with_answer("accountType", "INDIVIDUAL")
    (field,) = (one for one in fields_of(form) if one.path == "owners[1].role")
    assert check(field, form, TODAY).doubts == ()


def test_an_update_leaves_a_role_as_bakkt_holds_it_even_if_there_is_none() -> None:
    request = body_of(individual(), TODAY)
    del request["owners"][0]["role"]
    form = UpdateForm(request).with_typed("owners[0].phoneNumber", "+13035550199")
    assert read_form(content_of(form), TODAY).edits == {("owners", 0, "phoneNumber"): "+13035550199"}
    (field,) = (one for one in missing_content(UpdateForm(request)).fields)
    assert (field.form_field.path, field.form_field.default) == ("owners[0].role", "")
