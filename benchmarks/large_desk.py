"""Creates benchmark databases of any size: 10,000 invented accounts, landed as a sync does, then copied.

``python -m benchmarks.large_desk PATH ACCOUNTS`` creates one.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from faker import Faker

from workbench.bakkt.answers import BakktAnswer
from workbench.domain.facts import PartyEvent
from workbench.settings import Settings, read_settings
from workbench.store import AccountReading, DocumentDate, Source, Store
from workbench.sync.reading import reading_of

SOURCE = Source("http://127.0.0.1:8799", "5b1d7c1e-8a55-4d0b-9c5e-3f6f0a7be001")
"""Nothing listens at this address: a benchmark database is only read."""

EVENTS_PER_ACCOUNT = 8
BASE_ACCOUNTS = 10_000
_BATCH = 1000
_MEMORY_MB = 4096
"""Indexes over millions of rows are built in memory."""
SHARE_ENTITIES = 0.1
SHARE_TRADING = 0.5
SHARE_COMPLETE = 0.92
"""Share of accounts whose payload has everything that a new account must carry."""
SHARE_OPEN = 0.02
"""Share of accounts whose standing is not final. Every account was read within the last ten hours."""

_OPEN = (
    (("UNDER_REVIEW", "DOCUMENT_VERIFICATION"), 5),
    (("UNDER_REVIEW", "PENDING_REVIEW"), 4),
    (("SUSPENDED", "COMPLIANCE_LOCKED"), 1),
)
_FINAL = (
    (("ACTIVE", "ENROLLMENT"), 86),
    (("INACTIVE", "RISK_KYC"), 2),
    (("CLOSED", "CLOSED"), 2),
)
_EARLIER_EVENTS = (
    ("UNDER_REVIEW", "PENDING_REVIEW"),
    ("UNDER_REVIEW", "DOCUMENT_VERIFICATION"),
    ("ACTIVE", "ENROLLMENT"),
)
_DISTINCT_COLUMNS = {
    "client_account_id": "client_account_id || '-' || copies.copy",
    "account_key": "account_key + copies.copy * {base}",
    "url": "url || '-' || copies.copy",
    "verification_url": "verification_url || '-' || copies.copy",
    "request_id": "request_id || '-' || copies.copy",
    "search_text": r"regexp_replace(search_text, '^[^\x1f]*', '\0' || copies.copy)",
}
"""Columns that differ between the copies of an account; all others stay. ``base``: how many are copied."""

DESKS = Path(__file__).parents[1] / "data" / "benchmarks"
SIZES = (100_000, 1_000_000)
"""Accounts of the databases that tables are measured on."""
HOURS_FRESH = 12
"""How long a database is usable: later its links have expired and its readings are too old."""


def desk_of(folder: Path, accounts: int) -> Path:
    """Return the database of that size; create it in a temporary folder if it is missing or too old."""
    path = folder / f"desk-{accounts}.duckdb"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists() or time.time() - path.stat().st_mtime > 3600 * HOURS_FRESH:
        with TemporaryDirectory(dir=folder) as unfinished:
            make_large_desk(Path(unfinished) / path.name, accounts).close()
            beside = [one for one in Path(unfinished).iterdir() if one.name != path.name]
            for one in (*beside, Path(unfinished) / path.name):
                one.replace(folder / one.name)
    return path


def settings_for(database: Path) -> Settings:
    """The settings with which a workbench opens a benchmark database, whose Bakkt nothing answers for."""
    given = {
        "WORKBENCH_DATABASE": str(database),
        "BAKKT_BASE_URL": SOURCE.address,
        "BAKKT_API_KEY": "unused",
        "BAKKT_PARTNER_ID": SOURCE.partner_id,
    }
    return read_settings(given, secrets=Path(os.devnull))


def make_large_desk(path: Path, accounts: int, seed: int = 7, share_open: float = SHARE_OPEN) -> Store:
    """Create a store with ``accounts`` accounts, rounded to whole copies of the base, and eight events each."""
    base = min(BASE_ACCOUNTS, accounts)
    store = Store.open(path, SOURCE, memory_mb=_MEMORY_MB)
    settings = Settings()
    store.land_targets(settings.target_hours, settings.link_warning_hours, datetime.now(UTC) - timedelta(days=365))
    people = list(_invent(base, share_open, random.Random(seed)))
    store.land_registry([reading.client_account_id for reading, _ in people], "file")
    for start in range(0, base, _BATCH):
        batch = people[start : start + _BATCH]
        store.land_readings([reading for reading, _ in batch])
        store.land_events([(reading.client_account_id, event, "{}") for reading, events in batch for event in events])
        store.land_document_dates([date for reading, _ in batch for date in _dates(reading)])
    _multiply(store, base, accounts // base)
    store.checkpoint()
    return store


def readings_again(store: Store, ids: Sequence[str], started_at: datetime, dice: random.Random) -> list[AccountReading]:
    """Return readings that differ from all before; each account keeps its type and its ``createdAt``."""
    with store.database.reader() as cursor:
        rows = cursor.execute(
            "select client_account_id, created_at, is_entity from accounts semi join unnest($ids) as ids(id) "
            "on client_account_id = id",
            {"ids": list(ids)},
        ).fetchall()
    return [
        _reading(
            account,
            _any_name(dice),
            created_at.replace(tzinfo=UTC),
            started_at,
            dice.random() < SHARE_TRADING,
            dice,
            is_entity=is_entity,
        )
        for account, created_at, is_entity in rows
    ]


def _any_name(dice: random.Random) -> tuple[str, str]:
    return dice.choice(("Anna", "Grace", "Ben")), dice.choice(("Schmidt", "Smith", "Nowak"))


def confirmed_again(reading: AccountReading, started_at: datetime) -> AccountReading:
    """Return the same reading with a later time."""
    return replace(reading, reading=replace(reading.reading, started_at=started_at))


def an_event(request_id: str, received_at: datetime) -> PartyEvent:
    return PartyEvent(received_at, request_id, "UNDER_REVIEW", "PENDING_REVIEW", None, None, request_id)


def _multiply(store: Store, base: int, copies: int) -> None:
    """Copy the rows of every table with accounts in one transaction; indexes are rebuilt once afterwards."""
    with store.database.writer() as cursor:
        indexes = cursor.execute("select index_name, sql from duckdb_indexes()").fetchall()
        for name, _ in indexes:
            cursor.execute(f"drop index {name}")
        for table, changed in _copied_columns(cursor, base).items():
            cursor.execute(
                f"insert into {table} select {table}.* replace ({changed}) "
                f"from {table} cross join range(1, $copies) as copies(copy)",
                {"copies": copies},
            )
    with store.database.writer() as cursor:
        for _, statement in indexes:
            cursor.execute(statement)


def _copied_columns(cursor: Any, base: int) -> dict[str, str]:
    """Return the tables with an account id, and the expressions for the columns that change in a copy."""
    found = cursor.execute(
        "select table_name, list(column_name) from duckdb_columns() join duckdb_tables() using (table_name) "
        "where not temporary group by table_name having list_contains(list(column_name), 'client_account_id')"
    ).fetchall()
    return {
        table: ", ".join(
            f"{_DISTINCT_COLUMNS[column].format(base=base)} as {column}"
            for column in columns
            if column in _DISTINCT_COLUMNS
        )
        for table, columns in found
    }


def _dates(reading: AccountReading) -> Iterator[DocumentDate]:
    created_at = reading.reading.created_at
    return (DocumentDate(document.client_document_id, created_at) for document in reading.documents)


def _invent(count: int, share_open: float, dice: random.Random) -> Iterator[tuple[AccountReading, list[PartyEvent]]]:
    Faker.seed(7)
    faker = Faker(["en_US", "en_GB", "de_DE", "pl_PL"])
    names = [(faker.first_name(), faker.last_name()) for _ in range(2000)]
    now = datetime.now(UTC)
    for number in range(count):
        opened_at = now - timedelta(days=dice.uniform(1, 120))
        kinds = _OPEN if number < count * share_open else _FINAL
        status, reason = dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        events = list(_events(f"ACC-{number:06}", opened_at, now, (status, reason), dice))
        read_at = now - timedelta(minutes=dice.uniform(1, 600))
        yield _reading(f"ACC-{number:06}", dice.choice(names), opened_at, read_at, status == "ACTIVE", dice), events


def _events(
    account: str, opened_at: datetime, now: datetime, last: tuple[str, str], dice: random.Random
) -> Iterator[PartyEvent]:
    is_open = last[0] in {"UNDER_REVIEW", "SUSPENDED"}
    latest = now - timedelta(hours=dice.uniform(1, 120)) if is_open else opened_at + (now - opened_at) * dice.random()
    for position in range(EVENTS_PER_ACCOUNT):
        status, reason = last if position == EVENTS_PER_ACCOUNT - 1 else dice.choice(_EARLIER_EVENTS)
        received_at = opened_at + (latest - opened_at) * (position + 1) / EVENTS_PER_ACCOUNT
        is_link = reason == "DOCUMENT_VERIFICATION"
        yield PartyEvent(
            received_at=received_at,
            request_id=f"{account}-{position}",
            party_status=status,
            reason_code=reason,
            link_url=f"https://verify.invalid/{account}/{position}" if is_link else None,
            link_expires_at=received_at + timedelta(hours=72) if is_link else None,
            content_hash=f"{account}-{position}",
        )


def _reading(
    account: str,
    name: tuple[str, str],
    opened_at: datetime,
    started_at: datetime,
    can_trade: bool,
    dice: random.Random,
    *,
    is_entity: bool | None = None,
) -> AccountReading:
    is_entity = dice.random() < SHARE_ENTITIES if is_entity is None else is_entity
    is_complete = dice.random() < SHARE_COMPLETE
    value = {
        "id": f"B-{account}",
        "createdAt": opened_at.isoformat(),
        "status": "COMPLETE",
        "mode": "OPEN",
        "request": {
            "clientAccountId": account,
            "accountType": "ENTITY" if is_entity else "INDIVIDUAL",
            "owners": [_owner(name, account, n, is_complete=is_complete) for n in range(2 if is_entity else 1)],
            **({"entity": _entity(name, is_complete=is_complete)} if is_entity else {}),
            **({"investmentProfile": _INVESTMENT_PROFILE} if is_complete else {}),
            "note": "x" * 2000,
        },
    }
    documents = [_document(account, n) for n in range(2)]
    return reading_of(
        account,
        _answer(value, started_at),
        _answer({"canTradeCrypto": can_trade, "settlementMethod": "BAKKT_TPJ"}, started_at),
        _answer({"documentMetadata": documents}, started_at),
    )


_ADDRESS = {"streetAddress": ["1 Main St"], "city": "Austin", "state": "TX", "postalCode": "78701", "country": "USA"}
_EMPLOYMENT = {"employerName": "Acme", "position": "Clerk", "employerAddress": _ADDRESS}
_INVESTMENT_PROFILE = {
    "accountGoals": {"investmentObjective": "GROWTH"},
    "customerProfile": {"annualIncomeRangeUsd": {"from": 25_000, "to": 50_000}},
}
_REST_OF_ENTITY = (
    *("entityOfferings", "entityTaxId", "firmAnnualNetIncome", "firmLiquidNetWorthUsdRange"),
    *("firmTotalNetWorthUsdRange", "dailyTransactionVolumeUsdRange", "dailyNotionalTradingVolumeUsdRange"),
    *("entityEmailAddress", "entityPhoneNumber", "entityFormationDate", "operatingCountries", "registeredAddress"),
    *("operatingAddress", "sourceOfCurrency", "sourceOfFunds", "investmentObjective", "investmentExperience"),
    *("operatingIndustry", "subjectToAMLRegulations", "activeWalletAddress", "entityRegistrationStatus"),
)


def _entity(name: tuple[str, str], *, is_complete: bool) -> dict[str, object]:
    """Return a business; that a field is there is all that is looked at."""
    rest: dict[str, object] = dict.fromkeys(_REST_OF_ENTITY, "given") if is_complete else {}
    if is_complete:
        rest |= {"registeredAddress": _ADDRESS, "operatingAddress": _ADDRESS}
    return {"entityLegalName": f"{name[1]} Trading", "entityType": "LLC", **rest}


def _owner(name: tuple[str, str], account: str, position: int, *, is_complete: bool) -> dict[str, object]:
    rest = {"taxId": "000000000", "taxIdType": "SSN", "employment": _EMPLOYMENT}
    return {
        "clientOwnerId": f"{account}-O{position}",
        "role": "BENEFICIAL_OWNER" if position else "PRIMARY_OWNER",
        "emailAddress": f"{account.lower()}@example.test",
        "phoneNumber": "+14155550100",
        "mailingAddress": _ADDRESS,
        "agreements": [{"name": "user agreement", "version": "1"}],
        "identity": {
            "givenName": name[0],
            "familyName": name[1],
            "dateOfBirth": "1980-01-01",
            "personalAddress": _ADDRESS,
            **(rest if is_complete else {}),
        },
    }


def _document(account: str, position: int) -> dict[str, object]:
    """Return a document with the ids of the account that was copied, so that copies list what they have stored."""
    first = "-".join(account.split("-")[:2])
    return {
        "clientDocumentId": f"{first}-D{position}",
        "account": account,
        "documentType": "PASSPORT" if position else "PROOF_OF_RESIDENTIAL_ADDRESS",
        "documentSide": "FRONT",
        "clientOwnerId": f"{first}-O0",
        "documentExpiration": "2030-01-01T00:00:00Z",
        "issueCountry": "USA",
    }


def _answer(value: dict[str, Any], started_at: datetime) -> BakktAnswer:
    return BakktAnswer(json.dumps(value), started_at, value)


if __name__ == "__main__":
    make_large_desk(Path(sys.argv[1]), int(sys.argv[2])).close()
