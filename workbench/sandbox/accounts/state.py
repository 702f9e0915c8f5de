"""The simulation state of each account, which is the source of the true values that tests compare with."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.sandbox.accounts.moments import to_milliseconds

MAX_EXPIRATIONS = 3
"""How many links of an account can expire (accounts-guide, "KYC Compliance")."""

ENTITY_TYPES = frozenset({"ENTITY", "ENTITY_PERSONAL_TRUST", "CUSTODIAL"})


@dataclass(slots=True)
class IssuedLink:
    """A verification link; ``closed_at`` is when its account left document verification."""

    url: str
    issued_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        return self.closed_at is None and now < self.expires_at

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at <= (self.closed_at or now)


@dataclass(slots=True)
class PendingStep:
    """A scheduled step of an account."""

    due_at: datetime
    kind: str
    data: str = ""


@dataclass(slots=True)
class SandboxDocument:
    """One uploaded document; ``meets`` are the KYB requirements it was made to satisfy."""

    document_id: str
    bakkt_id: str
    document_type: str
    side: str
    created_at: datetime
    owner_id: str | None = None
    description: str | None = None
    expires_at: datetime | None = None
    issue_country: str | None = None
    content_type: str = "image/png"
    meets: tuple[str, ...] = ()
    as_uploaded: dict[str, Any] | None = None

    def is_unexpired(self, now: datetime) -> bool:
        """Whether the document is valid; it still counts on the day it expires."""
        return self.expires_at is None or now.date() <= self.expires_at.date()


@dataclass(slots=True)
class OwnerPlan:
    """An owner of a seeded account before the payload is generated."""

    owner_id: str | None
    role: str
    locale: str


@dataclass(slots=True)
class AccountState:
    """An account in the simulation; ``request`` is None and generated on demand until the account changes."""

    client_account_id: str
    bakkt_id: str
    created_at: datetime
    account_type: str | None
    is_entity: bool
    entity_kind: str | None = None
    seeded_index: int | None = None
    owners: list[OwnerPlan] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    request: dict[str, Any] | None = None
    request_status: str = "PENDING"
    pending_update_ids: list[str] = field(default_factory=list)
    mode: str = "OPEN"
    cip_clearance: str = "PENDING"
    settlement: str = "NET_SETTLEMENT"
    can_trade: bool = False
    standing: str = "submitted"
    standing_since: datetime | None = None
    has_events: bool = False
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None
    cleared_at: datetime | None = None
    traded_at: datetime | None = None
    documented_at: datetime | None = None
    links: list[IssuedLink] = field(default_factory=list)
    has_declined_consent: bool = False
    kyb_triggered_at: datetime | None = None
    documents: list[SandboxDocument] = field(default_factory=list)
    events: int = 0
    pending: list[PendingStep] = field(default_factory=list)

    @property
    def is_trust(self) -> bool:
        return self.account_type == "ENTITY_PERSONAL_TRUST"

    def live_link(self, now: datetime) -> IssuedLink | None:
        return next((link for link in reversed(self.links) if link.is_live(now)), None)

    def expirations_used(self, now: datetime) -> int:
        return min(MAX_EXPIRATIONS, sum(link.has_expired(now) for link in self.links))

    def enter(self, standing: str, at: datetime) -> None:
        """Move to a standing; leaving document verification closes the open links."""
        if standing == self.standing:
            return
        if self.standing == "verification":
            for link in self.links:
                link.closed_at = link.closed_at or at
        self.standing = standing
        self.standing_since = at


@dataclass(frozen=True, slots=True)
class SandboxEvent:
    """A party event as it was sent."""

    received_at: datetime
    client_account_id: str
    text: str

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body


def record_event(account: AccountState, at: datetime, body: dict[str, Any]) -> SandboxEvent:
    """Record a party event on the account and return it."""
    at = to_milliseconds(at)
    account.has_events = True
    account.first_event_at = account.first_event_at or at
    account.last_event_at = at
    account.events += 1
    return SandboxEvent(at, account.client_account_id, json.dumps(body, ensure_ascii=False))
