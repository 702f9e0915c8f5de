"""Bakkt's Customer Information Form for manual KYB, filled in from an account's payload as far as it is known.

Source: accounts-guide, "Manual KYB"; GUIDE.md, "KYB: three steps".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.account.fields import country_name

Payload = Mapping[str, Any]

TO_FILL_IN = "To fill in"

ENTITY_TYPES = {
    "CORPORATE": "Corporate",
    "PARTNERSHIP": "Partnership",
    "LLC": "LLC",
    "LIMITED_PARTNERSHIP": "Limited Partnership",
    "TRUST": "Trust",
}
_AUTHORIZED = {
    "CORPORATE": "Corporate Officers",
    "PARTNERSHIP": "General Partners / Managing Members",
    "LLC": "General Partners / Managing Members",
    "LIMITED_PARTNERSHIP": "General Partners / Managing Members",
    "TRUST": "Trustees",
}
_ROLES_WITH_AUTHORITY = frozenset(
    {"AUTHORIZED_AGENT", "AUTHORIZED_MEMBER", "AUTHORIZED_OWNER", "TRADING_AUTHORITY", "TREASURER", "TRUSTEE"}
)
_REGISTRATIONS = {
    "CURRENTLY_REGISTERED": "Currently registered",
    "NOT_REGISTERED": "Not registered",
    "REGISTRATION_IN_PROGRESS": "Registration in progress",
    "NOT_APPLICABLE": "Not applicable",
}
_COMPANY_WORDS = re.compile(
    r"\b(llc|l\.l\.c|inc|corp|ltd|limited|llp|gmbh|plc|holdings?|trust|s\.?a\.?r\.?l|b\.v|ag)\b\.?$", re.IGNORECASE
)
_US_NUMBERS = frozenset({"SSN", "ITIN", "EIN"})
MAX_OWNERS = 200


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form, empty if it is not known yet. ``hint``: related information that is known."""

    label: str
    value: str = field(default="", repr=False)
    hint: str = field(default="", repr=False)

    @property
    def is_missing(self) -> bool:
        return not self.value


