"""Which fields of an account may change in an update (GUIDE.md, "Updating an account")."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from workbench.domain.account.entity import is_entity_request
from workbench.domain.account.fields import has_own_mask, looks_masked
from workbench.domain.updates.editing import Edits
from workbench.domain.updates.paths import ABSENT, Path, is_same, leaves, path_name, value_at

ONLY_OPERATIONS = "Only Bakkt's operations team can change this: it is part of the identity that Bakkt verified."
ASSIGNED_BY_BAKKT = "Bakkt assigns this id."
IDENTIFIES_ACCOUNT = "This id identifies the account everywhere: another id would be another account."
IDENTIFIES_OWNER = "This id links the owner's documents: another id would be another owner."

_LOCKED_ACCOUNT_FIELDS = {
    "clientAccountId": IDENTIFIES_ACCOUNT,
    "id": ASSIGNED_BY_BAKKT,
    "accountType": ONLY_OPERATIONS,
    "enrollments": ONLY_OPERATIONS,
}
_LOCKED_IDENTITY_FIELDS = frozenset({"dateOfBirth", "citizenshipCountry", "taxId", "taxIdType", "taxIdCountry"})
_LOCKED_OWNER_FIELDS = {
    "ownerId": ASSIGNED_BY_BAKKT,
    "identityId": ASSIGNED_BY_BAKKT,
    "clientOwnerId": IDENTIFIES_OWNER,
}
_NUMBERS = frozenset({"taxId", "entityTaxId"})

_NAMES = frozenset({"givenName", "middleNames", "familyName"})
_LISTS_OF_ITEMS = frozenset({"owners", "agreements", "trustedContacts", "streetAddress", "operatingCountries"})


class Permission(StrEnum):
    """What Bakkt says about changing a field: allowed, not mentioned, an agreement, or restricted."""

    ALLOWED = "allowed"
    UNSURE = "unsure"
    AGREEMENT = "agreement"
    RESTRICTED = "restricted"


UNSURE_WORDS = "Bakkt lists this neither as allowed nor as restricted, so it may refuse an update."


def restriction_of(path: Path) -> str:
    """Why the field at the path is locked; "" where it is not."""
    match path:
        case (str(name), *_) if name in _LOCKED_ACCOUNT_FIELDS:
            return _LOCKED_ACCOUNT_FIELDS[name]
        case ("owners", int(), "identity", str(name), *_) if name in _LOCKED_IDENTITY_FIELDS:
            return ONLY_OPERATIONS
        case ("owners", int(), str(name), *_) if name in _LOCKED_OWNER_FIELDS:
            return _LOCKED_OWNER_FIELDS[name]
        case ("entity", "entityTaxId", *_):
            return ONLY_OPERATIONS
    return ""


def permission_of(path: Path) -> Permission:
    """Phone numbers, addresses and names of the customer may change; anything not listed may be refused."""
    if restriction_of(path):
        return Permission.RESTRICTED
    match path:
        case ("owners", int(), "agreements", *_):
            return Permission.AGREEMENT
        case ("owners", int(), "phoneNumber"):
            return Permission.ALLOWED
        case ("owners", int(), "mailingAddress", *_):
            return Permission.ALLOWED
        case ("owners", int(), "identity", "personalAddress", *_):
            return Permission.ALLOWED
        case ("owners", int(), "identity", str(name)) if name in _NAMES:
            return Permission.ALLOWED
        case ("entity", "entityLegalName" | "entityPhoneNumber"):
            return Permission.ALLOWED
        case ("entity", "registeredAddress" | "operatingAddress", *_):
            return Permission.ALLOWED
    return Permission.UNSURE


def restricted_fields(request: Mapping[str, Any]) -> list[tuple[Path, Any, str]]:
    """The locked fields that the payload has, with their values and why each is locked."""
    return [(path, value, reason) for path, value in leaves(dict(request)) if (reason := restriction_of(path))]


def forbidden_edits(request: Mapping[str, Any], edits: Edits) -> Iterator[tuple[Path, str]]:
    """Edits that may not be sent, and why. A locked field that is empty so far may be filled in."""
    for path, new in edits.items():
        old = value_at(request, path)
        reason = _reason_to_forbid(request, path, old, new)
        if reason and not is_same(old, new):
            yield path, reason


def masked_values(request: Mapping[str, Any], edits: Edits) -> Iterator[Path]:
    """Paths where a masked value would be sent: an edit, or a number that Bakkt itself returns masked.

    A number is masked in any way that is usual; in other texts only our own mask is one.
    """
    for path, new in edits.items():
        yield from ((*path, *inner) for inner, value in leaves(new) if _is_masked((*path, *inner), value))
    for path, value in leaves(dict(request)):
        if path and path[-1] in _NUMBERS and _is_masked(path, value):
            yield path


def _is_masked(path: Path, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return looks_masked(value) if path and path[-1] in _NUMBERS else has_own_mask(value)


def touches_agreements(edits: Edits) -> bool:
    return any(permission_of(path) is Permission.AGREEMENT for path in edits)


def touches_ownership(request: Mapping[str, Any], edits: Edits) -> bool:
    """Whether Bakkt must be notified: an owner of an entity is added, removed or changed."""
    return is_entity_request(request) and any(path[0] == "owners" for path in edits)


def _reason_to_forbid(request: Mapping[str, Any], path: Path, old: Any, new: Any) -> str:
    if restriction := restriction_of(path):
        return "" if old in (ABSENT, None, "") and new is not ABSENT else restriction
    match path:
        case ("owners", int(position)):
            return _reason_to_forbid_owner(request, position, old, new)
        case (*_, str(name), int()) if name in _LISTS_OF_ITEMS:
            return ""
        case ("entity", "operatingCountries"):
            return ""
    if isinstance(old, dict | list) or isinstance(new, dict | list):
        return f"{path_name(path)} must be changed field by field, not as a whole."
    return ""


def _reason_to_forbid_owner(request: Mapping[str, Any], position: int, old: Any, new: Any) -> str:
    if not is_entity_request(request):
        return "Owners can be added and removed on entity accounts only."
    if new is ABSENT and position == 0:
        return "The first owner is the primary owner and cannot be removed."
    if new is not ABSENT and old is not ABSENT:
        return "An owner must be changed field by field, not as a whole."
    return ""
