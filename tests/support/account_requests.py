"""Invented customers in the shape of the contract, for tests that open accounts."""

import copy
from typing import Any

HOME = {
    "streetAddress": ["12 Elm Street"],
    "city": "Springfield",
    "state": "IL",
    "postalCode": "62704",
    "country": "USA",
}


def owner(given: str = "Ada", family: str = "Byron", **changes: Any) -> dict[str, Any]:
    return {
        "role": "PRIMARY_OWNER",
        "identity": {
            "givenName": given,
            "familyName": family,
            "dateOfBirth": "1985-12-10",
            "taxId": "666-12-3456",
            "taxIdType": "SSN",
            "personalAddress": copy.deepcopy(HOME),
            "employment": {
                "employerName": "Analytical Engines",
                "position": "Engineer",
                "employerAddress": copy.deepcopy(HOME),
            },
        },
        "emailAddress": "ada@example.com",
        "phoneNumber": "+12015550123",
        "mailingAddress": copy.deepcopy(HOME),
        "agreements": [{"name": "User agreement", "version": "4.0"}],
        **changes,
    }


def individual(name: str = "NEW-1", **changes: Any) -> dict[str, Any]:
    return {
        "clientAccountId": name,
        "accountType": "INDIVIDUAL",
        "investmentProfile": {
            "accountGoals": {"investmentObjective": "GROWTH"},
            "customerProfile": {"annualIncomeRangeUsd": "FROM_50K_TO_100K"},
        },
        "owners": [owner()],
        **changes,
    }


def company(name: str = "FIRM-1", **changes: Any) -> dict[str, Any]:
    return {
        **individual(name),
        "accountType": "ENTITY",
        "entity": {
            "entityLegalName": "Analytical Engines LLC",
            "entityType": "LLC",
            "entityTaxId": "66-1234567",
            "entityEmailAddress": "office@example.com",
            "entityPhoneNumber": "+12015550124",
            "operatingIndustry": "Software",
            "registeredAddress": copy.deepcopy(HOME),
            "operatingAddress": copy.deepcopy(HOME),
        },
        "owners": [owner(clientOwnerId="o1"), owner("Charles", "Babbage", clientOwnerId="o2", role="BENEFICIAL_OWNER")],
        **changes,
    }


def changed(payload: dict[str, Any], path: str, value: Any = None, *, removed: bool = False) -> dict[str, Any]:
    """Return a copy of a payload with one field set or removed, named as ``owners[0].identity.taxId``."""
    copied = copy.deepcopy(payload)
    *parents, last = path.replace("[", ".").replace("]", "").split(".")
    holder: Any = copied
    for name in parents:
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    if removed:
        del holder[last]
    else:
        holder[last] = value
    return copied
