"""Bakkt's deliveries are accepted and forgeries refused, for each signature scheme."""

import gzip
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from tests.support.deliveries import NOW, SECRET, party_event, raw
from workbench.events.signatures import Arrival, Authenticator, HmacSignature, StandardWebhook, authenticator_of
from workbench.settings import read_settings

OLDER = "the secret before"
STRANGE = "nobody's secret"
BODY = raw(party_event(amount=1.50, name="Zoë"))
DATED = {"WEBHOOK_TIMESTAMP_HEADER": "X-Timestamp"}
STANDARD = "whsec_" + b64encode(b"a standard secret").decode()
STANDARD_OLDER = "whsec_" + b64encode(b"the one before it").decode()
IN_PATH, IN_PATH_OLDER = "0123456789abcdefABCDEF", "an_older-path_secret"


def authenticator(scheme: str = "hmac", secrets: str = f"{SECRET},{OLDER}", **settings: str) -> Authenticator:
    given = {"WEBHOOK_SCHEME": scheme, "WEBHOOK_SECRETS": secrets, **settings}
    found = authenticator_of(read_settings(given, Path("no-such-file")))
    assert found is not None
    return found


def mac(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, sha256).digest()


def stamped(secret: str, body: bytes, sent_at: datetime) -> dict[str, str]:
    timestamp = str(int(sent_at.timestamp()))
    return {"x-signature": mac(secret, f"{timestamp}.".encode() + body).hex(), "x-timestamp": timestamp}


def refusal(
    one: Authenticator, headers: Mapping[str, str], body: bytes = BODY, path_secret: str | None = None
) -> str | None:
    return one.refusal(Arrival(headers, body, path_secret, NOW))


def test_nothing_set_is_nobody_to_trust() -> None:
    assert authenticator_of(read_settings({}, Path("no-such-file"))) is None


@pytest.mark.parametrize("secret", [SECRET, OLDER])
@pytest.mark.parametrize("prefix", ["", "sha256="])
@pytest.mark.parametrize(
    ("encoding", "written"),
    [("hex", bytes.hex), ("hex", lambda d: d.hex().upper()), ("base64", lambda d: b64encode(d).decode())],
)
def test_a_signature_of_any_secret_that_is_set_is_taken_as_it_is_written(
    secret: str, prefix: str, encoding: str, written: Callable[[bytes], str]
) -> None:
    one = authenticator(WEBHOOK_ENCODING=encoding, WEBHOOK_HEADER="Bakkt-Sig")
    assert refusal(one, {"bakkt-sig": prefix + written(mac(secret, BODY))}) is None
    assert refusal(one, {"x-signature": prefix + written(mac(secret, BODY))}) == "unsigned"


def test_bytes_that_are_no_text_can_be_signed_too() -> None:
    assert refusal(authenticator(), {"x-signature": mac(SECRET, b"\xff\x00").hex()}, b"\xff\x00") is None


@pytest.mark.parametrize(
    ("seconds", "reason"), [(0, None), (-300, None), (300, None), (-301, "stale"), (301, "stale"), (-3600, "stale")]
)
def test_a_dated_signature_holds_for_the_tolerance_both_ways(seconds: int, reason: str | None) -> None:
    one = authenticator(**DATED)
    assert refusal(one, stamped(SECRET, BODY, NOW + timedelta(seconds=seconds))) == reason


@pytest.mark.parametrize("timestamp", ["", "soon", "1.5e9", "-5", "٣", "2026-11-18T12:00:00Z", "9" * 13, "nan"])
def test_a_time_that_is_not_whole_seconds_is_refused_even_when_signed(timestamp: str) -> None:
    signature = mac(SECRET, timestamp.encode() + b"." + BODY).hex()
    assert refusal(authenticator(**DATED), {"x-signature": signature, "x-timestamp": timestamp}) == "undated"


