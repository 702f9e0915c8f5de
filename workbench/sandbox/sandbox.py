"""The sandbox: its ASGI application, its clock, and the true state that tests compare with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from workbench.sandbox.accounts.moments import write_moment, write_optional
from workbench.sandbox.accounts.state import SandboxEvent
from workbench.sandbox.api.admin_api import admin_routes
from workbench.sandbox.api.bakkt_api import BakktApi
from workbench.sandbox.api.faults import Faults, Receive, Scope, Send
from workbench.sandbox.delivery.sending import Outbox
from workbench.sandbox.life import review
from workbench.sandbox.life.simulation import Refusal, Simulation
from workbench.sandbox.life.state_file import StateFile
from workbench.sandbox.life.truth import account_truth
from workbench.sandbox.options import MAX_EVENTS_PER_SECOND, SandboxOptions

_BAKKT_PATHS = ("/apex-crypto/", "/partner/")

OnEvent = Callable[[datetime, dict[str, Any]], None]


def archive_line(sent: SandboxEvent) -> dict[str, Any]:
    return {"received_at": write_moment(sent.received_at), "body": sent.body}


class SandboxApp(Starlette):
    """Sends Bakkt's paths straight to their handler; routing them through Starlette takes twice as long."""

    def __init__(self, api: BakktApi, routes: list[Route]) -> None:
        super().__init__(routes=routes)
        self.router.redirect_slashes = False
        self.router.default = api
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_BAKKT_PATHS):
            await self._api(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Sandbox:
    """A simulated Bakkt.

    State only moves on in ``step``: it does what is due at ``options.now()`` and passes each event that Bakkt sends
    to ``on_event(sent_at, body)``. Events of the seeded past are only in the archive.
    """

    def __init__(self, options: SandboxOptions, on_event: OnEvent | None = None) -> None:
        self.options = options
        self.faults = Faults(options.seed)
        self._on_event = on_event
        self._state_file = StateFile(options.state_file)
        self.outbox = Outbox()
        self.events_per_second = options.events_per_second
        self._simulation = Simulation(
            options.accounts,
            options.seed,
            options.speed,
            options.now(),
            self._state_file,
            is_lively=options.is_lively,
        )
        self._api = BakktApi(self._simulation, options, self.faults)
        self._simulation.on_change = self._api.forget
        self.app: Starlette = SandboxApp(self._api, admin_routes(self))

    @property
    def simulation(self) -> Simulation:
        """The accounts themselves, for tests that look at them or rearrange them."""
        return self._simulation

    @property
    def speed(self) -> float:
        """The speed that the sandbox was created with, regardless of the options of a later start."""
        return self._simulation.speed

    def set_load(self, events_per_second: float) -> None:
        self.events_per_second = min(max(0.0, events_per_second), MAX_EVENTS_PER_SECOND)

    def send_random_events(self, count: int) -> int:
        """Repeat the current status of ``count`` random accounts and return how many events were sent."""
        with self._simulation.change():
            sent = review.repeat_status_events(self._simulation, count, self.options.now())
        return self._pass_on(sent)

    def step(self) -> int:
        """Advance the simulation to now and return how many events were sent."""
        with self._simulation.change():
            sent = review.advance(self._simulation, self.options.now())
        return self._pass_on(sent)

    def _pass_on(self, sent: list[SandboxEvent]) -> int:
        if self._on_event is not None:
            for delivery in sent:
                self._on_event(delivery.received_at, delivery.body)
        return len(sent)

    def registry(self) -> list[dict[str, Any]]:
        """Return what the client's own systems know: every id, and when KYB was triggered."""
        return [
            {"clientAccountId": account.client_account_id, "kybTriggeredAt": write_optional(account.kyb_triggered_at)}
            for account in list(self._simulation.accounts.values())
        ]

    def archive(self) -> list[dict[str, Any]]:
        """Return every event sent so far, including repeats, by time of receipt."""
        sent = sorted(self._simulation.deliveries, key=lambda delivery: delivery.received_at)
        return [archive_line(delivery) for delivery in sent]

    def truth(self, client_account_id: str | None = None) -> Any:
        """Return the true state of one account (None if unknown), or a list for all accounts."""
        with self._simulation.lock:
            now = self.options.now()
            if client_account_id is None:
                return [account_truth(self._simulation, account, now) for account in self._simulation.accounts.values()]
            account = self._simulation.accounts.get(client_account_id)
            return None if account is None else account_truth(self._simulation, account, now)

    def calls(self) -> dict[str, Any]:
        return {"operations": dict(self._api.calls), "details": dict(self._api.detail_calls)}

    def reset_calls(self) -> None:
        self._api.calls.clear()
        self._api.detail_calls.clear()

    def complete_verification(self, client_account_id: str, outcome: str = "approved") -> Refusal | None:
        """Complete the customer's verification; ``approved`` or ``rejected`` follows half a simulated hour later."""
        with self._simulation.change():
            account = self._simulation.accounts[client_account_id]
            done = review.complete_verification(self._simulation, account, self.options.now(), outcome)
        if isinstance(done, Refusal):
            return done
        self._pass_on(done)
        return None

    def send_event(self, client_account_id: str, order: dict[str, Any]) -> dict[str, Any] | None:
        """Send an event now. ``order`` may have partyStatus, reasonCode, withLink, canTradeCrypto and extra."""
        with self._simulation.change():
            account = self._simulation.accounts.get(client_account_id)
            if account is None:
                return None
            sent = review.send_event(self._simulation, account, self.options.now(), order)
        self._pass_on([sent])
        return sent.body

    def close(self) -> None:
        self._state_file.close()
