"""Bakkt's API endpoints from the contract, as one ASGI application."""

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from workbench.sandbox.accounts.moments import write_moment
from workbench.sandbox.accounts.state import AccountState
from workbench.sandbox.api.bodies import MalformedRequest, read_json, read_upload
from workbench.sandbox.api.contract import FORMATS
from workbench.sandbox.api.documents import document_of, upload_refusal, write_document, write_metadata
from workbench.sandbox.api.faults import (
    FaultRule,
    Faults,
    Receive,
    Scope,
    Send,
    drop_connection,
    has_kind,
    rules_of_header,
    send_http_response,
    send_with_faults,
    status_rule,
    wait_latency,
)
from workbench.sandbox.api.paths import PathMatch, match_path
from workbench.sandbox.api.rate_limit import RateLimit
from workbench.sandbox.api.responses import HttpResponse, error, json_response, partner_error
from workbench.sandbox.api.validation import as_error_body, validate_new, validate_update
from workbench.sandbox.life.clients import add_document, open_account, trigger_kyb, update_account, verification_details
from workbench.sandbox.life.simulation import Refusal, Simulation
from workbench.sandbox.options import SandboxOptions

MAX_CACHED_BODIES = 60_000

_NOT_ALLOWED_IN_A_HEADER = re.compile(r"[^\x20-\x7e]")


@dataclass(slots=True)
class IncomingCall:
    """A request matched to an operation of the contract."""

    operation: str
    names: tuple[str, ...]
    scope: Scope
    receive: Receive
    content_type: str


