"""The desk's vocabulary: the same words in the code, the tables, the queries and the pages."""

from enum import StrEnum


class Standing(StrEnum):
    """Where an account is. One value per account, derived, never typed in."""

    CLOSED = "closed"
    LIQUIDATED = "liquidated"
    ACTIVE = "active"
    VERIFICATION = "verification"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    UNDER_REVIEW = "under_review"
    UNRECOGNISED = "unrecognised"
    KYB_SCREENING = "kyb_screening"
    KYB_READY = "kyb_ready"
    KYB_DOCUMENTS = "kyb_documents"
    SUBMITTED = "submitted"

    @property
    def is_final(self) -> bool:
        """Final standings have no target: they are never due or past due."""
        return self in FINAL_STANDINGS


FINAL_STANDINGS = frozenset({Standing.ACTIVE, Standing.REJECTED, Standing.LIQUIDATED, Standing.CLOSED})

STANDINGS_BEFORE_FIRST_RESPONSE = frozenset({Standing.SUBMITTED, Standing.KYB_DOCUMENTS, Standing.KYB_READY})
"""Standings before Bakkt's first response."""


class Turn(StrEnum):
    """Whose turn it is."""

    CUSTOMER = "customer"
    US = "us"
    BAKKT = "bakkt"
    NOBODY = "nobody"


class KybEnding(StrEnum):
    """How manual KYB ended, as a person records it."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ActionKind(StrEnum):
    """What can be written to Bakkt."""

    OPEN_ACCOUNT = "open_account"
    UPDATE_ACCOUNT = "update_account"
    UPLOAD_DOCUMENT = "upload_document"
    TRIGGER_KYB = "trigger_kyb"
    REQUEST_LINK = "request_link"


class Outcome(StrEnum):
    """The outcome of an action: ``sent`` has no answer yet, ``unknown`` was sent but its answer was lost.

    ``awaiting_second``: confirmed by one person, nothing sent. ``rejected_later``: accepted, then rejected by Bakkt's
    review.
    """

    AWAITING_SECOND = "awaiting_second"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    REJECTED_LATER = "rejected_later"

    @property
    def is_open(self) -> bool:
        """An open action locks the account for further actions of its kind (and slot)."""
        return self in OPEN_OUTCOMES


OPEN_OUTCOMES = frozenset({Outcome.AWAITING_SECOND, Outcome.SENT, Outcome.UNKNOWN})
