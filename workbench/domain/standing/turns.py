"""Whose turn it is, now and after the next time it changes by itself (DESK.md, "Turn")."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from workbench.domain.facts import ChecklistStatus
from workbench.domain.standing.rule import StandingInputs
from workbench.domain.vocabulary import Standing, Turn

_TURNS = {
    Standing.CLOSED: Turn.NOBODY,
    Standing.LIQUIDATED: Turn.NOBODY,
    Standing.ACTIVE: Turn.NOBODY,
    Standing.REJECTED: Turn.NOBODY,
    Standing.SUSPENDED: Turn.BAKKT,
    Standing.UNDER_REVIEW: Turn.BAKKT,
    Standing.UNRECOGNISED: Turn.US,
    Standing.KYB_SCREENING: Turn.BAKKT,
    Standing.KYB_READY: Turn.US,
    Standing.KYB_DOCUMENTS: Turn.US,
    Standing.SUBMITTED: Turn.BAKKT,
}


@dataclass(frozen=True, slots=True)
class TurnPlan:
    """The turn before and after ``changes_at``, when a link or document expires and the turn passes to us."""

    turn: Turn
    changes_at: datetime | None = None
    turn_after: Turn | None = None


_WAIT_FOR_BAKKT = frozenset({Standing.SUBMITTED, Standing.UNDER_REVIEW})
"""Bakkt decides here, unless a document is missing that only we can upload."""


def plan_turn(
    standing: Standing,
    known: StandingInputs,
    *,
    link_expires_at: datetime | None,
    checklist: ChecklistStatus,
    lacks_identity_document: bool = False,
) -> TurnPlan:
    """The turn as a plan over time, so that a list read tomorrow is right without any new fact.

    ``lacks_identity_document``: an owner outside the USA has none, expired or not.
    """
    if standing is Standing.VERIFICATION:
        return TurnPlan(Turn.CUSTOMER, link_expires_at, Turn.US) if link_expires_at else TurnPlan(Turn.US)
    if standing in _WAIT_FOR_BAKKT and lacks_identity_document:
        return TurnPlan(Turn.US)
    if standing is Standing.UNDER_REVIEW and known.is_entity and not known.is_kyb_started:
        return _plan_review_of_entity(checklist)
    return TurnPlan(_TURNS[standing])


def _plan_review_of_entity(checklist: ChecklistStatus) -> TurnPlan:
    if not checklist.is_complete:
        return TurnPlan(Turn.US)
    if checklist.valid_through is None:
        return TurnPlan(Turn.BAKKT)
    first_day_without = checklist.valid_through + timedelta(days=1)
    return TurnPlan(Turn.BAKKT, datetime.combine(first_day_without, time(), UTC), Turn.US)
