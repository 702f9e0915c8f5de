"""The form that opens an account: its steps and their fields, each with its path in the body that is sent.

Answers are kept as typed: text, or a list of codes where several may be chosen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workbench.domain.account import choices
from workbench.domain.account.fields import MAX_LENGTH, MAX_LONG_TEXT_LENGTH, check_country
from workbench.domain.account.names import NO_GIVEN_NAME
from workbench.domain.account.roles import ROLE_SENTENCES, roles_for, usual_role
from workbench.domain.errors import InputError

FieldAnswer = str | Sequence[str]

MAX_OWNERS = 20
MAX_ID_LENGTH = 200
MAX_TEXT_LENGTH = 500
MAX_LEGAL_NAME_LENGTH = 100
"""The contract's ``maxLength`` of ``entityLegalName``."""

NO_GIVEN_NAME_HINT = f"Only one name: {NO_GIVEN_NAME} here"
ONE_NAME_HINT = "Only one name: that name here"
"""What a person types who has one name; Bakkt requires both names."""

SAME_ADDRESS = "mailingAddress.same"
"""``yes`` if an owner's mail goes to the personal address; not one of Bakkt's fields."""


class Kind(StrEnum):
    """What kind of value a field holds, and with it how an answer is checked."""

    TEXT = "text"
    NAME = "name"
    ID = "id"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    COUNTRIES = "countries"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    BIRTH_DATE = "birth_date"
    PAST_DATE = "past_date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    SAME = "same"
    WHOLE_NUMBER = "whole_number"
    TAX_ID_TYPE = "tax_id_type"
    TAX_ID = "tax_id"
    TAX_ID_COUNTRY = "tax_id_country"
    ENTITY_TAX_ID = "entity_tax_id"
    ROLE = "role"
    LONG_TEXT = "long_text"


class Need(StrEnum):
    """``expected``: Bakkt's guide lists it, and an account without it opens with a warning."""

    REQUIRED = "required"
    EXPECTED = "expected"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. ``path`` is where its answer goes in the body that is sent.

    A text beyond ``longest`` is unusual, one beyond ``limit`` is refused. ``default`` is chosen until a person chooses.
    """

    path: str
    label: str
    kind: Kind = Kind.TEXT
    need: Need = Need.REQUIRED
    choices: tuple[str, ...] = ()
    hint: str = ""
    longest: int = MAX_TEXT_LENGTH
    limit: int = MAX_LENGTH
    default: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    fields: tuple[Field, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One section of the form. ``key`` names it in the URL, so it holds nothing personal."""

    key: str
    title: str
    groups: tuple[Group, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one for group in self.groups for one in group.fields)


@dataclass(frozen=True, slots=True)
class Form:
    """What a person has answered so far. Every change returns a new form."""

    answers: Mapping[str, FieldAnswer] = field(default_factory=dict, repr=False)
    owners: int = 1

    def text(self, path: str) -> str:
        """The answer as text, stripped; empty if nothing was typed."""
        value = self.answers.get(path, "")
        return value.strip() if isinstance(value, str) else ""

    @property
    def account_type(self) -> str:
        return self.text("accountType")

    @property
    def is_entity(self) -> bool:
        return self.account_type in choices.ENTITY_ACCOUNT_TYPES

    @property
    def client_account_id(self) -> str:
        return self.text("clientAccountId")

    @property
    def title(self) -> str:
        """Whom the form is about, for the list of drafts: personal, so never for a URL or a log."""
        person = " ".join(filter(None, (self.text(path) for path in _NAME_OF_FIRST_OWNER)))
        return (self.text("entity.entityLegalName") if self.is_entity else "") or person

    def with_answer(self, path: str, answer: FieldAnswer) -> "Form":
        kept = {name: value for name, value in self.answers.items() if name != path}
        return replace(self, answers={**kept, path: answer} if answer else kept)

    def with_owner(self, client_owner_id: str) -> "Form":
        """The form with one more owner at the end."""
        owner_id = {f"owners[{self.owners}].clientOwnerId": client_owner_id}
        return Form({**self.answers, **owner_id}, self.owners + 1)

    def without_owner(self, position: int) -> "Form":
        """The form without that owner; those after it move up."""
        answers = {
            moved: answer for path, answer in self.answers.items() if (moved := _moved_up(path, position)) is not None
        }
        return Form(answers, self.owners - 1)


