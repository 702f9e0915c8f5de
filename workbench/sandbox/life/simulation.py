"""Simulates Bakkt's side of onboarding: submitted accounts, their review over time, and links with their limit."""

import contextlib
import heapq
import random
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.accounts.documents import draw_document, has_valid_identity, met_by_upload, requirements_of
from workbench.sandbox.accounts.moments import to_milliseconds
from workbench.sandbox.accounts.payloads import gaps_left, gaps_of_new, write_request
from workbench.sandbox.accounts.state import (
    ENTITY_TYPES,
    MAX_EXPIRATIONS,
    AccountState,
    IssuedLink,
    PendingStep,
    SandboxDocument,
    SandboxEvent,
    record_event,
)
from workbench.sandbox.life.state_file import StateFile
from workbench.sandbox.population.history import new_link, party_event
from workbench.sandbox.population.population import draw_arrival, draw_population

NAME_THAT_FAILS_KYC = ("maggic", "dawn")
"""In Bakkt's test environment only this person fails KYC; anyone else is enrolled (GUIDE.md, webhooks page)."""

HOURS_BETWEEN_ARRIVALS = 12.0
MAX_ARRIVALS = 2000
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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Bakkt's refusal, with the reason."""

    reason: str


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


class Simulation:
    """Holds all state. Changes happen under one lock and are saved in the state file."""

    def __init__(
        self,
        accounts: int,
        seed: int,
        speed: float,
        now: datetime,
        state_file: StateFile,
        *,
        is_lively: bool = False,
    ) -> None:
        self.on_change: Callable[[str], None] = lambda _: None
        self.lock = threading.RLock()
        self._state_file = state_file
        born = state_file.read_or_store_inputs(accounts, seed, speed, to_milliseconds(now))
        self.seed, self.speed = born.seed, speed
        population = draw_population(born.accounts, born.seed, born.moment, born.speed)
        self.accounts: dict[str, AccountState] = population.accounts
        self.deliveries: list[SandboxEvent] = population.deliveries
        self._restore()
        self.account_of_document = {
            document.document_id: account for account in self.accounts.values() for document in account.documents
        }
        self._due = [
            (pending.due_at, account.client_account_id)
            for account in self.accounts.values()
            for pending in account.pending
        ]
        heapq.heapify(self._due)
        self._changes = state_file.count_events()
        self._is_lively = is_lively
        self._seeded_count = born.accounts
        self._next_arrival_at = now + self._arrival_interval
        self._load_rng = random.Random(f"{self.seed}:load")

    def _restore(self) -> None:
        """Restore what changed since the sandbox was created; unchanged accounts are generated again, not stored."""
        for kept in self._state_file.read_accounts():
            self.accounts[kept.client_account_id] = kept
        self.deliveries += self._state_file.read_events()

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Make one change at a time, saved in the state file as one transaction."""
        with self.lock, self._state_file.transaction():
            yield

    # reading

    def request_of(self, account: AccountState) -> dict[str, Any]:
        if account.request is not None:
            return account.request
        return write_request(account, self.seed)

    def document(self, document_id: str) -> tuple[AccountState, SandboxDocument] | None:
        account = self.account_of_document.get(document_id)
        if account is None:
            return None
        return account, next(document for document in account.documents if document.document_id == document_id)

    def content_of(self, document: SandboxDocument) -> bytes:
        if document.as_uploaded is None:
            return draw_document(document)
        return self._state_file.read_content(document.document_id)

    def checklist(self, account: AccountState, now: datetime) -> Iterator[tuple[str, str | None, bool]]:
        """Yield requirement, owner and whether it is met, from the requirements that each document was accepted for."""
        met = {requirement for document in account.documents for requirement in document.meets}
        for requirement in requirements_of(account):
            yield requirement, None, requirement in met
        for owner_id in self._owner_ids(account):
            yield "owner_identity", owner_id, has_valid_identity(account.documents, owner_id, now)

    def _owner_ids(self, account: AccountState) -> list[str | None]:
        if account.request is None:
            return [owner.owner_id for owner in account.owners]
        return [owner.get("clientOwnerId") for owner in account.request["owners"]]

    def is_checklist_complete(self, account: AccountState, now: datetime) -> bool:
        return all(is_met for _, _, is_met in self.checklist(account, now))

    # actions of clients

    def open_account(self, request: dict[str, Any], now: datetime) -> AccountState:
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
        self.accounts[account.client_account_id] = account
        if not is_entity:
            self._schedule(account, now, self._rng_for(account, "review").uniform(0.2, 6), "review")
        self._save(account)
        return account

    def update_account(self, account: AccountState, request: dict[str, Any], now: datetime) -> None:
        account.request = request
        account.gaps = gaps_left(request, account.gaps)
        if account.account_type is None:
            account.account_type = request.get("accountType")
        account.request_status = "IN_PROGRESS"
        update_id = str(uuid.uuid4())
        account.pending_update_ids = [*account.pending_update_ids, update_id]
        self._schedule(account, now, 0.2, "update_done", update_id)
        self._save(account)

    def trigger_kyb(self, account: AccountState, now: datetime) -> Refusal | None:
        """Start KYB screening; a repeated call changes nothing."""
        if not account.is_entity:
            return Refusal("KYB screening is for entity accounts")
        if account.kyb_triggered_at is None:
            account.kyb_triggered_at = to_milliseconds(now)
            if not account.has_events and account.standing.startswith("kyb_"):
                account.enter("kyb_screening", account.kyb_triggered_at)
            if account.standing in {"kyb_screening", "under_review"}:
                self._schedule(account, now, self._rng_for(account, "kyb").uniform(4, 72), "kyb")
            self._save(account)
        return None

    def add_document(self, account: AccountState, document: SandboxDocument, content: bytes, now: datetime) -> None:
        was_complete = account.is_entity and self.is_checklist_complete(account, now)
        if account.is_entity:
            document.meets = met_by_upload(document, account.is_trust)
        account.documents.append(document)
        self.account_of_document[document.document_id] = account
        self._state_file.save_content(document.document_id, content)
        if account.is_entity and not was_complete and self.is_checklist_complete(account, now):
            self._complete_documents(account, now)
        self._save(account)

    def _complete_documents(self, account: AccountState, now: datetime) -> None:
        account.documented_at = account.documented_at or to_milliseconds(now)
        if account.standing == "kyb_documents":
            account.enter("kyb_ready", to_milliseconds(now))
        if account.standing == "under_review" and account.kyb_triggered_at and not account.pending:
            self._schedule(account, now, self._rng_for(account, "again").uniform(2, 24), "decide", "approved")

    def verification_details(
        self, account: AccountState, now: datetime, *, overrides_decline: bool
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
        link = self._issue(account, now)
        self._schedule(account, now, 0.0, "announce")
        if self._is_lively:
            self._schedule_customer(account, now)
        self._save(account)
        return link

    # actions of customers and reviewers

    def complete_verification(self, account: AccountState, now: datetime, outcome: str) -> Refusal | list[SandboxEvent]:
        """Complete the customer's verification; ``outcome`` (approved or rejected) follows later."""
        if account.standing != "verification":
            return Refusal("The account is not in document verification")
        if account.live_link(now) is None:
            return Refusal("The account has no live link to complete")
        account.pending = [pending for pending in account.pending if pending.kind == "update_done"]
        sent = self._emit_event(account, now, "UNDER_REVIEW", "PENDING_REVIEW", "under_review")
        self._schedule(account, now, 0.5, "decide", outcome)
        self._save(account)
        return [sent]

    def send_event(self, account: AccountState, now: datetime, order: dict[str, Any]) -> SandboxEvent:
        """Send an event now and drop the pending steps of the account."""
        status, reason = str(order.get("partyStatus", "ACTIVE")), order.get("reasonCode")
        standing = standing_after_event(status, reason)
        account.pending = [pending for pending in account.pending if pending.kind == "update_done"]
        link = None
        if standing == "verification" and order.get("withLink", True):
            link = account.live_link(now)
            if link is None and account.expirations_used(now) < MAX_EXPIRATIONS:
                link = self._issue(account, now)
        can_trade = order.get("canTradeCrypto")
        sent = self._emit_event(account, now, status, reason, standing, link, dict(order.get("extra") or {}))
        self._set_trading(account, now, standing == "active" if can_trade is None else bool(can_trade))
        self._save(account)
        return sent

    def advance(self, now: datetime) -> list[SandboxEvent]:
        """Do everything that is due, each at its own time and in order, and return the events sent."""
        if self._is_lively:
            self._add_arrivals(now)
        sent: list[SandboxEvent] = []
        while self._due and self._due[0][0] <= now:
            due_at, client_account_id = heapq.heappop(self._due)
            account = self.accounts[client_account_id]
            for pending in [pending for pending in account.pending if pending.due_at == due_at]:
                account.pending.remove(pending)
                sent += self._run_step(account, pending)
                self._save(account)
        return sent

    @property
    def _arrival_interval(self) -> timedelta:
        return timedelta(hours=HOURS_BETWEEN_ARRIVALS / self.speed)

    def _add_arrivals(self, now: datetime) -> None:
        """Add the customers who arrived since the last step; none arrive while the sandbox is stopped."""
        while self._next_arrival_at <= now and len(self.accounts) < self._seeded_count + MAX_ARRIVALS:
            account = draw_arrival(len(self.accounts), self.seed, to_milliseconds(self._next_arrival_at), self.speed)
            self.accounts[account.client_account_id] = account
            self.account_of_document |= {document.document_id: account for document in account.documents}
            for pending in account.pending:
                heapq.heappush(self._due, (pending.due_at, account.client_account_id))
            self._save(account)
            self._next_arrival_at += self._arrival_interval

    def repeat_status_events(self, count: int, now: datetime) -> list[SandboxEvent]:
        """Send ``count`` events of random accounts, for load tests. Links are neither issued nor closed."""
        names = list(self.accounts)
        return [
            self._repeat_status_event(self.accounts[self._load_rng.choice(names)], now)
            for _ in range(count if names else 0)
        ]

    def _repeat_status_event(self, account: AccountState, now: datetime) -> SandboxEvent:
        status, reason = _EVENT_OF_STANDING.get(account.standing, ("UNDER_REVIEW", "PENDING_REVIEW"))
        link = account.live_link(now) if account.standing == "verification" else None
        sent = self._emit_event(account, now, status, reason, standing_after_event(status, reason), link)
        self._save(account)
        return sent

    def _run_step(self, account: AccountState, pending: PendingStep) -> list[SandboxEvent]:
        at = pending.due_at
        if account.last_event_at is not None and at <= account.last_event_at:
            at = account.last_event_at + timedelta(milliseconds=1)
        match pending.kind:
            case "review":
                return self._review(account, at)
            case "decide":
                return self._decide(account, at, pending.data)
            case "kyb":
                return self._decide_entity(account, at)
            case "customer":
                done = self.complete_verification(account, at, "approved")
                return [] if isinstance(done, Refusal) else done
            case "announce":
                return self._announce(account, at)
            case "repeat":
                return [self._repeat(account, at, pending.data)]
            case _:
                account.pending_update_ids = [name for name in account.pending_update_ids if name != pending.data]
                account.request_status = "IN_PROGRESS" if account.pending_update_ids else "COMPLETE"
                return []

    def _review(self, account: AccountState, at: datetime) -> list[SandboxEvent]:
        account.request_status = "COMPLETE"
        draw = self._rng_for(account, "verdict")
        luck = draw.random()
        cleared, reviewed = (0.5, 0.65) if self._is_lively else (0.7, 0.85)
        if self._fails_kyc(account) or luck < cleared:
            return self._decide(account, at, "approved")
        if luck < reviewed:
            sent = self._emit_event(account, at, "UNDER_REVIEW", "PENDING_REVIEW", "under_review")
            self._schedule(account, at, draw.uniform(2, 48), "decide", "approved")
            return [sent]
        link = self._issue(account, at)
        sent = self._emit_event(account, at, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification", link)
        if self._is_lively:
            self._schedule_customer(account, at)
        else:
            self._schedule(account, at, draw.uniform(1, 60), "customer")
        return [sent]

    def _schedule_customer(self, account: AccountState, at: datetime) -> None:
        """Schedule whether and when the customer uses the link; some do so too late."""
        draw = self._rng_for(account, f"answer:{len(account.links)}")
        if draw.random() < SHARE_WHO_VERIFY:
            self._schedule(account, at, draw.uniform(6, 80), "customer")

    def _decide_entity(self, account: AccountState, at: datetime) -> list[SandboxEvent]:
        account.request_status = "COMPLETE"
        if self.is_checklist_complete(account, at):
            return self._decide(account, at, "approved")
        if account.standing == "under_review":
            return []
        return [self._emit_event(account, at, "UNDER_REVIEW", "PENDING_REVIEW", "under_review")]

    def _decide(self, account: AccountState, at: datetime, outcome: str) -> list[SandboxEvent]:
        is_rejected = outcome == "rejected" or self._fails_kyc(account)
        if is_rejected:
            sent = self._emit_event(account, at, "INACTIVE", "RISK_KYC", "rejected")
        else:
            sent = self._emit_event(account, at, "ACTIVE", "ENROLLMENT", "active")
        self._set_trading(account, at, not is_rejected)
        return [sent]

    def _announce(self, account: AccountState, at: datetime) -> list[SandboxEvent]:
        link = account.live_link(at)
        if account.standing != "verification" or link is None:
            return []
        return [self._emit_event(account, at, "UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification", link)]

    def _fails_kyc(self, account: AccountState) -> bool:
        people = (owner["identity"] for owner in self.request_of(account)["owners"])
        names = ((str(person["givenName"]), str(person["familyName"])) for person in people)
        return any((given.strip().lower(), family.strip().lower()) == NAME_THAT_FAILS_KYC for given, family in names)

    def _set_trading(self, account: AccountState, at: datetime, can_trade: bool) -> None:
        account.can_trade = can_trade
        if can_trade:
            account.traded_at = account.traded_at or to_milliseconds(at)

    def _issue(self, account: AccountState, now: datetime) -> IssuedLink:
        rng = random.Random(f"{self.seed}:{account.client_account_id}:link:{len(account.links)}:{now.timestamp()}")
        link = new_link(rng, now, self.speed)
        account.links.append(link)
        return link

    def _emit_event(
        self,
        account: AccountState,
        at: datetime,
        status: str,
        reason: str | None,
        standing: str,
        link: IssuedLink | None = None,
        extra: dict[str, Any] | None = None,
    ) -> SandboxEvent:
        at = to_milliseconds(at)
        if account.last_event_at is not None and at <= account.last_event_at:
            at = account.last_event_at + timedelta(milliseconds=1)
        self._changes += 1
        rng = random.Random(f"{self.seed}:{account.client_account_id}:{self._changes}:{at.timestamp()}")
        body = {**party_event(rng, account.client_account_id, status, reason, link), **(extra or {})}
        sent = record_event(account, at, body)
        account.enter(standing, at)
        if standing == "active":
            account.cleared_at = account.cleared_at or at
        self._record(sent)
        if rng.random() < 0.05:
            self._schedule(account, at, rng.uniform(0.02, 0.5), "repeat", sent.text)
        return sent

    def _repeat(self, account: AccountState, at: datetime, text: str) -> SandboxEvent:
        again = SandboxEvent(to_milliseconds(at), account.client_account_id, text)
        self._record(again)
        return again

    def _record(self, sent: SandboxEvent) -> None:
        self.deliveries.append(sent)
        self._state_file.save_event(sent)

    def _schedule(self, account: AccountState, now: datetime, hours: float, kind: str, data: str = "") -> None:
        due_at = to_milliseconds(now + timedelta(hours=hours / self.speed))
        account.pending.append(PendingStep(due_at, kind, data))
        heapq.heappush(self._due, (due_at, account.client_account_id))

    def _save(self, account: AccountState) -> None:
        if account.seeded_index is not None and account.request is None:
            account.request = self.request_of(account)
        self._state_file.save_account(account)
        self.on_change(account.client_account_id)

    def _rng_for(self, account: AccountState, what: str) -> random.Random:
        return random.Random(f"{self.seed}:{account.client_account_id}:{what}")
