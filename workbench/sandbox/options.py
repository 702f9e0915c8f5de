"""Options of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

LINK_HOURS = 72.0
"""How long a verification link is valid at Bakkt (accounts-guide, "KYC Compliance")."""

EVENT_SCHEMES = ("hmac", "standard", "path")
MAX_EVENTS_PER_SECOND = 10_000


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Options of a sandbox; the same seed, accounts and creation time give the same population.

    Bakkt's own durations are divided by ``speed``; ``events_to`` is a URL or the path of an archive file. Posted
    events are signed with ``events_secret`` by ``events_scheme`` (hmac, standard, path), or unsigned without a secret.
    ``events_per_second`` adds that many generated events, for load tests. With ``is_lively`` new customers arrive, and
    some verify late or never.
    """

    accounts: int = 400
    seed: int = 7
    speed: float = 1.0
    state_file: Path | None = None
    events_to: str | None = None
    events_secret: str | None = field(default=None, repr=False)
    events_scheme: str = "hmac"
    events_header: str = "X-Signature"
    events_encoding: str = "hex"
    events_timestamp_header: str | None = None
    events_per_second: float = 0.0
    is_lively: bool = False
    api_key: str = "sandbox-key"
    partner_id: str = "5b1d7c1e-8a55-4d0b-9c5e-3f6f0a7be001"
    requests_per_second: float | None = None
    now: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        if self.accounts < 0:
            raise ValueError("accounts must not be negative")
        if not self.speed > 0:
            raise ValueError("speed must be above zero")
        if self.events_scheme not in EVENT_SCHEMES:
            raise ValueError(f"events_scheme must be one of {', '.join(EVENT_SCHEMES)}")
        if self.events_encoding not in {"hex", "base64"}:
            raise ValueError("events_encoding must be hex or base64")
        if not 0 <= self.events_per_second <= MAX_EVENTS_PER_SECOND:
            raise ValueError(f"events_per_second must be from 0 to {MAX_EVENTS_PER_SECOND:,}")
        if self.requests_per_second is not None and not self.requests_per_second > 0:
            raise ValueError("requests_per_second must be above zero, or left out")
