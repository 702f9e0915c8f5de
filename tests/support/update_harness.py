"""A desk with accounts that were read, a sandbox beside it, and a person who updates one of them."""

import asyncio
import copy
import itertools
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from tests.support.link_harness import Wire
from tests.support.people import kept_acting
from tests.support.stores import filled_store, new_store
from tests.support.tables import select
from workbench.actions import Actions
from workbench.actions.update_account import (
    Acknowledgements,
    HeldAccount,
    UpdateAttempt,
    plan_update,
    read_held_account,
    update_account,
)
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.domain.updates import Edits
from workbench.domain.updates.answers import read_form
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.sections import content_of
from workbench.events import ingest
from workbench.events.ingestion import Delivery
from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport
from workbench.sandbox.api.faults import FaultRule
from workbench.store import Source, Store
from workbench.sync import SyncOrder, SyncService

TODAY = date(2026, 11, 22)
BEGAN = datetime.now(UTC)
"""When all these sandboxes begin, so that those of one size and seed have the same accounts in this process."""
CITY = "owners[0].identity.personalAddress.city"


class UpdateHarness:
    """A sandbox whose accounts a desk knows; its clock moves only when told.

    ``is_read``: the desk is a copy of one that has read all accounts, which is done once for all with as many.
    """

    def __init__(self, path: Path | None = None, accounts: int = 14, *, seed: int = 7, is_read: bool = False) -> None:
        self.sent: list[Delivery] = []
        self._has_begun = False
        self.sandbox = Sandbox(
            SandboxOptions(accounts=accounts, seed=seed, now=lambda: datetime.now(UTC) if self._has_begun else BEGAN),
            lambda received_at, body: self.sent.append(Delivery(received_at, body)),
        )
        self._has_begun = True
        self.names: list[str] = sorted(row["clientAccountId"] for row in self.sandbox.registry())
        self.wire = Wire(self.sandbox)
        self.behind = timedelta()
        self._keys = itertools.count()
        self.connection = BakktConnection(
            "http://sandbox.invalid", SecretStr("sandbox-key"), self.sandbox.options.partner_id
        )
        if is_read:
            self.store = filled_store(f"read-{accounts}-{seed}", self._read_all)
        else:
            self.store = Store.open(path, Source("practice", "")) if path else new_store()
            self.store.land_registry(self.names, "file")
        self.actions = Actions(
            self.store, self.connect, kept_acting(self.store, "Ann"), now=lambda: datetime.now(UTC) + self.behind
        )

    def connect(self) -> BakktClient:
        return BakktClient(self.connection, transport=self.wire, requests_per_second=None)

    def _read_all(self, store: Store) -> None:
        store.land_registry(self.names, "file")
        SyncService(store, self.connect, SyncOrder()).run()

    def copies(self) -> list[dict[str, Any]]:
        """Return a copy of each payload that Bakkt holds, for ``reset``."""
        simulation = self.sandbox.simulation
        return [copy.deepcopy(simulation.request_of(one)) for one in simulation.accounts.values()]

    def individual(self) -> str:
        return next(name for name in self.names if self._owners(name) == 1 and not self.is_entity(name))

    def entity(self, owners: int = 2) -> str:
        return next(name for name in self.names if self.is_entity(name) and self._owners(name) >= owners)

    def is_entity(self, name: str) -> bool:
        return "entity" in self._held_by_bakkt(name)

    def _owners(self, name: str) -> int:
        return len(self._held_by_bakkt(name)["owners"])

    def _held_by_bakkt(self, name: str) -> dict[str, Any]:
        """Return the payload of the simulation itself, for looking only; ``request`` takes a client and its loop."""
        return self.sandbox.simulation.request_of(self.sandbox.simulation.accounts[name])

    def request(self, name: str) -> dict[str, Any]:
        """Return the payload that Bakkt holds, read as by another client."""

        async def fetch() -> dict[str, Any]:
            async with self._somebody_else() as client:
                return dict((await client.fetch_account(name)).value["request"])

        return asyncio.run(fetch())

    def overwrite(self, request: dict[str, Any]) -> None:
        """Overwrite the account as another client."""

        async def submit() -> None:
            async with self._somebody_else() as client:
                await client.submit_account(request, stored=request)

        asyncio.run(submit())

    def move(self, name: str, city: str = "Elsewhere") -> None:
        """Change the city as another client."""
        request = self.request(name)
        request["owners"][0]["identity"]["personalAddress"]["city"] = city
        self.overwrite(request)

    def reset(self, original: dict[str, Any]) -> None:
        """Restore the original account."""
        name = original["clientAccountId"]
        self.sandbox.simulation.accounts[name].request = copy.deepcopy(original)
        self.sandbox.simulation.on_change(name)

    def _somebody_else(self) -> BakktClient:
        return BakktClient(self.connection, transport=SandboxTransport(self.sandbox), requests_per_second=None)

    def read(self, name: str) -> HeldAccount:
        return read_held_account(self.actions, name)

    def edits(self, held: HeldAccount, **typed: Any) -> Edits:
        form = UpdateForm(held.request)
        for path, answer in typed.items():
            form = form.with_typed(path, answer)
        reading = read_form(content_of(form), TODAY)
        assert not reading.errors, dict(reading.errors)
        return reading.edits

    def change(
        self,
        name: str,
        held: HeldAccount | None = None,
        edits: Edits | None = None,
        *,
        key: str | None = None,
        reason: str = "",
        acknowledgements: Acknowledgements | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> UpdateAttempt:
        """Confirm one review of an update, by default of the city."""
        held = held or self.read(name)
        if edits is None:
            edits = self.edits(held, **(typed or {CITY: "Springfield"}))
        plan = plan_update(held, edits, acknowledgements or Acknowledgements(), TODAY)
        return update_account(self.actions, plan, confirm_key=key or f"review {next(self._keys)}", reason=reason)

    def posts(self) -> int:
        """Return how many account submissions Bakkt received."""
        return int(self.sandbox.calls()["operations"].get("createAccount", 0))

    def add_fault(self, operation: str = "createAccount", **rule: Any) -> None:
        self.sandbox.faults.rules.append(FaultRule(operation=operation, **rule))

    def clear_faults(self) -> None:
        self.sandbox.faults.rules.clear()

    def answer_posts(self, status: int, body: dict[str, Any]) -> None:
        self.wire.instead = lambda request: httpx2.Response(status, json=body) if request.method == "POST" else None

    def tell(self, name: str, order: dict[str, Any]) -> None:
        self.sandbox.send_event(name, order)
        ingest(self.store, self.sent)
        self.sent.clear()

    def log(self, name: str) -> list[dict[str, Any]]:
        return self.store.read_rows("actions/log", client_account_id=name)

    def action_tables(self) -> str:
        """Return everything in the action tables as text."""
        return str(select(self.store, "select * from actions"))

    def close(self) -> None:
        self.store.close()
        self.sandbox.close()
