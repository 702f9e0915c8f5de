"""The progress of a run, for the command line and the Data page."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A snapshot of a run. Counts are of accounts; ``requests`` counts every attempt."""

    started_at: datetime
    accounts_due: int
    accounts_read: int = 0
    accounts_failed: int = 0
    accounts_changed: int = 0
    documents_failed: int = 0
    requests: int = 0
    seconds: float = 0.0
    is_finished: bool = False
    stopped_because: str | None = None

    @property
    def is_clean(self) -> bool:
        """Whether the run read everything that it was asked to."""
        return not (self.accounts_failed or self.documents_failed or self.stopped_because)

    @property
    def accounts_done(self) -> int:
        return self.accounts_read + self.accounts_failed

    @property
    def accounts_per_second(self) -> float:
        return self.accounts_done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the rate so far; None before the first account and after the last."""
        if self.is_finished or not self.accounts_done:
            return None
        return (self.accounts_due - self.accounts_done) / self.accounts_per_second

    @classmethod
    def begin(cls, accounts_due: int) -> "SyncProgress":
        return cls(datetime.now(UTC), accounts_due)
