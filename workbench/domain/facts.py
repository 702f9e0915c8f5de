"""What is known of an account, append-only: what Bakkt told by event, what a poll found, what the desk recorded.

Everything else (standing, journey, links, milestones) is a pure function of these.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PartyEvent:
    """One counted delivery of a party event. Its time is the time of receipt: events carry none of their own."""

    received_at: datetime
    request_id: str
    party_status: str | None
    reason_code: str | None = None
    link_url: str | None = None
    link_expires_at: datetime | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the KYB checklist: whether papers are there, and through which day they hold.

    ``valid_through`` is the last day (UTC) on which the papers count; None where they carry no expiry or are absent.
    """

    requirement: str
    client_owner_id: str | None
    has_papers: bool
    valid_through: date | None
    reason: str

    def is_met(self, day: date) -> bool:
        return self.has_papers and (self.valid_through is None or day <= self.valid_through)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one poll of an account found: payload, status and papers, at the time its first request started."""

    started_at: datetime
    created_at: datetime
    is_entity: bool
    request_status: str | None
    can_trade_crypto: bool
    papers_complete: bool = False
    papers_valid_through: date | None = None
    content_hash: str = ""

    def has_complete_papers(self, day: date) -> bool:
        return self.papers_complete and (self.papers_valid_through is None or day <= self.papers_valid_through)


@dataclass(frozen=True, slots=True)
class KybStart:
    """A KYB screen that began: triggered here, told by the client's own systems, or recorded as manual."""

    started_at: datetime
    is_manual: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All facts of one account, in any order."""

    events: tuple[PartyEvent, ...] = ()
    readings: tuple[Reading, ...] = ()
    kyb_starts: tuple[KybStart, ...] = ()
