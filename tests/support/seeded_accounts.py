"""Invented accounts: every standing, undated steps, young and old cohorts, links of every age."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from tests.support.facts import (
    LONG_AGO,
    NOW,
    TARGET_HOURS,
    LandedEvent,
    company_documents,
    document,
    landed_event,
    must_verify,
    owner,
    poll,
)
from workbench.domain.facts import KybStart
from workbench.domain.snapshots import DocumentSnapshot, OwnerSnapshot
from workbench.store import AccountReading, DocumentDate, Store

AGES = (5, 60, 190, 400, 1000, 2000)
"""Hours since opening; there is one account per script and age, give or take some hours."""

PEOPLE = (
    ("Søren", "Kierkegård"),
    ("Łukasz", "Żółć"),
    ("Đorđe", "Weiß"),
    ("佐藤", "太郎"),
    ("Patrick", "O'Brien"),
    ("José", "100% Müller"),
    ("Élodie", "van_der Berg"),
)

STATES = {
    "active": ("ACTIVE", "ENROLLMENT"),
    "review": ("UNDER_REVIEW", "PENDING_REVIEW"),
    "risk": ("INACTIVE", "RISK_KYC"),
    "ofac": ("SUSPENDED", "RISK_OFAC"),
    "locked": ("SUSPENDED", "COMPLIANCE_LOCKED"),
    "closed": ("CLOSED", "CLOSED"),
    "sold": ("LIQUIDATED", "LIQUIDATED"),
    "odd": ("FROZEN", "SOMETHING_NEW"),
}

INDIVIDUALS = (
    ("waits", "poll@2"),
    ("rejected when first read", "poll+REJECTED@3"),
    ("cancelled later", "poll@2 poll+CANCELLED@50"),
    ("trades when first read", "poll+trades@3"),
    ("trades later", "poll@1 poll+trades@20"),
    ("trades much later", "poll@1 poll+trades@800"),
    ("traded once", "poll@1 poll+trades@20 poll@90"),
    ("enrolled and trading", "poll@1 active@10 poll+trades@12"),
    ("enrolled, read late", "active@10 poll+trades@300"),
    ("enrolled, never traded", "poll@1 active@30 poll@40"),
    ("enrolled after the window", "poll@1 active@900 poll+trades@950"),
    ("verifies, link by age", "poll@1 link@3"),
    ("verifies, second link", "poll@1 link@3 link@100"),
    ("verifies, third link", "poll@1 link@3 link@100 link@180"),
    ("verifies, all links over", "poll@1 link@1 link@2/30 link@4/40"),
    ("verifies without a link", "poll@1 nolink@5"),
    ("verifies, link over when its event arrives", "poll@1 link@5/-20"),
    ("verified", "poll@1 link@3 active@40 poll+trades@41"),
    ("verified too late", "poll@1 link@3 active@100"),
    ("verified in vain", "poll@1 link@3 risk@30"),
    ("verifies again", "poll@1 link@3 review@20 link@120"),
    ("reviewed", "poll@1 review@4"),
    ("reviewed, trades", "poll@1 review@4 poll+trades@5"),
    ("sanctioned", "poll@2 ofac@6"),
    ("locked", "poll@1 active@5 locked@50"),
    ("locked, trades", "poll@1 active@5 poll+trades@7 locked@50"),
    ("closed", "poll@1 active@5 closed@48"),
    ("liquidated", "poll@1 active@5 poll+trades@6 sold@44"),
    ("unrecognised", "poll@1 odd@9"),
    ("only heard of", "review@4 active@70"),
)

ENTITIES = (
    ("lacks documents", "poll@2"),
    ("ready when first read", "poll+documents@3"),
    ("ready later", "poll@2 poll+documents@60"),
    ("ready until a passport expires", "poll@2 poll+documents+short@20 poll+short@700"),
    ("screened", "poll@2 poll+documents@30 kyb@50"),
    ("screened by hand without documents", "poll@2 kyb@50"),
    ("reviewed without documents", "poll@2 review@30"),
    ("reviewed with documents", "poll@2 poll+documents@20 review@30"),
    ("reviewed with documents that expired", "poll@2 poll+documents+short@20 review@30"),
    ("approved", "poll@2 poll+documents@30 kyb@50 active@100 poll+trades@101"),
    ("approved, first read late", "active@100 poll+documents+trades@400"),
    ("trades when first read", "poll+trades@5"),
    ("must verify", "poll@2 kyb@4 link@10"),
    ("rejected", "poll@2 poll+REJECTED@70"),
)


@dataclass
class Seeded:
    """The facts of one account, as the test keeps them."""

    client_account_id: str
    account_type: str
    created_at: datetime
    owners: tuple[OwnerSnapshot, ...]
    entity_name: str | None
    polls: list[AccountReading] = field(default_factory=list)
    events: list[LandedEvent] = field(default_factory=list)
    starts: list[KybStart] = field(default_factory=list)

    @property
    def is_entity(self) -> bool:
        return bool(self.polls) and self.account_type != "INDIVIDUAL"

    @property
    def has_dated_documents(self) -> bool:
        """Whether document dates were read, for every second company."""
        return self.client_account_id[1:3] in {"01", "03", "05", "07", "09", "11", "13"}

    @property
    def is_heard_of(self) -> bool:
        return bool(self.polls or self.events)


def seeded_accounts() -> list[Seeded]:
    random = Random(20261118)
    kinds = ("ENTITY", "ENTITY_PERSONAL_TRUST", "CUSTODIAL")
    made = [
        _account(f"I{fate:02}-{age:04}", "INDIVIDUAL", script, age, random)
        for fate, (_, script) in enumerate(INDIVIDUALS)
        for age in AGES
    ]
    return made + [
        _account(f"E{fate:02}-{age:04}", kinds[(fate + step) % 3], script, age, random)
        for fate, (_, script) in enumerate(ENTITIES)
        for step, age in enumerate(AGES)
    ]


def _account(client_account_id: str, account_type: str, script: str, age: float, random: Random) -> Seeded:
    given, family = random.choice(PEOPLE)
    first = owner(
        "o1",
        given_name=given,
        family_name=family,
        email_address=f"{client_account_id.lower()}@example.test",
        phone_number=f"+4479{random.randrange(10**7, 10**8)}",
    )
    is_company = account_type != "INDIVIDUAL"
    second = owner("o2", given_name="Bo", role="BENEFICIAL_OWNER", position=1)
    account = Seeded(
        client_account_id=client_account_id,
        account_type=account_type,
        created_at=NOW - timedelta(hours=age + random.random() * 4),
        owners=(first, second) if is_company else (first,),
        entity_name=f"{family} Holding {client_account_id}" if is_company else None,
    )
    for word in script.split():
        _happen(account, word, random)
    return account


def _happen(account: Seeded, word: str, random: Random) -> None:
    """Apply one word of a script: what happens how many hours after opening, unless that is in the future."""
    what, _, when = word.partition("@")
    hours, _, life = when.partition("/")
    moment = account.created_at + timedelta(hours=float(hours) + random.random() / 2)
    if moment >= NOW:
        return
    if what.startswith("poll"):
        account.polls.append(_poll(account, moment, what.split("+")[1:]))
    elif what == "kyb":
        account.starts.append(KybStart(moment, is_manual=random.random() < 0.5))
    elif what in {"link", "nolink"}:
        expiry = moment + timedelta(hours=float(life or 72)) if what == "link" else None
        account.events.append(must_verify(account.client_account_id, moment, expiry))
    else:
        account.events.append(landed_event(account.client_account_id, moment, *STATES[what]))


def _poll(account: Seeded, moment: datetime, marks: Sequence[str]) -> AccountReading:
    status = next((mark for mark in marks if mark.isupper()), "COMPLETE")
    return poll(
        account.client_account_id,
        moment,
        created_at=account.created_at,
        account_type=account.account_type,
        request_status=status,
        can_trade_crypto="trades" in marks,
        owners=account.owners,
        documents=_documents(account, marks),
        entity_name=account.entity_name,
        missing_fields=("owners[0].phoneNumber",) if len(account.client_account_id) % 2 else (),
    )


def _documents(account: Seeded, marks: Sequence[str]) -> tuple[DocumentSnapshot, ...]:
    """Return a company's documents, complete or not; ids differ between accounts, as UUIDs would."""
    if account.account_type == "INDIVIDUAL":
        return ()
    expiry = account.created_at + timedelta(days=20) if "short" in marks else None
    whole = company_documents(("o1", "o2"), passports_expire_at=expiry)
    some = (*whole[:4], document("VISA")) if "short" in marks else whole[1:3]
    documents = whole if "documents" in marks else some
    return tuple(
        replace(one, client_document_id=f"{account.client_account_id}/{one.client_document_id}") for one in documents
    )


def land_all(store: Store, accounts: list[Seeded]) -> None:
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    store.land_registry([account.client_account_id for account in accounts], "file")
    for turn in range(max(len(account.polls) for account in accounts)):
        store.land_readings([account.polls[turn] for account in accounts if len(account.polls) > turn])
    store.land_events([event for account in accounts for event in account.events])
    starts = [(account.client_account_id, start) for account in accounts for start in account.starts]
    store.land_kyb_starts(starts, "ann")
    store.land_document_dates(
        [date for account in accounts if account.has_dated_documents for date in dates_of(account)]
    )
    store.stop_clock(NOW)


def dates_of(account: Seeded) -> list[DocumentDate]:
    ids = {one.client_document_id for read in account.polls for one in read.documents}
    return [DocumentDate(client_document_id, account.created_at) for client_document_id in sorted(ids)]
