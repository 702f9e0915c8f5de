"""The desk's choices are those of Bakkt's contract, and every list of an entity's fields is the same list."""

from enum import StrEnum
from importlib import resources
from typing import Any

import pytest
import yaml

from workbench.bakkt.models import Entity
from workbench.domain.account import Form, choices, fields_of
from workbench.domain.account.completeness import ENTITY_FIELDS
from workbench.domain.kyb.customer_information import ENTITY_TYPES

CONTRACT = yaml.safe_load(resources.files("workbench.sandbox.api").joinpath("contract.yaml").read_text("utf-8"))
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]


@pytest.mark.parametrize(
    ("choice", "schema"),
    [
        (choices.AccountType, SCHEMAS["AccountRequest"]["properties"]["accountType"]),
        (choices.SettlementMethod, SCHEMAS["AccountRequest"]["properties"]["settlementMethod"]),
        (choices.PartyRelationType, SCHEMAS["PartyRelationType"]),
        (choices.TaxIdType, SCHEMAS["Identity"]["properties"]["taxIdType"]),
        (choices.MaritalStatus, SCHEMAS["Identity"]["properties"]["maritalStatus"]),
        (choices.InvestmentObjective, SCHEMAS["InvestmentObjective"]),
        (choices.InvestmentExperience, SCHEMAS["InvestmentExperience"]),
        (choices.USDRange, SCHEMAS["USDRange"]),
        (choices.EntityUSDRange, SCHEMAS["EntityUSDRange"]),
        (choices.EntityType, SCHEMAS["Entity"]["properties"]["entityType"]),
        (choices.EntityRegistrationStatus, SCHEMAS["Entity"]["properties"]["entityRegistrationStatus"]),
        (choices.DocumentType, SCHEMAS["DocumentType"]),
        (choices.DocumentSide, SCHEMAS["DocumentSide"]),
    ],
)
def test_a_choice_has_the_values_of_the_contract(choice: type[StrEnum], schema: dict[str, Any]) -> None:
    assert {member.value for member in choice} == set(schema["enum"])


def test_account_types_are_offered_with_the_common_ones_first() -> None:
    assert choices.ACCOUNT_TYPES == ("INDIVIDUAL", "ENTITY", "ENTITY_PERSONAL_TRUST", "CUSTODIAL")


def test_choices_are_plain_text_so_that_drafts_and_bodies_hold_nothing_else() -> None:
    offered = {value for one in fields_of(Form({"accountType": "ENTITY"})) for value in one.choices}
    assert {type(value) for value in offered} == {str}


def test_an_entity_s_fields_are_asked_for_checked_and_sent_alike() -> None:
    paths = [one.path for one in fields_of(Form({"accountType": "ENTITY"})) if one.path.startswith("entity.")]
    asked = {path.split(".")[1].partition("[")[0] for path in paths}
    sent = {field.alias for field in Entity.model_fields.values()}
    assert set(ENTITY_FIELDS) == asked == sent == set(SCHEMAS["Entity"]["properties"])


def test_the_customer_information_form_has_words_for_every_type_of_entity() -> None:
    assert tuple(ENTITY_TYPES) == choices.ENTITY_TYPES
