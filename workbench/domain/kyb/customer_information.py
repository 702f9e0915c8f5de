"""Bakkt's Customer Information Form for manual KYB, filled in from an account's payload as far as it is known.

Source: accounts-guide, "Manual KYB"; GUIDE.md, "KYB: three steps".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.domain.account.choices import US_TAX_ID_TYPES
from workbench.domain.account.places import country_name
from workbench.domain.kyb.owner_facts import NOTHING_RECORDED, OwnerFacts
from workbench.domain.payload import Payload, object_of, objects_of, texts_of, trimmed_text_of

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
    """The whole form. ``entity_type`` is one of ENTITY_TYPES or empty.

    ``people`` and ``businesses`` have one section per owner.
    """

    entity_type: str
    business: FormSection
    authorized: FormSection
    people: tuple[FormSection, ...]
    businesses: tuple[FormSection, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Every field that must be filled in by hand, in the order of the form."""
        sections = (self.business, self.authorized, *self.people, *self.businesses)
        kind = () if self.entity_type else ("Legal entity type",)
        return kind + tuple(f"{one.title}: {f.label}" for one in sections for f in one.fields if f.is_missing)


def fill_form(request: Payload, recorded: Mapping[str, OwnerFacts] | None = None) -> CustomerInformation:
    """The form filled in from the payload and what is ``recorded`` about its owners, by owner id.

    Values of the wrong type count as unknown. Owners recorded as holding less and managing nothing are left out.
    """
    facts_of = recorded or {}
    entity = object_of(request.get("entity"))
    owners = objects_of(request.get("owners"))[:MAX_OWNERS]
    entity_type = _entity_type(request, entity)
    known = [(owner, facts_of.get(trimmed_text_of(owner.get("clientOwnerId")), NOTHING_RECORDED)) for owner in owners]
    certified = [(owner, facts) for owner, facts in known if facts.is_certified and not facts.is_business]
    businesses = [(owner, facts) for owner, facts in known if facts.is_business]
    return CustomerInformation(
        entity_type,
        FormSection("Business details", tuple(_business(entity))),
        FormSection(_AUTHORIZED.get(entity_type, "Authorised persons"), tuple(_authorized(owners))),
        tuple(_person(number, owner, facts) for number, (owner, facts) in enumerate(certified, 1)),
        tuple(_owning_business(number, owner, facts) for number, (owner, facts) in enumerate(businesses, 1)),
    )


def _entity_type(request: Payload, entity: Payload) -> str:
    code = trimmed_text_of(entity.get("entityType"))
    if code in ENTITY_TYPES:
        return code
    return "TRUST" if request.get("accountType") == "ENTITY_PERSONAL_TRUST" else ""


def _business(entity: Payload) -> Iterable[FormField]:
    yield FormField("Legal name", trimmed_text_of(entity.get("entityLegalName")))
    yield FormField("Operating address", _address(object_of(entity.get("operatingAddress"))))
    yield FormField("Phone", trimmed_text_of(entity.get("entityPhoneNumber")))
    yield FormField("E-mail", trimmed_text_of(entity.get("entityEmailAddress")))
    yield FormField("Tax ID", trimmed_text_of(entity.get("entityTaxId")))
    yield FormField("Formation date", trimmed_text_of(entity.get("entityFormationDate")))
    yield FormField(
        "Products and services", trimmed_text_of(entity.get("entityOfferings")), _hint(entity, "operatingIndustry")
    )
    yield FormField("Purpose of digital assets", "", _hint(entity, "investmentObjective"))
    yield FormField(
        "Anticipated transaction volume (monthly)", "", _hint(entity, "dailyTransactionVolumeUsdRange", " a day")
    )
    yield _registration(entity)
    yield FormField("Net worth", _amount(trimmed_text_of(entity.get("firmTotalNetWorthUsdRange"))))
    yield FormField("Initial source of funds", trimmed_text_of(entity.get("sourceOfFunds")))
    yield FormField("Ongoing source of funds", "", _hint(entity, "sourceOfFunds"))
    yield FormField(
        "Countries of operation", ", ".join(country_name(code) for code in texts_of(entity.get("operatingCountries")))
    )