@dataclass(frozen=True)
class PrefixAlone:
    """Naive: compares only as many characters as were given."""

    def refusal(self, arrival: Arrival) -> str | None:
        given, timestamp = arrival.headers.get("x-signature", ""), arrival.headers.get("x-timestamp", "")
        expected = mac(SECRET, timestamp.encode() + b"." + arrival.raw_body).hex()
        late = abs(arrival.now.timestamp() - int(timestamp or 0)) > 300
        return None if expected.startswith(given) and not late else "forged"


@dataclass(frozen=True)
class ParsedFirst:
    """Naive: verifies the body after parsing and rewriting it."""

    def refusal(self, arrival: Arrival) -> str | None:
        try:
            body = json.dumps(json.loads(arrival.raw_body), ensure_ascii=False).encode()
        except ValueError:
            return "forged"
        return HmacSignature((SECRET, OLDER), timestamp_header="X-Timestamp").refusal(
            Arrival(arrival.headers, body, None, arrival.now)
        )


@dataclass(frozen=True)
class Timeless:
    """Naive: verifies the signed time but not its age."""

    def refusal(self, arrival: Arrival) -> str | None:
        return HmacSignature((SECRET, OLDER), timestamp_header="X-Timestamp", tolerance_seconds=1e12).refusal(arrival)


@dataclass(frozen=True)
class Undated:
    """Naive: signs only the body, so that any time can be sent with it."""

    def refusal(self, arrival: Arrival) -> str | None:
        expected = mac(SECRET, arrival.raw_body).hex()
        return None if arrival.headers.get("x-signature") == expected else "forged"


def forgeries() -> dict[str, tuple[dict[str, str], bytes]]:
    """Return forgeries that someone without a secret could build from genuine deliveries: headers and body by name."""
    genuine, old = stamped(SECRET, BODY, NOW), stamped(SECRET, BODY, NOW - timedelta(hours=1))
    signature = genuine["x-signature"]
    return {
        "tampered": (genuine, BODY.replace(b"ACTIVE", b"CLOSED")),
        "re-serialised": (genuine, json.dumps(json.loads(BODY), ensure_ascii=False, indent=1).encode()),
        "truncated body": (genuine, BODY[:-1]),
        "lengthened body": (genuine, BODY + b" "),
        "empty body": (genuine, b""),
        "truncated signature": ({**genuine, "x-signature": signature[:8]}, BODY),
        "empty signature": ({**genuine, "x-signature": ""}, BODY),
        "only the prefix": ({**genuine, "x-signature": "sha256="}, BODY),
        "missing signature": ({"x-timestamp": genuine["x-timestamp"]}, BODY),
        "not a signature": ({**genuine, "x-signature": "é\udcff" * 8}, BODY),
        "two signatures": ({**genuine, "x-signature": f"{signature},{signature}"}, BODY),
        "replayed an hour later": (old, BODY),
        "replayed with a new time": ({**old, "x-timestamp": genuine["x-timestamp"]}, BODY),
        "undated": ({"x-signature": mac(SECRET, BODY).hex()}, BODY),
        "another's secret": (stamped(STRANGE, BODY, NOW), BODY),
        "an empty secret": (stamped("", BODY, NOW), BODY),
        "a secret that was taken away": (stamped("the secret before the one before", BODY, NOW), BODY),
    }


def taken_in_error(one: Authenticator) -> list[str]:
    return [name for name, (headers, body) in forgeries().items() if refusal(one, headers, body) is None]


def test_nothing_that_is_forged_is_taken() -> None:
    one = authenticator(**DATED)
    assert refusal(one, stamped(SECRET, BODY, NOW)) is None
    assert taken_in_error(one) == []


NAIVE: dict[str, tuple[Authenticator, set[str]]] = {
    "prefix": (PrefixAlone(), {"truncated signature", "empty signature"}),
    "parsed first": (ParsedFirst(), {"re-serialised", "lengthened body"}),
    "timeless": (Timeless(), {"replayed an hour later"}),
    "undated": (Undated(), {"undated"}),
}


