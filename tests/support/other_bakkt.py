"""A second Bakkt, written from its contract alone: it shares no code with the sandbox and has other habits.

Where the contract leaves room it differs: how it spells times, field names and refusals, how soon it shows what it has
taken, and what it adds to an answer. It checks nothing by itself; a test says how the next request is treated.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

ACCOUNTS = "/apex-crypto/api/v2/accounts"
DOCUMENTS = "/apex-crypto/api/v2/documents"
LINK_LIFE = timedelta(hours=72)


class Operation(StrEnum):
    """The names of the contract."""

    CREATE_ACCOUNT = "createAccount"
    GET_ACCOUNT = "getAccount"
    GET_STATUS = "getAccountStatus"
    TRIGGER_KYB = "triggerKYBScreening"
    UPLOAD = "uploadDocument"
    DOWNLOAD = "downloadDocument"
    METADATA = "retrieveDocumentMetadata"
    LIST_DOCUMENTS = "retrieveAccountDocumentMetadata"
    GET_LINK = "getKycDocumentVerificationDetails"


ROUTES = (
    ("POST", rf"{ACCOUNTS}", Operation.CREATE_ACCOUNT),
    ("POST", rf"{ACCOUNTS}/triggerKYBScreening/(?P<id>[^/]+)", Operation.TRIGGER_KYB),
    ("GET", rf"{ACCOUNTS}/(?P<id>[^/]+)", Operation.GET_ACCOUNT),
    ("GET", rf"{ACCOUNTS}/(?P<id>[^/]+)/status", Operation.GET_STATUS),
    ("POST", rf"{DOCUMENTS}", Operation.UPLOAD),
    ("GET", rf"{DOCUMENTS}/(?P<id>[^/]+)", Operation.DOWNLOAD),
    ("GET", rf"{DOCUMENTS}/(?P<id>[^/]+)/metadata", Operation.METADATA),
    ("GET", rf"{DOCUMENTS}/(?P<id>[^/]+)/accountDocumentMetadata", Operation.LIST_DOCUMENTS),
    ("GET", r"/partner/v1/partner/[^/]+/party/(?P<id>[^/]+)/kyc/documentVerificationDetails", Operation.GET_LINK),
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json;charset=UTF-8"

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Trouble:
    """How one request is treated: ``answer`` instead of doing it, or the connection ends before or after it is done."""

    answer: Answer | None = None
    is_done: bool = False


REQUEST_LOST = Trouble()
ANSWER_LOST = Trouble(is_done=True)


def refused(status: int, body: object, **headers: str) -> Trouble:
    return Trouble(Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()}))


def too_fast(seconds: int) -> Trouble:
    """A 429, which this Bakkt's gateway answers as text."""
    answer = Answer(429, b"slow down", {"Retry-After": str(seconds)}, "text/plain")
    return Trouble(answer)


@dataclass(slots=True)
class HeldAccount:
    request: dict[str, Any]
    created_at: datetime
    bakkt_id: str
    status: str = "IN_PROGRESS"
    can_trade: bool = False
    links: list[tuple[str, datetime]] = field(default_factory=list)
    is_screened: bool = False


@dataclass(slots=True)
class HeldDocument:
    request: dict[str, Any]
    content: bytes
    content_type: str
    created_at: datetime


