"""The sandbox as one object: the ASGI application, the passing of time, and what tests compare with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from workbench.sandbox.accounts.moments import write_moment, write_optional
from workbench.sandbox.accounts.state import Delivery
from workbench.sandbox.api.admin_api import admin_routes
from workbench.sandbox.api.bakkt_api import BakktApi
from workbench.sandbox.api.faults import Faults, Receive, Scope, Send
from workbench.sandbox.delivery.sending import Outbox
from workbench.sandbox.life.simulation import Refusal, Simulation
from workbench.sandbox.life.state_file import StateFile
from workbench.sandbox.life.truth import tell_truth
from workbench.sandbox.options import MOST_EVENTS_PER_SECOND, SandboxOptions

_BAKKT_PATHS = ("/apex-crypto/", "/partner/")

OnEvent = Callable[[datetime, dict[str, Any]], None]


def archive_line(sent: Delivery) -> dict[str, Any]:
    return {"received_at": write_moment(sent.received_at), "body": sent.body}


class SandboxApp(Starlette):
    """Bakkt's paths go straight to their handler: on the way through all routes they would take twice as long."""

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
    """A stand-in for Bakkt.

    Time passes in ``step`` alone: it does what is due at ``options.now()`` and hands every event that Bakkt sends
    to ``on_event(time of sending, body)``. Events of the seeded past are in the archive alone.
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
        """As at its birth, whatever the options of a later start say."""
        return self._simulation.speed

    def set_load(self, events_per_second: float) -> None:
        self.events_per_second = min(max(0.0, events_per_second), MOST_EVENTS_PER_SECOND)

    def invent_events(self, count: int) -> int:
        """Say again where that many random accounts are; how many were sent."""
        with self._simulation.change():
            sent = self._simulation.say_again(count, self.options.now())
        return self._hand_over(sent)

    def step(self) -> int:
        """Move everything on to now; how many events were sent."""
        with self._simulation.change():
            sent = self._simulation.advance(self.options.now())
        return self._hand_over(sent)

    def _hand_over(self, sent: list[Delivery]) -> int:
        if self._on_event is not None:
            for delivery in sent:
                self._on_event(delivery.received_at, delivery.body)
        return len(sent)

    def registry(self) -> list[dict[str, Any]]:
        """What the client's own systems know: every id, and when KYB was triggered."""
        return [
            {"clientAccountId": account.client_account_id, "kybTriggeredAt": write_optional(account.kyb_triggered_at)}
            for account in list(self._simulation.accounts.values())
        ]

    def archive(self) -> list[dict[str, Any]]:
        """Every event sent so far, repeats too, by time of receipt."""
        sent = sorted(self._simulation.deliveries, key=lambda delivery: delivery.received_at)
        return [archive_line(delivery) for delivery in sent]

    def truth(self, client_account_id: str | None = None) -> Any:
        """The truth of one account (None where it is not known), or a list of all."""
        with self._simulation.lock:
            now = self.options.now()
            if client_account_id is None:
                return [tell_truth(self._simulation, account, now) for account in self._simulation.accounts.values()]
            account = self._simulation.accounts.get(client_account_id)
            return None if account is None else tell_truth(self._simulation, account, now)

    def calls(self) -> dict[str, Any]:
        return {"operations": dict(self._api.calls), "details": dict(self._api.detail_calls)}

    def reset_calls(self) -> None:
        self._api.calls.clear()
        self._api.detail_calls.clear()

    def complete_verification(self, client_account_id: str, outcome: str = "approved") -> Refusal | None:
        """The customer goes through verification; ``approved`` or ``rejected`` follows after a scaled moment."""
        with self._simulation.change():
            account = self._simulation.accounts[client_account_id]
            done = self._simulation.complete_verification(account, self.options.now(), outcome)
        if isinstance(done, Refusal):
            return done
        self._hand_over(done)
        return None

    def send_event(self, client_account_id: str, order: dict[str, Any]) -> dict[str, Any] | None:
        """Make Bakkt send an event now: partyStatus, reasonCode, withLink, canTradeCrypto, extra."""
        with self._simulation.change():
            account = self._simulation.accounts.get(client_account_id)
            if account is None:
                return None
            sent = self._simulation.send_event(account, self.options.now(), order)
        self._hand_over([sent])
        return sent.body

    def close(self) -> None:
        self._state_file.close()
