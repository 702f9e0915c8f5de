"""A desk whose customers' links have expired, beside a sandbox: the real client, store and a breakable connection."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from tests.support.people import kept_acting
from tests.support.stores import new_store
from workbench.actions import Actions, Receipt
from workbench.actions.request_link import request_link
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection, TimeLimits
from workbench.events import ingest
from workbench.events.ingestion import Delivery
from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport
from workbench.sandbox.api.faults import FaultRule
from workbench.store import Source, Store

LINK_OPERATION = "getKycDocumentVerificationDetails"
HOURS_AGO = 100
"""How long ago the customers were asked to verify: their links expired 28 hours ago."""

VERIFY = {"partyStatus": "UNDER_REVIEW", "reasonCode": "DOCUMENT_VERIFICATION"}


class Wire(httpx2.AsyncBaseTransport):
    """The connection to the sandbox, with hooks before a request is sent and after its response."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inner = SandboxTransport(sandbox)
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        self.instead: Callable[[httpx2.Request], httpx2.Response | None] = lambda _: None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.before()
        answer = self.instead(request) or await self._inner.handle_async_request(request)
        self.after()
        return answer


class LinkHarness:
    """A sandbox whose clock can run behind, and a desk that has received its events."""

    def __init__(self, path: Path | None = None, accounts: int = 12, *, seed: int = 7) -> None:
        self.behind = timedelta(hours=HOURS_AGO)
        self.sent: list[Delivery] = []
        self.sandbox = Sandbox(
            SandboxOptions(accounts=accounts, seed=seed, now=lambda: datetime.now(UTC) - self.behind),
            lambda received_at, body: self.sent.append(Delivery(received_at, body)),
        )
        self.path = path
        self.limits = TimeLimits()
        self.store = self.open()
        self.wire = Wire(self.sandbox)
        self._keys = itertools.count()
        self.connection = BakktConnection(
            "http://sandbox.invalid", SecretStr("sandbox-key"), self.sandbox.options.partner_id
        )
        self.actions = Actions(self.store, self.connect, kept_acting(self.store, "Ann"))

    def open(self) -> Store:
        return Store.open(self.path, Source("practice", "")) if self.path else new_store()

    def open_again(self) -> None:
        """Reopen the store as the next start of the workbench does."""
        self.store = self.open()
        self.actions = Actions(self.store, self.connect, kept_acting(self.store, "Ann"))

    def connect(self) -> BakktClient:
        return BakktClient(self.connection, transport=self.wire, requests_per_second=None, limits=self.limits)

    def ask_all_to_verify(self) -> list[str]:
        """Send a link to every customer, move time to now, and return who has one expired link."""
        names = [row["clientAccountId"] for row in self.sandbox.registry()]
        for name in names:
            self.sandbox.send_event(name, VERIFY)
        self.behind = timedelta()
        self.receive_sent_events()
        return [name for name in names if self._has_one_expired(name)]

    def _has_one_expired(self, name: str) -> bool:
        truth = self.sandbox.truth(name)
        return (truth["standing"], truth["expirations_used"]) == ("verification", 1)

    def receive_sent_events(self) -> None:
        """Receive the events that Bakkt sent since the last call."""
        ingest(self.store, self.sent)
        self.sent.clear()

    def tell(self, name: str, order: dict[str, Any]) -> None:
        self.sandbox.send_event(name, order)
        self.receive_sent_events()

    def expire_another(self, name: str) -> None:
        """Add another link that Bakkt sent three days ago."""
        ends = datetime.now(UTC) - timedelta(hours=1)
        extra = {
            "verificationURL": f"https://verify.example.test/{ends.timestamp()}",
            "verificationURLExpiry": ends.isoformat(),
        }
        self.tell(name, {**VERIFY, "withLink": False, "extra": extra})

    def add_fault(self, **rule: Any) -> None:
        self.sandbox.faults.rules.append(FaultRule(operation=LINK_OPERATION, **rule))

    def shorten_timeout(self) -> None:
        """Time out responses after half a second from now on."""
        self.limits = TimeLimits(total=0.5, total_of_write=0.5, total_with_file=0.5)

    def clear_faults(self) -> None:
        self.limits = TimeLimits()
        self.sandbox.faults.rules.clear()

    def ask(self, name: str, key: str | None = None, **choice: Any) -> Receipt:
        """Confirm one review of an upload."""
        return request_link(self.actions, name, confirm_key=key or f"review {next(self._keys)}", **choice)

    def asked(self, name: str | None = None) -> int:
        """Return how many links Bakkt was asked for."""
        details: dict[str, int] = self.sandbox.calls()["details"]
        return sum(details.values()) if name is None else details.get(name, 0)

    def account(self, name: str) -> dict[str, Any]:
        return self.store.read_rows("accounts/one", client_account_id=name)[0]

    def log(self, name: str) -> list[dict[str, Any]]:
        return self.store.read_rows("actions/log", client_account_id=name)

    def lost(self, name: str) -> int:
        row = self.store.read_rows("accounts/link_request", client_account_id=name)[0]
        return int(row["lost_link_requests"])

    def close(self) -> None:
        self.store.close()
        self.sandbox.close()


@contextmanager
def link_harness(path: Path | None = None, accounts: int = 12) -> Iterator[LinkHarness]:
    harness = LinkHarness(path, accounts)
    try:
        yield harness
    finally:
        harness.close()
