"""The inbox's anchor: a file beside it that tells how many deliveries it had kept, to see whether it lost some."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from workbench.domain.errors import StoreError
from workbench.store.engine.safe_files import read_value, write_value

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InboxTally:
    """What an inbox ever kept and forgot, and the latest receipts of both in microseconds since 1970."""

    kept: int = 0
    last_us: int = 0
    forgotten: int = 0
    forgotten_us: int = 0


@dataclass(frozen=True, slots=True)
class InboxLoss:
    """Deliveries that had been answered and are not in the inbox any more, received between two moments.

    Some may have been applied: ``at_most`` counts them all.
    """

    harmed: str
    set_aside: str
    at_most: int
    since: datetime
    until: datetime


def read_tally(path: Path) -> InboxTally | None:
    """The tally in the anchor; None if there is none, or it is damaged. Raises StoreError."""
    try:
        value = read_value(path)
        return None if value is None else InboxTally(**{name: int(number) for name, number in value.items()})
    except (TypeError, ValueError):
        return None


def write_tally(path: Path, tally: InboxTally) -> None:
    """Writes the anchor. A failure is logged: the deliveries themselves are safe in the inbox.

    It is not synced, which would double the time of a delivery: after a power failure it tells of fewer deliveries.
    """
    try:
        write_value(path, asdict(tally), is_synced=False)
    except StoreError as error:
        logger.error("The inbox's anchor cannot be written: %s", error.title)


def lost_between(before: InboxTally, now: InboxTally) -> tuple[int, int]:
    """How many deliveries are gone at most, and the receipt after which they came."""
    not_forgotten = before.kept - before.forgotten
    return max(0, min(before.kept - now.kept, not_forgotten)), max(now.last_us, before.forgotten_us)
