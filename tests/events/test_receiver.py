"""The receiver behind a real server: what it responds, what it stores, and what a refused request leaves behind."""

import gzip
import http.client
import logging
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from tests.support.deliveries import JSON, NOW, SECRET, SIGNATURE, Clock, party_event, raw, signed
from tests.support.running import PATIENCE_SECONDS, until
from tests.support.stores import new_store
from workbench.events import Applier, HmacSignature, Receiver, webhook_routes
from workbench.events.inbox import Inbox
from workbench.events.packing import MAX_BODY_BYTES
from workbench.events.signatures import SecretPath
from workbench.web.unread_bodies import UnreadBodies

PATH = "/webhooks/bakkt"
IN_PATH = "0123456789abcdef-secret"
SHORT_BODY_SECONDS = 0.5


@dataclass
class Served:
    """A receiver served on a local port, as in the app; ``receiver`` None means that the desk is not open."""

    port: int
    receiver: Receiver | None
    inbox: Inbox

    def send(
        self, body: bytes, headers: dict[str, str] | None = None, path: str = PATH, method: str = "POST"
    ) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, signed(body) if headers is None else headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode().strip(), dict(answer.getheaders())
        finally:
            connection.close()

    def send_raw(self, *parts: bytes) -> bytes:
        """Send bytes on a raw connection and return everything up to its end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS) as connection:
            for part in parts:
                connection.sendall(part)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer

    def refused(self) -> dict[str, int]:
        assert self.receiver is not None
        return {one.reason: one.count for one in self.receiver.state().refused}

    def kept(self) -> list[bytes]:
        return [kept.raw for kept in self.inbox.waiting(1000)]


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path / "desk.inbox.sqlite")
    yield inbox
    inbox.close()


@pytest.fixture
def served(inbox: Inbox) -> Iterator[Served]:
    with serving(inbox, PATIENCE_SECONDS) as scene:
        yield scene


@pytest.fixture
def impatient(inbox: Inbox) -> Iterator[Served]:
    """A receiver that cuts off bodies that take longer than half a second."""
    with serving(inbox, SHORT_BODY_SECONDS) as scene:
        yield scene


@contextmanager
def serving(inbox: Inbox, body_seconds: float) -> Iterator[Served]:
    """Serve a receiver beside a catch-all route, as Streamlit has one."""
    scene = Served(0, Receiver(inbox, SIGNATURE), inbox)
    page = Mount("/", app=PlainTextResponse("a page"))
    routes = [*webhook_routes(lambda: scene.receiver, body_seconds), page]
    app = Starlette(routes=routes, middleware=[Middleware(UnreadBodies)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    scene.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield scene
    finally:
        server.should_exit = True
        thread.join()


def test_a_signed_delivery_is_on_disk_when_it_is_answered(served: Served, tmp_path: Path) -> None:
    body = raw(party_event(name="Zoë"))
    status, word, headers = served.send(body)
    assert (status, word) == (200, "kept")
    assert "connection" not in {name.lower() for name in headers}
    with sqlite3.connect(tmp_path / "desk.inbox.sqlite") as other:
        assert other.execute("select raw from deliveries").fetchall() == [(body,)]
    other.close()


@pytest.mark.many_cases
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"{PATH}/{IN_PATH}"])
def test_another_method_is_told_which_one_is_allowed(served: Served, method: str, path: str) -> None:
    body = raw(party_event())
    status, _, headers = served.send(body, path=path, method=method)
    assert (status, headers["allow"]) == (405, "POST")
    assert served.kept() == []


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("application/vnd.bakkt.v1+json", 200),
        ("text/plain", 200),
        ("Text/Plain; charset=utf-8", 200),
        ("application/octet-stream", 200),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonp", 415),
        ("application/xml", 415),
        ("text/html", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/json", 200),
        ("", 200),
    ],
)
def test_the_type_must_be_json_or_plain(served: Served, content_type: str, status: int) -> None:
    body = raw(party_event())
    assert served.send(body, {**signed(body), "Content-Type": content_type})[0] == status


def test_json_without_any_type_is_taken(served: Served) -> None:
    body = raw(party_event())
    assert served.send(body, SIGNATURE.sign(body, NOW))[0] == 200
    assert served.kept() == [body]


@pytest.mark.parametrize("body", [b"hello", b"a=b", b"", raw(party_event())[:-1]])
def test_what_is_not_json_is_refused_unless_its_type_says_so(served: Served, body: bytes) -> None:
    """It could never be read, so the sender must hear of it."""
    assert served.send(body, {**signed(body), "Content-Type": "text/plain"})[:2] == (415, "type")
    assert served.send(body, SIGNATURE.sign(body, NOW))[:2] == (415, "type")
    assert served.kept() == []


def test_a_plain_type_opens_nothing_without_a_signature(served: Served) -> None:
    assert served.send(raw(party_event()), {"Content-Type": "text/plain"})[:2] == (401, "unauthorised")


def packed(body: bytes, encoding: str = "gzip") -> tuple[bytes, dict[str, str]]:
    """A packed body and the headers of a sender that signs it as sent."""
    sent = gzip.compress(body)
    return sent, {**signed(sent), "Content-Encoding": encoding}


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_a_packed_body_is_taken_and_kept_unpacked(served: Served, encoding: str) -> None:
    body = raw(party_event(name="Zoë"))
    sent, headers = packed(body, encoding)
    assert served.send(sent, headers)[:2] == (200, "kept")
    assert served.kept() == [body]


def test_the_signature_covers_the_bytes_as_sent(served: Served) -> None:
    body = raw(party_event())
    sent, headers = packed(body)
    of_unpacked = {**headers, **SIGNATURE.sign(body, NOW)}
    assert served.send(sent, of_unpacked)[:2] == (401, "unauthorised")
    assert served.kept() == []


def test_a_gateway_may_drop_the_encoding_or_unpack_and_keep_it(served: Served) -> None:
    body = raw(party_event())
    sent, headers = packed(body)
    assert served.send(sent, signed(sent))[0] == 200
    assert served.send(body, {**headers, **signed(body)})[0] == 200
    assert served.kept() == [body, body]


def test_a_packed_body_of_two_parts_is_taken_whole(served: Served) -> None:
    body = raw(party_event())
    sent = gzip.compress(body[:20]) + gzip.compress(body[20:])
    assert served.send(sent, {**signed(sent), "Content-Encoding": "gzip"})[0] == 200
    assert served.kept() == [body]


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413), (50_000_000, 413)])
def test_a_packed_body_may_unpack_to_256_kib(served: Served, size: int, status: int) -> None:
    sent, headers = packed(b'"' + b"x" * (size - 2) + b'"')
    assert served.send(sent, headers)[0] == status
    assert len(served.kept()) == (status == 200)


def test_a_packed_body_that_is_too_large_as_sent_is_refused_too(served: Served) -> None:
    noise = raw({"noise": os.urandom(MAX_BODY_BYTES).hex()})
    sent, headers = packed(noise)
    assert len(sent) > MAX_BODY_BYTES
    assert served.send(sent, headers)[0] == 413


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "gzip, br", "aes128gcm"])
def test_an_encoding_that_is_not_taken_is_told(served: Served, encoding: str) -> None:
    sent, headers = packed(raw(party_event()), encoding)
    assert served.send(sent, headers)[:2] == (415, "encoding")
    assert served.refused() == {"encoding": 1}


@pytest.mark.parametrize("damage", [slice(None, -1), slice(None, 30), slice(0, 12)])
def test_a_packed_body_that_cannot_be_unpacked_is_sent_again(served: Served, damage: slice) -> None:
    sent = gzip.compress(raw(party_event()))[damage]
    assert served.send(sent, {**signed(sent), "Content-Encoding": "gzip"})[:2] == (400, "unreadable")
    assert served.kept() == []


def test_a_forged_delivery_leaves_a_count_and_nothing_else(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = raw(party_event(name="Orla Forger"))
    told = {
        served.send(body, JSON)[:2],
        served.send(body, {**signed(body), "X-Signature": "0" * 64})[:2],
        served.send(body + b" ", signed(body))[:2],
    }
    assert told == {(401, "unauthorised")}
    assert served.refused() == {"forged": 2, "unsigned": 1}
    assert served.kept() == []
    assert "Orla" not in caplog.text
    on_disk = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Orla" not in on_disk


def test_counts_of_refusals_are_written_now_and_then_without_anybody_asking(inbox: Inbox) -> None:
    clock = Clock()
    receiver = Receiver(inbox, SIGNATURE, clock)
    receiver.receive(JSON, b"{}")
    assert inbox.refusals(NOW.date()) == []
    clock.step(seconds=31)
    receiver.receive(JSON, b"{}")
    until(lambda: [one.count for one in inbox.refusals(NOW.date())] == [2])


def test_counts_of_refusals_outlive_the_process(served: Served, tmp_path: Path) -> None:
    served.send(b"{}", JSON)
    assert served.receiver is not None
    served.receiver.close()
    other = Inbox(tmp_path / "desk.inbox.sqlite")
    assert [(one.reason, one.count) for one in Receiver(other, SIGNATURE).state().refused] == [("unsigned", 1)]
    other.close()


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)])
def test_a_body_may_have_256_kib(served: Served, size: int, status: int) -> None:
    body = raw(party_event(padding="")).replace(b'"padding": ""', b'"padding": "%s"')
    body = body % (b"x" * (size - len(body) + 2))
    assert len(body) == size
    assert served.send(body)[0] == status
    assert len(served.kept()) == (status == 200)


def head(*lines: str) -> bytes:
    fixed = [f"POST {PATH} HTTP/1.1", "Host: x", "Content-Type: application/json"]
    return "\r\n".join([*fixed, *lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def test_a_body_in_chunks_is_taken_whole(served: Served) -> None:
    body = raw(party_event())
    signature = SIGNATURE.sign(body, NOW)["X-Signature"]
    lines = ("Transfer-Encoding: chunked", f"X-Signature: {signature}", "Connection: close")
    answer = served.send_raw(head(*lines), chunk(body[:10]), chunk(body[10:]), chunk(b""))
    assert b" 200 " in answer.splitlines()[0]
    assert served.kept() == [body]


@pytest.mark.slow
def test_a_body_in_chunks_is_cut_off_where_it_grows_too_large(served: Served) -> None:
    answer = served.send_raw(head("Transfer-Encoding: chunked"), *[chunk(b"x" * 32_768)] * 9)
    assert b" 413 " in answer.splitlines()[0]
    assert served.refused() == {"size": 1}


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("Transfer-Encoding: chunked",), b" 413 "),
        (("Transfer-Encoding: chunked", "Content-Encoding: br"), b" 415 "),
        ((f"Content-Length: {50 * 32_768}",), b" 413 "),
    ],
)
def test_a_sender_that_reads_only_after_its_whole_body_learns_why_it_was_refused(
    served: Served, lines: tuple[str, ...], status: bytes
) -> None:
    part = chunk(b"x" * 32_768) if "chunked" in lines[0] else b"x" * 32_768
    answer = served.send_raw(head(*lines), *[part] * 50, *([chunk(b"")] if "chunked" in lines[0] else []))
    assert status in answer.splitlines()[0]


@pytest.mark.slow
def test_a_length_that_is_too_large_is_answered_before_the_body_comes(served: Served) -> None:
    answer = served.send_raw(head(f"Content-Length: {MAX_BODY_BYTES + 1}"))
    assert b" 413 " in answer.splitlines()[0]


@pytest.mark.slow
@pytest.mark.parametrize("parts", [(), (b"{",)], ids=["idle", "slow"])
def test_a_sender_that_does_not_finish_is_cut_off(impatient: Served, parts: tuple[bytes, ...]) -> None:
    answer = impatient.send_raw(head("Content-Length: 100"), *parts)
    assert b" 408 " in answer.splitlines()[0]
    assert impatient.refused() == {"slow": 1}


def test_a_sender_that_drips_is_cut_off_however_often_it_drips(impatient: Served) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(head("Content-Length: 100000"))
        connection.settimeout(0.05)
        answer = b""
        while not answer:
            connection.sendall(b"x")
            try:
                answer = connection.recv(1000)
            except TimeoutError:
                continue
    assert b" 408 " in answer.splitlines()[0]


def test_a_sender_that_goes_away_leaves_a_count(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(head("Content-Length: 100") + b"{")
    until(lambda: served.refused() == {"interrupted": 1})
    assert served.kept() == []


def test_a_receiver_without_a_secret_is_closed_and_says_why_once(
    served: Served, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    served.receiver = Receiver(inbox, None)
    body = raw(party_event())
    assert [served.send(body)[:2] for _ in range(3)] == [(503, "closed")] * 3
    state = served.receiver.state()
    assert (state.is_open, state.kept) == (False, 0)
    assert "WEBHOOK_SCHEME" in state.reason
    assert caplog.text.count("WEBHOOK_SCHEME") == 1
    served.receiver.add_authenticator(SIGNATURE)
    assert served.send(body)[0] == 200
    assert served.receiver.state().is_open


def test_a_desk_that_is_not_open_answers_503(served: Served) -> None:
    served.receiver = None
    assert served.send(raw(party_event()))[:2] == (503, "closed")


def test_two_senders_with_schemes_of_their_own_are_both_heard(served: Served) -> None:
    assert served.receiver is not None
    served.receiver.add_authenticator(HmacSignature(("the sandbox's",), header="X-Sandbox"))
    body = raw(party_event())
    other = {**JSON, **HmacSignature(("the sandbox's",), header="X-Sandbox").sign(body, NOW)}
    assert [served.send(body)[0], served.send(body, other)[0], served.send(body, JSON)[0]] == [200, 200, 401]


def test_a_secret_in_the_path_opens_and_is_in_no_line_of_any_log(
    served: Served, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    served.receiver = Receiver(inbox, SecretPath((IN_PATH,)))
    body = raw(party_event())
    sent = [
        served.send(body, JSON, f"{PATH}/{end}")[0] for end in (IN_PATH, IN_PATH + "x", f"{IN_PATH}/x", "", "a?b=c")
    ]
    assert sent == [200, 401, 401, 401, 401]
    assert served.send(body, JSON, f"{PATH}/{IN_PATH}?a=b")[0] == 200
    assert "/webhooks/bakkt/…" in caplog.text, "uvicorn's lines of access are looked at"
    assert IN_PATH not in caplog.text


@pytest.mark.slow
def test_what_cannot_be_kept_is_answered_with_503_and_shown(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert served.receiver is not None
    body = raw(party_event())
    assert served.send(body)[0] == 200
    holder = sqlite3.connect(tmp_path / "desk.inbox.sqlite", isolation_level=None, check_same_thread=False)
    holder.execute("begin exclusive")
    assert [served.send(body)[:2] for _ in range(2)] == [(503, "unavailable")] * 2
    holder.execute("rollback")
    holder.close()
    state = served.receiver.state()
    assert state.problem is not None
    assert state.problem.title == "Events cannot be saved"
    assert served.refused() == {"not kept": 2}
    assert caplog.text.count("cannot be saved") == 1
    assert served.send(body)[0] == 200
    assert served.receiver.state().problem is None
    assert len(served.kept()) == 2


def test_a_full_disk_is_not_a_page_that_fails(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "desk.inbox.sqlite").write_bytes(os.urandom(4096))
    receiver = Receiver(inbox, SIGNATURE)
    body = raw(party_event())
    assert receiver.receive(signed(body), body).status_code == 503
    state = receiver.state()
    assert state.problem is not None
    assert [(one.reason, one.count) for one in state.refused] == [("not kept", 1)]


def test_the_clock_of_this_machine_decides_how_old_a_delivery_is(inbox: Inbox) -> None:
    clock = Clock()
    dated = HmacSignature((SECRET,), timestamp_header="X-Timestamp")
    receiver = Receiver(inbox, dated, clock)
    body = raw(party_event())
    headers = dated.sign(body, NOW)
    codes = []
    for hours in (0, -1, 2, -1):
        clock.step(hours=hours)
        codes.append(receiver.receive(headers, body).status_code)
    assert codes == [200, 401, 401, 200]
    assert [(one.reason, one.count) for one in receiver.state().refused] == [("stale", 2)]


def test_those_in_the_process_are_judged_as_those_outside(inbox: Inbox) -> None:
    receiver = Receiver(inbox, SIGNATURE)
    body = raw(party_event())
    large = b" " * (MAX_BODY_BYTES + 1)
    assert receiver.receive(signed(body), body).status_code == 200
    assert receiver.receive(JSON, body).status_code == 401
    assert receiver.receive(signed(large), large).status_code == 413


def test_the_state_says_what_was_kept_and_what_waits(inbox: Inbox) -> None:
    store, receiver = new_store(), Receiver(inbox, SIGNATURE)
    for number in range(3):
        body = raw(party_event(f"r-{number}"))
        receiver.receive(signed(body), body)
    state = receiver.state()
    assert (state.is_open, state.reason, state.kept, state.waiting) == (True, "", 3, 3)
    assert state.oldest_waiting_at is not None
    assert state.last_kept_at is not None
    assert state.oldest_waiting_at < state.last_kept_at
    Applier(store, inbox).apply_waiting()
    assert (receiver.state().waiting, receiver.state().oldest_waiting_at) == (0, None)
    store.close()


def test_many_at_once_are_all_kept_once_and_all_applied(served: Served) -> None:
    store = new_store()
    applier = Applier(store, served.inbox)
    applier.start()
    bodies = [raw(party_event(f"r-{number % 60}", f"A-{number % 7}")) for number in range(0, 420, 7)] * 2
    with ThreadPoolExecutor(20) as senders:
        codes = list(senders.map(lambda body: served.send(body)[0], bodies))
    assert codes == [200] * 120
    assert applier.catch_up(PATIENCE_SECONDS)
    assert store.read_rows("data/health")[0]["events"] == 60
    applier.close()
    store.close()


def test_events_are_kept_while_nothing_can_be_applied(served: Served) -> None:
    """The receiver never calls Bakkt, so a slow API or a busy database does not delay its response."""
    store = new_store()
    with store.database.writer():
        assert [served.send(raw(party_event(f"r-{number}")))[0] for number in range(5)] == [200] * 5
    assert Applier(store, served.inbox).apply_waiting() == 5
    store.close()