_NAME_OF_FIRST_OWNER = ("owners[0].identity.givenName", "owners[0].identity.familyName")
_OWNER_PATH = re.compile(r"owners\[(\d+)\]")


def owner_of(path: str) -> int | None:
    """The position of the owner that a path belongs to, if any."""
    found = _OWNER_PATH.match(path)
    return int(found[1]) if found else None


def country_at(form: Form, path: str) -> str:
    """The answer as alpha-3 ("US" also means USA), or as typed if it names no country."""
    typed = form.text(path)
    try:
        return check_country(typed) if typed else ""
    except InputError:
        return typed


def _moved_up(path: str, removed: int) -> str | None:
    owner = owner_of(path)
    if owner is None or owner < removed:
        return path
    if owner == removed:
        return None
    return _OWNER_PATH.sub(f"owners[{owner - 1}]", path, count=1)


def steps_of(form: Form) -> tuple[Step, ...]:
    """The sections to fill in for this kind of account, in order; the review comes after them."""
    owners = [_owner_step(form, position) for position in range(form.owners)]
    entity = [_entity_step()] if form.is_entity else []
    return (_account_step(), _profile_step(), *owners, *entity)


def fields_of(form: Form) -> Iterator[Field]:
    for step in steps_of(form):
        yield from step.fields


def _account_step() -> Step:
    return Step(
        "account",
        "Account",
        (
            Group(
                "The account",
                (
                    Field("accountType", "Account type", Kind.CHOICE, choices=choices.ACCOUNT_TYPES),
                    Field(
                        "clientAccountId",
                        "Client account id",
                        Kind.ID,
                        hint="Your own id for the account; it can never be changed",
                        longest=MAX_ID_LENGTH,
                    ),
                    Field(
                        "settlementMethod",
                        "Settlement method",
                        Kind.CHOICE,
                        Need.OPTIONAL,
                        choices.SETTLEMENT_METHODS,
                    ),
                ),
            ),
        ),
    )


def _profile_step() -> Step:
    groups = (Group("Account goals", _account_goals()), Group("Customer profile", _customer_profile()))
    return Step("profile", "Financial profile", groups)


def _account_goals() -> tuple[Field, ...]:
    goals = "investmentProfile.accountGoals"
    return (
        _choice(f"{goals}.investmentObjective", "Investment objective", choices.INVESTMENT_OBJECTIVES),
        _option(f"{goals}.liquidityNeeds", "Liquidity needs", choices.LIQUIDITY_NEEDS),
        _option(f"{goals}.riskTolerance", "Risk tolerance", choices.RISK_TOLERANCES),
        _option(f"{goals}.timeHorizon", "Time horizon", choices.TIME_HORIZONS),
    )


def _customer_profile() -> tuple[Field, ...]:
    customer = "investmentProfile.customerProfile"
    return (
        _choice(f"{customer}.annualIncomeRangeUsd", "Annual income", choices.USD_RANGES),
        _option(f"{customer}.liquidNetWorthRangeUsd", "Liquid net worth", choices.USD_RANGES),
        _option(f"{customer}.totalNetWorthRangeUsd", "Total net worth", choices.USD_RANGES),
        _option(f"{customer}.investmentExperience", "Investment experience", choices.INVESTMENT_EXPERIENCES),
        Field(
            f"{customer}.federalTaxBracket",
            "Federal tax bracket",
            Kind.WHOLE_NUMBER,
            Need.OPTIONAL,
            hint="Percent, a whole number",
            longest=2,
        ),
        Field(f"{customer}.sourceOfFunds", "Source of funds", need=Need.OPTIONAL),
    )


