"""Builders of invented accounts: readings, events and documents, with as few arguments as a test needs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from workbench.domain.facts import PartyEvent, Reading, Requirement
from workbench.domain.kyb.checklist import UNMANAGED, checklist_status, kyb_checklist
from workbench.domain.snapshots import AccountSnapshot, DocumentSnapshot, OwnerSnapshot
from workbench.domain.vocabulary import Standing
from workbench.store import AccountReading

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""The current time in tests: noon on a Wednesday."""

TARGET_HOURS: dict[Standing, float] = {
    Standing.SUBMITTED: 24,
    Standing.UNDER_REVIEW: 72,
    Standing.VERIFICATION: 72,
    Standing.KYB_DOCUMENTS: 168,
    Standing.KYB_READY: 24,
    Standing.KYB_SCREENING: 120,
    Standing.SUSPENDED: 120,
    Standing.UNRECOGNISED: 24,
}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

ENTITY_TYPES = ("ENTITY", "ENTITY_PERSONAL_TRUST", "CUSTODIAL")

LandedEvent = tuple[str, PartyEvent, str]


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def ahead(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def as_naive(moment: datetime) -> datetime:
    """Return the time without a zone, as queries return it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


CREATED = ago(24 * 100)
"""When an account was opened, unless a test says otherwise."""


def owner(
    client_owner_id: str | None = "o1",
    *,
    given_name: str = "Ann",
    family_name: str = "Test",
    role: str = "PRIMARY_OWNER",
    email_address: str = "ann@example.test",
    phone_number: str = "+14155550100",
    country: str = "USA",
    position: int = 0,
    bakkt_owner_id: str | None = None,
) -> OwnerSnapshot:
    return OwnerSnapshot(
        client_owner_id=client_owner_id,
        bakkt_owner_id=bakkt_owner_id,
        role=role,
        given_name=given_name,
        middle_names=None,
        family_name=family_name,
        email_address=email_address,
        phone_number=phone_number,
        country=country,
        position=position,
    )


def document(
    document_type: str,
    *,
    client_document_id: str | None = None,
    side: str = "FRONT",
    client_owner_id: str | None = None,
    description: str | None = None,
    expires_at: datetime | None = None,
) -> DocumentSnapshot:
    return DocumentSnapshot(
        client_document_id=client_document_id or f"{document_type}-{side}-{client_owner_id}-{description}",
        document_type=document_type,
        document_side=side,
        client_owner_id=client_owner_id,
        description=description,
        expires_at=expires_at,
        issue_country="USA",
    )


def company_documents(
    owner_ids: Sequence[str] = ("o1",), *, passports_expire_at: datetime | None = None
) -> tuple[DocumentSnapshot, ...]:
    """Return all documents that a company needs for KYB screening."""
    return (
        document("CERTIFICATE_OF_INCORPORATION"),
        document("ENTITY_DUE_DILIGENCE", description="By-laws"),
        document("ENTITY_DUE_DILIGENCE", description="Shareholder registry"),
        document("ENTITY_DUE_DILIGENCE", description="Organisation chart"),
        document("CERTIFICATE_OF_BENEFICIAL_OWNERS"),
        *(document("PASSPORT", client_owner_id=one, expires_at=passports_expire_at) for one in owner_ids),
    )


def managed(lines: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """Return the checklist as if somebody had recorded who manages the entity."""
    return tuple(replace(line, has_documents=True) if line == UNMANAGED else line for line in lines)


def company_checklist(
    owners: Sequence[OwnerSnapshot] = (owner(),), documents: Sequence[DocumentSnapshot] = ()
) -> tuple[Requirement, ...]:
    return managed(kyb_checklist(is_trust=False, owners=owners, documents=documents))


def poll(
    client_account_id: str,
    started_at: datetime,
    *,
    created_at: datetime = CREATED,
    account_type: str = "INDIVIDUAL",
    request_status: str = "COMPLETE",
    can_trade_crypto: bool = False,
    owners: Sequence[OwnerSnapshot] = (owner(),),
    documents: Sequence[DocumentSnapshot] = (),
    entity_name: str | None = None,
    missing_fields: Sequence[str] = (),
    is_managed: bool = True,
) -> AccountReading:
    """Return one full reading of an account; equal content has an equal hash.

    ``is_managed``: the checklist's line of the managing person is met, as if somebody had recorded who it is.
    """
    is_entity = account_type in ENTITY_TYPES
    is_trust = account_type == "ENTITY_PERSONAL_TRUST"
    lines = kyb_checklist(is_trust=is_trust, owners=owners, documents=documents) if is_entity else ()
    lines = managed(lines) if is_managed else lines
    checklist = checklist_status(lines)
    person = f"{owners[0].given_name} {owners[0].family_name}" if owners else None
    account = AccountSnapshot(
        bakkt_account_id=f"bakkt-{client_account_id}",
        created_at=created_at,
        request_status=request_status,
        account_type=account_type,
        is_entity=is_entity,
        is_trust=is_trust,
        display_name=entity_name or person,
        entity_name=entity_name,
        country=owners[0].country if owners else None,
        state=None,
        owners=tuple(owners),
        pending_update_ids=(),
    )
    content = hash_of(account, can_trade_crypto, documents, missing_fields)
    reading = Reading(
        started_at=started_at,
        created_at=created_at,
        is_entity=is_entity,
        request_status=request_status,
        can_trade_crypto=can_trade_crypto,
        checklist=checklist,
        content_hash=content,
        lacks_identity_document=any(field.endswith(".identityDocument") for field in missing_fields),
    )
    return AccountReading(
        client_account_id=client_account_id,
        reading=reading,
        account_json=f'{{"content": "{content}"}}',
        status_json="{}",
        documents_json="{}",
        account=account,
        documents=tuple(documents),
        settlement_method="NET_SETTLEMENT",
        missing_fields=tuple(missing_fields),
        requirements=tuple(lines),
    )


def party_event(
    received_at: datetime,
    party_status: str | None,
    reason_code: str | None = None,
    *,
    request_id: str | None = None,
    link_url: str | None = None,
    link_expires_at: datetime | None = None,
    of: str = "",
) -> PartyEvent:
    return PartyEvent(
        received_at=received_at,
        request_id=request_id or f"{of}@{received_at.isoformat()}",
        party_status=party_status,
        reason_code=reason_code,
        link_url=link_url,
        link_expires_at=link_expires_at,
        content_hash=hash_of(of, party_status, reason_code, link_url, link_expires_at),
    )


def landed_event(
    client_account_id: str,
    received_at: datetime,
    party_status: str | None,
    reason_code: str | None = None,
    *,
    request_id: str | None = None,
    link_url: str | None = None,
    link_expires_at: datetime | None = None,
) -> LandedEvent:
    """Return one event as the store lands it."""
    event = party_event(
        received_at,
        party_status,
        reason_code,
        request_id=request_id,
        link_url=link_url,
        link_expires_at=link_expires_at,
        of=client_account_id,
    )
    return client_account_id, event, "{}"


def must_verify(
    client_account_id: str, received_at: datetime, expires_at: datetime | None, url: str = ""
) -> LandedEvent:
    """Return an event that moves an account to verification, with a link unless ``expires_at`` is None."""
    link = url or f"https://verify.example.test/{client_account_id}/{received_at.timestamp()}"
    return landed_event(
        client_account_id,
        received_at,
        "UNDER_REVIEW",
        "DOCUMENT_VERIFICATION",
        link_url=link if expires_at else None,
        link_expires_at=expires_at,
    )


def hash_of(*parts: object) -> str:
    return blake2b("\x1f".join(map(_comparable, parts)).encode(), digest_size=16).hexdigest()


def _comparable(part: object) -> str:
    """Return a comparable form with names, which ``repr`` leaves out."""
    if isinstance(part, AccountSnapshot):
        people = [(o.given_name, o.family_name, o.email_address, o.phone_number) for o in part.owners]
        return f"{part!r}{part.display_name}{people}"
    if isinstance(part, tuple | list):
        return "".join(map(_comparable, part))
    return f"{part!r}{part.description}" if isinstance(part, DocumentSnapshot) else repr(part)
