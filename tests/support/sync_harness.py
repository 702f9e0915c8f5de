"""A small sandbox in this process with a desk beside it: the real client and store, no network and no waiting."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx2
from pydantic import SecretStr

from tests.support.stores import new_store
from workbench.bakkt.availability import Availability
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection, TimeLimits
from workbench.bakkt.wire.retries import RetryPolicy
from workbench.domain.backoff import Backoff
from workbench.events import replay_events
from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport
from workbench.sandbox.api.faults import FaultRule
from workbench.sync import SyncOrder, SyncProgress, SyncService, run_sync
from workbench.sync.reading_back import ReadBackState

FAST_RETRIES = RetryPolicy(backoff=Backoff(0.001, 0.002))
DEFAULT_LIMITS = TimeLimits()
LINK_OPERATION = "getKycDocumentVerificationDetails"


class Wire(httpx2.AsyncBaseTransport):
    """The connection to the sandbox; records requests and can be told to do something else instead."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inner = SandboxTransport(sandbox)
        self.addresses: list[str] = []
        self.instead: Callable[[str], httpx2.Response | None] = lambda _: None
        self.before_each: Callable[[str], object] = lambda _: None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        address = request.url.raw_path.decode()
        self.addresses.append(address)
        self.before_each(address)
        return self.instead(address) or await self._inner.handle_async_request(request)

    def accounts_asked(self) -> list[str]:
        """Return the ids whose payload was requested, in order."""
        parts = [address.split("/") for address in self.addresses]
        return [unquote(part[-1]) for part in parts if part[-2] == "accounts"]


class SyncHarness:
    """A sandbox, a store with its registry, and the sync between them."""

    def __init__(self, accounts: int = 24, *, seed: int = 7, api_key: str = "sandbox-key") -> None:
        self.sandbox = Sandbox(SandboxOptions(accounts=accounts, seed=seed))
        self.store = new_store()
        self.wire = Wire(self.sandbox)
        self.availability = Availability()
        self.ids: list[str] = sorted(row["clientAccountId"] for row in self.sandbox.registry())
        self.store.land_registry(self.ids, "file")
        self.connection = BakktConnection("http://sandbox.invalid", SecretStr(api_key), self.sandbox.options.partner_id)

    def connect(
        self, *, concurrency: int = 8, limits: TimeLimits = DEFAULT_LIMITS, retry: RetryPolicy = FAST_RETRIES
    ) -> BakktClient:
        return BakktClient(
            self.connection,
            transport=self.wire,
            requests_per_second=None,
            concurrency=concurrency,
            limits=limits,
            retry=retry,
            availability=self.availability,
        )

    def sync(
        self,
        *,
        concurrency: int = 8,
        limits: TimeLimits = DEFAULT_LIMITS,
        retry: RetryPolicy = FAST_RETRIES,
        **order: Any,
    ) -> SyncProgress:
        """Run one sync to its end."""

        async def pull() -> SyncProgress:
            async with self.connect(concurrency=concurrency, limits=limits, retry=retry) as client:
                return await run_sync(client, self.store, SyncOrder(concurrency=concurrency, **order))

        return asyncio.run(pull())

    def service(self, concurrency: int = 8) -> SyncService:
        return SyncService(
            self.store, lambda: self.connect(concurrency=concurrency), SyncOrder(concurrency=concurrency)
        )

    def replay(self) -> None:
        replay_events(self.store, [json.dumps(line).encode() for line in self.sandbox.archive()])

    def add_fault(self, **rule: Any) -> None:
        self.sandbox.faults.rules.append(FaultRule(**rule))

    def clear_faults(self) -> None:
        self.sandbox.faults.rules.clear()

    def truth(self) -> dict[str, dict[str, Any]]:
        return {account["client_account_id"]: account for account in self.sandbox.truth()}

    def ids_with_documents_first(self) -> list[str]:
        return sorted(self.ids, key=lambda name: (not self.truth()[name]["documents"], name))

    def calls(self) -> Counter[str]:
        return Counter(self.sandbox.calls()["operations"])

    def rows(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        return self.store.read_rows(name, **parameters)

    def ids_of(self, name: str, **parameters: object) -> list[str]:
        return [row["client_account_id"] for row in self.rows(name, **parameters)]

    def account_view(self, client_account_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return everything that screens show of one account, except what changes with the clock."""
        about = {
            name: self.rows(f"accounts/{name}", client_account_id=client_account_id)
            for name in ("one", "owners", "documents", "journey", "missing_fields", "payload", "events")
        }
        about["checklist"] = self.rows("kyb/checklist", client_account_id=client_account_id)
        return {name: [_steady(row) for row in rows] for name, rows in about.items()}

    def all_lists(self) -> dict[str, list[dict[str, Any]]]:
        """Return the lists of all accounts, except what changes with the clock."""
        lists = ("accounts/standing", "kyb/checklist", "quality/missing_fields", "verification/backlog")
        found = self.rows("accounts/search", term=self.ids[0][:2])
        return {"found": found} | {name: [_steady(row) for row in self.rows(name)] for name in lists}

    def last_run(self) -> dict[str, Any]:
        return self.rows("sync/runs")[0]

    def close(self) -> None:
        self.store.close()
        self.sandbox.close()


_TIME_DEPENDENT = {"age_hours", "hours_overdue", "is_past_due", "hours_left", "read_at"}


def _steady(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _TIME_DEPENDENT}


def answer(value: object, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, content=value if isinstance(value, bytes) else json.dumps(value).encode())


def only(address_end: str, response: Callable[[], httpx2.Response]) -> Callable[[str], httpx2.Response | None]:
    """Respond to paths with this ending; pass all others through."""
    return lambda address: response() if address.endswith(address_end) else None


def is_idle(state: ReadBackState) -> bool:
    return not (state.waiting or state.reading)
