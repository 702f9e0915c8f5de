"""A sandbox in process, with a clock that tests move by hand."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2

from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport

T = TypeVar("T")

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACCOUNTS = "/apex-crypto/api/v2/accounts"
DOCUMENTS = "/apex-crypto/api/v2/documents"
KEY = {"authorization": "API-Key sandbox-key"}


class Bench:
    """Calls a sandbox as a client does; ``clock`` moves only when told."""

    def __init__(self, **options: Any) -> None:
        self.clock = START
        self.events: list[tuple[datetime, dict[str, Any]]] = []
        self.options = SandboxOptions(**{"accounts": 60, "now": lambda: self.clock, **options})
        self.sandbox = Sandbox(self.options, lambda sent_at, body: self.events.append((sent_at, body)))

    def advance(self, hours: float) -> int:
        self.clock += timedelta(hours=hours)
        return self.sandbox.step()

    def call(self, method: str, path: str, **arguments: Any) -> httpx2.Response:
        return self.run(lambda client: client.request(method, path, **arguments))

    def run(self, coroutine: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
        async def whole() -> T:
            transport = SandboxTransport(self.sandbox)
            async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=KEY) as client:
                return await coroutine(client)

        return asyncio.run(whole())

    def open(self, payload: dict[str, Any]) -> httpx2.Response:
        return self.call("POST", ACCOUNTS, json=payload)

    def payload(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = self.call("GET", f"{ACCOUNTS}/{quote(name, safe='')}").json()
        return content

    def trades(self, name: str) -> bool:
        return bool(self.call("GET", f"{ACCOUNTS}/{quote(name, safe='')}/status").json()["canTradeCrypto"])

    def details(self, name: str, **query: str) -> httpx2.Response:
        party = quote(name, safe="")
        path = f"/partner/v1/partner/{self.options.partner_id}/party/{party}/kyc/documentVerificationDetails"
        return self.call("GET", path, params=query)

    def upload(self, account: str, document_type: str, part: str = "request", **metadata: Any) -> httpx2.Response:
        content = {
            "clientDocumentId": str(uuid.uuid4()),
            "account": account,
            "documentType": document_type,
            "documentSide": "FRONT",
            "issueCountry": "USA",
            **metadata,
        }
        files = {
            "document": ("scan.png", b"\x89PNG some bytes", "image/png"),
            part: (None, json.dumps(content), "application/json"),
        }
        return self.call("POST", DOCUMENTS, files=files)

    def truth(self, name: str) -> dict[str, Any]:
        truth: dict[str, Any] = self.sandbox.truth(name)
        return truth

    def first(self, **wanted: Any) -> dict[str, Any]:
        """Return the true state of the first account with these values."""
        return next(
            truth for truth in self.sandbox.truth() if all(truth[name] == value for name, value in wanted.items())
        )

    def events_sent(self, name: str) -> list[tuple[str, str | None]]:
        """Return status and reason of every event about an account sent since this object was created."""
        bodies = (body for _, body in self.events if body["partnerPartyRef"] == name)
        return [(body["partyStatus"], body.get("reasonCode")) for body in bodies]
