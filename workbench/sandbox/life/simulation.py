"""Holds Bakkt's side of onboarding: the accounts, the steps that are due, and the events sent about them."""

import contextlib
import heapq
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.accounts.documents import draw_document, has_valid_identity, requirements_of
from workbench.sandbox.accounts.moments import to_milliseconds
from workbench.sandbox.accounts.payloads import write_request
from workbench.sandbox.accounts.state import (
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

HOURS_BETWEEN_ARRIVALS = 12.0
MAX_ARRIVALS = 2000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Bakkt's refusal, with the reason."""

    reason: str


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
        self.is_lively = is_lively
        self._seeded_count = born.accounts
        self._next_arrival_at = now + self._arrival_interval
        self.load_rng = random.Random(f"{self.seed}:load")

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

    def file_document(self, account: AccountState, document: SandboxDocument, content: bytes) -> None:
        account.documents.append(document)
        self.account_of_document[document.document_id] = account
        self._state_file.save_content(document.document_id, content)

    def take_due(self, now: datetime) -> Iterator[tuple[AccountState, PendingStep]]:
        """Take the steps that are due off their accounts, in order, including those scheduled on the way."""
        while self._due and self._due[0][0] <= now:
            due_at, client_account_id = heapq.heappop(self._due)
            account = self.accounts[client_account_id]
            for pending in [pending for pending in account.pending if pending.due_at == due_at]:
                account.pending.remove(pending)
                yield account, pending

    @property
    def _arrival_interval(self) -> timedelta:
        return timedelta(hours=HOURS_BETWEEN_ARRIVALS / self.speed)

    def add_arrivals(self, now: datetime) -> None:
        """Add the customers who arrived since the last step; none arrive while the sandbox is stopped."""
        while self._next_arrival_at <= now and len(self.accounts) < self._seeded_count + MAX_ARRIVALS:
            account = draw_arrival(len(self.accounts), self.seed, to_milliseconds(self._next_arrival_at), self.speed)
            self.accounts[account.client_account_id] = account
            self.account_of_document |= {document.document_id: account for document in account.documents}
            for pending in account.pending:
                heapq.heappush(self._due, (pending.due_at, account.client_account_id))
            self.save(account)
            self._next_arrival_at += self._arrival_interval

    def set_trading(self, account: AccountState, at: datetime, can_trade: bool) -> None:
        account.can_trade = can_trade
        if can_trade:
            account.traded_at = account.traded_at or to_milliseconds(at)

    def issue_link(self, account: AccountState, now: datetime) -> IssuedLink:
        rng = random.Random(f"{self.seed}:{account.client_account_id}:link:{len(account.links)}:{now.timestamp()}")
        link = new_link(rng, now, self.speed)
        account.links.append(link)
        return link

    def emit_event(
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
            self.schedule(account, at, rng.uniform(0.02, 0.5), "repeat", sent.text)
        return sent

    def repeat_event(self, account: AccountState, at: datetime, text: str) -> SandboxEvent:
        again = SandboxEvent(to_milliseconds(at), account.client_account_id, text)
        self._record(again)
        return again

    def _record(self, sent: SandboxEvent) -> None:
        self.deliveries.append(sent)
        self._state_file.save_event(sent)

    def schedule(self, account: AccountState, now: datetime, hours: float, kind: str, data: str = "") -> None:
        due_at = to_milliseconds(now + timedelta(hours=hours / self.speed))
        account.pending.append(PendingStep(due_at, kind, data))
        heapq.heappush(self._due, (due_at, account.client_account_id))

    def save(self, account: AccountState) -> None:
        if account.seeded_index is not None and account.request is None:
            account.request = self.request_of(account)
        self._state_file.save_account(account)
        self.on_change(account.client_account_id)

    def rng_for(self, account: AccountState, what: str) -> random.Random:
        return random.Random(f"{self.seed}:{account.client_account_id}:{what}")
