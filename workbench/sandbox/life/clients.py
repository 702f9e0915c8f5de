"""What clients do through the API: open, update and complete accounts, and ask for verification links."""

import uuid
from datetime import datetime
from typing import Any

from workbench.sandbox.accounts.documents import met_by_upload
from workbench.sandbox.accounts.moments import to_milliseconds
from workbench.sandbox.accounts.payloads import gaps_left, gaps_of_new
from workbench.sandbox.accounts.state import (
    ENTITY_TYPES,
    MAX_EXPIRATIONS,
    AccountState,
    IssuedLink,
    SandboxDocument,
)
from workbench.sandbox.life.review import schedule_customer
from workbench.sandbox.life.simulation import Refusal, Simulation


def open_account(simulation: Simulation, request: dict[str, Any], now: datetime) -> AccountState:
    now = to_milliseconds(now)
    account_type = request.get("accountType")
    is_entity = account_type in ENTITY_TYPES or (account_type is None and bool(request.get("entity")))
    account = AccountState(
        client_account_id=request["clientAccountId"],
        bakkt_id=str(uuid.uuid4()),
        created_at=now,
        account_type=account_type,
        is_entity=is_entity,
        request=request,
        request_status="PENDING",
        settlement=request.get("settlementMethod", "NET_SETTLEMENT"),
        standing="kyb_documents" if is_entity else "submitted",
        standing_since=now,
        gaps=gaps_of_new(request, is_entity=is_entity),
    )
    simulation.accounts[account.client_account_id] = account
    if not is_entity:
        simulation.schedule(account, now, simulation.rng_for(account, "review").uniform(0.2, 6), "review")
    simulation.save(account)
    return account


def update_account(simulation: Simulation, account: AccountState, request: dict[str, Any], now: datetime) -> None:
    account.request = request
    account.gaps = gaps_left(request, account.gaps)
    if account.account_type is None:
        account.account_type = request.get("accountType")
    account.request_status = "IN_PROGRESS"
    update_id = str(uuid.uuid4())
    account.pending_update_ids = [*account.pending_update_ids, update_id]
    simulation.schedule(account, now, 0.2, "update_done", update_id)
    simulation.save(account)


def trigger_kyb(simulation: Simulation, account: AccountState, now: datetime) -> Refusal | None:
    """Start KYB screening; a repeated call changes nothing."""
    if not account.is_entity:
        return Refusal("KYB screening is for entity accounts")
    if account.kyb_triggered_at is None:
        account.kyb_triggered_at = to_milliseconds(now)
        if not account.has_events and account.standing.startswith("kyb_"):
            account.enter("kyb_screening", account.kyb_triggered_at)
        if account.standing in {"kyb_screening", "under_review"}:
            simulation.schedule(account, now, simulation.rng_for(account, "kyb").uniform(4, 72), "kyb")
        simulation.save(account)
    return None


def add_document(
    simulation: Simulation, account: AccountState, document: SandboxDocument, content: bytes, now: datetime
) -> None:
    was_complete = account.is_entity and simulation.is_checklist_complete(account, now)
    if account.is_entity:
        document.meets = met_by_upload(document, account.is_trust)
    simulation.file_document(account, document, content)
    if account.is_entity and not was_complete and simulation.is_checklist_complete(account, now):
        _complete_documents(simulation, account, now)
    simulation.save(account)


def _complete_documents(simulation: Simulation, account: AccountState, now: datetime) -> None:
    account.documented_at = account.documented_at or to_milliseconds(now)
    if account.standing == "kyb_documents":
        account.enter("kyb_ready", to_milliseconds(now))
    if account.standing == "under_review" and account.kyb_triggered_at and not account.pending:
        simulation.schedule(account, now, simulation.rng_for(account, "again").uniform(2, 24), "decide", "approved")


def verification_details(
    simulation: Simulation, account: AccountState, now: datetime, *, overrides_decline: bool
) -> IssuedLink | Refusal:
    """Return the live link, or a new one once it has expired, as long as fewer than three have expired."""
    if account.standing != "verification":
        return Refusal("The party is not in document verification")
    if account.has_declined_consent and not overrides_decline:
        return Refusal("The customer has declined consent to document verification")
    live = account.live_link(now)
    if live is not None:
        return live
    if account.expirations_used(now) >= MAX_EXPIRATIONS:
        return Refusal("The maximum number of expirations is reached, contact Bakkt")
    account.has_declined_consent = False
    link = simulation.issue_link(account, now)
    simulation.schedule(account, now, 0.0, "announce")
    if simulation.is_lively:
        schedule_customer(simulation, account, now)
    simulation.save(account)
    return link
