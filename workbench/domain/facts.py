"""What is known of an account, append-only: what Bakkt told by event, what a poll found, what the desk recorded.

Everything else (standing, journey, links, milestones) is a pure function of these.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from workbench.domain.vocabulary import Standing


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
    """What one poll of an account found: payload, status and papers, at the time its first request started.

    ``lines`` are the checklist's, where they are asked for: only people's rulings need them.
    """

    started_at: datetime
    created_at: datetime
    is_entity: bool
    request_status: str | None
    can_trade_crypto: bool
    papers_complete: bool = False
    papers_valid_through: date | None = None
    content_hash: str = ""
    lines: tuple[Requirement, ...] = ()

    def has_complete_papers(self, day: date) -> bool:
        return self.papers_complete and (self.papers_valid_through is None or day <= self.papers_valid_through)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's word that a line of the KYB checklist is met, or that word taken back; it counts from its own time.

    Without ``client_document_id`` the owner needs no papers (a waiver), else that paper meets the line (a mark), and
    counts through ``valid_through``; None where the paper has no expiry.
    """

    ruled_at: datetime
    requirement: str
    client_owner_id: str | None = None
    client_document_id: str | None = None
    valid_through: date | None = None
    is_taken_back: bool = False

    @property
    def subject(self) -> tuple[str, str | None, str | None]:
        """What it is about: the last word on a subject is the one in force."""
        return self.requirement, self.client_owner_id, self.client_document_id


@dataclass(frozen=True, slots=True)
class KybStart:
    """A KYB screen that began: triggered here, told by the client's own systems, or recorded as manual."""

    started_at: datetime
    is_manual: bool = False


@dataclass(frozen=True, slots=True)
class KybEnd:
    """How manual KYB ended, as a person recorded it; ``ended_as`` is one of the vocabulary's KybEnding."""

    ended_at: datetime
    ended_as: str


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """A verification link that came as the answer to a request. The URL is a secret."""

    seen_at: datetime
    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All facts of one account, in any order."""

    events: tuple[PartyEvent, ...] = ()
    readings: tuple[Reading, ...] = ()
    kyb_starts: tuple[KybStart, ...] = ()
    link_answers: tuple[LinkAnswer, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    kyb_ends: tuple[KybEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One standing and when the account entered it. ``undated``: it began at an unknown time before ``entered_at``."""

    standing: Standing
    entered_at: datetime
    cause: str
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """An entity's checklist: complete or not, and the last day (UTC) on which it holds (None = no expiry)."""

    are_complete: bool
    valid_through: date | None

    def hold_on(self, day: date) -> bool:
        return self.are_complete and (self.valid_through is None or day <= self.valid_through)