@dataclass(frozen=True, slots=True)
class FormSection:
    title: str
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerInformation:
    """The whole form. ``entity_type`` is one of ENTITY_TYPES or empty; ``people`` has one section per owner."""

    entity_type: str
    business: FormSection
    authorized: FormSection
    people: tuple[FormSection, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Every field that must be filled in by hand, in the order of the form."""
        sections = (self.business, self.authorized, *self.people)
        kind = () if self.entity_type else ("Legal entity type",)
        return kind + tuple(f"{one.title}: {f.label}" for one in sections for f in one.fields if f.is_missing)


def fill_form(request: Payload) -> CustomerInformation:
    """The form filled in from the payload. Values of the wrong type count as unknown."""
    entity = _object(request, "entity")
    owners = [owner for owner in _list(request, "owners") if isinstance(owner, Mapping)][:MAX_OWNERS]
    entity_type = _entity_type(request, entity)
    return CustomerInformation(
        entity_type,
        FormSection("Business details", tuple(_business(entity))),
        FormSection(_AUTHORIZED.get(entity_type, "Authorized persons"), tuple(_authorized(owners))),
        tuple(_person(number, owner) for number, owner in enumerate(owners, 1)),
    )


def owners_that_look_like_entities(request: Payload) -> tuple[str, ...]:
    """Owners (by clientOwnerId, else by number) that look like entities: Bakkt screens natural persons only."""
    return tuple(
        _text(owner, "clientOwnerId") or f"number {place}"
        for place, owner in enumerate(_list(request, "owners"), 1)
        if isinstance(owner, Mapping) and _looks_like_business(_object(owner, "identity"))
    )


def _looks_like_business(identity: Payload) -> bool:
    names = [_text(identity, name) for name in ("givenName", "familyName")]
    return _text(identity, "taxIdType") == "EIN" or any(_COMPANY_WORDS.search(name) for name in names)


def _entity_type(request: Payload, entity: Payload) -> str:
    told = _text(entity, "entityType")
    if told in ENTITY_TYPES:
        return told
    return "TRUST" if request.get("accountType") == "ENTITY_PERSONAL_TRUST" else ""


def _business(entity: Payload) -> Iterable[FormField]:
    yield FormField("Legal name", _text(entity, "entityLegalName"))
    yield FormField("Operating address", _address(_object(entity, "operatingAddress")))
    yield FormField("Phone", _text(entity, "entityPhoneNumber"))
    yield FormField("E-mail", _text(entity, "entityEmailAddress"))
    yield FormField("Tax ID", _text(entity, "entityTaxId"))
    yield FormField("Formation date", _text(entity, "entityFormationDate"))
    yield FormField("Products and services", _text(entity, "entityOfferings"), _hint(entity, "operatingIndustry"))
    yield FormField("Purpose of digital assets", "", _hint(entity, "investmentObjective"))
    yield FormField(
        "Anticipated transaction volume (monthly)", "", _hint(entity, "dailyTransactionVolumeUsdRange", " a day")
    )
    yield _registration(entity)
    yield FormField("Net worth", _amount(_text(entity, "firmTotalNetWorthUsdRange")))
    yield FormField("Initial source of funds", _text(entity, "sourceOfFunds"))
    yield FormField("Ongoing source of funds", "", _hint(entity, "sourceOfFunds"))
    yield FormField("Countries of operation", ", ".join(country_name(code) for code in _texts(entity)))


def _registration(entity: Payload) -> FormField:
    """The payload never has the regulator and number of a registered business."""
    label = "Regulatory registration details"
    status = _REGISTRATIONS.get(_text(entity, "entityRegistrationStatus"), "")
    if status in {_REGISTRATIONS["NOT_REGISTERED"], _REGISTRATIONS["NOT_APPLICABLE"]}:
        return FormField(label, status)
    return FormField(label, "", status and f"Bakkt has: {status}. Add the regulator and the registration number.")


def _authorized(owners: Sequence[Payload]) -> Iterable[FormField]:
    known = [owner for owner in owners if _text(owner, "role") in _ROLES_WITH_AUTHORITY]
    for number, owner in enumerate(known, 1):
        yield FormField(f"Person {number}, name", _name(owner))
        yield FormField(f"Person {number}, title", _words(_text(owner, "role")))
    if not known:
        yield FormField("Person 1, name")
        yield FormField("Person 1, title")


def _person(number: int, owner: Payload) -> FormSection:
    identity = _object(owner, "identity")
    return FormSection(
        f"Beneficial owner {number}",
        (
            FormField("Name", _name(owner)),
            FormField("Date of birth", _text(identity, "dateOfBirth")),
            FormField("Address", _address(_object(identity, "personalAddress"))),
            FormField("Phone", _text(owner, "phoneNumber")),
            FormField("E-mail", _text(owner, "emailAddress")),
            FormField("Tax ID", _tax_id(identity)),
            FormField("Role", _words(_text(owner, "role"))),
            FormField("Share of equity, in %", hint="Everyone with 25% or more"),
            FormField("Significant management responsibility", hint="Yes or no, and the title"),
        ),
    )


def _tax_id(identity: Payload) -> str:
    number, kind = _text(identity, "taxId"), _text(identity, "taxIdType")
    return ", ".join(filter(None, (number, _words(kind, keeps_capitals=kind in _US_NUMBERS)))) if number else ""


def _name(owner: Payload) -> str:
    identity = _object(owner, "identity")
    return " ".join(filter(None, (_text(identity, name) for name in ("givenName", "middleNames", "familyName"))))


def _address(address: Payload) -> str:
    lines = [line for line in _list(address, "streetAddress") if isinstance(line, str) and line.strip()]
    town = " ".join(filter(None, (_text(address, "city"), _text(address, "state"), _text(address, "postalCode"))))
    country = _text(address, "country")
    return ", ".join(filter(None, (*lines, town, country_name(country) if country else "")))


def _amount(code: str) -> str:
    """ "FROM_1M_TO_5M" as "1M to 5M USD"."""
    return f"{_words(code.removeprefix('FROM_'), keeps_capitals=True)} USD" if code else ""


def _hint(entity: Payload, name: str, unit: str = "") -> str:
    known = _text(entity, name)
    if not known:
        return ""
    said = _amount(known) if name.endswith("Range") else known if " " in known else _words(known)
    return f"Bakkt has: {said}{unit}"


def _words(code: str, *, keeps_capitals: bool = False) -> str:
    plain = code.replace("_TO_", " to ").replace("_", " ")
    return plain if keeps_capitals or not code.isupper() else plain.capitalize()


def _texts(entity: Payload) -> list[str]:
    return [code for code in _list(entity, "operatingCountries") if isinstance(code, str) and code.strip()]


def _text(holder: Payload, name: str) -> str:
    value = holder.get(name)
    return value.strip() if isinstance(value, str) else ""


def _object(holder: Payload, name: str) -> Payload:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(holder: Payload, name: str) -> Sequence[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []
