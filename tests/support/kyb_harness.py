"""A desk over the sandbox's businesses, read in full, with the real client and a connection that tests can break."""

import asyncio
import itertools
from typing import Any

from pydantic import SecretStr

from tests.support.link_harness import Wire
from tests.support.people import kept_acting
from tests.support.stores import new_store
from workbench.actions import Actions, Receipt
from workbench.actions.trigger_kyb import trigger_kyb
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.casework.kyb_records import record_owner_facts
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.sandbox import Sandbox, SandboxOptions
from workbench.sandbox.api.faults import FaultRule
from workbench.store import AccountReading
from workbench.sync.reading import read_account

TRIGGER = "triggerKYBScreening"


class KybHarness:
    """A sandbox with businesses and a person, each read once; its events are not received."""

    def __init__(self, accounts: int = 120, *, seed: int = 7) -> None:
        self.sandbox = Sandbox(SandboxOptions(accounts=accounts, seed=seed), lambda _, __: None)
        self.store = new_store()
        self.wire = Wire(self.sandbox)
        self.connection = BakktConnection(
            "http://sandbox.invalid", SecretStr("sandbox-key"), self.sandbox.options.partner_id
        )
        self.actions = Actions(self.store, self.connect, kept_acting(self.store, "Ann"))
        self._keys = itertools.count()
        wanted = ("kyb_documents", "kyb_ready", "kyb_screening", "submitted")
        self.names: list[str] = [row["client_account_id"] for row in self.sandbox.truth() if row["standing"] in wanted]
        for reading in self.read(*self.names):
            self._name_manager(reading)

    def connect(self) -> BakktClient:
        return BakktClient(self.connection, transport=self.wire, requests_per_second=None)

    def read(self, *names: str) -> list[AccountReading]:
        """Read these accounts from Bakkt."""
        readings = asyncio.run(self._read(names))
        self.store.land_readings(readings)
        return readings

    def _name_manager(self, reading: AccountReading) -> None:
        """Record that the first owner of a business manages it, which its checklist wants."""
        if reading.account.is_entity:
            owner_id = reading.account.owners[0].client_owner_id or ""
            record_owner_facts(self.actions, reading.client_account_id, owner_id, OwnerFacts(manages=True))

    async def _read(self, names: tuple[str, ...]) -> list[AccountReading]:
        async with self.connect() as client:
            return [await read_account(client, name, lambda _: False) for name in names]

    def one_in(self, standing: str) -> str:
        """Return the first account with this standing whose KYB screening has not started at Bakkt."""
        return next(name for name in self.names if self.account(name)["standing"] == standing and not self.began(name))

    def account(self, name: str) -> dict[str, Any]:
        return self.store.read_rows("accounts/one", client_account_id=name)[0]

    def began(self, name: str) -> bool:
        """Whether Bakkt has started the KYB screening."""
        return self.sandbox.truth(name)["kyb_triggered_at"] is not None

    def triggers(self) -> int:
        """Return how many trigger requests reached Bakkt."""
        calls: dict[str, int] = self.sandbox.calls()["operations"]
        return calls.get(TRIGGER, 0)

    def start(self, name: str, key: str | None = None, reason: str = "") -> Receipt:
        return trigger_kyb(self.actions, name, confirm_key=key or f"review {next(self._keys)}", reason=reason)

    def lines(self, name: str) -> list[dict[str, Any]]:
        return self.store.read_rows("kyb/checklist", client_account_id=name)

    def add_fault(self, **rule: Any) -> None:
        self.sandbox.faults.rules.append(FaultRule(operation=TRIGGER, **rule))

    def clear_faults(self) -> None:
        self.sandbox.faults.rules.clear()

    def close(self) -> None:
        self.store.close()
        self.sandbox.close()
