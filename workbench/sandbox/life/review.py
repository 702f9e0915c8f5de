"""Bakkt's review: what happens to accounts as time passes, or at once when a test or the admin API asks for it."""

from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.accounts.state import MAX_EXPIRATIONS, AccountState, PendingStep, SandboxEvent
from workbench.sandbox.life.simulation import Refusal, Simulation

NAME_THAT_FAILS_KYC = ("maggic", "dawn")
"""In Bakkt's test environment only this person fails KYC; anyone else is enrolled (GUIDE.md, webhooks page)."""

SHARE_WHO_VERIFY = 0.6
"""Share of customers in a lively sandbox who use their link; some of them do so too late."""

_EVENT_OF_STANDING = {
    "active": ("ACTIVE", "ENROLLMENT"),
    "verification": ("UNDER_REVIEW", "DOCUMENT_VERIFICATION"),
    "rejected": ("INACTIVE", "RISK_KYC"),
    "suspended": ("SUSPENDED", "COMPLIANCE_LOCKED"),
    "liquidated": ("LIQUIDATED", "LIQUIDATED"),
    "closed": ("CLOSED", "CLOSED"),
}
"""Status and reason with which Bakkt would repeat each standing."""


def standing_after_event(status: str, reason: str | None) -> str:
    """Return the standing that an event leads to, for events sent on request."""
    if status in {"CLOSED", "LIQUIDATED", "ACTIVE"}:
        return status.lower()
    if reason == "DOCUMENT_VERIFICATION":
        return "verification"
    if reason in {"RISK_KYC", "RISK_OFAC"} and status in {"INACTIVE", "SUSPENDED"}:
        return "rejected"
    return {"SUSPENDED": "suspended", "INACTIVE": "suspended", "UNDER_REVIEW": "under_review"}.get(
        status, "unrecognised"
    )


def complete_verification(
    simulation: Simulation, account: AccountState, now: datetime, outcome: str
) -> Refusal | list[SandboxEvent]:
    """Complete the customer's verification; ``outcome`` (approved or rejected) follows later."""
    if account.standing != "verification":
        return Refusal("The account is not in document verification")
    if account.live_link(now) is None:
        return Refusal("The account has no live link to complete")
    account.pending = [pending for pending in account.pending if pending.kind == "update_done"]
    sent = simulation.emit_event(account, now, "UNDER_REVIEW", "PENDING_REVIEW", "under_review")
    simulation.schedule(account, now, 0.5, "decide", outcome)
    simulation.save(account)
    return [sent]


def send_event(simulation: Simulation, account: AccountState, now: datetime, order: dict[str, Any]) -> SandboxEvent:
    """Send an event now and drop the pending steps of the account."""
    status, reason = str(order.get("partyStatus", "ACTIVE")), order.get("reasonCode")
    standing = standing_after_event(status, reason)
    account.pending = [pending for pending in account.pending if pending.kind == "update_done"]
    link = None
    if standing == "verification" and order.get("withLink", True):
        link = account.live_link(now)
        if link is None and account.expirations_used(now) < MAX_EXPIRATIONS:
            link = simulation.issue_link(account, now)
    can_trade = order.get("canTradeCrypto")
    sent = simulation.emit_event(account, now, status, reason, standing, link, dict(order.get("extra") or {}))
    simulation.set_trading(account, now, standing == "active" if can_trade is None else bool(can_trade))
    simulation.save(account)
    return sent


def advance(simulation: Simulation, now: datetime) -> list[SandboxEvent]:
    """Do everything that is due, each at its own time and in order, and return the events sent."""
    if simulation.is_lively:
        simulation.add_arrivals(now)
    sent: list[SandboxEvent] = []
    for account, pending in simulation.take_due(now):
        sent += _run_step(simulation, account, pending)
        simulation.save(account)
    return sent


def repeat_status_events(simulation: Simulation, count: int, now: datetime) -> list[SandboxEvent]:
    """Send ``count`` events of random accounts, for load tests. Links are neither issued nor closed."""
    names = list(simulation.accounts)
    return [
        _repeat_status_event(simulation, simulation.accounts[simulation.load_rng.choice(names)], now)
        for _ in range(count if names else 0)
    ]


def _repeat_status_event(simulation: Simulation, account: AccountState, now: datetime) -> SandboxEvent:
    status, reason = _EVENT_OF_STANDING.get(account.standing, ("UNDER_REVIEW", "PENDING_REVIEW"))
    link = account.live_link(now) if account.standing == "verification" else None
    sent = simulation.emit_event(account, now, status, reason, standing_after_event(status, reason), link)
    simulation.save(account)
    return sent


def _run_step(simulation: Simulation, account: AccountState, pending: PendingStep) -> list[SandboxEvent]:
    at = pending.due_at
    if account.last_event_at is not None and at <= account.last_event_at:
        at = account.last_event_at + timedelta(milliseconds=1)
    match pending.kind:
        case "review":
            return _review(simulation, account, at)
        case "decide":
            return _decide(simulation, account, at, pending.data)
        case "kyb":
            return _decide_entity(simulation, account, at)
        case "customer":
            done = complete_verification(simulation, account, at, "approved")
            return [] if isinstance(done, Refusal) else done
        case "announce":
            return _announce(simulation, account, at)
        case "repeat":
            return [simulation.repeat_event(account, at, pending.data)]
        case _:
            account.pending_update_ids = [name for name in account.pending_update_ids if name != pending.data]
            account.request_status = "IN_PROGRESS" if account.pending_update_ids else "COMPLETE"
            return []


def _review(simulation: Simulation, account: AccountState, at: datetime) -> list[SandboxEvent]:
    account.request_status = "COMPLETE"
    draw = simulation.rng_for(account, "verdict")
    luck = draw.random()
    cleared, reviewed = (0.5, 0.65) if simulation.is_lively else (0.7, 0.85)
    if _fails_kyc(simulation, account) or luck < cleared:
        return _decide(simulation, account, at, "approved")
    if luck < reviewed:
        sent = simulation.emit_event(account, at, "UNDER_REVIEW", "PENDING_REVIEW", "under_review")
        simulation.schedule(account, at, draw.uniform(2, 48), "decide", "approved")
        return [sent]
    link = simulation.issue_link(account, at)
    sent = simulation.emit_event(account, at, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification", link)
    if simulation.is_lively:
        schedule_customer(simulation, account, at)
    else:
        simulation.schedule(account, at, draw.uniform(1, 60), "customer")
    return [sent]


def schedule_customer(simulation: Simulation, account: AccountState, at: datetime) -> None:
    """Schedule whether and when the customer uses the link; some do so too late."""
    draw = simulation.rng_for(account, f"answer:{len(account.links)}")
    if draw.random() < SHARE_WHO_VERIFY:
        simulation.schedule(account, at, draw.uniform(6, 80), "customer")


def _decide_entity(simulation: Simulation, account: AccountState, at: datetime) -> list[SandboxEvent]:
    account.request_status = "COMPLETE"
    if simulation.is_checklist_complete(account, at):
        return _decide(simulation, account, at, "approved")
    if account.standing == "under_review":
        return []
    return [simulation.emit_event(account, at, "UNDER_REVIEW", "PENDING_REVIEW", "under_review")]


def _decide(simulation: Simulation, account: AccountState, at: datetime, outcome: str) -> list[SandboxEvent]:
    is_rejected = outcome == "rejected" or _fails_kyc(simulation, account)
    if is_rejected:
        sent = simulation.emit_event(account, at, "INACTIVE", "RISK_KYC", "rejected")
    else:
        sent = simulation.emit_event(account, at, "ACTIVE", "ENROLLMENT", "active")
    simulation.set_trading(account, at, not is_rejected)
    return [sent]


def _announce(simulation: Simulation, account: AccountState, at: datetime) -> list[SandboxEvent]:
    link = account.live_link(at)
    if account.standing != "verification" or link is None:
        return []
    return [simulation.emit_event(account, at, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification", link)]


def _fails_kyc(simulation: Simulation, account: AccountState) -> bool:
    people = (owner["identity"] for owner in simulation.request_of(account)["owners"])
    names = ((str(person["givenName"]), str(person["familyName"])) for person in people)
    return any((given.strip().lower(), family.strip().lower()) == NAME_THAT_FAILS_KYC for given, family in names)