def _owner_step(form: Form, position: int) -> Step:
    path, identity = f"owners[{position}]", f"owners[{position}].identity"
    name = "Primary owner" if position == 0 else f"Owner {position + 1}"
    mailing = () if form.text(f"{path}.{SAME_ADDRESS}") == choices.YES else _address(f"{path}.mailingAddress")
    same = Field(f"{path}.{SAME_ADDRESS}", "Same as the personal address", Kind.SAME, Need.OPTIONAL, (choices.YES,))
    return Step(
        f"owner-{position + 1}",
        name,
        (
            Group("Person", (*_person(path, identity), _role(form, position))),
            Group("Tax number", _tax_id(identity), _TAX_NOTE),
            Group("Personal address", _address(f"{identity}.personalAddress"), "Where the person lives."),
            Group("Mailing address", (same, *mailing)),
            Group("Employment", _employment(f"{identity}.employment")),
            Group("Employer's address", _address(f"{identity}.employment.employerAddress")),
            Group("Agreement", _agreement(f"{path}.agreements[0]"), "What the person has signed."),
        ),
    )


def _role(form: Form, position: int) -> Field:
    """The hint is what Bakkt says about the role that is chosen now."""
    path, usual = f"owners[{position}].role", usual_role(form.account_type, position)
    hint = ROLE_SENTENCES.get(form.text(path) or usual, "")
    return Field(path, "Role", Kind.ROLE, choices=roles_for(form.account_type, position), hint=hint, default=usual)


_TAX_NOTE = (
    "People who live or are taxed in the USA have an SSN, ITIN or EIN; others a national id with its country, "
    "or none if their country has none."
)


def _person(path: str, identity: str) -> tuple[Field, ...]:
    return (
        Field(f"{identity}.givenName", "Given name", Kind.NAME, hint=NO_GIVEN_NAME_HINT),
        Field(f"{identity}.middleNames", "Middle names", Kind.NAME, Need.OPTIONAL),
        Field(f"{identity}.familyName", "Family name", Kind.NAME, hint=ONE_NAME_HINT),
        Field(f"{identity}.dateOfBirth", "Date of birth", Kind.BIRTH_DATE, hint="YYYY-MM-DD"),
        Field(f"{path}.emailAddress", "E-mail", Kind.EMAIL),
        Field(f"{path}.phoneNumber", "Phone", Kind.PHONE, hint="With country code, or as dialled locally"),
        _option(f"{identity}.maritalStatus", "Marital status", choices.MARITAL_STATUSES),
        Field(
            f"{path}.clientOwnerId",
            "Client owner id",
            Kind.ID,
            hint="Your own id for the person, unique on the account",
            longest=MAX_ID_LENGTH,
        ),
    )


def _tax_id(identity: str) -> tuple[Field, ...]:
    return (
        Field(f"{identity}.taxIdType", "Type of number", Kind.TAX_ID_TYPE, choices=choices.TAX_ID_TYPES),
        Field(f"{identity}.taxId", "Number", Kind.TAX_ID, longest=50),
        Field(f"{identity}.taxIdCountry", "Issued by", Kind.TAX_ID_COUNTRY),
    )


def _address(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.streetAddress[0]", "Street", longest=200),
        Field(f"{path}.streetAddress[1]", "Apartment, floor, c/o", need=Need.OPTIONAL, longest=200),
        Field(f"{path}.city", "City", longest=100),
        Field(f"{path}.country", "Country", Kind.COUNTRY),
        Field(f"{path}.state", "State or region", Kind.STATE, longest=100),
        Field(f"{path}.postalCode", "Postal code", Kind.POSTAL_CODE, longest=20),
    )


