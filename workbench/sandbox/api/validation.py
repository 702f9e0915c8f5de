"""Validates accounts as Bakkt does, one 422 error per field (GUIDE.md, "Opening an account", "Updating an account")."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pycountry

from workbench.sandbox.accounts.state import ENTITY_TYPES
from workbench.sandbox.api.contract import MALFORMED, MISSING, NOT_ALLOWED, RESTRICTED, FieldError, check

MAX_ID_LENGTH = 200

COUNTRIES = frozenset(country.alpha_3 for country in pycountry.countries) | {"XKX"}
"""With Kosovo, which has no code of ISO's."""

_PHONE = re.compile(r"\+[1-9]\d{3,14}")
_HELD_FOR_OTHERS = frozenset({"CUSTODIAL", "ENTITY_PERSONAL_TRUST"})
"""Accounts with custodians, minors, trustees and beneficiaries, whose roles this sandbox accepts."""
_US_TAX_ID_TYPES = frozenset({"SSN", "ITIN", "EIN"})
_ALTERNATIVE_SPELLING = {"NATIONALID": "NATIONAL_ID"}


def is_entity_request(request: dict[str, Any]) -> bool:
    account_type = request.get("accountType")
    return account_type in ENTITY_TYPES or (account_type is None and bool(request.get("entity")))


def validate_new(request: dict[str, Any]) -> list[FieldError]:
    """Return the errors in the payload of a new account, the first one of each field."""
    request = normalise(request)
    by_schema = check("AccountRequest", request)
    findings = [*by_schema, *_rules(request)] if not _is_misshapen(by_schema) else by_schema
    first: dict[str, FieldError] = {}
    for finding in findings:
        first.setdefault(finding.field, finding)
    return list(first.values())


def validate_update(request: dict[str, Any], stored: dict[str, Any], bakkt_id: str) -> list[FieldError]:
    """Return the errors in an update: as for a new account, except fields missing before, plus restricted changes."""
    tolerated = {error.field for error in validate_new(stored) if error.code == MISSING}
    errors = [error for error in validate_new(request) if error.code != MISSING or error.field not in tolerated]
    if any(error.field == "owners" or error.field.startswith("owners[") for error in errors):
        return errors
    return [*errors, *_restricted(normalise(request), normalise(stored), bakkt_id)]


def normalise(request: dict[str, Any]) -> dict[str, Any]:
    """Return the request with the guide's spelling NATIONALID replaced by the specification's NATIONAL_ID."""
    owners = request.get("owners")
    if not isinstance(owners, list):
        return request
    return {**request, "owners": [_normalise_owner(owner) for owner in owners]}


def _normalise_owner(owner: Any) -> Any:
    if not isinstance(owner, dict) or not isinstance(owner.get("identity"), dict):
        return owner
    kind = owner["identity"].get("taxIdType")
    spelled = _ALTERNATIVE_SPELLING.get(kind, kind) if isinstance(kind, str) else kind
    return owner if spelled == kind else {**owner, "identity": {**owner["identity"], "taxIdType": spelled}}


def _is_misshapen(errors: Iterable[FieldError]) -> bool:
    """Whether the payload differs too much from the schema for the rules to be checked."""
    return any(error.code not in {MISSING, MALFORMED, NOT_ALLOWED} or error.field == "owners" for error in errors)


def _rules(request: dict[str, Any]) -> Iterator[FieldError]:
    yield from _client_account_id(request)
    yield from _investment_profile(request)
    yield from _roles(request)
    yield from _owner_ids(request)
    for place, owner in enumerate(request["owners"]):
        yield from _owner(owner, f"owners[{place}]")
    if is_entity_request(request):
        yield from _entity(request)


def _client_account_id(request: dict[str, Any]) -> Iterator[FieldError]:
    name = request.get("clientAccountId", "")
    if not name.strip():
        yield FieldError("clientAccountId", MISSING, "is required")
    elif len(name) > MAX_ID_LENGTH:
        yield FieldError("clientAccountId", MALFORMED, f"must have at most {MAX_ID_LENGTH} characters", name)


