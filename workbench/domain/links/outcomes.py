"""The outcome of each verification link, for the forecast of those that are live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from workbench.domain.facts import JourneyStep
from workbench.domain.links.links import VerificationLink
from workbench.domain.vocabulary import Standing

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """One link's outcome: live and undecided from ``live_from`` until ``live_until``, or never if that is not later.

    ``completed_at``: the account left verification, other than by rejection, while this was its newest link.
    ``decided_at``: when that happened, else when the account was rejected or the link was replaced or expired; its
    expiry may lie in the future.
    """

    live_from: datetime
    live_until: datetime
    completed_at: datetime | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class _VerificationPeriod:
    entered_at: datetime
    left_at: datetime
    left_to: Standing | None


def outcomes_of(links: Sequence[VerificationLink], steps: Sequence[JourneyStep]) -> tuple[LinkOutcome | None, ...]:
    """One per link, in their order (by expiry); None for a link that the account did not have in verification."""
    stays = _verification_periods(steps)
    return tuple(_outcome(link, _replaced_at(links[ordinal:]), stays) for ordinal, link in enumerate(links, 1))


def first_completed_link(outcomes: Sequence[LinkOutcome | None]) -> int | None:
    """Its ordinal, from 1; None if none was completed."""
    return next((ordinal for ordinal, outcome in enumerate(outcomes, 1) if outcome and outcome.completed_at), None)


def _replaced_at(later: Sequence[VerificationLink]) -> datetime:
    """When a link with a later expiry was first seen: until then a link is the newest."""
    return min((link.first_seen_at for link in later), default=_NEVER)


def _outcome(link: VerificationLink, replaced_at: datetime, stays: Sequence[_VerificationPeriod]) -> LinkOutcome | None:
    periods = [
        stay
        for stay in stays
        if stay.left_at > link.first_seen_at
        and (stay.entered_at < replaced_at or stay.entered_at <= link.first_seen_at)
    ]
    if not periods:
        return None
    left = [stay for stay in periods if stay.left_to is not None and stay.left_at <= replaced_at]
    rejected_at = min((stay.left_at for stay in left if stay.left_to is Standing.REJECTED), default=_NEVER)
    completed_at = min((stay.left_at for stay in left if stay.left_to is not Standing.REJECTED), default=None)
    ended_at = completed_at or rejected_at
    return LinkOutcome(
        live_from=max(link.first_seen_at, periods[0].entered_at),
        live_until=min(ended_at, replaced_at, link.expires_at),
        completed_at=completed_at,
        decided_at=completed_at or min(rejected_at, replaced_at, link.expires_at),
    )


def _verification_periods(steps: Sequence[JourneyStep]) -> list[_VerificationPeriod]:
    """The periods in verification, in order."""
    following: list[JourneyStep | None] = [*steps[1:], None]
    return [
        _VerificationPeriod(step.entered_at, after.entered_at if after else _NEVER, after.standing if after else None)
        for step, after in zip(steps, following, strict=True)
        if step.standing is Standing.VERIFICATION
    ]
