"""Fault injection: rules that make selected calls fail, and how each kind of fault is sent."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.sandbox.api.responses import HttpResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ABORT = "workbench.sandbox.abort"
"""ASGI scope state key of a function that closes the connection at once, if the server provides one."""

SIGN_IN_PAGE = (
    b"<!doctype html><html><head><title>Sign in</title></head><body>Your network asks you to sign in.</body></html>"
)

FaultKind = Literal["latency", "status", "cut", "foreign", "other_account", "drip", "lost", "refused"]


class ResponseLost(ConnectionResetError):
    """The response was lost. Raised in process, where there is no connection to close."""


class FaultRule(BaseModel):
    """Which calls fail, how, and how often.

    latency: respond after ``seconds``. status: ``status`` without doing the work, with ``retry_after`` if given.
    cut: half of the body (``is_broken_off``: and the connection closed midway). foreign: an HTML page as 200.
    other_account: another account's data. drip: the body in ``pieces``, ``seconds`` apart. lost: the work is done, then
    the connection is closed. refused: the connection is closed before the work.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    operation: str | None = None
    account: str | None = None
    probability: float = Field(default=1.0, ge=0, le=1)
    count: int | None = Field(default=None, ge=0)
    seconds: float = Field(default=0.2, ge=0, le=600)
    status: int = Field(default=503, ge=400, le=599)
    retry_after: str | int | None = None
    pieces: int = Field(default=10, ge=1, le=1000)
    is_broken_off: bool = False


def rules_of_header(value: str) -> list[FaultRule]:
    """Parse ``latency=0.2; status=429; retry-after=2`` into rules for one request; unknown parts are ignored."""
    parts = dict(part.strip().partition("=")[::2] for part in value.split(";") if part.strip())
    rules: list[FaultRule] = []
    if "latency" in parts:
        rules.append(FaultRule(kind="latency", seconds=float(parts["latency"])))
    if "status" in parts:
        rules.append(FaultRule(kind="status", status=int(parts["status"]), retry_after=parts.get("retry-after")))
    if "drip" in parts:
        rules.append(FaultRule(kind="drip", seconds=float(parts["drip"] or 0.1)))
    flags: tuple[FaultKind, ...] = ("cut", "foreign", "other_account", "lost", "refused")
    return [*rules, *(FaultRule(kind=flag) for flag in flags if flag in parts)]


class Faults:
    """The active fault rules."""

    def __init__(self, seed: int) -> None:
        self.rules: list[FaultRule] = []
        self._rng = random.Random(f"{seed}:faults")

    def draw(self, operation: str, account: str | None) -> list[FaultRule]:
        """Return the rules that apply to this call and decrement their counts."""
        matched = [rule for rule in self.rules if self._applies(rule, operation, account)]
        for rule in matched:
            if rule.count is not None:
                rule.count -= 1
        return matched

    def _applies(self, rule: FaultRule, operation: str, account: str | None) -> bool:
        return (
            rule.operation in (None, operation)
            and rule.account in (None, account)
            and rule.count != 0
            and (rule.probability >= 1 or self._rng.random() < rule.probability)
        )


def status_rule(rules: Iterable[FaultRule]) -> FaultRule | None:
    return next((rule for rule in rules if rule.kind == "status"), None)


def has_kind(rules: Iterable[FaultRule], kind: FaultKind) -> bool:
    return any(rule.kind == kind for rule in rules)


async def wait_latency(rules: Iterable[FaultRule]) -> None:
    for rule in rules:
        if rule.kind == "latency":
            await asyncio.sleep(rule.seconds)


async def send_with_faults(
    answer: HttpResponse, rules: Iterable[FaultRule], scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a response with the faults that the rules ask for."""
    for rule in rules:
        if rule.kind == "foreign":
            answer = HttpResponse(200, SIGN_IN_PAGE, b"text/html; charset=utf-8")
        elif rule.kind == "cut" and not rule.is_broken_off:
            answer = HttpResponse(
                answer.status, answer.body[: len(answer.body) // 2], answer.content_type, answer.headers
            )
        elif rule.kind == "cut":
            await _break_off(answer, scope, receive, send)
            return
        elif rule.kind == "drip":
            await _send_in_pieces(answer, rule, send)
            return
    await send_http_response(answer, send)


async def send_http_response(answer: HttpResponse, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.raw_headers()})
    await send({"type": "http.response.body", "body": answer.body})


async def drop_connection(scope: Scope, receive: Receive) -> None:
    """Close the connection without a response."""
    abort = scope.get("state", {}).get(ABORT)
    if abort is None:
        raise ResponseLost("the sandbox was asked to lose this response")
    abort()
    while (await receive())["type"] != "http.disconnect":
        continue


async def _break_off(answer: HttpResponse, scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.raw_headers()})
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
    await asyncio.sleep(0.05)
    await drop_connection(scope, receive)


async def _send_in_pieces(answer: HttpResponse, rule: FaultRule, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.raw_headers()})
    size = max(1, -(-len(answer.body) // rule.pieces))
    for start in range(0, len(answer.body), size):
        piece = answer.body[start : start + size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(rule.seconds)
    await send({"type": "http.response.body", "body": b""})
