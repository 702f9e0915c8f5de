"""The facts of an account, append-only: Bakkt's events, what polls found, and what the desk recorded.

Everything else (standing, journey, links, milestones) is a pure function of these.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from workbench.domain.vocabulary import Standing


@dataclass(frozen=True, slots=True)
class PartyEvent:
    """One accepted delivery of a party event, timed by its receipt, since events carry no time of their own."""

    received_at: datetime
    request_id: str
    party_status: str | None
    reason_code: str | None = None
    link_url: str | None = None
    link_expires_at: datetime | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistStatus:
    """An entity's documents: complete or not, and the last day (UTC) on which they are (None = no expiry)."""

    is_complete: bool
    valid_through: date | None

    def is_complete_on(self, day: date) -> bool:
        return self.is_complete and (self.valid_through is None or day <= self.valid_through)


NO_DOCUMENTS = ChecklistStatus(is_complete=False, valid_through=None)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the KYB checklist: whether its documents are there, and the last day they count.

    ``valid_through`` is the last day (UTC) on which the documents count; None if they have no expiry or are absent.
    """

    requirement: str
    client_owner_id: str | None
    has_documents: bool
    valid_through: date | None
    reason: str

    def is_met(self, day: date) -> bool:
        return ChecklistStatus(self.has_documents, self.valid_through).is_complete_on(day)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one poll of an account found: payload, status and documents, at the time its first request started.

    ``checklist`` is the state of an entity's documents without people's rulings. ``lines`` are the checklist's; they
    are loaded only where rulings need them. ``lacks_identity_document``: an owner outside the USA has none.
    """

    started_at: datetime
    created_at: datetime
    is_entity: bool
    request_status: str | None
    can_trade_crypto: bool
    checklist: ChecklistStatus = NO_DOCUMENTS
    content_hash: str = ""
    lines: tuple[Requirement, ...] = ()
    lacks_identity_document: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's ruling that a KYB checklist line is met, or its withdrawal; it counts from its own time.

    Without ``client_document_id`` the owner needs no documents (a waiver), else that document meets the line (a mark),
    through ``valid_through``; None if the document has no expiry.
    """

    ruled_at: datetime
    requirement: str
    client_owner_id: str | None = None
    client_document_id: str | None = None
    valid_through: date | None = None
    is_taken_back: bool = False

    @property
    def subject(self) -> tuple[str, str | None, str | None]:
        """What the ruling is about: the latest ruling on a subject is in force."""
        return self.requirement, self.client_owner_id, self.client_document_id


@dataclass(frozen=True, slots=True)
class KybStart:
    """A KYB screening that started: triggered here, reported by the client's own systems, or recorded as manual."""

    started_at: datetime
    is_manual: bool = False


@dataclass(frozen=True, slots=True)
class KybEnd:
    """How manual KYB ended, as a person recorded it; ``ended_as`` is a KybEnding value."""

    ended_at: datetime
    ended_as: str


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """A verification link received as the answer to a request. The URL is a secret."""

    seen_at: datetime
    url: str = field(repr=False)
    expires_at: datetime
    is_expiry_assumed: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All facts of one account, in any order."""

    events: tuple[PartyEvent, ...] = ()
    readings: tuple[Reading, ...] = ()
    kyb_starts: tuple[KybStart, ...] = ()
    link_answers: tuple[LinkAnswer, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    kyb_ends: tuple[KybEnd, ...] = ()
    updates_sent: tuple[datetime, ...] = ()
    """When updates of ours that may have arrived were sent."""


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One standing and when the account entered it. ``undated``: it began at an unknown time before ``entered_at``."""

    standing: Standing
    entered_at: datetime
    cause: str
    undated: bool = False

    @property
    def reason_code(self) -> str | None:
        """Bakkt's reason code in the event that caused it; None if that named none, or it was no event."""
        kind, *words = self.cause.split(" ")
        return words[1] or None if kind == "event" and len(words) > 1 else None
