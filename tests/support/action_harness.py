"""All five kinds of action against one sandbox: their subjects, how each is confirmed, and what Bakkt counts."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from tests.support.applicants import company, individual
from tests.support.link_harness import LINK_OPERATION, VERIFY, LinkHarness
from tests.support.sync_harness import FAST_RETRIES
from tests.support.tables import change
from workbench.actions import Actions, Receipt
from workbench.actions.drafts import begin_draft
from workbench.actions.open_account import open_account
from workbench.actions.request_link import request_link
from workbench.actions.trigger_kyb import trigger_kyb
from workbench.actions.update_account import plan_update, read_held_account, update_account
from workbench.actions.upload_document import DocumentUpload, upload_document
from workbench.bakkt.client import BakktClient
from workbench.domain.account import Form, body_of
from workbench.domain.documents import DocumentDetails
from workbench.domain.vocabulary import ActionKind
from workbench.files.checking import CheckedFile
from workbench.files.kinds import FileKind
from workbench.sync import SyncOrder, SyncService

SCAN = b"\x89PNG a passport of nobody"
FILE = CheckedFile(FileKind.PNG, SCAN, hashlib.sha256(SCAN).hexdigest())
PASSPORT = DocumentDetails("PASSPORT", "FRONT", "person-1", "USA", date(2036, 1, 1))
STREET = ("owners", 0, "identity", "personalAddress", "streetAddress", 0)
NEW_STREET = "77 Quincewood Row"
KNOWN_PERSON = {
    "owners[0].identity.givenName": "Zephyrine",
    "owners[0].identity.familyName": "Quillonby",
    "owners[0].identity.taxId": "219 09 9887",
    "owners[0].identity.dateOfBirth": "1971-03-29",
    "owners[0].identity.personalAddress.streetAddress[0]": "41 Hornbeamside",
    "owners[0].emailAddress": "z.quillonby@example.com",
    "owners[0].phoneNumber": "(303) 555-0187",
}
"""A marker that the workbench itself never writes."""

Confirm = Callable[[Actions, str], Receipt]
"""Confirms a reviewed action with the key of that review."""


class ActionHarness(LinkHarness):
    """A sandbox with invented customers and a desk that has read them; each kind of action has its own customers."""

    def __init__(self, path: Path | None = None, *, of_each: int = 1) -> None:
        super().__init__(path, accounts=4)
        self.names = {kind: [f"{kind}-{number}" for number in range(of_each)] for kind in ActionKind}
        self._run(self._open_all())
        for name in self.names[ActionKind.REQUEST_LINK]:
            self.sandbox.send_event(name, VERIFY)
        self.behind = timedelta()
        self.receive_sent_events()
        known = [name for kind, names in self.names.items() if kind is not ActionKind.OPEN_ACCOUNT for name in names]
        self.store.land_registry(known, "file")
        SyncService(self.store, self.connect, SyncOrder()).run(everything=True)
        self.sandbox.reset_calls()

    def connect(self) -> BakktClient:
        return BakktClient(
            self.connection, transport=self.wire, requests_per_second=None, limits=self.limits, retry=FAST_RETRIES
        )

    def form_of(self, kind: ActionKind, name: str) -> Form:
        """Return form answers: a company for KYB, a person otherwise."""
        if kind is ActionKind.TRIGGER_KYB:
            return company(name, **KNOWN_PERSON)
        return individual(name, **KNOWN_PERSON)

    async def _open_all(self) -> None:
        async with self.connect() as client:
            for kind, names in self.names.items():
                if kind is not ActionKind.OPEN_ACCOUNT:
                    for name in names:
                        await client.submit_account(body_of(self.form_of(kind, name), datetime.now(UTC).date()))

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run(coroutine)

    def requests(self, operation: str) -> int:
        """Return how many requests Bakkt received for an operation."""
        return int(self.sandbox.calls()["operations"].get(operation, 0))

    def let_minutes_pass(self) -> None:
        """Backdate open actions by five minutes, as if their responses had been lost then."""
        change(self.store, "update actions set finished_at = finished_at - interval '5 minutes'")


def is_write(request: httpx2.Request) -> bool:
    """Whether the request has an effect at Bakkt that cannot be undone."""
    return request.method == "POST" or request.url.path.endswith("documentVerificationDetails")


@dataclass(frozen=True)
class ActionCase:
    """One kind of action: Bakkt's operation, the review to confirm, and how often it took effect."""

    kind: ActionKind
    operation: str
    review: Callable[[ActionHarness, str], Confirm]
    effects: Callable[[ActionHarness, str], int]


def review_opening(harness: ActionHarness, name: str) -> Confirm:
    draft = replace(begin_draft(), form=harness.form_of(ActionKind.OPEN_ACCOUNT, name))
    return lambda actions, key: open_account(actions, draft, confirm_key=key)


def review_update(harness: ActionHarness, name: str) -> Confirm:
    plan = plan_update(read_held_account(harness.actions, name), {STREET: NEW_STREET})
    return lambda actions, key: update_account(actions, plan, confirm_key=key).receipt


def review_upload(_practice: ActionHarness, name: str) -> Confirm:
    return lambda actions, key: upload_document(actions, name, DocumentUpload(PASSPORT, FILE), confirm_key=key)


def review_kyb(_practice: ActionHarness, name: str) -> Confirm:
    return lambda actions, key: trigger_kyb(actions, name, confirm_key=key, reason="The documents went by post")


def review_link(_practice: ActionHarness, name: str) -> Confirm:
    return lambda actions, key: request_link(actions, name, confirm_key=key, reason="On the phone")


def times_sent(harness: ActionHarness, name: str) -> int:
    """Return how many payloads Bakkt accepted for an account: the first, plus one per update."""
    account = harness.sandbox.simulation.accounts.get(name)
    return 1 + len(account.pending_update_ids) if account else 0


ACTION_CASES = {
    case.kind: case
    for case in (
        ActionCase(ActionKind.OPEN_ACCOUNT, "createAccount", review_opening, times_sent),
        ActionCase(ActionKind.UPDATE_ACCOUNT, "createAccount", review_update, lambda p, name: times_sent(p, name) - 1),
        ActionCase(
            ActionKind.UPLOAD_DOCUMENT,
            "uploadDocument",
            review_upload,
            lambda p, name: len(p.sandbox.truth(name)["documents"]),
        ),
        ActionCase(
            ActionKind.TRIGGER_KYB,
            "triggerKYBScreening",
            review_kyb,
            lambda p, name: int(p.sandbox.truth(name)["kyb_triggered_at"] is not None),
        ),
        ActionCase(
            ActionKind.REQUEST_LINK,
            LINK_OPERATION,
            review_link,
            lambda p, name: len(p.sandbox.simulation.accounts[name].links) - 1,
        ),
    )
}
