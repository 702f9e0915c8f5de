"""What a new account must carry, checked on any payload (GUIDE, "Opening an account").

A missing field is named by its path in the payload, as Bakkt's own refusals name it: ``owners[0].identity.taxId``.
An absent object is named once, without its members.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from workbench.domain.account.choices import IDENTITY_DOCUMENTS, NATIONAL_ID, PRIMARY_OWNER, US_TAX_ID_TYPES
from workbench.domain.payload import Payload, id_of, object_of, objects_of, text_of
from workbench.domain.snapshots import DocumentSnapshot

ENTITY_FIELDS = (
    "entityLegalName",
    "entityOfferings",
    "entityTaxId",
    "firmAnnualNetIncome",
    "firmLiquidNetWorthUsdRange",
    "firmTotalNetWorthUsdRange",
    "dailyTransactionVolumeUsdRange",
    "dailyNotionalTradingVolumeUsdRange",
    "entityEmailAddress",
    "entityPhoneNumber",
    "entityFormationDate",
    "operatingCountries",
    "registeredAddress",
    "operatingAddress",
    "sourceOfCurrency",
    "sourceOfFunds",
    "investmentObjective",
    "investmentExperience",
    "entityType",
    "operatingIndustry",
    "subjectToAMLRegulations",
    "activeWalletAddress",
    "entityRegistrationStatus",
)
"""The guide's table "Entity Object Fields"."""

IDENTITY_DOCUMENT = "identityDocument"
"""Ends the path that stands for a missing document, which is uploaded and not typed."""

_ADDRESS_PARTS = ("streetAddress", "city", "country")
_USA = frozenset({"USA", "US"})
_NATIONAL_ID_TYPES = frozenset({NATIONAL_ID, "NATIONALID"})


def missing_fields(request: Payload, *, is_entity: bool, documents: Iterable[DocumentSnapshot]) -> tuple[str, ...]:
    """Paths of what a new account must carry and this one does not, in the payload's order."""
    found = [*_missing_profile(request)]
    if is_entity:
        found += _missing_entity(request)
    found += _missing_owners(request, tuple(documents))
    return tuple(dict.fromkeys(found))


def lacks_identity_document(missing: Iterable[str]) -> bool:
    """Whether an owner outside the USA has no identity document, by the account's missing fields."""
    return any(path.endswith(f".{IDENTITY_DOCUMENT}") for path in missing)


def _missing_profile(request: Payload) -> Iterator[str]:
    profile = object_of(request.get("investmentProfile"))
    goals, customer = object_of(profile.get("accountGoals")), object_of(profile.get("customerProfile"))
    yield from _absent(goals, "investmentProfile.accountGoals", "investmentObjective")
    yield from _absent(customer, "investmentProfile.customerProfile", "annualIncomeRangeUsd")


def _missing_entity(request: Payload) -> Iterator[str]:
    entity = object_of(request.get("entity"))
    if not entity:
        yield "entity"
        return
    yield from _absent(entity, "entity", *ENTITY_FIELDS)
    for name in ("registeredAddress", "operatingAddress"):
        if _is_given(entity.get(name)):
            yield from _missing_address(entity, "entity", name)


def _missing_owners(request: Payload, documents: Sequence[DocumentSnapshot]) -> Iterator[str]:
    owners = objects_of(request.get("owners"))
    if not owners:
        yield "owners"
        return
    yield from _missing_roles(owners)
    ids = Counter(id_of(owner.get("clientOwnerId")) for owner in owners)
    for position, owner in enumerate(owners):
        yield from _missing_of_owner(owner, f"owners[{position}]")
        is_ambiguous = len(owners) > 1 and ids[id_of(owner.get("clientOwnerId"))] > 1
        if is_ambiguous or _needs_owner_id(owner, is_alone=len(owners) == 1):
            yield f"owners[{position}].clientOwnerId"
        if _lacks_identity_document(owner, documents, is_alone=len(owners) == 1):
            yield f"owners[{position}].{IDENTITY_DOCUMENT}"


def _missing_roles(owners: Sequence[Payload]) -> Iterator[str]:
    """Exactly one PRIMARY_OWNER, the first."""
    for position, owner in enumerate(owners):
        is_primary = owner.get("role") == PRIMARY_OWNER
        if not _is_given(owner.get("role")) or is_primary is not (position == 0):
            yield f"owners[{position}].role"


