"""Authenticating deliveries: Bakkt documents no signature for party events, so the scheme is a setting.

A refusal is one word for the desk's own counts; the sender does not see it.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from pydantic import SecretStr

UNSIGNED, FORGED, UNDATED, STALE = "unsigned", "forged", "undated", "stale"

_PREFIX = "sha256="
_MAX_TIMESTAMP_LENGTH = 12
_STANDARD_PREFIX = "whsec_"
_STANDARD_TOLERANCE_SECONDS = 300
_STANDARD_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that is not authenticated yet. Header names are lower case."""

    headers: Mapping[str, str] = field(repr=False)
    raw_body: bytes = field(repr=False)
    path_secret: str | None = field(repr=False)
    now: datetime


class Authenticator(Protocol):
    """One way to authenticate deliveries from Bakkt."""

    def refusal(self, arrival: Arrival) -> str | None:
        """Why this delivery is refused, in one word; None if it is authentic."""


class WebhookSettings(Protocol):
    """The settings for how deliveries are signed."""

    @property
    def webhook_scheme(self) -> str | None: ...
    @property
    def webhook_secrets(self) -> SecretStr | None: ...
    @property
    def webhook_header(self) -> str: ...
    @property
    def webhook_encoding(self) -> str: ...
    @property
    def webhook_timestamp_header(self) -> str | None: ...
    @property
    def webhook_tolerance_seconds(self) -> float: ...


def authenticator_of(settings: WebhookSettings) -> Authenticator | None:
    """The configured authenticator; None if there is none, which closes the receiver."""
    listed = settings.webhook_secrets.get_secret_value() if settings.webhook_secrets else ""
    secrets = tuple(filter(None, (part.strip() for part in listed.split(","))))
    if settings.webhook_scheme is None or not secrets:
        return None
    if settings.webhook_scheme == "standard":
        return StandardWebhook(secrets)
    if settings.webhook_scheme == "path":
        return SecretPath(secrets)
    return HmacSignature(
        secrets,
        settings.webhook_header,
        settings.webhook_encoding,
        settings.webhook_timestamp_header,
        settings.webhook_tolerance_seconds,
    )


@dataclass(frozen=True, slots=True)
class HmacSignature:
    """HMAC-SHA256 of the raw body in a header; with a timestamp header, of ``<timestamp>.<raw body>``.

    The first secret is the current one. The timestamp is whole seconds since 1970, judged by this machine's clock.
    """

    secrets: tuple[str, ...] = field(repr=False)
    header: str = "X-Signature"
    encoding: str = "hex"
    timestamp_header: str | None = None
    tolerance_seconds: float = 300

    def refusal(self, arrival: Arrival) -> str | None:
        given = arrival.headers.get(self.header.lower(), "")
        timestamp = arrival.headers.get(self.timestamp_header.lower(), "") if self.timestamp_header else None
        if not given:
            return UNSIGNED
        if timestamp == "":
            return UNDATED
        if not self._is_signed(given, arrival.raw_body, timestamp):
            return FORGED
        return None if timestamp is None else self._refusal_by_time(timestamp, arrival.now)

    def sign(self, raw_body: bytes, now: datetime) -> dict[str, str]:
        """The headers that a sender adds with the current secret."""
        timestamp = str(int(now.timestamp())) if self.timestamp_header else None
        headers = {self.header: self._signature(self.secrets[0], raw_body, timestamp)}
        return headers | ({self.timestamp_header: timestamp} if self.timestamp_header and timestamp else {})

    def _is_signed(self, given: str, raw_body: bytes, timestamp: str | None) -> bool:
        signature = given.removeprefix(_PREFIX)
        signature = signature.lower() if self.encoding == "hex" else signature
        matches = [_are_equal(signature, self._signature(secret, raw_body, timestamp)) for secret in self.secrets]
        return any(matches)

    def _signature(self, secret: str, raw_body: bytes, timestamp: str | None) -> str:
        mac = hmac.new(secret.encode(), digestmod=sha256)
        if timestamp is not None:
            mac.update(timestamp.encode() + b".")
        mac.update(raw_body)
        return mac.hexdigest() if self.encoding == "hex" else b64encode(mac.digest()).decode()

    def _refusal_by_time(self, timestamp: str, now: datetime) -> str | None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MAX_TIMESTAMP_LENGTH):
            return UNDATED
        return None if abs(now.timestamp() - int(timestamp)) <= self.tolerance_seconds else STALE


@dataclass(frozen=True, slots=True)
class StandardWebhook:
    """Standard Webhooks, within five minutes. Their library verifies only text, and a body may be packed."""

    secrets: tuple[str, ...] = field(repr=False)

    def refusal(self, arrival: Arrival) -> str | None:
        if not all(arrival.headers.get(name) for name in _STANDARD_HEADERS):
            return UNSIGNED
        matches = [_verifies(secret, arrival) for secret in self.secrets]
        return None if any(matches) else FORGED


def _verifies(secret: str, arrival: Arrival) -> bool:
    message_id, timestamp, signatures = (arrival.headers[name] for name in _STANDARD_HEADERS)
    try:
        key = b64decode(secret.removeprefix(_STANDARD_PREFIX) + "==")
    except ValueError:
        return False
    signed = f"{message_id}.{timestamp}.".encode(errors="backslashreplace") + arrival.raw_body
    expected = f"v1,{b64encode(hmac.digest(key, signed, sha256)).decode()}"
    matches = [_are_equal(given, expected) for given in signatures.split()]
    return bool(key) and any(matches) and _is_recent(timestamp)


def _is_recent(timestamp: str) -> bool:
    is_readable = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MAX_TIMESTAMP_LENGTH
    return is_readable and abs(datetime.now(UTC).timestamp() - int(timestamp)) <= _STANDARD_TOLERANCE_SECONDS


@dataclass(frozen=True, slots=True)
class SecretPath:
    """A secret as the last path segment, for senders that cannot sign."""

    secrets: tuple[str, ...] = field(repr=False)

    def refusal(self, arrival: Arrival) -> str | None:
        if not arrival.path_secret:
            return UNSIGNED
        matches = [_are_equal(arrival.path_secret, secret) for secret in self.secrets]
        return None if any(matches) else FORGED


def _are_equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="backslashreplace"), expected.encode())