def _employment(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.employerName", "Employer", longest=200),
        Field(f"{path}.position", "Position", longest=200),
        Field(f"{path}.yearsEmployed", "Years employed", Kind.WHOLE_NUMBER, Need.OPTIONAL, longest=2),
    )


def _agreement(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.name", "Name of the agreement", longest=200),
        Field(f"{path}.version", "Version", longest=50),
        Field(f"{path}.eSignedDate", "Signed on", Kind.PAST_DATE, Need.OPTIONAL, hint="YYYY-MM-DD"),
        agreement_text(path),
    )


def agreement_text(path: str) -> Field:
    """The whole text that the person signed."""
    return Field(f"{path}.text", "Text of the agreement", Kind.LONG_TEXT, Need.OPTIONAL, limit=MAX_LONG_TEXT_LENGTH)


def _entity_step() -> Step:
    return Step(
        "entity",
        "Entity",
        (
            Group("The entity", _entity_itself()),
            Group("Registered address", _address("entity.registeredAddress")),
            Group("Operating address", _address("entity.operatingAddress")),
            Group("Business and finances", _entity_money(), "Bakkt expects these: what is left out is missing data."),
        ),
    )


def _entity_itself() -> tuple[Field, ...]:
    expected = Need.EXPECTED
    return (
        Field("entity.entityLegalName", "Legal name", limit=MAX_LEGAL_NAME_LENGTH),
        _choice("entity.entityType", "Type of entity", choices.ENTITY_TYPES),
        Field("entity.entityTaxId", "Tax id", Kind.ENTITY_TAX_ID, longest=50),
        Field("entity.entityFormationDate", "Formed on", Kind.PAST_DATE, expected, hint="YYYY-MM-DD"),
        Field("entity.entityEmailAddress", "E-mail", Kind.EMAIL),
        Field("entity.entityPhoneNumber", "Phone", Kind.PHONE, hint="With country code, or as dialled locally"),
        Field("entity.operatingIndustry", "Industry", longest=200),
        Field("entity.operatingCountries", "Countries of operation", Kind.COUNTRIES, expected),
        Field("entity.entityOfferings", "Products and services", need=expected),
    )


def _entity_money() -> tuple[Field, ...]:
    expected = Need.EXPECTED
    ranges = (
        ("firmAnnualNetIncome", "Annual net income"),
        ("firmLiquidNetWorthUsdRange", "Liquid net worth"),
        ("firmTotalNetWorthUsdRange", "Total net worth"),
        ("dailyTransactionVolumeUsdRange", "Daily transaction volume"),
        ("dailyNotionalTradingVolumeUsdRange", "Daily notional trading volume"),
    )
    objectives, experiences = choices.INVESTMENT_OBJECTIVES, choices.INVESTMENT_EXPERIENCES
    return (
        *(Field(f"entity.{name}", label, Kind.CHOICE, expected, choices.ENTITY_USD_RANGES) for name, label in ranges),
        Field("entity.investmentObjective", "Investment objective", Kind.CHOICE, expected, objectives),
        Field("entity.investmentExperience", "Investment experience", Kind.CHOICE, expected, experiences),
        Field(
            "entity.entityRegistrationStatus",
            "Registration with a regulator",
            Kind.CHOICE,
            expected,
            choices.REGISTRATION_STATUSES,
        ),
        Field("entity.subjectToAMLRegulations", "Subject to AML regulations", Kind.YES_NO, expected),
        Field("entity.sourceOfFunds", "Source of funds", need=expected),
        Field("entity.sourceOfCurrency", "Source of digital assets", need=expected),
        Field("entity.activeWalletAddress", "Active wallet address", need=expected, longest=200),
    )


def _choice(path: str, label: str, of: tuple[str, ...]) -> Field:
    return Field(path, label, Kind.CHOICE, choices=of)


def _option(path: str, label: str, of: tuple[str, ...]) -> Field:
    return Field(path, label, Kind.CHOICE, Need.OPTIONAL, of)
