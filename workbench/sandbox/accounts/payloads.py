"""Generates the payload of a seeded account on demand, always the same for the same seed and index."""

import random
from datetime import timedelta
from typing import Any

from workbench.sandbox.accounts.moments import write_moment
from workbench.sandbox.accounts.people import (
    AWKWARD_FAMILY_NAMES,
    PersonPools,
    address_in,
    company_name,
    email_of,
    person_pools,
)
from workbench.sandbox.accounts.state import AccountState, OwnerPlan

_USD_RANGES = (
    "UNDER_25K",
    "FROM_25K_TO_50K",
    "FROM_50K_TO_100K",
    "FROM_100K_TO_200K",
    "FROM_200K_TO_300K",
    "FROM_300K_TO_500K",
    "FROM_500K_TO_1M",
    "FROM_1M_TO_5M",
    "OVER_5M",
)
_ENTITY_USD_RANGES = (
    "UNDER_250K",
    "FROM_250K_TO_500K",
    "FROM_500K_TO_1M",
    "FROM_1M_TO_2M",
    "FROM_2M_TO_5M",
    "FROM_5M_TO_10M",
    "FROM_10M_TO_20M",
    "FROM_20M_TO_50M",
    "OVER_50M",
)
_OBJECTIVES = ("BALANCED", "CAPITAL_PRESERVATION", "GROWTH", "INCOME", "SPECULATION", "OTHER")
_EXPERIENCES = ("NONE", "LIMITED", "GOOD", "EXTENSIVE")
_INDUSTRIES = ("Wholesale", "Software", "Real estate", "Consulting", "Logistics", "Agriculture", "Retail", "Energy")
_OFFERINGS = ("Trade in goods", "Software services", "Property letting", "Advice to companies", "Freight and storage")
_SOURCES = ("Salary", "Savings", "Business income", "Inheritance", "Sale of property")


def write_request(account: AccountState, seed: int) -> dict[str, Any]:
    """Return the payload of a seeded account, without the fields that its scenario leaves out."""
    rng = random.Random(f"{seed}:{account.seeded_index}:payload")
    request: dict[str, Any] = {"clientAccountId": account.client_account_id}
    if account.account_type:
        request["accountType"] = account.account_type
    request["investmentProfile"] = _investment_profile(rng)
    if account.is_entity:
        request["entity"] = _entity(account, rng)
    request["owners"] = [_owner(account, plan, rng) for plan in account.owners]
    if rng.random() < 0.15:
        request["trustedContacts"] = [_trusted_contact(person_pools(account.owners[0].locale), rng)]
    request["settlementMethod"] = rng.choice(("NET_SETTLEMENT", "BAKKT_TPJ"))
    _add_unknown_fields(request, rng)
    for path in account.gaps:
        _remove(request, path)
    return request


def _investment_profile(rng: random.Random) -> dict[str, Any]:
    return {
        "accountGoals": {
            "investmentObjective": rng.choice(_OBJECTIVES),
            "riskTolerance": rng.choice(("LOW", "MEDIUM", "HIGH")),
            "timeHorizon": rng.choice(("SHORT", "AVERAGE", "LONG")),
        },
        "customerProfile": {
            "annualIncomeRangeUsd": rng.choice(_USD_RANGES),
            "investmentExperience": rng.choice(_EXPERIENCES),
            "sourceOfFunds": rng.choice(_SOURCES),
        },
    }


def _owner(account: AccountState, plan: OwnerPlan, rng: random.Random) -> dict[str, Any]:
    folk = person_pools(plan.locale)
    given, family = rng.choice(folk.given_names), rng.choice(folk.family_names)
    if rng.random() < 0.01 or account.seeded_index == 11:
        family = rng.choice(AWKWARD_FAMILY_NAMES)
    home = address_in(folk, rng)
    owner: dict[str, Any] = {"role": plan.role, "identity": _identity(folk, given, family, home, plan, account, rng)}
    if plan.owner_id:
        owner["clientOwnerId"] = plan.owner_id
    return {
        **owner,
        "emailAddress": email_of(given, family, rng),
        "phoneNumber": rng.choice(folk.phones),
        "mailingAddress": home if rng.random() < 0.8 else address_in(folk, rng),
        "agreements": [_agreement(account, rng)],
    }


def _identity(
    folk: PersonPools,
    given: str,
    family: str,
    home: dict[str, Any],
    plan: OwnerPlan,
    account: AccountState,
    rng: random.Random,
) -> dict[str, Any]:
    born = account.created_at.date() - timedelta(days=rng.randint(19 * 366, 80 * 365))
    identity: dict[str, Any] = {"givenName": given, "familyName": family, "dateOfBirth": born.isoformat()}
    if rng.random() < 0.2:
        identity["middleNames"] = rng.choice(folk.given_names)
    identity.update(_tax_id(folk, plan, rng))
    return {
        **identity,
        "maritalStatus": rng.choice(("SINGLE", "MARRIED", "DIVORCED", "WIDOWED")),
        "personalAddress": home,
        "employment": {
            "employerName": rng.choice(folk.companies),
            "position": rng.choice(folk.positions),
            "yearsEmployed": rng.randint(0, 35),
            "employerAddress": address_in(folk, rng),
        },
    }


