"""Admin endpoints under /sandbox/ for tests, demos and training. Bakkt has no counterpart for them."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from workbench.sandbox.api.bodies import MalformedRequest, parse_object
from workbench.sandbox.api.contract import CONTRACT_FILE
from workbench.sandbox.api.faults import FaultRule, Faults
from workbench.sandbox.delivery.sending import Outbox, as_json
from workbench.sandbox.life.simulation import Refusal

_LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient", "localhost"})


class SandboxControl(Protocol):
    """The parts of a sandbox that the admin endpoints read and control."""

    faults: Faults
    outbox: Outbox
    events_per_second: float

    def registry(self) -> list[dict[str, Any]]: ...
    def archive(self) -> list[dict[str, Any]]: ...
    def truth(self, client_account_id: str | None = None) -> Any: ...
    def calls(self) -> dict[str, Any]: ...
    def reset_calls(self) -> None: ...
    def step(self) -> int: ...
    def set_load(self, events_per_second: float) -> None: ...
    def complete_verification(self, client_account_id: str, outcome: str = "approved") -> Refusal | None: ...
    def send_event(self, client_account_id: str, order: dict[str, Any]) -> dict[str, Any] | None: ...


Handler = Callable[[Request], Any]


def admin_routes(sandbox: SandboxControl) -> list[Route]:
    desk = _AdminHandlers(sandbox)
    return [
        Route("/openapi.yaml", _loopback_only(desk.contract)),
        Route("/sandbox/registry.csv", _loopback_only(desk.registry)),
        Route("/sandbox/events.jsonl", _loopback_only(desk.events)),
        Route("/sandbox/truth", _loopback_only(desk.truth)),
        Route("/sandbox/calls", _loopback_only(desk.calls), methods=["GET", "DELETE"]),
        Route("/sandbox/sent", _loopback_only(desk.sent), methods=["GET", "DELETE"]),
        Route("/sandbox/load", _loopback_only(desk.load), methods=["GET", "POST"]),
        Route("/sandbox/step", _loopback_only(desk.step), methods=["POST"]),
        Route("/sandbox/faults", _loopback_only(desk.faults), methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/accounts/{name:path}/complete-verification", _loopback_only(desk.complete), methods=["POST"]),
        Route("/sandbox/accounts/{name:path}/events", _loopback_only(desk.send), methods=["POST"]),
    ]


def _loopback_only(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        if request.client is not None and request.client.host not in _LOOPBACK:
            return _error(403, "Only requests from this machine are allowed")
        try:
            answer: Response = await handler(request)
        except MalformedRequest as unreadable:
            return _error(unreadable.status, str(unreadable))
        return answer

    return guarded


def _error(status: int, message: str) -> Response:
    return JSONResponse({"code": status, "message": message}, status)


async def _read_body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    return parse_object(raw) if raw.strip() else {}


class _AdminHandlers:
    def __init__(self, sandbox: SandboxControl) -> None:
        self._sandbox = sandbox

    async def contract(self, _: Request) -> Response:
        return PlainTextResponse(CONTRACT_FILE.read_text(encoding="utf-8"), media_type="application/yaml")

    async def registry(self, _: Request) -> Response:
        text = io.StringIO()
        writer = csv.DictWriter(text, ["clientAccountId", "kybTriggeredAt"])
        writer.writeheader()
        writer.writerows(self._sandbox.registry())
        return PlainTextResponse(text.getvalue(), media_type="text/csv")

    async def events(self, _: Request) -> Response:
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in self._sandbox.archive()]
        return PlainTextResponse("".join(lines), media_type="application/x-ndjson")

    async def truth(self, request: Request) -> Response:
        name = request.query_params.get("account")
        as_json = self._sandbox.truth(name)
        return _error(404, "Unknown account") if as_json is None else JSONResponse(as_json)

    async def calls(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._sandbox.reset_calls()
        return JSONResponse(self._sandbox.calls())

    async def sent(self, request: Request) -> Response:
        """Return every posted event with its response, and how many are still in flight."""
        outbox = self._sandbox.outbox
        if request.method == "DELETE":
            outbox.sent.clear()
        return JSONResponse({"waiting": outbox.waiting, "sent": as_json(outbox.sent)})

    async def load(self, request: Request) -> Response:
        if request.method == "POST":
            rate = (await _read_body(request)).get("eventsPerSecond")
            if not isinstance(rate, int | float) or isinstance(rate, bool) or not rate >= 0:
                return _error(422, "eventsPerSecond must be a number")
            self._sandbox.set_load(rate)
        return JSONResponse({"eventsPerSecond": self._sandbox.events_per_second})

    async def step(self, _: Request) -> Response:
        return JSONResponse({"events": self._sandbox.step()})

    async def faults(self, request: Request) -> Response:
        rules = self._sandbox.faults.rules
        if request.method == "DELETE":
            rules.clear()
        elif request.method == "POST":
            try:
                added = [FaultRule.model_validate(rule) for rule in await _rules(request)]
            except ValidationError as invalid:
                return _error(422, "; ".join(f"{error['loc']}: {error['msg']}" for error in invalid.errors()))
            rules.extend(added)
        return JSONResponse([rule.model_dump() for rule in rules])

    async def complete(self, request: Request) -> Response:
        order = await _read_body(request)
        outcome = str(order.get("outcome", "approved"))
        if outcome not in {"approved", "rejected"}:
            return _error(422, "outcome must be approved or rejected")
        try:
            refusal = self._sandbox.complete_verification(request.path_params["name"], outcome)
        except KeyError:
            return _error(404, "Unknown account")
        return _error(409, refusal.reason) if refusal else JSONResponse({"outcome": outcome})

    async def send(self, request: Request) -> Response:
        sent = self._sandbox.send_event(request.path_params["name"], await _read_body(request))
        return _error(404, "Unknown account") if sent is None else JSONResponse(sent)


async def _rules(request: Request) -> list[Any]:
    raw = await request.body()
    try:
        content = json.loads(raw)
    except ValueError:
        raise MalformedRequest(400, "The request is not JSON") from None
    return content if isinstance(content, list) else [content]