class BakktApi:
    """Responds as GUIDE.md and the contract describe, and counts the calls per operation."""

    def __init__(self, simulation: Simulation, options: SandboxOptions, faults: Faults) -> None:
        self.calls: Counter[str] = Counter()
        self.detail_calls: Counter[str] = Counter()
        self._simulation = simulation
        self._now = options.now
        self._partner_id = options.partner_id.lower()
        self._wanted_key = f"API-Key {options.api_key}".encode()
        self._limit = RateLimit(options.requests_per_second) if options.requests_per_second else None
        self._faults = faults
        self._bodies: dict[str, bytes] = {}
        self._reads: dict[str, Callable[[IncomingCall], HttpResponse]] = {
            "getAccount": self._get_account,
            "getAccountStatus": self._get_status,
            "retrieveAccountDocumentMetadata": self._get_account_documents,
            "retrieveDocumentMetadata": self._get_document_metadata,
            "downloadDocument": self._download,
            "getKycDocumentVerificationDetails": self._get_verification_details,
            "triggerKYBScreening": self._trigger_kyb,
        }
        self._writes: dict[str, Callable[[IncomingCall], Awaitable[HttpResponse]]] = {
            "createAccount": self._create_account,
            "uploadDocument": self._upload,
        }

    def forget(self, client_account_id: str) -> None:
        """Drop the cached body of an account that changed."""
        self._bodies.pop(client_account_id, None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        matched = match_path(scope)
        key, fault, content_type = b"", b"", b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                key = value
            elif name == b"content-type":
                content_type = value
            elif name == b"x-sandbox-fault":
                fault = value
        refusal = self._refuse(matched, key)
        if refusal is not None or matched.operation is None:
            await send_http_response(refusal or error(404, "No such path"), send)
            return
        call = IncomingCall(matched.operation, matched.names, scope, receive, content_type.decode("latin-1"))
        self._count(call)
        if self._faults.rules or fault:
            await self._respond_with_faults(call, fault.decode("latin-1"), send)
        else:
            await send_http_response(await self._run_operation(call), send)

    def _refuse(self, matched: PathMatch, key: bytes) -> HttpResponse | None:
        """Check the API key, rate limit, path and method, in that order."""
        refuse = partner_error if matched.is_partner else error
        if key != self._wanted_key:
            return refuse(401, "The API key is missing or invalid", (b"www-authenticate", b"API-Key"))
        if self._limit is not None and not self._limit.allows(self._now()):
            return refuse(429, "Too many requests", (b"retry-after", b"1"))
        if not matched.methods:
            return refuse(404, "No such path")
        if matched.operation is None:
            return refuse(405, "Method not allowed", (b"allow", ", ".join(matched.methods).encode()))
        return None

    def _count(self, call: IncomingCall) -> None:
        self.calls[call.operation] += 1
        if call.operation == "getKycDocumentVerificationDetails":
            self.detail_calls[call.names[1]] += 1

    async def _run_operation(self, call: IncomingCall) -> HttpResponse:
        read = self._reads.get(call.operation)
        if read is not None:
            return read(call)
        try:
            return await self._writes[call.operation](call)
        except MalformedRequest as unreadable:
            return error(unreadable.status, str(unreadable))

    async def _respond_with_faults(self, call: IncomingCall, header: str, send: Send) -> None:
        account = call.names[-1] if call.names else None
        try:
            rules = [*self._faults.draw(call.operation, account), *(rules_of_header(header) if header else ())]
        except ValueError:
            await send_http_response(error(400, "The x-sandbox-fault header could not be parsed"), send)
            return
        await wait_latency(rules)
        if has_kind(rules, "refused"):
            await drop_connection(call.scope, call.receive)
            return
        failure = status_rule(rules)
        if failure is not None:
            await send_http_response(self._failure(failure, call), send)
            return
        answer = await self._run_operation(self._redirect(call, rules))
        if has_kind(rules, "lost"):
            await drop_connection(call.scope, call.receive)
            return
        await send_with_faults(answer, rules, call.scope, call.receive, send)

    def _failure(self, rule: FaultRule, call: IncomingCall) -> HttpResponse:
        refuse = partner_error if call.operation == "getKycDocumentVerificationDetails" else error
        if rule.retry_after is None:
            return refuse(rule.status, "Simulated failure")
        wait = _NOT_ALLOWED_IN_A_HEADER.sub("", str(rule.retry_after)).encode()
        return refuse(rule.status, "Simulated failure", (b"retry-after", wait))

    def _redirect(self, call: IncomingCall, rules: list[FaultRule]) -> IncomingCall:
        """Return the call redirected to another account."""
        if not has_kind(rules, "other_account") or not call.names:
            return call
        name = call.names[-1]
        other = next((known for known in self._simulation.accounts if known != name), name)
        return IncomingCall(call.operation, (*call.names[:-1], other), call.scope, call.receive, call.content_type)

    # accounts

    def _get_account(self, call: IncomingCall) -> HttpResponse:
        name = call.names[0]
        body = self._bodies.get(name)
        if body is None:
            account = self._simulation.accounts.get(name)
            if account is None:
                return error(404, "Unknown account")
            if len(self._bodies) >= MAX_CACHED_BODIES:
                self._bodies.clear()
            body = self._bodies[name] = self._write_account(account)
        return HttpResponse(200, body)

    def _write_account(self, account: AccountState) -> bytes:
        content: dict[str, Any] = {
            "id": account.bakkt_id,
            "request": self._simulation.request_of(account),
            "createdAt": write_moment(account.created_at),
            "status": account.request_status,
            "mode": account.mode,
            "pendingUpdateIds": account.pending_update_ids,
            "cipClearanceState": account.cip_clearance,
        }
        if account.seeded_index is not None and account.seeded_index % 40 == 17:
            content["riskModel"] = {"version": "7.1", "score": None, "runNumber": 18_446_744_073_709_551_616}
        return json.dumps(content, ensure_ascii=False).encode()

    def _get_status(self, call: IncomingCall) -> HttpResponse:
        account = self._simulation.accounts.get(call.names[0])
        if account is None:
            return error(404, "Unknown account")
        trades = "true" if account.can_trade else "false"
        body = (
            f'{{"canTradeCrypto": {trades}, "cipClearanceState": "{account.cip_clearance}",'
            f' "settlementMethod": "{account.settlement}"}}'
        )
        return HttpResponse(200, body.encode())

    async def _create_account(self, call: IncomingCall) -> HttpResponse:
        request = await read_json(call.receive, call.content_type)
        with self._simulation.change():
            known = self._known(request)
            if known is None:
                errors = validate_new(request)
            else:
                errors = validate_update(request, self._simulation.request_of(known), known.bakkt_id)
            if errors:
                return json_response(422, as_error_body(errors))
            if known is None:
                known = open_account(self._simulation, request, self._now())
            else:
                update_account(self._simulation, known, request, self._now())
            return HttpResponse(200, self._write_account(known))

    def _known(self, request: dict[str, Any]) -> AccountState | None:
        name = request.get("clientAccountId")
        return self._simulation.accounts.get(name) if isinstance(name, str) else None

    def _trigger_kyb(self, call: IncomingCall) -> HttpResponse:
        account = self._simulation.accounts.get(call.names[0])
        if account is None:
            return error(404, "Unknown account")
        with self._simulation.change():
            refusal = trigger_kyb(self._simulation, account, self._now())
        return error(400, refusal.reason) if refusal else HttpResponse(200, b'"success"')

    # documents

    def _get_account_documents(self, call: IncomingCall) -> HttpResponse:
        account = self._simulation.accounts.get(call.names[0])
        if account is None:
            return error(404, "Unknown account")
        documents = [write_metadata(account, document) for document in account.documents]
        return json_response(200, {"documentMetadata": documents})

    def _get_document_metadata(self, call: IncomingCall) -> HttpResponse:
        found = self._simulation.document(call.names[0].lower())
        if found is None:
            return error(404, "Unknown document")
        return json_response(200, write_document(*found))

    def _download(self, call: IncomingCall) -> HttpResponse:
        found = self._simulation.document(call.names[0].lower())
        if found is None:
            return error(404, "Unknown document")
        return HttpResponse(200, self._simulation.content_of(found[1]), found[1].content_type.encode())

    async def _upload(self, call: IncomingCall) -> HttpResponse:
        upload = await read_upload(call.scope, call.receive, call.content_type)
        with self._simulation.change():
            account = self._simulation.accounts.get(str(upload.metadata.get("account")))
            complaint = upload_refusal(upload.metadata, account, self._owner_ids(account))
            if complaint is not None or account is None:
                return error(404, complaint or "account is unknown")
            now = self._now()
            document = document_of(upload.metadata, upload.content_type, now)
            if self._simulation.document(document.document_id) is not None:
                return error(409, "clientDocumentId is already in use")
            add_document(self._simulation, account, document, upload.content, now)
            return json_response(200, write_document(account, document))

    def _owner_ids(self, account: AccountState | None) -> set[str | None]:
        if account is None:
            return set()
        return {owner.get("clientOwnerId") for owner in self._simulation.request_of(account)["owners"]}

    # verification links

    def _get_verification_details(self, call: IncomingCall) -> HttpResponse:
        partner_id, party = call.names
        if not FORMATS.conforms(partner_id, "uuid"):
            return partner_error(400, "partnerId must be a UUID")
        if partner_id.lower() != self._partner_id:
            return partner_error(403, "The API key does not belong to this partner")
        overrides = _flag(call.scope, "overrideCustomerDeclinedConsent")
        if overrides is None:
            return partner_error(400, "overrideCustomerDeclinedConsent must be true or false")
        account = self._simulation.accounts.get(party)
        if account is None:
            return partner_error(404, "Unknown party")
        with self._simulation.change():
            link = verification_details(self._simulation, account, self._now(), overrides_decline=overrides)
        if isinstance(link, Refusal):
            return partner_error(400, link.reason)
        content = {"verificationURL": link.url, "verificationURLExpiry": write_moment(link.expires_at)}
        return json_response(200, content)


def _flag(scope: Scope, name: str) -> bool | None:
    values = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True).get(name, ["false"])
    return {"true": True, "false": False}.get(values[-1].lower())
