"""Scenarios for seeded accounts: each one builds the history of an account.

A scenario sets the standing itself, so that tests can compare it with the one the workbench derives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.sandbox.accounts.moments import to_milliseconds
from workbench.sandbox.population.history import HistoryBuilder, new_link, party_event

WEBHOOK_SINCE_DAYS = 95.0
"""Age of the webhook: no events exist from before, so older, migrated accounts have none."""

OLDEST_DAYS = 125.0

ScenarioBuilder = Callable[[HistoryBuilder], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario and its weight in the seeded population."""

    name: str
    weight: float
    build: ScenarioBuilder


def _enrolled(history: HistoryBuilder) -> None:
    history.open_within(0.3, 92)
    history.wait(history.review_hours())
    history.enrol()


def _enrolled_after_review(history: HistoryBuilder) -> None:
    history.open_within(2, 92)
    history.wait(history.review_hours())
    history.send_status("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    history.wait(history.review_hours() * 3)
    history.enrol()


def _enrolled_after_verification(history: HistoryBuilder) -> None:
    history.open_within(5, 92)
    history.wait(history.review_hours())
    link = history.send_verification_link()
    history.wait((link.expires_at - link.issued_at).total_seconds() / 3600 * history.rng.uniform(0.05, 0.8))
    history.send_status("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    history.wait(history.review_hours())
    history.enrol()


def _enrolled_after_second_link(history: HistoryBuilder) -> None:
    life_days = history.link_life / timedelta(days=1)
    history.open_within(17 + life_days, 89 + life_days)
    history.wait(2)
    first = history.send_verification_link()
    history.cursor = first.expires_at + timedelta(hours=history.rng.uniform(1, 30))
    second = history.send_verification_link()
    history.wait((second.expires_at - second.issued_at).total_seconds() / 3600 * 0.4)
    history.enrol()


def _silent_active(history: HistoryBuilder) -> None:
    history.open_within(WEBHOOK_SINCE_DAYS + 1, OLDEST_DAYS)
    history.account.enter("active", history.now)
    history.account.standing_since = None
    history.account.can_trade = True
    history.settle_as_active()
    history.leave_gaps()


def _submitted(history: HistoryBuilder) -> None:
    history.open_within(0.01, 0.9 if history.rng.random() < 0.7 else 9)
    history.account.request_status = history.rng.choice(("PENDING", "IN_PROGRESS", "ACCEPTED"))
    history.schedule(history.rng.uniform(0.1, 20), "review")


def _arrived(history: HistoryBuilder) -> None:
    """An account opened now, while the sandbox runs."""
    history.open_at(history.now)
    history.account.request_status = "PENDING"
    history.schedule(history.rng.uniform(0.2, 6), "review")


ARRIVAL_SCENARIO = Scenario("arrived", 0.0, _arrived)


def _under_review(history: HistoryBuilder) -> None:
    history.open_within(0.5, 12)
    history.wait(history.review_hours())
    history.send_status(
        "UNDER_REVIEW", history.rng.choice(("PENDING_REVIEW", "PENDING_REVIEW", "RISK_OFAC")), "under_review"
    )
    history.schedule(history.rng.uniform(1, 60), "decide", "approved")


def _verification(spent: int, last: tuple[float, float] | None) -> ScenarioBuilder:
    """Build accounts with ``spent`` expired links, then a live one that is ``last`` (from, to) of the way through."""

    def build(history: HistoryBuilder) -> None:
        rng, life = history.rng, history.link_life
        issues: list[datetime] = []
        at = history.now - (life * rng.uniform(*last) if last else life + timedelta(hours=rng.uniform(1, 200)))
        for _ in range(spent + 1 if last else spent):
            issues.append(at)
            at -= life + timedelta(hours=rng.uniform(1, 48))
        history.open_at(issues[-1] - timedelta(hours=0.1 + history.review_hours()))
        for issued_at in reversed(issues):
            history.cursor = to_milliseconds(issued_at)
            history.send_verification_link()
        if last and rng.random() < 0.4:
            left = history.account.links[-1].expires_at - history.now
            hours = left.total_seconds() / 3600 * rng.uniform(0.2, 0.8)
            history.schedule(hours * history.speed, "customer")

    return build


def _verification_sent_late(history: HistoryBuilder) -> None:
    """The event arrived after its link had expired."""
    history.open_at(history.now - history.link_life - timedelta(days=history.rng.uniform(3, 8)))
    issued_at = history.account.created_at + timedelta(hours=1)
    link = new_link(history.rng, issued_at, history.speed)
    history.account.links.append(link)
    history.cursor = to_milliseconds(link.expires_at + timedelta(hours=history.rng.uniform(1, 20)))
    history.send_status("UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification", link)


def _verification_without_link(history: HistoryBuilder) -> None:
    history.open_within(1, 9)
    history.wait(history.review_hours())
    history.send_status("SUSPENDED", "DOCUMENT_VERIFICATION", "verification")


def _verification_declined(history: HistoryBuilder) -> None:
    _verification(1, None)(history)
    history.account.has_declined_consent = True


def _verification_same_request_id(history: HistoryBuilder) -> None:
    """Two events share a requestId but differ in content, so both count."""
    history.open_within(0.5, 1.5)
    history.wait(1)
    first = party_event(history.rng, history.account.client_account_id, "UNDER_REVIEW", "PENDING_REVIEW", None)
    history.send_body(first, "under_review")
    history.cursor = to_milliseconds(history.now - history.link_life * history.rng.uniform(0.02, 0.15))
    history.cursor = max(
        history.cursor, to_milliseconds(history.deliveries[-1].received_at + timedelta(milliseconds=5))
    )
    link = new_link(history.rng, history.cursor, history.speed)
    history.account.links.append(link)
    second = party_event(history.rng, history.account.client_account_id, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", link)
    history.send_body({**second, "requestId": first["requestId"]}, "verification")


def _rejected(reason: str) -> ScenarioBuilder:
    def build(history: HistoryBuilder) -> None:
        history.open_within(1, 90)
        history.wait(history.review_hours())
        if history.rng.random() < 0.4:
            history.send_status("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
            history.wait(history.review_hours())
        history.send_status(history.rng.choice(("INACTIVE", "SUSPENDED")), reason, "rejected")
        history.account.request_status = history.rng.choice(("COMPLETE", "REJECTED"))

    return build


def _silently_rejected(status: str) -> ScenarioBuilder:
    def build(history: HistoryBuilder) -> None:
        history.open_within(2, OLDEST_DAYS)
        history.account.enter("rejected", history.now)
        history.account.standing_since = None
        history.account.request_status = status
        history.account.cip_clearance = "ACCEPTED"

    return build


def _suspended(status: str, reason: str, *, can_trade: bool = False) -> ScenarioBuilder:
    def build(history: HistoryBuilder) -> None:
        history.open_within(10, 92)
        history.wait(history.review_hours())
        history.enrol(can_trade=can_trade)
        history.wait(history.rng.uniform(24, 24 * 40))
        history.send_status(status, reason, "suspended")

    return build


def _migrated_then_suspended(history: HistoryBuilder) -> None:
    _silent_active(history)
    history.account.can_trade = False
    history.cursor = to_milliseconds(history.now - timedelta(days=history.rng.uniform(0.5, 20)))
    history.send_status("SUSPENDED", "OTHER", "suspended")


def _liquidated(history: HistoryBuilder) -> None:
    _suspended("SUSPENDED", "COMPLIANCE_LOCKED")(history)
    history.wait(48)
    history.send_status("LIQUIDATED", "LIQUIDATED", "liquidated")
    history.account.mode = "CLOSING_ONLY"


def _closed(history: HistoryBuilder) -> None:
    _suspended("INACTIVE", "ACCOUNT_CLOSURE_REQUESTED")(history)
    history.wait(history.rng.uniform(5, 100))
    history.send_status("CLOSED", "CLOSED", "closed")
    history.account.mode = "CLOSED"


def _unrecognised(history: HistoryBuilder) -> None:
    history.open_within(2, 30)
    history.wait(history.review_hours())
    history.send_status(history.rng.choice(("RESTRICTED", "DORMANT")), "ENHANCED_DUE_DILIGENCE", "unrecognised")


def _active_but_cannot_trade(history: HistoryBuilder) -> None:
    _enrolled(history)
    history.account.can_trade = False


def _entity_opens(history: HistoryBuilder, youngest_days: float, oldest_days: float, *, is_complete: bool) -> None:
    history.open_within(youngest_days, oldest_days)
    history.wait(history.rng.uniform(10, 120))
    history.upload_kyb_documents(is_complete=is_complete)
    if is_complete:
        history.wait(history.rng.uniform(0.5, 30))


def _entity_enrolled(history: HistoryBuilder) -> None:
    _entity_opens(history, 6, 92, is_complete=True)
    history.trigger_kyb()
    history.wait(history.rng.uniform(10, 110))
    if history.rng.random() < 0.3:
        history.send_status("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
        history.wait(history.rng.uniform(10, 80))
    history.enrol()


def _entity_silent_active(history: HistoryBuilder) -> None:
    _silent_active(history)
    history.cursor = history.account.created_at + timedelta(days=3)
    history.upload_kyb_documents(is_complete=True)


def _entity_documents(history: HistoryBuilder) -> None:
    history.open_within(0.2, 40)
    history.wait(history.rng.uniform(2, 200))
    history.upload_kyb_documents(is_complete=False, is_shown=history.rng.random() < 0.8)
    history.account.enter("kyb_documents", history.account.created_at)


def _entity_ready(history: HistoryBuilder) -> None:
    _entity_opens(history, 2, 25, is_complete=True)
    history.account.enter("kyb_ready", history.cursor)
    history.account.standing_since = None


def _entity_screening(history: HistoryBuilder) -> None:
    _entity_opens(history, 2, 20, is_complete=True)
    history.trigger_kyb()
    history.schedule(history.rng.uniform(2, 90), "kyb")


def _entity_under_review(history: HistoryBuilder) -> None:
    _entity_screening(history)
    history.account.pending.clear()
    history.wait(20)
    history.send_status("UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    history.schedule(history.rng.uniform(5, 90), "decide", "approved")


def _entity_under_review_without_documents(history: HistoryBuilder) -> None:
    history.open_within(1, 15)
    history.wait(20)
    history.upload_kyb_documents(is_complete=False)
    history.send_status("UNDER_REVIEW", "PENDING_REVIEW", "under_review")


def _entity_in_verification(history: HistoryBuilder) -> None:
    _entity_opens(history, 8, 20, is_complete=True)
    history.trigger_kyb()
    history.cursor = to_milliseconds(max(history.cursor, history.now - history.link_life * 0.5))
    history.send_verification_link()


def _entity_rejected(history: HistoryBuilder) -> None:
    _entity_opens(history, 6, 80, is_complete=True)
    history.trigger_kyb()
    history.wait(history.rng.uniform(10, 110))
    history.send_status("INACTIVE", history.rng.choice(("RISK_KYC", "RISK_OFAC")), "rejected")


def _entity_suspended(history: HistoryBuilder) -> None:
    _entity_enrolled(history)
    history.account.can_trade = False
    history.wait(24 * 10)
    history.send_status("SUSPENDED", "COMPLIANCE_LOCKED", "suspended")


INDIVIDUAL_SCENARIOS = (
    Scenario("enrolled", 50.0, _enrolled),
    Scenario("verification_live", 2.5, _verification(0, (0.05, 0.6))),
    Scenario("submitted", 6.0, _submitted),
    Scenario("verification_expiring", 2.0, _verification(0, (0.7, 0.97))),
    Scenario("verification_expired_once", 1.5, _verification(1, None)),
    Scenario("under_review", 4.0, _under_review),
    Scenario("rejected_kyc", 1.5, _rejected("RISK_KYC")),
    Scenario("suspended_compliance", 1.0, _suspended("SUSPENDED", "COMPLIANCE_LOCKED")),
    Scenario("silent_active", 9.0, _silent_active),
    Scenario("closed", 1.5, _closed),
    Scenario("liquidated", 0.6, _liquidated),
    Scenario("unrecognised", 0.4, _unrecognised),
    Scenario("verification_out_of_links", 1.0, _verification(3, None)),
    Scenario("verification_expired_twice", 1.0, _verification(2, None)),
    Scenario("verification_without_link", 0.7, _verification_without_link),
    Scenario("verification_second_link_live", 0.8, _verification(1, (0.1, 0.9))),
    Scenario("verification_last_link_live", 0.6, _verification(2, (0.1, 0.9))),
    Scenario("verification_told_late", 0.3, _verification_sent_late),
    Scenario("verification_declined", 0.5, _verification_declined),
    Scenario("verification_same_request_id", 0.3, _verification_same_request_id),
    Scenario("enrolled_after_verification", 6.0, _enrolled_after_verification),
    Scenario("enrolled_after_second_link", 1.5, _enrolled_after_second_link),
    Scenario("enrolled_after_review", 6.0, _enrolled_after_review),
    Scenario("rejected_ofac", 0.6, _rejected("RISK_OFAC")),
    Scenario("silently_rejected", 0.5, _silently_rejected("REJECTED")),
    Scenario("silently_cancelled", 0.3, _silently_rejected("CANCELLED")),
    Scenario("suspended_other", 0.5, _suspended("SUSPENDED", "OTHER")),
    Scenario("closure_requested", 0.4, _suspended("INACTIVE", "ACCOUNT_CLOSURE_REQUESTED")),
    Scenario("migrated_then_suspended", 0.6, _migrated_then_suspended),
    Scenario("active_but_cannot_trade", 0.4, _active_but_cannot_trade),
    Scenario("suspended_but_can_trade", 0.4, _suspended("SUSPENDED", "OTHER", can_trade=True)),
)

ENTITY_SCENARIOS = (
    Scenario("entity_enrolled", 45.0, _entity_enrolled),
    Scenario("entity_documents", 14.0, _entity_documents),
    Scenario("entity_ready", 7.0, _entity_ready),
    Scenario("entity_screening", 9.0, _entity_screening),
    Scenario("entity_under_review", 4.0, _entity_under_review),
    Scenario("entity_under_review_without_documents", 3.0, _entity_under_review_without_documents),
    Scenario("entity_silent_active", 8.0, _entity_silent_active),
    Scenario("entity_in_verification", 3.0, _entity_in_verification),
    Scenario("entity_rejected", 3.0, _entity_rejected),
    Scenario("entity_suspended", 4.0, _entity_suspended),
)

ALL_SCENARIOS = (
    tuple(fate for pair in zip(INDIVIDUAL_SCENARIOS, ENTITY_SCENARIOS, strict=False) for fate in pair)
    + (INDIVIDUAL_SCENARIOS[len(ENTITY_SCENARIOS) :])
)
"""In the order in which a small population uses them: the most typical work first."""

ENTITY_SCENARIO_NAMES = frozenset(fate.name for fate in ENTITY_SCENARIOS)
