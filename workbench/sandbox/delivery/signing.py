"""Signs outgoing events. It shares no code with the workbench's verification, so that tests compare the two."""

import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from standardwebhooks.webhooks import Webhook

from workbench.sandbox.options import SandboxOptions


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A signed event: the URL, the headers and the signed bytes."""

    url: str
    headers: dict[str, str]
    raw: bytes


Sign = Callable[[str, bytes, datetime], SignedRequest]
"""Maps a request id, the body and the current time to a signed request."""


def signer_of(options: SandboxOptions) -> Sign:
    """Return the signer for the options; it adds no signature if they have no secret."""
    secret, url = options.events_secret, options.events_to or ""
    if not secret:
        return lambda _, raw, __: SignedRequest(url, {}, raw)
    if options.events_scheme == "path":
        return lambda _, raw, __: SignedRequest(f"{url.rstrip('/')}/{secret}", {}, raw)
    if options.events_scheme == "standard":
        return lambda request_id, raw, now: SignedRequest(url, _standard_headers(secret, request_id, raw, now), raw)
    return lambda _, raw, now: SignedRequest(url, _hmac_headers(options, secret, raw, now), raw)


def _standard_headers(secret: str, request_id: str, raw: bytes, now: datetime) -> dict[str, str]:
    return {
        "webhook-id": request_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(request_id, now, raw.decode()),
    }


def _hmac_headers(options: SandboxOptions, secret: str, raw: bytes, now: datetime) -> dict[str, str]:
    headers: dict[str, str] = {}
    signed = raw
    if options.events_timestamp_header:
        timestamp = str(int(now.timestamp()))
        headers[options.events_timestamp_header] = timestamp
        signed = f"{timestamp}.".encode() + raw
    digest = hmac.new(secret.encode(), signed, sha256).digest()
    headers[options.events_header] = digest.hex() if options.events_encoding == "hex" else b64encode(digest).decode()
    return headers