def _missing_of_owner(owner: Payload, path: str) -> Iterator[str]:
    identity = object_of(owner.get("identity"))
    yield from _absent(identity, f"{path}.identity", "givenName", "familyName", "dateOfBirth")
    yield from _missing_tax_id(identity, f"{path}.identity")
    yield from _missing_address(identity, f"{path}.identity", "personalAddress")
    yield from _missing_employment(identity, f"{path}.identity")
    yield from _absent(owner, path, "emailAddress", "phoneNumber")
    yield from _missing_address(owner, path, "mailingAddress")
    yield from _missing_agreements(owner, path)


def _missing_tax_id(identity: Payload, path: str) -> Iterator[str]:
    tax_id, kind = identity.get("taxId"), identity.get("taxIdType")
    if _is_american(identity):
        yield from _absent(identity, path, "taxId", "taxIdType")
    elif _is_given(tax_id) or _is_given(kind):
        yield from _absent(identity, path, "taxId", "taxIdType", "taxIdCountry")


def _is_american(identity: Payload) -> bool:
    """Whether the owner lives or is taxed in the USA; ``taxIdCountry`` defaults to USA only for a US type of number."""
    country = text_of(identity.get("taxIdCountry"))
    if _lives_in(identity) in _USA or country in _USA:
        return True
    return country is None and text_of(identity.get("taxIdType")) in US_TAX_ID_TYPES


def _missing_address(holder: Payload, path: str, name: str) -> Iterator[str]:
    address = object_of(holder.get(name))
    if not address:
        yield f"{path}.{name}"
        return
    yield from _absent(address, f"{path}.{name}", *_ADDRESS_PARTS)
    if text_of(address.get("country")) in _USA:
        yield from _absent(address, f"{path}.{name}", "postalCode")


def _missing_employment(identity: Payload, path: str) -> Iterator[str]:
    employment = object_of(identity.get("employment"))
    if not employment:
        yield f"{path}.employment"
        return
    yield from _absent(employment, f"{path}.employment", "employerName", "position")
    yield from _missing_address(employment, f"{path}.employment", "employerAddress")


def _missing_agreements(owner: Payload, path: str) -> Iterator[str]:
    agreements = objects_of(owner.get("agreements"))
    if not agreements:
        yield f"{path}.agreements"
    for position, agreement in enumerate(agreements):
        yield from _absent(agreement, f"{path}.agreements[{position}]", "name", "version")


def _needs_owner_id(owner: Payload, *, is_alone: bool) -> bool:
    """Whether an owner id is missing: it is required with several owners or a national id."""
    has_national_id = text_of(object_of(owner.get("identity")).get("taxIdType")) in _NATIONAL_ID_TYPES
    return not _is_given(owner.get("clientOwnerId")) and (has_national_id or not is_alone)


def _lacks_identity_document(owner: Payload, documents: Sequence[DocumentSnapshot], *, is_alone: bool) -> bool:
    """An owner outside the USA needs an identity document; for a sole owner, one without an owner id counts too."""
    country = _lives_in(object_of(owner.get("identity")))
    if not country or country in _USA:
        return False
    owner_id = id_of(owner.get("clientOwnerId"))
    return not any(
        document.document_type in IDENTITY_DOCUMENTS and _is_of_owner(document, owner_id, is_alone=is_alone)
        for document in documents
    )


def _is_of_owner(document: DocumentSnapshot, owner_id: object, *, is_alone: bool) -> bool:
    if not document.client_owner_id:
        return is_alone
    return document.client_owner_id == owner_id


def _lives_in(identity: Payload) -> str | None:
    return text_of(object_of(identity.get("personalAddress")).get("country"))


def _absent(holder: Payload, path: str, *names: str) -> list[str]:
    return [f"{path}.{name}" for name in names if not _is_given(holder.get(name))]


def _is_given(value: object) -> bool:
    """False for null, blank text, and empty lists and objects; ``false`` and 0 are values."""
    if isinstance(value, str):
        return value != "" and not value.isspace()
    return value is not None and value != [] and value != {}
