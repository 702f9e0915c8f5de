"""Models of what we send to Bakkt, exactly as in ``contract.yaml``.

They only validate. What is sent is the caller's own mapping, so that fields a model does not know
survive. Dates and date-times stay strings, as Bakkt writes them. Answers are not validated here.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from workbench.bakkt.errors import FieldRefusal
from workbench.bakkt.instants import read_instant
from workbench.domain.account.choices import (
    AccountType,
    DocumentSide,
    DocumentType,
    EntityRegistrationStatus,
    EntityType,
    EntityUSDRange,
    InvestmentExperience,
    InvestmentObjective,
    LiquidityNeeds,
    MaritalStatus,
    PartyRelationType,
    RiskTolerance,
    SettlementMethod,
    TaxIdType,
    TimeHorizon,
    USDRange,
)
from workbench.domain.updates.paths import path_name


def _require_date(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is None:
        raise ValueError("must be a date, YYYY-MM-DD")
    date.fromisoformat(value)
    return value


def _require_date_time(value: str) -> str:
    if "T" not in value or read_instant(value) is None:
        raise ValueError("must be a date-time, as in 2026-10-04T16:34:29.446Z")
    return value


def _require_uuid(value: str) -> str:
    UUID(value)
    return value


Text = Annotated[str, StringConstraints(min_length=1)]
DateText = Annotated[str, AfterValidator(_require_date)]
DateTimeText = Annotated[str, AfterValidator(_require_date_time)]
UuidText = Annotated[str, AfterValidator(_require_uuid)]
Email = Annotated[str, StringConstraints(pattern=r'^([^@\s]+|"[^"\r\n]+")@[^@\s]+$')]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{3,14}$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
ThreeLetterCountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class _Sent(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="allow", alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )


class Address(_Sent):
    street_address: list[str]
    city: str
    country: CountryCode
    state: str | None = None
    postal_code: str | None = None


class Agreement(_Sent):
    name: str
    version: str
    e_signed_date: DateTimeText | None = None
    text: str | None = None


class Employment(_Sent):
    employer_name: str
    position: str
    years_employed: int | None = None
    employer_address: Address | None = None


class Identity(_Sent):
    given_name: str
    family_name: str
    date_of_birth: DateText
    personal_address: Address
    middle_names: str | None = None
    tax_id: str | None = None
    tax_id_type: Annotated[TaxIdType, Field(strict=False)] | None = None
    tax_id_country: ThreeLetterCountryCode | None = None
    marital_status: Annotated[MaritalStatus, Field(strict=False)] | None = None
    employment: Employment | None = None


class Owner(_Sent):
    role: Annotated[PartyRelationType, Field(strict=False)]
    identity: Identity
    email_address: Email
    mailing_address: Address
    agreements: list[Agreement]
    owner_id: UuidText | None = None
    client_owner_id: str | None = None
    phone_number: Phone | None = None


class AccountGoals(_Sent):
    investment_objective: Annotated[InvestmentObjective, Field(strict=False)]
    liquidity_needs: Annotated[LiquidityNeeds, Field(strict=False)] | None = None
    risk_tolerance: Annotated[RiskTolerance, Field(strict=False)] | None = None
    time_horizon: Annotated[TimeHorizon, Field(strict=False)] | None = None


class CustomerProfile(_Sent):
    annual_income_range_usd: Annotated[USDRange, Field(strict=False)]
    liquid_net_worth_range_usd: Annotated[USDRange, Field(strict=False)] | None = None
    total_net_worth_range_usd: Annotated[USDRange, Field(strict=False)] | None = None
    investment_experience: Annotated[InvestmentExperience, Field(strict=False)] | None = None
    federal_tax_bracket: int | None = None
    source_of_funds: str | None = None


class InvestmentProfile(_Sent):
    account_goals: AccountGoals
    customer_profile: CustomerProfile


class Entity(_Sent):
    entity_legal_name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    entity_type: Annotated[EntityType, Field(strict=False)]
    entity_tax_id: str
    entity_email_address: Email
    entity_phone_number: Phone
    registered_address: Address
    operating_address: Address
    operating_industry: str
    entity_formation_date: DateText | None = None
    entity_offerings: str | None = None
    entity_registration_status: Annotated[EntityRegistrationStatus, Field(strict=False)] | None = None
    operating_countries: list[ThreeLetterCountryCode] | None = None
    source_of_currency: str | None = None
    source_of_funds: str | None = None
    investment_objective: Annotated[InvestmentObjective, Field(strict=False)] | None = None
    investment_experience: Annotated[InvestmentExperience, Field(strict=False)] | None = None
    firm_annual_net_income: Annotated[EntityUSDRange, Field(strict=False)] | None = None
    firm_liquid_net_worth_usd_range: Annotated[EntityUSDRange, Field(strict=False)] | None = None
    firm_total_net_worth_usd_range: Annotated[EntityUSDRange, Field(strict=False)] | None = None
    daily_transaction_volume_usd_range: Annotated[EntityUSDRange, Field(strict=False)] | None = None
    daily_notional_trading_volume_usd_range: Annotated[EntityUSDRange, Field(strict=False)] | None = None
    subject_to_aml_regulations: bool | None = Field(default=None, alias="subjectToAMLRegulations")
    active_wallet_address: str | None = None


class TrustedContact(_Sent):
    given_name: str
    family_name: str
    middle_names: str | None = None
    phone_number: str | None = None
    email_address: Email | None = None
    mailing_address: Address | None = None


class AccountRequest(_Sent):
    """The complete data set of one account: sent to open it, and sent again to update it."""

    client_account_id: Text
    owners: Annotated[list[Owner], Field(min_length=1)]
    account_type: Annotated[AccountType, Field(strict=False)] | None = None
    investment_profile: InvestmentProfile | None = None
    entity: Entity | None = None
    trusted_contacts: list[TrustedContact] | None = None
    settlement_method: Annotated[SettlementMethod, Field(strict=False)] | None = None
    share_token: str | None = None


class DocumentRequest(_Sent):
    """The metadata of one upload; only we write it, so an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid")

    client_document_id: UuidText
    account: Text
    document_type: Annotated[DocumentType, Field(strict=False)]
    document_side: Annotated[DocumentSide, Field(strict=False)] | None = None
    client_owner_id: Text | None = None
    description: str | None = None
    document_expiration: DateTimeText | None = None
    issue_country: ThreeLetterCountryCode | None = None


def find_account_faults(body: Mapping[str, object]) -> tuple[FieldRefusal, ...]:
    """Where an account request breaks the contract, by field as in ``owners[0].identity.givenName``."""
    return _find_faults(AccountRequest, body)


def find_document_faults(body: Mapping[str, object]) -> tuple[FieldRefusal, ...]:
    """Where document metadata breaks the contract, by field."""
    return _find_faults(DocumentRequest, body)


def _find_faults(model: type[BaseModel], body: Mapping[str, object]) -> tuple[FieldRefusal, ...]:
    try:
        model.model_validate(dict(body), by_alias=True, by_name=False)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        return tuple(FieldRefusal(path_name(fault["loc"]), fault["msg"]) for fault in faults)
    return ()
