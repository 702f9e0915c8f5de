"""Sending events: signed as configured, in order for each account, with a record of every response."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from tests.support.running import RunningSandbox, running_sandbox, until
from workbench.events.signatures import Arrival, authenticator_of
from workbench.sandbox import SandboxOptions
from workbench.sandbox.delivery.sending import EventPoster, Outbox, PostedEvent
from workbench.sandbox.delivery.signing import signer_of
from workbench.settings import Settings

STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaAA"
WAYS: dict[str, dict[str, Any]] = {
    "hmac": {"secret": "s"},
    "hmac in base64": {"secret": "s", "encoding": "base64", "header": "X-Other"},
    "hmac with a time": {"secret": "s", "timestamp_header": "X-Time"},
    "standard": {"secret": STANDARD_SECRET, "scheme": "standard"},
    "path": {"secret": "a-secret-of-this-test", "scheme": "path"},
}
Answerer = Callable[[dict[str, Any]], int]


def options(url: str = "http://desk.test/webhooks/bakkt", **way: Any) -> SandboxOptions:
    return SandboxOptions(events_to=url, **{f"events_{name}": value for name, value in way.items()})


def desk_settings(secret: str, **way: Any) -> Settings:
    named = {f"webhook_{name}": value for name, value in way.items() if name != "scheme"}
    return Settings(webhook_scheme=way.get("scheme", "hmac"), webhook_secrets=SecretStr(secret), **named)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_desk_with_the_same_settings_takes_what_is_signed_and_nothing_else(way: dict[str, Any]) -> None:
    now, raw = datetime.now(UTC), '{"requestId": "r", "name": "Zoë"}'.encode()
    going = signer_of(options(**way))("r", raw, now)
    path_secret = going.url.removeprefix("http://desk.test/webhooks/bakkt").strip("/") or None
    headers = {name.lower(): value for name, value in going.headers.items()}
    desk = authenticator_of(desk_settings(**way))
    other = authenticator_of(desk_settings(**{**way, "secret": OTHER_SECRET}))
    assert desk is not None
    assert other is not None
    assert desk.refusal(Arrival(headers, raw, path_secret, now)) is None
    assert other.refusal(Arrival(headers, raw, path_secret, now)) is not None


def test_without_a_secret_nothing_is_signed() -> None:
    assert signer_of(options())("r", b"{}", datetime.now(UTC)).headers == {}


@pytest.mark.parametrize(
    "wrong",
    [{"events_scheme": "md5"}, {"events_encoding": "hexx"}, {"events_per_second": -1}, {"events_per_second": 1e9}],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="events_"):
        SandboxOptions(**wrong)


def test_the_secret_is_in_no_text_of_the_options() -> None:
    assert "s3cret" not in repr(options(secret="s3cret"))


class Listener:
    """A server that receives events; ``answer`` returns the status for each."""

    def __init__(self, answer: Answerer) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answer = answer
        self.lock = threading.Lock()


@contextmanager
def listening(answer: Answerer = lambda _: 200) -> Iterator[tuple[Listener, str]]:
    listener = Listener(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with listener.lock:
                status = listener.answer(body)
                if status == 200:
                    listener.taken.append(body)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield listener, f"http://127.0.0.1:{server.server_address[1]}/events"
        finally:
            server.shutdown()
            thread.join()


def post(url: str, bodies: list[dict[str, Any]]) -> list[PostedEvent]:
    outbox = Outbox()

    async def run() -> None:
        poster = EventPoster(signer_of(options(url)), outbox, first_wait=0.01)
        for body in bodies:
            poster.put(body)
        posting = asyncio.create_task(poster.run())
        while outbox.waiting:
            await asyncio.sleep(0.005)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)

    asyncio.run(run())
    return outbox.sent


def events(accounts: int, each: int) -> list[dict[str, Any]]:
    return [
        {"requestId": f"{number}-{place}", "partnerPartyRef": f"A{number}", "place": place}
        for place in range(each)
        for number in range(accounts)
    ]


@pytest.mark.slow
def test_the_events_of_one_account_arrive_in_order_also_where_some_must_be_sent_again() -> None:
    refused: set[str] = set()

    def refuse_some_once(body: dict[str, Any]) -> int:
        if body["place"] % 3 == 1 and body["requestId"] not in refused:
            refused.add(body["requestId"])
            return 503
        return 200

    with listening(refuse_some_once) as (listener, url):
        sent = post(url, events(accounts=20, each=5))
    places = defaultdict(list)
    for body in listener.taken:
        places[body["partnerPartyRef"]].append(body["place"])
    assert len(places) == 20
    assert all(order == [0, 1, 2, 3, 4] for order in places.values())
    assert {event.attempts for event in sent} >= {1, 2}


def test_the_record_says_of_each_event_how_it_was_answered() -> None:
    with listening(lambda body: {"A0": 200, "A1": 401}.get(body["partnerPartyRef"], 503)) as (listener, url):
        sent = {event.client_account_id: event for event in post(url, events(accounts=3, each=1))}
    assert (sent["A0"].status, sent["A0"].attempts) == (200, 1)
    assert (sent["A1"].status, sent["A1"].attempts) == (401, 1)
    assert (sent["A2"].status, sent["A2"].attempts) == (503, 5)
    assert sent["A0"].answer_seconds is not None
    assert [body["requestId"] for body in listener.taken] == ["0-0"]


def test_what_nobody_answers_is_recorded_without_a_status() -> None:
    with listening() as (_, url):
        pass
    (event,) = post(url, events(accounts=1, each=1))
    assert (event.status, event.attempts, event.answered_at) == (None, 5, None)


@pytest.mark.slow
def test_load_comes_at_the_rate_asked_for_and_every_answer_is_on_record(tmp_path: Any) -> None:
    arguments = ("--accounts", "50", "--events-per-second", "100", "--events-secret", "s")
    with listening() as (listener, url), running_sandbox(tmp_path, "--events-to", url, *arguments) as sandbox:
        until(lambda: len(listener.taken) >= 100)
        assert sandbox.json("/sandbox/load") == {"eventsPerSecond": 100}
        assert sandbox.json("/sandbox/load", "POST", {"eventsPerSecond": 0}) == {"eventsPerSecond": 0}
        until(lambda: ids_sent(sandbox) == {body["requestId"] for body in listener.taken})
        sent = sandbox.json("/sandbox/sent")["sent"]
        sandbox.json("/sandbox/sent", "DELETE")
        assert not ids_sent(sandbox) & {event["request_id"] for event in sent}
    assert {event["status"] for event in sent} == {200}
    assert len({event["request_id"] for event in sent}) >= 100
    assert not any(event["body_sha256"] == "" for event in sent)


def ids_sent(sandbox: RunningSandbox) -> set[str]:
    return {event["request_id"] for event in sandbox.json("/sandbox/sent")["sent"]}
