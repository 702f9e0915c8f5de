"""The one rule that says where an account is (DESK.md, "Standing")."""

from dataclasses import dataclass

from workbench.domain.facts import PartyEvent
from workbench.domain.vocabulary import Standing

REJECTED_REQUESTS = frozenset({"REJECTED", "CANCELLED"})
"""The statuses of a request that Bakkt refused."""

_RISK_REASONS = frozenset({"RISK_KYC", "RISK_OFAC"})
_INACTIVE_STATUSES = frozenset({"INACTIVE", "SUSPENDED"})
_FINAL_BY_STATUS = {
    "CLOSED": Standing.CLOSED,
    "LIQUIDATED": Standing.LIQUIDATED,
    "ACTIVE": Standing.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class StandingInputs:
    """The rule's input at one moment. ``by_event``: what the latest event says. The KYB flags follow its progress."""

    by_event: Standing | None = None
    could_ever_trade: bool = False
    request_status: str | None = None
    is_entity: bool = False
    is_kyb_started: bool = False
    is_manual_kyb_rejected: bool = False
    has_complete_documents: bool = False


def standing_of(known: StandingInputs) -> Standing:
    """The account's standing: what the latest event says, else what polling shows. First match wins."""
    if known.by_event is not None:
        return known.by_event
    if known.could_ever_trade:
        return Standing.ACTIVE
    if known.request_status in REJECTED_REQUESTS or (known.is_entity and known.is_manual_kyb_rejected):
        return Standing.REJECTED
    return _standing_by_documents(known) if known.is_entity else Standing.SUBMITTED


def standing_by_event(event: PartyEvent) -> Standing:
    status, reason = event.party_status, event.reason_code
    if status in _FINAL_BY_STATUS:
        return _FINAL_BY_STATUS[status]
    if reason == "DOCUMENT_VERIFICATION":
        return Standing.VERIFICATION
    if reason in _RISK_REASONS and status in _INACTIVE_STATUSES:
        return Standing.REJECTED
    if status in _INACTIVE_STATUSES:
        return Standing.SUSPENDED
    return Standing.UNDER_REVIEW if status == "UNDER_REVIEW" else Standing.UNRECOGNISED


def _standing_by_documents(known: StandingInputs) -> Standing:
    if known.is_kyb_started:
        return Standing.KYB_SCREENING
    return Standing.KYB_READY if known.has_complete_documents else Standing.KYB_DOCUMENTS