def _tax_id(folk: PersonPools, plan: OwnerPlan, rng: random.Random) -> dict[str, str]:
    """Return a tax id; US numbers begin with 666, which is never issued."""
    if folk.profile.country == "USA":
        number = {"taxId": f"666-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}", "taxIdType": "SSN"}
        return number if rng.random() < 0.5 else {**number, "taxIdCountry": "USA"}
    if plan.owner_id is None or rng.random() < 0.2:
        return {}
    return {
        "taxId": str(rng.randrange(10**9, 10**10)),
        "taxIdType": "NATIONAL_ID",
        "taxIdCountry": folk.profile.country,
    }


def _agreement(account: AccountState, rng: random.Random) -> dict[str, str]:
    agreement = {"name": "Digital asset user agreement", "version": rng.choice(("3.1", "4.0", "4.2"))}
    return agreement if rng.random() < 0.5 else {**agreement, "eSignedDate": write_moment(account.created_at)}


def _entity(account: AccountState, rng: random.Random) -> dict[str, Any]:
    folk = person_pools(account.owners[0].locale)
    name = company_name(folk, rng)
    if account.is_trust:
        name = f"{rng.choice(folk.family_names)} Family Trust"
    registered = address_in(folk, rng)
    founded = account.created_at.date() - timedelta(days=rng.randint(200, 12_000))
    return {
        "entityLegalName": name,
        "entityType": account.entity_kind,
        "entityTaxId": f"66-{rng.randrange(1_000_000, 9_999_999)}",
        "entityFormationDate": founded.isoformat(),
        "entityOfferings": rng.choice(_OFFERINGS),
        "entityEmailAddress": email_of("office", name, rng),
        "entityPhoneNumber": rng.choice(folk.phones),
        "entityRegistrationStatus": rng.choice(("CURRENTLY_REGISTERED", "NOT_REGISTERED", "NOT_APPLICABLE")),
        "registeredAddress": registered,
        "operatingAddress": registered if rng.random() < 0.7 else address_in(folk, rng),
        "operatingCountries": sorted({folk.profile.country, rng.choice(("USA", "CAN", folk.profile.country))}),
        "operatingIndustry": rng.choice(_INDUSTRIES),
        "sourceOfCurrency": "Own trading",
        "sourceOfFunds": rng.choice(("Revenue", "Equity", "Loans")),
        "investmentObjective": rng.choice(_OBJECTIVES),
        "investmentExperience": rng.choice(_EXPERIENCES),
        **{name: rng.choice(_ENTITY_USD_RANGES) for name in _ENTITY_RANGE_FIELDS},
        "subjectToAMLRegulations": rng.random() < 0.2,
        "activeWalletAddress": f"bc1q{rng.getrandbits(152):038x}",
    }


_ENTITY_FIELDS_NOT_REFUSED = (
    "entityFormationDate",
    "entityOfferings",
    "entityRegistrationStatus",
    "operatingCountries",
    "sourceOfCurrency",
    "sourceOfFunds",
    "investmentObjective",
    "investmentExperience",
    "firmAnnualNetIncome",
    "firmLiquidNetWorthUsdRange",
    "firmTotalNetWorthUsdRange",
    "dailyTransactionVolumeUsdRange",
    "dailyNotionalTradingVolumeUsdRange",
    "subjectToAMLRegulations",
    "activeWalletAddress",
)
"""Fields in the guide's entity table that can be missing without a 422 (GUIDE.md, "Opening an account")."""

_ENTITY_RANGE_FIELDS = (
    "firmAnnualNetIncome",
    "firmLiquidNetWorthUsdRange",
    "firmTotalNetWorthUsdRange",
    "dailyTransactionVolumeUsdRange",
    "dailyNotionalTradingVolumeUsdRange",
)


def _trusted_contact(folk: PersonPools, rng: random.Random) -> dict[str, Any]:
    return {
        "givenName": rng.choice(folk.given_names),
        "familyName": rng.choice(folk.family_names),
        "phoneNumber": rng.choice(folk.phones),
    }


def _add_unknown_fields(request: dict[str, Any], rng: random.Random) -> None:
    draw = rng.random()
    if draw < 0.03:
        request["externalReference"] = 9_007_199_254_740_993 * 1000 + rng.randrange(1000)
    elif draw < 0.06:
        request["tags"] = ["vip", None, {"since": None, "weight": 0.1}]
    elif draw < 0.08:
        request["owners"][0]["preferredLanguage"] = None


def _remove(request: dict[str, Any], path: str) -> None:
    """Remove the field at a path such as ``owners[0].identity.taxId``; a required list is emptied instead.

    The schema requires both fields of the investment profile, so they are removed together.
    """
    if path.startswith("investmentProfile."):
        request.pop("investmentProfile", None)
        return
    *parents, last = path.replace("[", ".").replace("]", "").split(".")
    holder: Any = request
    for name in parents:
        holder = holder[int(name)] if isinstance(holder, list) else holder.get(name, {})
    if last == "agreements":
        holder[last] = []
    else:
        holder.pop(last, None)


def gaps_of_new(request: dict[str, Any], *, is_entity: bool) -> list[str]:
    """Return the fields that an accepted account can still be missing."""
    paths = [f"entity.{name}" for name in _ENTITY_FIELDS_NOT_REFUSED] if is_entity else []
    return gaps_left(request, paths)


def gaps_left(request: dict[str, Any], paths: list[str]) -> list[str]:
    """Return the paths that have no value in the payload."""
    return [path for path in paths if _leads_to_nothing(request, path)]


def _leads_to_nothing(request: dict[str, Any], path: str) -> bool:
    holder: Any = request
    for name in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(holder, list):
            holder = holder[int(name)] if int(name) < len(holder) else None
        else:
            holder = holder.get(name)
        if holder is None:
            return True
    return holder in ("", [], {})
