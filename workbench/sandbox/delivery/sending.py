"""Posts events to the webhook: accounts in parallel, the events of one account in order, each one recorded."""

import asyncio
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zlib import crc32

import httpx2

from workbench.sandbox.accounts.moments import write_moment
from workbench.sandbox.delivery.signing import Sign

POST_ATTEMPTS = 5
LANES = 32
"""Events in flight at once. Each account stays in one lane so that its events arrive in order."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PostedEvent:
    """The result of posting one event. ``status`` is that of the last response, None if none came."""

    request_id: str
    client_account_id: str
    body_sha256: str
    status: int | None = None
    attempts: int = 0
    answered_at: str | None = None
    answer_seconds: float | None = None

    @property
    def is_settled(self) -> bool:
        """Accepted, or refused in a way that a retry would not change."""
        return self.status is not None and self.status < 500


@dataclass(slots=True)
class Outbox:
    """The number of events in flight, and the results of those already posted."""

    waiting: int = 0
    sent: list[PostedEvent] = field(default_factory=list)


class EventPoster:
    """Posts queued events and gives up on an event after a few seconds, as Bakkt would.

    ``first_wait`` is in seconds, before the second attempt; each further wait is twice as long.
    """

    def __init__(self, sign: Sign, outbox: Outbox, first_wait: float = 0.2) -> None:
        self._sign = sign
        self._first_wait = first_wait
        self._outbox = outbox
        self._lanes: list[asyncio.Queue[dict[str, Any]]] = [asyncio.Queue() for _ in range(LANES)]

    def put(self, body: dict[str, Any]) -> None:
        self._outbox.waiting += 1
        self._lanes[crc32(str(body["partnerPartyRef"]).encode()) % LANES].put_nowait(body)

    async def run(self) -> None:
        limits = httpx2.Limits(max_connections=LANES, max_keepalive_connections=LANES)
        async with httpx2.AsyncClient(timeout=5.0, limits=limits) as client:
            await asyncio.gather(*(self._run_lane(client, lane) for lane in self._lanes))

    async def _run_lane(self, client: httpx2.AsyncClient, lane: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            await self._deliver(client, await lane.get())

    async def _deliver(self, client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
        raw = json.dumps(body, ensure_ascii=False).encode()
        event = PostedEvent(str(body["requestId"]), str(body["partnerPartyRef"]), sha256(raw).hexdigest())
        while event.attempts < POST_ATTEMPTS and not event.is_settled:
            if event.attempts:
                await asyncio.sleep(self._first_wait * 2 ** (event.attempts - 1))
            await self._post_once(client, event, raw)
        self._outbox.sent.append(event)
        self._outbox.waiting -= 1

    async def _post_once(self, client: httpx2.AsyncClient, event: PostedEvent, raw: bytes) -> None:
        event.attempts += 1
        began, now = time.monotonic(), datetime.now(UTC)
        signed = self._sign(event.request_id, raw, now)
        headers = {"Content-Type": "application/json", **signed.headers}
        try:
            answer = await client.post(signed.url, content=signed.raw, headers=headers)
        except httpx2.TransportError:
            event.status = None
            _log.warning("an event for %s could not be delivered (attempt %d)", event.client_account_id, event.attempts)
            return
        event.status = answer.status_code
        event.answered_at = write_moment(datetime.now(UTC))
        event.answer_seconds = time.monotonic() - began


def as_json(events: Iterable[PostedEvent]) -> list[dict[str, Any]]:
    """Return the results as JSON objects."""
    return [{name: getattr(event, name) for name in PostedEvent.__slots__} for event in events]