class OtherBakkt:
    """What it holds and what was asked of it. ``delay``: seconds before each answer; ``is_away``: it hangs up."""

    def __init__(self, delay: float = 0.05) -> None:
        self.delay = delay
        self.is_away = False
        self.accounts: dict[str, HeldAccount] = {}
        self.documents: dict[str, HeldDocument] = {}
        self.asked: list[Operation] = []
        self._troubles: dict[Operation, list[Trouble]] = {}
        self._lock = threading.Lock()

    def hold(self, request: dict[str, Any], **known: Any) -> HeldAccount:
        """Has an account from before the test."""
        held = HeldAccount(request, datetime.now(UTC) - timedelta(days=2), f"BK{len(self.accounts) + 1:09d}", **known)
        self.accounts[request["clientAccountId"]] = held
        return held

    def treat_next(self, operation: Operation, *troubles: Trouble) -> None:
        """The next requests of this operation meet these troubles, one each; later ones are done."""
        self._troubles.setdefault(operation, []).extend(troubles)

    def count(self, operation: Operation) -> int:
        return self.asked.count(operation)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while the block lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def respond(self, method: str, path: str, body: bytes, content_type: str) -> Answer | None:
        """The answer, or None to hang up."""
        time.sleep(self.delay)
        if self.is_away:
            return None
        operation, name = _route(method, path)
        if operation is None:
            return Answer(404, {"code": 404001, "message": "No such resource"})
        with self._lock:
            self.asked.append(operation)
            waiting = self._troubles.get(operation, [])
            trouble = waiting.pop(0) if waiting else None
            if trouble is None:
                return self._do(operation, name, body, content_type)
            if trouble.is_done:
                self._do(operation, name, body, content_type)
            return trouble.answer

    def _do(self, operation: Operation, name: str, body: bytes, content_type: str) -> Answer:
        actions: dict[Operation, Callable[[], Answer]] = {
            Operation.CREATE_ACCOUNT: lambda: self._take_account(json.loads(body)),
            Operation.GET_ACCOUNT: lambda: self._of_account(name, _as_account),
            Operation.GET_STATUS: lambda: self._of_account(name, _as_status),
            Operation.TRIGGER_KYB: lambda: self._of_account(name, _screen),
            Operation.GET_LINK: lambda: self._of_account(name, _link),
            Operation.LIST_DOCUMENTS: lambda: self._list(name),
            Operation.UPLOAD: lambda: self._take_document(body, content_type),
            Operation.METADATA: lambda: self._of_document(name, _as_document),
            Operation.DOWNLOAD: lambda: self._of_document(
                name, lambda held: Answer(200, held.content, content_type=held.content_type)
            ),
        }
        return actions[operation]()

    def _take_account(self, request: dict[str, Any]) -> Answer:
        name = request["clientAccountId"]
        known = self.accounts.get(name)
        held = known or HeldAccount(request, datetime.now(UTC), f"BK{len(self.accounts) + 1:09d}")
        held.request = request
        self.accounts[name] = held
        return Answer(200, _as_account(held) | ({"pendingUpdateIds": [str(uuid4())]} if known else {}))

    def _of_account(self, name: str, answer: Callable[[HeldAccount], Answer | dict[str, Any]]) -> Answer:
        held = self.accounts.get(name)
        if held is None:
            return Answer(404, {"code": 404017, "message": "Unknown party"})
        found = answer(held)
        return found if isinstance(found, Answer) else Answer(200, found)

    def _list(self, name: str) -> Answer:
        listed = [held.request for held in self.documents.values() if held.request["account"] == name]
        return Answer(200, {"documentMetadata": listed or None})

    def _take_document(self, body: bytes, content_type: str) -> Answer:
        request, content, kind = _parts_of(body, content_type)
        held = HeldDocument(request, content, kind, datetime.now(UTC))
        self.documents[request["clientDocumentId"]] = held
        return Answer(200, _as_document(held))

    def _of_document(self, name: str, answer: Callable[[HeldDocument], Answer | dict[str, Any]]) -> Answer:
        held = self.documents.get(name)
        if held is None:
            return Answer(404, {"code": 404020, "message": "Unknown document"})
        found = answer(held)
        return found if isinstance(found, Answer) else Answer(200, found)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bakkt = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
                """Nothing of a customer is printed."""

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = bakkt.respond(self.command, self.path, body, self.headers.get("Content-Type", ""))
                self.close_connection = True
                if answer is None:
                    return
                content = answer.content()
                self.send_response(answer.status)
                for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


def _route(method: str, path: str) -> tuple[Operation | None, str]:
    for expected, pattern, operation in ROUTES:
        match = re.fullmatch(pattern, urlsplit(path).path)
        if match and method == expected:
            return operation, unquote(match.groupdict().get("id", ""))
    return None, ""


def _as_account(held: HeldAccount) -> dict[str, Any]:
    """It adds what the contract does not name, and writes times to the microsecond with an offset."""
    return {
        "links": {"self": "/v2/accounts"},
        "id": held.bakkt_id,
        "mode": "OPEN",
        "request": held.request,
        "createdAt": held.created_at.isoformat(),
        "status": held.status,
        "cipClearanceState": "INDETERMINATE",
        "pendingUpdateIds": [],
    }


def _as_status(held: HeldAccount) -> dict[str, Any]:
    return {
        "canTradeCrypto": held.can_trade,
        "cipClearanceState": "INDETERMINATE",
        "settlementMethod": "APEX_TPJ",
    }


def _screen(held: HeldAccount) -> Answer:
    """It answers with the bare word."""
    held.is_screened = True
    return Answer(200, b"success", content_type="text/plain")


def _link(held: HeldAccount) -> dict[str, Any]:
    """A live link, else a new one; it writes the expiry without milliseconds and with an offset."""
    now = datetime.now(UTC)
    if not held.links or held.links[-1][1] <= now:
        held.links.append((f"https://verify.example.test/{uuid4()}", now + LINK_LIFE))
    url, expires_at = held.links[-1]
    return {"verificationURL": url, "verificationURLExpiry": expires_at.isoformat(timespec="seconds")}


def _as_document(held: HeldDocument) -> dict[str, Any]:
    return {"id": str(uuid4()), "createdAt": held.created_at.isoformat(), "request": held.request}


def _parts_of(body: bytes, content_type: str) -> tuple[dict[str, Any], bytes, str]:
    """The metadata, the file and the file's content type of an upload."""
    edge = b"--" + content_type.split("boundary=")[1].strip('"').encode()
    parts = dict(_part(piece) for piece in body.split(edge)[1:-1])
    (metadata, _), (file, kind) = parts["request"], parts["document"]
    return json.loads(metadata), file, kind


def _part(piece: bytes) -> tuple[str, tuple[bytes, str]]:
    head, content = piece.removeprefix(b"\r\n").removesuffix(b"\r\n").split(b"\r\n\r\n", 1)
    headers = message_from_bytes(head)
    name = str(headers.get_param("name", header="content-disposition"))
    return name, (content, headers.get_content_type())
