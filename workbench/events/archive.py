"""Replaying party events from an archive: JSON lines ``{"received_at": …, "body": {…}}``, in any order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from workbench.bakkt.instants import read_instant
from workbench.bakkt.lossless_json import BYTE_ORDER_MARK, NotJsonError, read_json, write_json
from workbench.domain.errors import InputError
from workbench.events.ingestion import Delivery, IngestResult, ingest
from workbench.store import Store

_BATCH_LINES = 2000


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line of an archive that is not a delivery: its number, from 1, and why. It is not stored."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """The result of replaying an archive."""

    counted: int
    repeated: int
    set_aside: int
    unreadable: tuple[UnreadableLine, ...]


def replay_events(store: Store, lines: Iterable[bytes]) -> ReplayReport:
    """Ingests every delivery of an archive; unreadable lines are skipped and reported.

    Raises InputError if no line is a delivery.
    """
    unreadable: list[UnreadableLine] = []
    taken: list[IngestResult] = []
    deliveries = _deliveries(lines, unreadable)
    while batch := list(islice(deliveries, _BATCH_LINES)):
        taken.append(ingest(store, batch))
    if unreadable and not taken:
        raise InputError(
            f"This file contains no deliveries. Line {unreadable[0].number}: {unreadable[0].reason}.",
            next_step='Each line must be {"received_at": "2026-11-01T09:30:00Z", "body": {…}}.',
        )
    return ReplayReport(
        counted=sum(part.counted for part in taken),
        repeated=sum(part.repeated for part in taken),
        set_aside=sum(part.set_aside for part in taken),
        unreadable=tuple(unreadable),
    )


def _deliveries(lines: Iterable[bytes], unreadable: list[UnreadableLine]) -> Iterator[Delivery]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        found = _read_line(line)
        if isinstance(found, Delivery):
            yield found
        else:
            unreadable.append(UnreadableLine(number, found))


def _read_line(line: bytes) -> Delivery | str:
    try:
        _, value = read_json(line.removeprefix(BYTE_ORDER_MARK))
        write_json(value)
    except NotJsonError as error:
        return str(error)
    if not isinstance(value, dict) or "body" not in value:
        return "it has no body"
    received_at = read_instant(value.get("received_at"))
    return Delivery(received_at, value["body"]) if received_at else "received_at is not a date-time"
