"""Client of Bakkt's account-opening API: reads are retried, writes and link requests are sent exactly once."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import httpx2

from workbench.bakkt import answers
from workbench.bakkt.answers import BakktAnswer, DocumentFile
from workbench.bakkt.availability import Availability
from workbench.bakkt.errors import BakktError, BakktTimedOut, BakktUnreachable
from workbench.bakkt.models import DocumentRequest
from workbench.bakkt.refusals import raise_for_refusal
from workbench.bakkt.wire.allowance import TimeAllowance
from workbench.bakkt.wire.connection import BakktConnection, TimeLimits, quote_segment
from workbench.bakkt.wire.exchange import RawAnswer, exchange
from workbench.bakkt.wire.network import open_transports
from workbench.bakkt.wire.pacing import Clock, Throttle
from workbench.bakkt.wire.retries import RetryPolicy
from workbench.bakkt.writes import account_body, document_parts

ACCOUNTS = ("apex-crypto", "api", "v2", "accounts")
DOCUMENTS = ("apex-crypto", "api", "v2", "documents")
PARTNERS = ("partner", "v1", "partner")
PARTNER_PLACEHOLDER = "{partnerId}"
VERIFICATION_DETAILS = ("kyc", "documentVerificationDetails")
"""The path below a party for its verification link (contract.yaml)."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request: its path, how large its answer may be and how long it may take.

    ``is_below_partner``: the path begins with our partner id, which the connection knows.
    """

    method: str
    segments: tuple[str, ...]
    has_file: bool = False
    is_404_a_refusal: bool = False
    is_below_partner: bool = False
    query: Mapping[str, str] = field(default_factory=dict)

    def path_for(self, partner_id: str) -> tuple[str, ...]:
        return (*PARTNERS, partner_id, *self.segments) if self.is_below_partner else self.segments

    @property
    def in_words(self) -> str:
        """Method, path and query as they are sent, with a placeholder for the partner id, which is a setting."""
        steps = [*(PARTNERS if self.is_below_partner else ()), *map(quote_segment, self.segments)]
        if self.is_below_partner:
            steps.insert(len(PARTNERS), PARTNER_PLACEHOLDER)
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.method} /{'/'.join(steps)}{query}"

    @property
    def byte_limit(self) -> int:
        return answers.FILE_BYTE_LIMIT if self.method == "GET" and self.has_file else answers.JSON_BYTE_LIMIT


ACCOUNT_SUBMISSION = ApiCall("POST", ACCOUNTS)
DOCUMENT_SUBMISSION = ApiCall("POST", DOCUMENTS, has_file=True, is_404_a_refusal=True)


def kyb_trigger_call(client_account_id: str) -> ApiCall:
    return ApiCall("POST", (*ACCOUNTS, "triggerKYBScreening", client_account_id))


def link_request_call(client_account_id: str, *, override_declined_consent: bool = False) -> ApiCall:
    query = {"overrideCustomerDeclinedConsent": "true"} if override_declined_consent else {}
    segments = ("party", client_account_id, *VERIFICATION_DETAILS)
    return ApiCall("GET", segments, is_below_partner=True, query=query)


class BakktClient:
    """An async context manager; all requests of one client share its slots, rate limit and pauses.

    ``requests_sent`` counts every attempt. ``requests_per_second`` None means no limit of our own. Whoever asks tells
    ``availability`` whether Bakkt answered. Redirects are not followed (the key must not travel), cookies are not kept,
    the environment's proxies are not used. Making one raises SettingsError without usable certificates; calls raise the
    errors of ``workbench.bakkt.errors``, and InputError for what is refused before it is sent.
    """

    def __init__(
        self,
        connection: BakktConnection,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        requests_per_second: float | None = 50,
        concurrency: int = 32,
        limits: TimeLimits = TimeLimits(),  # noqa: B008 - frozen, so one default may be shared
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen, so one default may be shared
        clock: Clock = Clock(),  # noqa: B008 - frozen, so one default may be shared
        availability: Availability | None = None,
    ) -> None:
        self.requests_sent = 0
        self.availability = availability or Availability()
        self.connection = connection
        self._limits = limits
        self._retry = retry
        self._clock = clock
        self._pace = Throttle(
            concurrency=concurrency,
            requests_per_second=requests_per_second,
            longest_pause=retry.longest_retry_after,
            clock=clock,
        )
        self.headers = _headers_of(connection)
        """Those of every request; shown, they hide the key."""
        self._reads, self._once = (transport, transport) if transport else open_transports(concurrency)
        self._extensions: dict[str, object] = {"timeout": _timeout_of(limits)}

    @property
    def requests_per_second(self) -> float | None:
        """How many requests leave in a second at most; None without a limit of our own."""
        return self._pace.requests_per_second

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        for transport in {self._reads, self._once}:
            await transport.aclose()

    def allow_time(self) -> TimeAllowance:
        """The time that the reads of one account may take in all; pass it to each of them."""
        return TimeAllowance(self._limits.account)

    async def fetch_account(self, client_account_id: str, allowance: TimeAllowance | None = None) -> BakktAnswer:
        """The payload as last submitted, with its envelope (``GET account``)."""
        call = ApiCall("GET", (*ACCOUNTS, client_account_id))
        return await self._fetch(call, _answer_reader(answers.find_account_fault, client_account_id), allowance)

    async def fetch_account_status(self, client_account_id: str, allowance: TimeAllowance | None = None) -> BakktAnswer:
        """Whether the account can trade, and its settlement method (``GET status``)."""
        call = ApiCall("GET", (*ACCOUNTS, client_account_id, "status"))
        return await self._fetch(call, _answer_reader(answers.find_status_fault, client_account_id), allowance)

    async def fetch_account_documents(
        self, client_account_id: str, allowance: TimeAllowance | None = None
    ) -> BakktAnswer:
        """The metadata of every document of the account, replaced ones too."""
        call = ApiCall("GET", (*DOCUMENTS, client_account_id, "accountDocumentMetadata"))
        parse = _answer_reader(answers.find_account_documents_fault, client_account_id)
        return await self._fetch(call, parse, allowance)

    async def fetch_document_metadata(self, client_document_id: str) -> BakktAnswer:
        """One document's metadata: the only place where its ``createdAt`` is."""
        call = ApiCall("GET", (*DOCUMENTS, client_document_id, "metadata"))
        return await self._fetch(call, _answer_reader(answers.find_document_fault, client_document_id))

    async def fetch_document_file(self, client_document_id: str) -> DocumentFile:
        """One document's bytes."""
        call = ApiCall("GET", (*DOCUMENTS, client_document_id), has_file=True)
        return await self._fetch(call, answers.read_document_file)

    async def fetch_verification_link(
        self, client_account_id: str, *, override_declined_consent: bool = False
    ) -> BakktAnswer:
        """The current verification link, or a new one if the last expired; an account may let three expire.

        Exactly one request, never retried. Only the action ``request_link`` may call this (DESK.md, "Links and
        their budget"); overriding a declined consent is a person's recorded choice.
        """
        call = link_request_call(client_account_id, override_declined_consent=override_declined_consent)
        parse = _answer_reader(answers.find_link_fault, client_account_id)
        return await self._send_once(call, parse, self._build(call))

    async def submit_account(
        self, body: Mapping[str, object], *, stored: Mapping[str, object] | None = None
    ) -> BakktAnswer:
        """Open an account, or update it by sending its complete data again. Sent exactly once.

        The mapping goes out as it is, unknown fields and all, after a strict check against the contract. For an update
        pass the ``stored`` request too: values outside the contract that it has may stay, new ones may not.
        """
        content, client_account_id = account_body(body, stored=stored)
        request = self._build(ACCOUNT_SUBMISSION, content_type="application/json", content=content)
        return await self._send_once(
            ACCOUNT_SUBMISSION, _answer_reader(answers.find_account_fault, client_account_id), request
        )

    async def submit_document(
        self, metadata: DocumentRequest | Mapping[str, object], content: bytes, content_type: str, filename: str
    ) -> BakktAnswer:
        """Upload one side of one document. Sent exactly once; Bakkt answers 404 when it refuses one."""
        parts, client_document_id = document_parts(metadata, content, content_type, filename)
        request = self._build(DOCUMENT_SUBMISSION, files=parts)
        await request.aread()
        parse = _answer_reader(answers.find_document_fault, client_document_id)
        return await self._send_once(DOCUMENT_SUBMISSION, parse, request)

    async def submit_kyb_trigger(self, client_account_id: str) -> None:
        """Trigger KYB screening of a business whose documents are all uploaded. Sent exactly once."""
        call = kyb_trigger_call(client_account_id)
        await self._send_once(call, answers.read_success, self._build(call))

    def _build(self, call: ApiCall, content_type: str | None = None, **parts: Any) -> httpx2.Request:
        headers = self.headers.copy()
        if content_type:
            headers["Content-Type"] = content_type
        address = self.connection.address_of(*call.path_for(self.connection.partner_id))
        query = dict(call.query) or None
        return httpx2.Request(call.method, address, params=query, headers=headers, extensions=self._extensions, **parts)

    async def _fetch(self, call: ApiCall, parse: Callable[[RawAnswer], T], allowance: TimeAllowance | None = None) -> T:
        request, shared = self._build(call), allowance or TimeAllowance(math.inf)
        tries_made = timeouts = 0
        while not shared.is_used_up:
            tries_made += 1
            try:
                return parse(await self._read(call, request, tries_made, shared))
            except BakktError as error:
                timeouts += isinstance(error, BakktTimedOut)
                delay = self._retry.delay_after(error, tries_made=tries_made, timeouts=timeouts)
                if delay is None and not shared.is_used_up:
                    raise
                is_gate_closed = error.status == httpx2.codes.TOO_MANY_REQUESTS
                is_asked_to_wait = isinstance(error, BakktUnreachable) and error.retry_after_seconds is not None
            if delay is not None and not is_gate_closed:
                shared.spend(0.0 if is_asked_to_wait else delay)
                if not shared.is_used_up:
                    await self._clock.sleep(delay)
        raise shared.error()

    async def _read(
        self, call: ApiCall, request: httpx2.Request, tries_made: int, allowance: TimeAllowance
    ) -> RawAnswer:
        """One attempt. Only the time between its sending and its answer is taken from the allowance."""
        async with self._pace:
            began = self._clock.monotonic()
            total = self._limits.total_with_file if call.has_file else self._limits.total
            try:
                return await self._exchange(self._reads, call, request, tries_made, min(total, allowance.seconds_left))
            finally:
                allowance.spend(self._clock.monotonic() - began)

    async def _send_once(self, call: ApiCall, parse: Callable[[RawAnswer], T], request: httpx2.Request) -> T:
        total = self._limits.total_with_file if call.has_file else self._limits.total_of_write
        async with self._pace:
            received = await self._exchange(self._once, call, request, 1, total)
        return parse(received)

    async def _exchange(
        self,
        transport: httpx2.AsyncBaseTransport,
        call: ApiCall,
        request: httpx2.Request,
        tries_made: int,
        seconds: float,
    ) -> RawAnswer:
        self.requests_sent += 1
        received = await exchange(
            transport, request, started_at=self._clock.now(), seconds=seconds, byte_limit=call.byte_limit
        )
        logger.debug("%s %s: %d", call.method, call.segments, received.status)
        if received.status != httpx2.codes.OK:
            self._raise_for_refusal(received, call, tries_made)
        return received

    def _raise_for_refusal(self, received: RawAnswer, call: ApiCall, tries_made: int) -> None:
        try:
            raise_for_refusal(
                received,
                now=self._clock.now(),
                longest_retry_after=self._retry.longest_retry_after,
                is_404_a_refusal=call.is_404_a_refusal,
            )
        except BakktUnreachable as error:
            if error.status == httpx2.codes.TOO_MANY_REQUESTS:
                self._pace.pause(max(error.retry_after_seconds or 0.0, self._retry.wait_after(tries_made)))
            raise


def _answer_reader(find_fault: answers.FindFault, asked_id: str) -> Callable[[RawAnswer], BakktAnswer]:
    return lambda received: answers.read_answer(received, find_fault, asked_id)


def _headers_of(connection: BakktConnection) -> httpx2.Headers:
    return httpx2.Headers(
        {
            "Host": httpx2.URL(connection.base_url).netloc.decode(),
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": "onboarding-workbench",
            "Authorization": connection.authorization(),
        }
    )


def _timeout_of(limits: TimeLimits) -> dict[str, float | None]:
    """Our limits as httpx2 takes them; waiting for a connection and the DNS lookup count as connecting."""
    return httpx2.Timeout(connect=limits.connect, pool=limits.connect, read=limits.read, write=limits.read).as_dict()
