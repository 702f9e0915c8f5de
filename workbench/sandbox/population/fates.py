"""Scenarios for seeded accounts: each one builds the history of an account.

A scenario sets the standing itself, so that tests can compare it with the one the workbench derives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.sandbox.accounts.moments import to_milliseconds
from workbench.sandbox.population.story import Story, new_link, party_event

WEBHOOK_SINCE_DAYS = 95.0
"""Age of the webhook: no events exist from before, so older, migrated accounts have none."""

OLDEST_DAYS = 125.0

Tale = Callable[[Story], None]


@dataclass(frozen=True, slots=True)
class Fate:
    """A scenario and its weight in the seeded population."""

    name: str
    weight: float
    tell: Tale


def _enrolled(story: Story) -> None:
    story.opens(0.3, 92)
    story.waits(story.review_hours())
    story.enrols()


def _enrolled_after_review(story: Story) -> None:
    story.opens(2, 92)
    story.waits(story.review_hours())
    story.says("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    story.waits(story.review_hours() * 3)
    story.enrols()


def _enrolled_after_verification(story: Story) -> None:
    story.opens(5, 92)
    story.waits(story.review_hours())
    link = story.asks_to_verify()
    story.waits((link.expires_at - link.issued_at).total_seconds() / 3600 * story.rng.uniform(0.05, 0.8))
    story.says("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    story.waits(story.review_hours())
    story.enrols()


def _enrolled_after_second_link(story: Story) -> None:
    life_days = story.link_life / timedelta(days=1)
    story.opens(17 + life_days, 89 + life_days)
    story.waits(2)
    first = story.asks_to_verify()
    story.cursor = first.expires_at + timedelta(hours=story.rng.uniform(1, 30))
    second = story.asks_to_verify()
    story.waits((second.expires_at - second.issued_at).total_seconds() / 3600 * 0.4)
    story.enrols()


def _silent_active(story: Story) -> None:
    story.opens(WEBHOOK_SINCE_DAYS + 1, OLDEST_DAYS)
    story.account.enter("active", story.now)
    story.account.standing_since = None
    story.account.can_trade = True
    story.settles_as_active()
    story.leaves_gaps()


def _submitted(story: Story) -> None:
    story.opens(0.01, 0.9 if story.rng.random() < 0.7 else 9)
    story.account.request_status = story.rng.choice(("PENDING", "IN_PROGRESS", "ACCEPTED"))
    story.later(story.rng.uniform(0.1, 20), "review")


def _arrived(story: Story) -> None:
    """An account opened now, while the sandbox runs."""
    story.opens_at(story.now)
    story.account.request_status = "PENDING"
    story.later(story.rng.uniform(0.2, 6), "review")


ARRIVED = Fate("arrived", 0.0, _arrived)


def _under_review(story: Story) -> None:
    story.opens(0.5, 12)
    story.waits(story.review_hours())
    story.says("UNDER_REVIEW", story.rng.choice(("PENDING_REVIEW", "PENDING_REVIEW", "RISK_OFAC")), "under_review")
    story.later(story.rng.uniform(1, 60), "decide", "approved")


def _verification(spent: int, last: tuple[float, float] | None) -> Tale:
    """Build accounts with ``spent`` expired links, then a live one that is ``last`` (from, to) of the way through."""

    def tell(story: Story) -> None:
        rng, life = story.rng, story.link_life
        issues: list[datetime] = []
        at = story.now - (life * rng.uniform(*last) if last else life + timedelta(hours=rng.uniform(1, 200)))
        for _ in range(spent + 1 if last else spent):
            issues.append(at)
            at -= life + timedelta(hours=rng.uniform(1, 48))
        story.opens_at(issues[-1] - timedelta(hours=0.1 + story.review_hours()))
        for issued_at in reversed(issues):
            story.cursor = to_milliseconds(issued_at)
            story.asks_to_verify()
        if last and rng.random() < 0.4:
            left = story.account.links[-1].expires_at - story.now
            hours = left.total_seconds() / 3600 * rng.uniform(0.2, 0.8)
            story.later(hours * story.speed, "customer")

    return tell


def _verification_told_late(story: Story) -> None:
    """The event arrived after its link had expired."""
    story.opens_at(story.now - story.link_life - timedelta(days=story.rng.uniform(3, 8)))
    issued_at = story.account.created_at + timedelta(hours=1)
    link = new_link(story.rng, issued_at, story.speed)
    story.account.links.append(link)
    story.cursor = to_milliseconds(link.expires_at + timedelta(hours=story.rng.uniform(1, 20)))
    story.says("UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification", link)


def _verification_without_link(story: Story) -> None:
    story.opens(1, 9)
    story.waits(story.review_hours())
    story.says("SUSPENDED", "DOCUMENT_VERIFICATION", "verification")


def _verification_declined(story: Story) -> None:
    _verification(1, None)(story)
    story.account.has_declined_consent = True


def _verification_same_request_id(story: Story) -> None:
    """Two events share a requestId but differ in content, so both count."""
    story.opens(0.5, 1.5)
    story.waits(1)
    first = party_event(story.rng, story.account.client_account_id, "UNDER_REVIEW", "PENDING_REVIEW", None)
    story.sends(first, "under_review")
    story.cursor = to_milliseconds(story.now - story.link_life * story.rng.uniform(0.02, 0.15))
    story.cursor = max(story.cursor, to_milliseconds(story.deliveries[-1].received_at + timedelta(milliseconds=5)))
    link = new_link(story.rng, story.cursor, story.speed)
    story.account.links.append(link)
    second = party_event(story.rng, story.account.client_account_id, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", link)
    story.sends({**second, "requestId": first["requestId"]}, "verification")


def _rejected(reason: str) -> Tale:
    def tell(story: Story) -> None:
        story.opens(1, 90)
        story.waits(story.review_hours())
        if story.rng.random() < 0.4:
            story.says("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
            story.waits(story.review_hours())
        story.says(story.rng.choice(("INACTIVE", "SUSPENDED")), reason, "rejected")
        story.account.request_status = story.rng.choice(("COMPLETE", "REJECTED"))

    return tell


def _silently_rejected(status: str) -> Tale:
    def tell(story: Story) -> None:
        story.opens(2, OLDEST_DAYS)
        story.account.enter("rejected", story.now)
        story.account.standing_since = None
        story.account.request_status = status
        story.account.cip_clearance = "ACCEPTED"

    return tell


def _suspended(status: str, reason: str, *, can_trade: bool = False) -> Tale:
    def tell(story: Story) -> None:
        story.opens(10, 92)
        story.waits(story.review_hours())
        story.enrols(can_trade=can_trade)
        story.waits(story.rng.uniform(24, 24 * 40))
        story.says(status, reason, "suspended")

    return tell


def _migrated_then_suspended(story: Story) -> None:
    _silent_active(story)
    story.account.can_trade = False
    story.cursor = to_milliseconds(story.now - timedelta(days=story.rng.uniform(0.5, 20)))
    story.says("SUSPENDED", "OTHER", "suspended")


def _liquidated(story: Story) -> None:
    _suspended("SUSPENDED", "COMPLIANCE_LOCKED")(story)
    story.waits(48)
    story.says("LIQUIDATED", "LIQUIDATED", "liquidated")
    story.account.mode = "CLOSING_ONLY"


def _closed(story: Story) -> None:
    _suspended("INACTIVE", "ACCOUNT_CLOSURE_REQUESTED")(story)
    story.waits(story.rng.uniform(5, 100))
    story.says("CLOSED", "CLOSED", "closed")
    story.account.mode = "CLOSED"


def _unrecognised(story: Story) -> None:
    story.opens(2, 30)
    story.waits(story.review_hours())
    story.says(story.rng.choice(("RESTRICTED", "DORMANT")), "ENHANCED_DUE_DILIGENCE", "unrecognised")


def _active_but_cannot_trade(story: Story) -> None:
    _enrolled(story)
    story.account.can_trade = False


def _entity_opens(story: Story, youngest_days: float, oldest_days: float, *, is_complete: bool) -> None:
    story.opens(youngest_days, oldest_days)
    story.waits(story.rng.uniform(10, 120))
    story.papers(is_complete=is_complete)
    if is_complete:
        story.waits(story.rng.uniform(0.5, 30))


def _entity_enrolled(story: Story) -> None:
    _entity_opens(story, 6, 92, is_complete=True)
    story.triggers_kyb()
    story.waits(story.rng.uniform(10, 110))
    if story.rng.random() < 0.3:
        story.says("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
        story.waits(story.rng.uniform(10, 80))
    story.enrols()


def _entity_silent_active(story: Story) -> None:
    _silent_active(story)
    story.cursor = story.account.created_at + timedelta(days=3)
    story.papers(is_complete=True)


def _entity_documents(story: Story) -> None:
    story.opens(0.2, 40)
    story.waits(story.rng.uniform(2, 200))
    story.papers(is_complete=False, is_shown=story.rng.random() < 0.8)
    story.account.enter("kyb_documents", story.account.created_at)


def _entity_ready(story: Story) -> None:
    _entity_opens(story, 2, 25, is_complete=True)
    story.account.enter("kyb_ready", story.cursor)
    story.account.standing_since = None


def _entity_screening(story: Story) -> None:
    _entity_opens(story, 2, 20, is_complete=True)
    story.triggers_kyb()
    story.later(story.rng.uniform(2, 90), "kyb")


def _entity_under_review(story: Story) -> None:
    _entity_screening(story)
    story.account.pending.clear()
    story.waits(20)
    story.says("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    story.later(story.rng.uniform(5, 90), "decide", "approved")


def _entity_under_review_without_papers(story: Story) -> None:
    story.opens(1, 15)
    story.waits(20)
    story.papers(is_complete=False)
    story.says("UNDER_REVIEW", "PENDING_REVIEW", "under_review")


def _entity_in_verification(story: Story) -> None:
    _entity_opens(story, 8, 20, is_complete=True)
    story.triggers_kyb()
    story.cursor = to_milliseconds(max(story.cursor, story.now - story.link_life * 0.5))
    story.asks_to_verify()


def _entity_rejected(story: Story) -> None:
    _entity_opens(story, 6, 80, is_complete=True)
    story.triggers_kyb()
    story.waits(story.rng.uniform(10, 110))
    story.says("INACTIVE", story.rng.choice(("RISK_KYC", "RISK_OFAC")), "rejected")


def _entity_suspended(story: Story) -> None:
    _entity_enrolled(story)
    story.account.can_trade = False
    story.waits(24 * 10)
    story.says("SUSPENDED", "COMPLIANCE_LOCKED", "suspended")


INDIVIDUAL_FATES = (
    Fate("enrolled", 50.0, _enrolled),
    Fate("verification_live", 2.5, _verification(0, (0.05, 0.6))),
    Fate("submitted", 6.0, _submitted),
    Fate("verification_expiring", 2.0, _verification(0, (0.7, 0.97))),
    Fate("verification_expired_once", 1.5, _verification(1, None)),
    Fate("under_review", 4.0, _under_review),
    Fate("rejected_kyc", 1.5, _rejected("RISK_KYC")),
    Fate("suspended_compliance", 1.0, _suspended("SUSPENDED", "COMPLIANCE_LOCKED")),
    Fate("silent_active", 9.0, _silent_active),
    Fate("closed", 1.5, _closed),
    Fate("liquidated", 0.6, _liquidated),
    Fate("unrecognised", 0.4, _unrecognised),
    Fate("verification_out_of_links", 1.0, _verification(3, None)),
    Fate("verification_expired_twice", 1.0, _verification(2, None)),
    Fate("verification_without_link", 0.7, _verification_without_link),
    Fate("verification_second_link_live", 0.8, _verification(1, (0.1, 0.9))),
    Fate("verification_last_link_live", 0.6, _verification(2, (0.1, 0.9))),
    Fate("verification_told_late", 0.3, _verification_told_late),
    Fate("verification_declined", 0.5, _verification_declined),
    Fate("verification_same_request_id", 0.3, _verification_same_request_id),
    Fate("enrolled_after_verification", 6.0, _enrolled_after_verification),
    Fate("enrolled_after_second_link", 1.5, _enrolled_after_second_link),
    Fate("enrolled_after_review", 6.0, _enrolled_after_review),
    Fate("rejected_ofac", 0.6, _rejected("RISK_OFAC")),
    Fate("silently_rejected", 0.5, _silently_rejected("REJECTED")),
    Fate("silently_cancelled", 0.3, _silently_rejected("CANCELLED")),
    Fate("suspended_other", 0.5, _suspended("SUSPENDED", "OTHER")),
    Fate("closure_requested", 0.4, _suspended("INACTIVE", "ACCOUNT_CLOSURE_REQUESTED")),
    Fate("migrated_then_suspended", 0.6, _migrated_then_suspended),
    Fate("active_but_cannot_trade", 0.4, _active_but_cannot_trade),
    Fate("suspended_but_can_trade", 0.4, _suspended("SUSPENDED", "OTHER", can_trade=True)),
)

ENTITY_FATES = (
    Fate("entity_enrolled", 45.0, _entity_enrolled),
    Fate("entity_documents", 14.0, _entity_documents),
    Fate("entity_ready", 7.0, _entity_ready),
    Fate("entity_screening", 9.0, _entity_screening),
    Fate("entity_under_review", 4.0, _entity_under_review),
    Fate("entity_under_review_without_documents", 3.0, _entity_under_review_without_papers),
    Fate("entity_silent_active", 8.0, _entity_silent_active),
    Fate("entity_in_verification", 3.0, _entity_in_verification),
    Fate("entity_rejected", 3.0, _entity_rejected),
    Fate("entity_suspended", 4.0, _entity_suspended),
)

ALL_FATES = (
    tuple(fate for pair in zip(INDIVIDUAL_FATES, ENTITY_FATES, strict=False) for fate in pair)
    + (INDIVIDUAL_FATES[len(ENTITY_FATES) :])
)
"""In the order in which a small population uses them: the most typical work first."""

ENTITY_FATE_NAMES = frozenset(fate.name for fate in ENTITY_FATES)