def _investment_profile(request: dict[str, Any]) -> Iterator[FieldError]:
    profile = request.get("investmentProfile", {})
    for part, name in (("accountGoals", "investmentObjective"), ("customerProfile", "annualIncomeRangeUsd")):
        if name not in profile.get(part, {}):
            yield FieldError(f"investmentProfile.{part}.{name}", MISSING, "is required for new accounts")


def _roles(request: dict[str, Any]) -> Iterator[FieldError]:
    is_company = is_entity_request(request) and request.get("accountType") not in _HELD_FOR_OTHERS
    for place, owner in enumerate(request["owners"]):
        role, path = owner.get("role"), f"owners[{place}].role"
        if place == 0 and role != "PRIMARY_OWNER":
            yield FieldError(path, NOT_ALLOWED, "the first owner must be the PRIMARY_OWNER", role)
        elif place > 0 and role == "PRIMARY_OWNER":
            yield FieldError(path, NOT_ALLOWED, "there must be exactly one PRIMARY_OWNER", role)
        elif place > 0 and is_company and role != "BENEFICIAL_OWNER":
            yield FieldError(path, NOT_ALLOWED, "owners of an entity after the first must be BENEFICIAL_OWNER", role)


def _owner_ids(request: dict[str, Any]) -> Iterator[FieldError]:
    owners, seen = request["owners"], set()
    for place, owner in enumerate(owners):
        name, path = owner.get("clientOwnerId"), f"owners[{place}].clientOwnerId"
        has_national_id = owner.get("identity", {}).get("taxIdType") == "NATIONAL_ID"
        if not name and (len(owners) > 1 or has_national_id):
            yield FieldError(path, MISSING, "is required with several owners or a national id")
        elif name and name in seen:
            yield FieldError(path, NOT_ALLOWED, "must be unique", name)
        seen.add(name)


def _owner(owner: dict[str, Any], path: str) -> Iterator[FieldError]:
    identity = owner.get("identity", {})
    yield from _require(identity, f"{path}.identity", "givenName", "familyName")
    yield from _tax_id(identity, f"{path}.identity")
    yield from _phone(owner, path)
    yield from _address(owner, "mailingAddress", path)
    yield from _address(identity, "personalAddress", f"{path}.identity")
    yield from _employment(identity, f"{path}.identity")
    if not owner.get("agreements"):
        yield FieldError(f"{path}.agreements", MISSING, "at least one agreement is required")
    for place, agreement in enumerate(owner.get("agreements", ())):
        yield from _require(agreement, f"{path}.agreements[{place}]", "name", "version")


def _require(holder: dict[str, Any], path: str, *names: str) -> Iterator[FieldError]:
    for name in names:
        if not str(holder.get(name, "")).strip():
            yield FieldError(f"{path}.{name}", MISSING, "is required")


def _tax_id(identity: dict[str, Any], path: str) -> Iterator[FieldError]:
    """Require a US tax id of Americans; others have a national id with its country, or none."""
    number, kind, country = identity.get("taxId"), identity.get("taxIdType"), identity.get("taxIdCountry")
    if country is not None and country not in COUNTRIES:
        yield FieldError(f"{path}.taxIdCountry", MALFORMED, "must be a 3-letter ISO country code", country)
    is_american = identity.get("personalAddress", {}).get("country") == "USA" or country == "USA"
    if is_american:
        yield from _require(identity, path, "taxId", "taxIdType")
    elif number or kind:
        yield from _require(identity, path, "taxId", "taxIdType")
        if kind == "NATIONAL_ID":
            yield from _require(identity, path, "taxIdCountry")
    if country in {None, "USA"} and is_american and kind and kind not in _US_TAX_ID_TYPES:
        yield FieldError(f"{path}.taxIdType", NOT_ALLOWED, "must be SSN, ITIN or EIN in the USA", kind)


def _phone(owner: dict[str, Any], path: str) -> Iterator[FieldError]:
    phone = owner.get("phoneNumber")
    if not phone:
        yield FieldError(f"{path}.phoneNumber", MISSING, "is required for new accounts")
    elif not _PHONE.fullmatch(phone):
        yield FieldError(f"{path}.phoneNumber", MALFORMED, "must be a compact E.164 number", phone)


