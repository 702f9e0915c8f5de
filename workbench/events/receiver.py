"""Receiving deliveries: authenticate the raw bytes, write them to disk, respond; they are applied later.

Nothing is kept of a refused delivery except a count by reason.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workbench.bakkt.lossless_json import is_json
from workbench.domain.errors import StoreError, WorkbenchError
from workbench.events.inbox import Inbox, RefusalCount
from workbench.events.packing import MAX_BODY_BYTES, NotUnpackableError, TooLargeError, unpack
from workbench.events.signatures import Arrival, Authenticator

KEEP_SECONDS = 10.0
"""A delivery not on disk by then is refused, and the sender tries again."""
COUNTED_DAYS = 30
_THREADED_HASH_BYTES = 16 * 1024
_COUNTS_SAVED_EVERY = timedelta(seconds=30)
_CLOSED = "WEBHOOK_SCHEME and WEBHOOK_SECRETS must both be set: until then, events from Bakkt are refused."

_JSON = re.compile(r"(?:application/(?:[a-z0-9!#$&^_.+-]+\+)?|text/)json", re.IGNORECASE)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """The response to the sender: a status code and one word."""

    status_code: int
    word: str


KEPT = WebhookResponse(200, "kept")
CLOSED = WebhookResponse(503, "closed")
NOT_KEPT = WebhookResponse(503, "unavailable")
WRONG_METHOD = WebhookResponse(405, "method")
WRONG_TYPE = WebhookResponse(415, "type")
WRONG_ENCODING = WebhookResponse(415, "encoding")
UNREADABLE = WebhookResponse(400, "unreadable")
TOO_LARGE = WebhookResponse(413, "size")
TOO_SLOW = WebhookResponse(408, "slow")
INTERRUPTED = WebhookResponse(400, "interrupted")
UNAUTHORISED = WebhookResponse(401, "unauthorised")


@dataclass(frozen=True, slots=True)
class ReceiverState:
    """The receiver's state, for the Data page.

    ``reason`` says why it is closed; ``problem`` why deliveries cannot be saved now. ``refused`` covers the
    last 30 days, ``kept`` the time since startup.
    """

    is_open: bool
    reason: str
    kept: int
    last_kept_at: datetime | None
    refused: tuple[RefusalCount, ...]
    waiting: int
    oldest_waiting_at: datetime | None
    problem: WorkbenchError | None


class Receiver:
    """Receives deliveries for one desk, from the route and from this process. Every method is thread-safe."""

    def __init__(
        self,
        inbox: Inbox,
        authenticator: Authenticator | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inbox = inbox
        self._authenticators: tuple[Authenticator, ...] = (authenticator,) if authenticator else ()
        self._clock = clock
        self._lock = threading.Lock()
        self._kept = 0
        self._last_kept_at: datetime | None = None
        self._refused: dict[str, RefusalCount] = {}
        self._is_failing = False
        self._has_logged_closed = False
        self._counts_kept_at = clock()

    @property
    def is_open(self) -> bool:
        return bool(self._authenticators)

    def add_authenticator(self, authenticator: Authenticator) -> None:
        """Accepts one more sender: the embedded sandbox has its own secret."""
        self._authenticators = (*self._authenticators, authenticator)

    def receive(self, headers: Mapping[str, str], body: bytes, path_secret: str | None = None) -> WebhookResponse:
        """Receives one delivery and blocks until it is on disk; only then 200."""
        opened = self._open(headers, body, path_secret)
        if isinstance(opened, WebhookResponse):
            return opened
        kept = self._inbox.keep(opened)
        try:
            return self._answer_kept(kept.result(KEEP_SECONDS))
        except (StoreError, TimeoutError) as error:
            kept.cancel()
            return self._answer_not_kept(error)

    async def receive_async(
        self, headers: Mapping[str, str], body: bytes, path_secret: str | None = None
    ) -> WebhookResponse:
        """``receive`` for an event loop, without blocking it for disk writes or long hashes."""
        if len(body) > _THREADED_HASH_BYTES:
            opened = await asyncio.to_thread(self._open, headers, body, path_secret)
        else:
            opened = self._open(headers, body, path_secret)
        if isinstance(opened, WebhookResponse):
            return opened
        kept = self._inbox.keep(opened)
        try:
            return self._answer_kept(await asyncio.wait_for(asyncio.wrap_future(kept), KEEP_SECONDS))
        except (StoreError, TimeoutError) as error:
            return self._answer_not_kept(error)

    def _open(self, headers: Mapping[str, str], body: bytes, path_secret: str | None) -> bytes | WebhookResponse:
        """The unpacked body of an authentic delivery, or the response to one that is refused, which is counted.

        A body that is refused here is sent again; one that is kept and cannot be read would be of no use to anybody.
        """
        refusal = self.refusal(headers, body, path_secret)
        if refusal is not None:
            return refusal
        try:
            unpacked = unpack(body)
        except TooLargeError:
            return self.refuse(TOO_LARGE)
        except NotUnpackableError:
            return self.refuse(UNREADABLE)
        return unpacked if is_json_type(_content_type(headers)) or is_json(unpacked) else self.refuse(WRONG_TYPE)

    def refusal(self, headers: Mapping[str, str], body: bytes, path_secret: str | None) -> WebhookResponse | None:
        """The response to a delivery that is refused, which is counted; None for an authentic one."""
        if not self._authenticators:
            return self.refuse(CLOSED)
        if len(body) > MAX_BODY_BYTES:
            return self.refuse(TOO_LARGE)
        small = {name.lower(): value for name, value in headers.items()}
        arrival = Arrival(small, body, path_secret, self._clock())
        reasons = [one.refusal(arrival) for one in self._authenticators]
        return None if None in reasons else self.refuse(UNAUTHORISED, reasons[0])

    def refuse(self, answer: WebhookResponse, reason: str | None = None) -> WebhookResponse:
        """Counts a refusal by its reason, else by the response's word."""
        now, name = self._clock(), reason or answer.word
        with self._lock:
            before = self._refused.get(name)
            self._refused[name] = RefusalCount(name, before.count + 1 if before else 1, now)
            is_news = answer is CLOSED and not self._has_logged_closed
            self._has_logged_closed = self._has_logged_closed or answer is CLOSED
            is_due = now - self._counts_kept_at >= _COUNTS_SAVED_EVERY
            self._counts_kept_at = now if is_due else self._counts_kept_at
        if is_news:
            logger.warning(_CLOSED)
        if is_due:
            threading.Thread(target=self.keep_counts, name="refusals", daemon=True).start()
        return answer

    def keep_counts(self) -> None:
        """Writes the refusal counts to the inbox, where they survive a restart."""
        with self._lock:
            counts, self._refused = self._refused, {}
        try:
            if counts:
                self._inbox.add_refusals(self._clock().date(), counts)
        except StoreError:
            with self._lock:
                self._refused = _added(counts, self._refused)

    def state(self) -> ReceiverState:
        """The receiver's state, for the Data page. An unreadable inbox is reported in ``problem``, not raised."""
        self.keep_counts()
        problem: WorkbenchError | None = self._inbox.problem
        waiting, oldest, refused = 0, None, list(self._refused.values())
        try:
            backlog = self._inbox.backlog()
            waiting, oldest = backlog.waiting, backlog.oldest_received_at
            refused = self._inbox.refusals((self._clock() - timedelta(days=COUNTED_DAYS)).date())
        except StoreError as error:
            problem = error
        reason = "" if self.is_open else _CLOSED
        return ReceiverState(
            self.is_open, reason, self._kept, self._last_kept_at, tuple(refused), waiting, oldest, problem
        )

    def close(self) -> None:
        self.keep_counts()

    def _answer_kept(self, received_at: datetime) -> WebhookResponse:
        with self._lock:
            self._kept += 1
            self._is_failing = False
            self._last_kept_at = max(received_at, self._last_kept_at or received_at)
        return KEPT

    def _answer_not_kept(self, error: Exception) -> WebhookResponse:
        self.refuse(NOT_KEPT, "not kept")
        with self._lock:
            was_failing, self._is_failing = self._is_failing, True
        if not was_failing:
            logger.error("Deliveries are refused because they cannot be saved: %s", error or "the disk is too slow")
        return NOT_KEPT


def is_json_type(content_type: str) -> bool:
    return _JSON.fullmatch(content_type.split(";")[0].strip()) is not None


def _content_type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")


def _added(some: Mapping[str, RefusalCount], more: Mapping[str, RefusalCount]) -> dict[str, RefusalCount]:
    both = dict(some)
    for name, one in more.items():
        count = both[name].count if name in both else 0
        both[name] = RefusalCount(name, count + one.count, one.last_at)
    return both
