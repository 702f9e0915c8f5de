"""Invented deliveries, signed as the tests' Bakkt signs them, and helpers to send them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.events import HmacSignature

SECRET = "a secret of nobody"
SIGNATURE = HmacSignature((SECRET,))
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}


def party_event(request_id: str = "r-1", client_account_id: str = "A", **members: Any) -> dict[str, Any]:
    return {
        "requestId": request_id,
        "partnerPartyRef": client_account_id,
        "partnerWebhookType": "PARTY_EVENT",
        "partyStatus": "ACTIVE",
        "reasonCode": "ENROLLMENT",
        **members,
    }


def raw(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def signed(body: bytes) -> dict[str, str]:
    return {**JSON, **SIGNATURE.sign(body, datetime.now(UTC))}


class Clock:
    """A clock that stands still until ``step``."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def step(self, **by: float) -> None:
        self.now += timedelta(**by)