def _address(holder: dict[str, Any], name: str, path: str) -> Iterator[FieldError]:
    address, path = holder.get(name), f"{path}.{name}"
    if address is None:
        return
    country = address.get("country")
    if country is not None and country not in COUNTRIES:
        yield FieldError(f"{path}.country", MALFORMED, "must be a 3-letter ISO country code", country)
    if not any(line.strip() for line in address.get("streetAddress", ())):
        yield FieldError(f"{path}.streetAddress", MISSING, "is required")
    yield from _require(address, path, "city")
    if country == "USA":
        yield from _require(address, path, "postalCode")
        state = address.get("state")
        if state and not re.fullmatch("[A-Z]{2}", state):
            yield FieldError(f"{path}.state", MALFORMED, "must be two letters in the USA", state)


def _employment(identity: dict[str, Any], path: str) -> Iterator[FieldError]:
    employment = identity.get("employment")
    if employment is None:
        yield FieldError(f"{path}.employment", MISSING, "is required for new accounts")
    elif "employerAddress" not in employment:
        yield FieldError(f"{path}.employment.employerAddress", MISSING, "is required for new accounts")
    else:
        yield from _require(employment, f"{path}.employment", "employerName", "position")
        yield from _address(employment, "employerAddress", f"{path}.employment")


def _entity(request: dict[str, Any]) -> Iterator[FieldError]:
    entity = request.get("entity")
    if entity is None:
        yield FieldError("entity", MISSING, "is required for entity accounts")
        return
    yield from _require(entity, "entity", "entityTaxId", "entityType", "operatingIndustry", "entityLegalName")
    yield from _address(entity, "registeredAddress", "entity")
    yield from _address(entity, "operatingAddress", "entity")
    for place, country in enumerate(entity.get("operatingCountries", ())):
        if country not in COUNTRIES:
            path = f"entity.operatingCountries[{place}]"
            yield FieldError(path, MALFORMED, "must be a 3-letter ISO country code", country)


_RESTRICTED_IDENTITY_FIELDS = ("dateOfBirth", "citizenshipCountry", "taxId", "taxIdType", "taxIdCountry")


def _restricted(request: dict[str, Any], stored: dict[str, Any], bakkt_id: str) -> Iterator[FieldError]:
    """Refuse changes to fields that only Bakkt's operations team can change; filling in a missing one is allowed."""
    if request.get("id") not in (None, bakkt_id):
        yield _refuse("id", request["id"])
    for name in ("accountType", "enrollments"):
        if stored.get(name) is not None and request.get(name) != stored[name]:
            yield _refuse(name, request.get(name))
    for place, owner in enumerate(request["owners"]):
        before = _stored_owner(owner, place, stored["owners"])
        for name in _RESTRICTED_IDENTITY_FIELDS if before is not None else ():
            old, new = _identity_value(before or {}, name), _identity_value(owner, name)
            if old is not None and new != old:
                yield _refuse(f"owners[{place}].identity.{name}", new)


def _identity_value(owner: dict[str, Any], name: str) -> Any:
    """Return a value of the identity; the country of a tax id defaults to USA."""
    identity = owner["identity"]
    default = "USA" if name == "taxIdCountry" and identity.get("taxId") else None
    return identity.get(name, default)


def _stored_owner(owner: dict[str, Any], place: int, stored: list[dict[str, Any]]) -> dict[str, Any] | None:
    name = owner.get("clientOwnerId")
    named = [before for before in stored if name is not None and before.get("clientOwnerId") == name]
    if named:
        return named[0]
    unnamed = place < len(stored) and (stored[place].get("clientOwnerId") is None or len(stored) == 1)
    return stored[place] if unnamed else None


def _refuse(field: str, value: Any) -> FieldError:
    return FieldError(field, RESTRICTED, "can only be changed by Bakkt's operations team", value)


def as_error_body(errors: Iterable[FieldError]) -> dict[str, Any]:
    return {"code": 422, "message": "Validation failed", "validationErrors": [_entry(error) for error in errors]}


def _entry(error: FieldError) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": error.code, "field": error.field, "message": error.message}
    if error.rejected is not None:
        rejected = error.rejected if isinstance(error.rejected, str) else json.dumps(error.rejected)
        entry["rejectedValue"] = rejected[:200]
    return entry