@pytest.mark.parametrize("kind", NAIVE)
def test_the_forgeries_get_past_a_naive_check(kind: str) -> None:
    naive, caught = NAIVE[kind]
    assert set(taken_in_error(naive)) & caught == caught


def standard(secret: str, body: bytes = BODY, sent_at: datetime | None = None) -> dict[str, str]:
    at = sent_at or datetime.now(UTC)
    signature = Webhook(secret).sign("msg_1", at, body.decode())
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


@pytest.mark.parametrize("secret", [STANDARD, STANDARD_OLDER])
def test_standard_webhooks_are_taken_with_either_secret(secret: str) -> None:
    one = authenticator("standard", f"{STANDARD},{STANDARD_OLDER.removeprefix('whsec_')}")
    assert refusal(one, standard(secret)) is None
    both = standard(secret)["webhook-signature"]
    assert refusal(one, {**standard(secret), "webhook-signature": f"v2,AAAA {both}"}) is None


def test_standard_webhooks_that_are_forged_are_refused() -> None:
    one = StandardWebhook((STANDARD,))
    genuine = standard(STANDARD)
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    wrong = [
        (genuine, BODY + b" "),
        (genuine, b"\xff\xfe"),
        ({**genuine, "webhook-id": "msg_2"}, BODY),
        ({**genuine, "webhook-signature": genuine["webhook-signature"].replace("v1", "v2")}, BODY),
        ({**genuine, "webhook-signature": "v1"}, BODY),
        ({**genuine, "webhook-signature": "v1,a"}, BODY),
        ({**genuine, "webhook-signature": "é"}, BODY),
        ({**genuine, "webhook-timestamp": "nan"}, BODY),
        (standard(STANDARD, sent_at=hour_ago), BODY),
        (standard(STANDARD_OLDER), BODY),
    ]
    assert [refusal(one, headers, body) for headers, body in wrong] == ["forged"] * len(wrong)
    for name in genuine:
        assert refusal(one, {**genuine, name: ""}) == "unsigned"


def test_standard_webhooks_may_be_packed() -> None:
    sent, at = gzip.compress(BODY), str(int(datetime.now(UTC).timestamp()))
    signature = hmac.new(b"a standard secret", f"msg_1.{at}.".encode() + sent, sha256).digest()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
    }
    assert refusal(StandardWebhook((STANDARD,)), headers, sent) is None
    assert refusal(StandardWebhook((STANDARD,)), headers, BODY) == "forged"


def test_a_secret_path_is_taken_whole_or_not_at_all() -> None:
    one = authenticator("path", f"{IN_PATH},{IN_PATH_OLDER}")
    assert refusal(one, {}, path_secret=IN_PATH) is None
    assert refusal(one, {}, path_secret=IN_PATH_OLDER) is None
    assert refusal(one, {}) == "unsigned"
    for wrong in (IN_PATH[:-1], IN_PATH + "0", IN_PATH.lower(), f"{IN_PATH},{IN_PATH_OLDER}", "é", f"{IN_PATH}/"):
        assert refusal(one, {}, path_secret=wrong) == "forged"


def test_a_path_opens_nothing_where_signatures_are_wanted() -> None:
    assert refusal(authenticator(), {}, path_secret=SECRET) == "unsigned"


@pytest.mark.parametrize(
    ("scheme", "secrets"),
    [("hmac", SECRET), ("standard", STANDARD), ("path", IN_PATH)],
    ids=["hmac", "standard", "path"],
)
def test_no_secret_is_in_any_form_of_the_scheme(scheme: str, secrets: str) -> None:
    one = authenticator(scheme, secrets)
    assert secrets not in repr(one)
    assert secrets not in repr(Arrival({"x-signature": secrets}, secrets.encode(), secrets, NOW))
