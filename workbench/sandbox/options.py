"""What a sandbox is started with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LINK_HOURS = 72.0
"""How long a verification link lives at Bakkt (accounts-guide, "KYC Compliance")."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Same seed, accounts and moment of birth: the same population.

    Bakkt's own durations are divided by ``speed``; ``events_to`` is a URL or the path of an archive file.
    """

    accounts: int = 400
    seed: int = 7
    speed: float = 1.0
    state_file: Path | None = None
    events_to: str | None = None
    api_key: str = "sandbox-key"
    partner_id: str = "5b1d7c1e-8a55-4d0b-9c5e-3f6f0a7be001"
    requests_per_second: float | None = None
    now: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        if self.accounts < 0:
            raise ValueError("accounts cannot be negative")
        if not self.speed > 0:
            raise ValueError("speed must be above zero")
        if self.requests_per_second is not None and not self.requests_per_second > 0:
            raise ValueError("requests_per_second must be above zero, or left out")
