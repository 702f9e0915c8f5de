"""Invented customers for page tests: payloads and events, landed through the store like Bakkt's."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.stores import filled_store
from workbench.bakkt.answers import BakktAnswer
from workbench.domain.facts import PartyEvent
from workbench.domain.vocabulary import Standing
from workbench.store import AccountReading, Store
from workbench.sync.reading import reading_of

HOSTILE_NAMES = (
    "Ada O'Brien",
    "=SUM(A1)",
    "<b>Bob</b>",
    "佐藤 花子",
    "*bold* [x](http://y)",
    "محمد الفاتح",
    "L" + "o" * 190 + "ng Name",
    "Jørgen Łukaszewicz",
    ":smile: :red[Ltd]",
    "$x^2$ `code`",
)
PLAIN_NAMES = (
    "Priya Raman",
    "Tom Baker",
    "María Carreño",
    "Nguyễn Minh Khai",
    "Maggic Dawn",
    "Lena Fuchs",
    "Sam Okoye",
)
TARGETS: dict[Standing, float] = {
    Standing.SUBMITTED: 24,
    Standing.UNDER_REVIEW: 72,
    Standing.VERIFICATION: 72,
    Standing.KYB_DOCUMENTS: 168,
    Standing.KYB_READY: 24,
    Standing.KYB_SCREENING: 120,
    Standing.SUSPENDED: 120,
    Standing.UNRECOGNISED: 24,
}
LINK = "https://verify.example.net/session/abcdef0123456789"


def seed(store: Store, accounts: int = 60, *, dice: int = 7, now: datetime | None = None) -> None:
    """Fill a store with accounts of every standing; the first ones have the hostile names."""
    now = now or datetime.now(UTC)
    throw = random.Random(dice)
    store.land_targets(TARGETS, 24, now - timedelta(days=365))
    ids = [account_id(number) for number in range(accounts)]
    store.land_registry(ids, "seed")
    for start in range(0, accounts, 2000):
        chunk = range(start, min(start + 2000, accounts))
        stories = [_story(number, throw, now) for number in chunk]
        store.land_readings([reading for reading, _ in stories])
        store.land_events([event for _, events in stories for event in events])


def seeded_store(accounts: int) -> Store:
    """Return a store with these accounts, as they were when the first such store was made."""
    return filled_store(f"seeded-{accounts}", lambda store: seed(store, accounts))


def account_id(number: int) -> str:
    return f"ACC-{100_000 + number}"


def name_of(number: int) -> str:
    if number < len(HOSTILE_NAMES):
        return HOSTILE_NAMES[number]
    return PLAIN_NAMES[number % len(PLAIN_NAMES)]


def _story(
    number: int, throw: random.Random, now: datetime
) -> tuple[AccountReading, list[tuple[str, PartyEvent, str]]]:
    is_entity = number % 6 == 5
    opened = now - timedelta(hours=throw.expovariate(1 / 600) + 2)
    events = list(_events(number, throw, opened, now, is_entity=is_entity))
    trades = any(event.party_status == "ACTIVE" for event in events) and throw.random() < 0.9
    read_at = now - timedelta(minutes=throw.randint(5, 900))
    reading = read_account(
        number, opened, read_at, is_entity=is_entity, trades=trades, document_count=throw.randint(0, 7)
    )
    return reading, [(account_id(number), event, "{}") for event in events]


def _events(
    number: int, throw: random.Random, opened: datetime, now: datetime, *, is_entity: bool
) -> Iterator[PartyEvent]:
    fate = throw.choices(
        ["active", "verified", "verification", "review", "rejected", "suspended", "closed", "odd", "silent"],
        [40, 12, 14, 8, 5, 2, 2, 0.5, 12],
    )[0]
    if fate == "silent" or (is_entity and throw.random() < 0.4):
        return
    first = min(opened + timedelta(hours=throw.expovariate(1 / 12)), now)
    plain = {
        "active": ("ACTIVE", "ENROLLMENT"),
        "review": ("UNDER_REVIEW", "PENDING_REVIEW"),
        "rejected": ("INACTIVE", "RISK_KYC"),
        "suspended": ("SUSPENDED", "COMPLIANCE_LOCKED"),
        "closed": ("CLOSED", "CLOSED"),
        "odd": ("PAUSED", "SOMETHING_NEW"),
    }
    if fate in plain:
        yield event(number, first, *plain[fate])
        return
    if fate == "verified":
        yield event(number, first, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", first + timedelta(hours=72))
        yield event(number, min(first + timedelta(hours=throw.uniform(1, 70)), now), "ACTIVE", "ENROLLMENT")
        return
    links = throw.choices([1, 2, 3], [6, 3, 2])[0]
    newest = now - timedelta(hours=throw.uniform(0, 110))
    for back in reversed(range(links)):
        at = newest - timedelta(hours=80 * back)
        yield event(number, at, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", at + timedelta(hours=72))


def event(number: int, at: datetime, status: str, reason: str, link_ends: datetime | None = None) -> PartyEvent:
    link = f"{LINK}{number}{at.timestamp():.0f}" if link_ends else None
    return PartyEvent(at, f"R-{number}-{at.timestamp():.0f}", status, reason, link, link_ends, f"{number}{at}")


def read_account(
    number: int, opened: datetime, read_at: datetime, *, is_entity: bool, trades: bool, document_count: int = 0
) -> AccountReading:
    request = _request(number, is_entity=is_entity)
    account = {
        "id": f"B-{number}",
        "request": request,
        "createdAt": opened.isoformat(),
        "status": "COMPLETE",
        "mode": "OPEN",
    }
    status = {"canTradeCrypto": trades, "cipClearanceState": "PENDING", "settlementMethod": "BAKKT_TPJ"}
    documents = {
        "documentMetadata": list(_documents(number, read_at, document_count if is_entity else min(document_count, 2)))
    }
    return reading_of(account_id(number), *(_answer(value, read_at) for value in (account, status, documents)))


def _answer(value: dict[str, Any], at: datetime) -> BakktAnswer:
    text = json.dumps(value, ensure_ascii=False)
    return BakktAnswer(value=json.loads(text), text=text, started_at=at)


def _request(number: int, *, is_entity: bool) -> dict[str, Any]:
    request: dict[str, Any] = {
        "clientAccountId": account_id(number),
        "accountType": "ENTITY" if is_entity else "INDIVIDUAL",
        "owners": [_owner(number, position) for position in range(3 if is_entity else 1)],
        "settlementMethod": "BAKKT_TPJ",
    }
    if number % 4:
        request["investmentProfile"] = {
            "accountGoals": {"investmentObjective": "GROWTH"},
            "customerProfile": {"annualIncomeRangeUsd": "FROM_50K_TO_100K"},
        }
    if is_entity:
        request["entity"] = {
            "entityLegalName": f"{name_of(number)} Holdings"[:100],
            "entityType": "LLC",
            "entityTaxId": "12-3456789",
            "entityEmailAddress": "office@example.com",
            "entityPhoneNumber": "+14155550100",
            "operatingIndustry": "Retail",
            "registeredAddress": _address(),
            "operatingAddress": _address(),
        }
    return request


def _owner(number: int, position: int) -> dict[str, Any]:
    given, _, family = name_of(number).partition(" ")
    return {
        "clientOwnerId": f"O-{number}-{position}",
        "role": "BENEFICIAL_OWNER" if position else "PRIMARY_OWNER",
        "identity": {
            "givenName": given,
            "familyName": family or given,
            "dateOfBirth": "1984-05-06",
            "taxId": "123-45-6789",
            "taxIdType": "SSN",
            "personalAddress": _address(),
        },
        "emailAddress": f"person{number}@example.com",
        "phoneNumber": "+14155550100",
        "mailingAddress": _address(),
        "agreements": [{"name": "USER", "version": "1"}],
    }


def _address() -> dict[str, Any]:
    return {"streetAddress": ["1 Long Road"], "city": "Denver", "state": "CO", "postalCode": "80202", "country": "USA"}


def _documents(number: int, now: datetime, documents: int) -> Iterator[dict[str, Any]]:
    kinds = [
        ("PASSPORT", f"O-{number}-0", None),
        ("PASSPORT", f"O-{number}-0", None),
        ("CERTIFICATE_OF_INCORPORATION", None, None),
        ("ENTITY_DUE_DILIGENCE", None, "Bylaws"),
        ("ENTITY_DUE_DILIGENCE", None, "Cap table"),
        ("ENTITY_DUE_DILIGENCE", None, "Structure chart"),
        ("CERTIFICATE_OF_BENEFICIAL_OWNERS", None, None),
    ]
    for position, (kind, owner, description) in enumerate(kinds[:documents]):
        yield {
            "clientDocumentId": f"00000000-0000-4000-8000-{number:06d}{position:06d}",
            "account": account_id(number),
            "documentType": kind,
            "documentSide": "FRONT",
            "clientOwnerId": owner,
            "description": description,
            "documentExpiration": (now + timedelta(days=400 * position - 200)).isoformat(),
            "issueCountry": "USA",
        }