def _registration(entity: Payload) -> FormField:
    """The payload never has the regulator and number of a registered business."""
    label = "Regulatory registration details"
    status = _REGISTRATIONS.get(trimmed_text_of(entity.get("entityRegistrationStatus")), "")
    if status in {_REGISTRATIONS["NOT_REGISTERED"], _REGISTRATIONS["NOT_APPLICABLE"]}:
        return FormField(label, status)
    return FormField(label, "", status and f"Bakkt has: {status}. Add the regulator and the registration number.")


def _authorized(owners: Sequence[Payload]) -> Iterable[FormField]:
    known = [owner for owner in owners if trimmed_text_of(owner.get("role")) in _ROLES_WITH_AUTHORITY]
    for number, owner in enumerate(known, 1):
        yield FormField(f"Person {number}, name", _name(owner))
        yield FormField(f"Person {number}, title", _words(trimmed_text_of(owner.get("role"))))
    if not known:
        yield FormField("Person 1, name")
        yield FormField("Person 1, title")


def _person(number: int, owner: Payload, facts: OwnerFacts) -> FormSection:
    identity = object_of(owner.get("identity"))
    return FormSection(
        f"Beneficial owner {number}",
        (
            FormField("Name", _name(owner)),
            FormField("Date of birth", trimmed_text_of(identity.get("dateOfBirth"))),
            FormField("Address", _address(object_of(identity.get("personalAddress")))),
            FormField("Phone", trimmed_text_of(owner.get("phoneNumber"))),
            FormField("E-mail", trimmed_text_of(owner.get("emailAddress"))),
            FormField("Tax ID", _tax_id(identity)),
            FormField("Role", _words(trimmed_text_of(owner.get("role")))),
            FormField("Share of equity, in %", _share(facts), hint="Everyone with 25% or more"),
            FormField("Significant management responsibility", _manages(facts), hint="Yes or no, and the title"),
        ),
    )


def _owning_business(number: int, owner: Payload, facts: OwnerFacts) -> FormSection:
    identity = object_of(owner.get("identity"))
    return FormSection(
        f"Owner that is a business {number}",
        (
            FormField("Legal name", _name(owner)),
            FormField("Address", _address(object_of(identity.get("personalAddress")))),
            FormField("Tax ID", _tax_id(identity)),
            FormField("Share of equity, in %", _share(facts)),
            FormField("Natural persons who own or manage it", hint="Name each among the beneficial owners"),
        ),
    )


def _share(facts: OwnerFacts) -> str:
    return "" if facts.share_percent is None else f"{facts.share_percent:g}"


def _manages(facts: OwnerFacts) -> str:
    return "" if facts.manages is None else "Yes" if facts.manages else "No"


def _tax_id(identity: Payload) -> str:
    number, kind = trimmed_text_of(identity.get("taxId")), trimmed_text_of(identity.get("taxIdType"))
    return ", ".join(filter(None, (number, _words(kind, keeps_capitals=kind in US_TAX_ID_TYPES)))) if number else ""


def _name(owner: Payload) -> str:
    identity = object_of(owner.get("identity"))
    names = (identity.get(part) for part in ("givenName", "middleNames", "familyName"))
    return " ".join(filter(None, map(trimmed_text_of, names)))


def _address(address: Payload) -> str:
    lines = texts_of(address.get("streetAddress"))
    town = " ".join(filter(None, (trimmed_text_of(address.get(part)) for part in ("city", "state", "postalCode"))))
    country = trimmed_text_of(address.get("country"))
    return ", ".join(filter(None, (*lines, town, country_name(country) if country else "")))


def _amount(code: str) -> str:
    """ "FROM_1M_TO_5M" as "1M to 5M USD"."""
    return f"{_words(code.removeprefix('FROM_'), keeps_capitals=True)} USD" if code else ""


def _hint(entity: Payload, name: str, unit: str = "") -> str:
    known = trimmed_text_of(entity.get(name))
    if not known:
        return ""
    words = _amount(known) if name.endswith("Range") else known if " " in known else _words(known)
    return f"Bakkt has: {words}{unit}"


def _words(code: str, *, keeps_capitals: bool = False) -> str:
    plain = code.replace("_TO_", " to ").replace("_", " ")
    return plain if keeps_capitals or not code.isupper() else plain.capitalize()
