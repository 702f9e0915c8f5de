"""What the workbench keeps of Bakkt's answers, as plain values. Whatever identifies a person stays out of ``repr``."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnerSnapshot:
    """One owner of an account; ``position`` is its 0-based position in the payload, ``country`` that of residence."""

    client_owner_id: str | None
    bakkt_owner_id: str | None
    role: str | None
    given_name: str | None = field(repr=False)
    middle_names: str | None = field(repr=False)
    family_name: str | None = field(repr=False)
    email_address: str | None = field(repr=False)
    phone_number: str | None = field(repr=False)
    country: str | None
    position: int


@dataclass(frozen=True, slots=True)
class DocumentSnapshot:
    """One uploaded document; without ``client_owner_id`` it is about the entity itself."""

    client_document_id: str
    document_type: str | None
    document_side: str | None
    client_owner_id: str | None
    description: str | None = field(repr=False)
    expires_at: datetime | None
    issue_country: str | None


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """One account payload; ``request_status`` is that of the last request (an update too), never of the account.

    ``country`` and ``state`` are where its first owner lives, as Bakkt's codes.
    """

    bakkt_account_id: str
    created_at: datetime
    request_status: str
    account_type: str | None
    is_entity: bool
    is_trust: bool
    display_name: str | None = field(repr=False)
    entity_name: str | None = field(repr=False)
    country: str | None
    state: str | None
    owners: tuple[OwnerSnapshot, ...]
    pending_update_ids: tuple[str, ...]
