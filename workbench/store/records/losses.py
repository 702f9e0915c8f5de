"""What a harmed database lost: found at a start by comparing it with the anchor, and told until it is dismissed.

Every function works inside the caller's transaction.
"""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import duckdb

from workbench.domain.moments import naive
from workbench.store.engine.harm import Harm
from workbench.store.engine.keys import insert_rows
from workbench.store.engine.staging import schema
from workbench.store.records.anchor import RECEIPTS, Anchor, Counts, count_rows, read_commit

INCOMPLETE_LOG = "the database's log is incomplete"


@dataclass(frozen=True, slots=True)
class Loss:
    """What was harmed, what was set aside, and the time between the last change that is there and the last there was.

    ``since`` is None if the whole database was lost.
    """

    harmed: str
    set_aside: str
    since: datetime | None
    until: datetime
    last_event_at: datetime | None = None
    """The latest receipt of an event that had been in the database."""


_LOSSES = schema(
    found_at="time",
    harmed="text",
    set_aside="text",
    since="time",
    until="time",
    last_event_before="time",
    events_before="count",
    actions_before="count",
    rulings_before="count",
    drafts_before="count",
    accounts_before="count",
)


def find_loss(cursor: duckdb.DuckDBPyConnection, anchor: Anchor | None, harm: Harm) -> Loss | None:
    """The loss if the database has fewer commits than the anchor tells of."""
    number, committed_at = read_commit(cursor)
    if anchor is None or number >= anchor.number:
        return None
    words = ", ".join(harm.words) or INCOMPLETE_LOG
    return Loss(words, ", ".join(harm.set_aside), committed_at, anchor.committed_at, anchor.last_event_at)


def land_loss(cursor: duckdb.DuckDBPyConnection, loss: Loss, before: Counts, now: datetime) -> None:
    """Writes the loss with the counts that there had been."""
    row = (now, loss.harmed, loss.set_aside, loss.since, loss.until, loss.last_event_at, *asdict(before).values())
    insert_rows(cursor, "losses", _LOSSES, [row])


def land_delivery_loss(cursor: duckdb.DuckDBPyConnection, loss: Loss, at_most: int, now: datetime) -> int:
    """Writes how many answered deliveries are neither in the inbox nor here; returns how many, none is not written.

    A delivery that was repeated is here once, so it may be counted although nothing of it is missing.
    """
    landed = cursor.execute(
        f"select count(*) from {RECEIPTS} where received_at > $since and received_at <= $until",
        {"since": loss.since, "until": loss.until},
    ).fetchone()
    missing = max(0, at_most - (landed[0] if landed else 0))
    if missing:
        land_loss(cursor, loss, replace(count_rows(cursor), events=0), now)
        cursor.execute(
            "update losses set events_missing = $missing, actions_missing = 0, rulings_missing = 0, "
            "drafts_missing = 0, accounts_missing = 0 where found_at = $now and harmed = $harmed",
            {"missing": missing, "now": naive(now), "harmed": loss.harmed},
        )
    return missing


def has_losses(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether there is a loss that nobody has dismissed."""
    return cursor.execute("select 1 from losses where dismissed_at is null limit 1").fetchone() is not None


def count_missing(cursor: duckdb.DuckDBPyConnection) -> None:
    """Once everything was put back: writes what is missing in the losses whose counts are open.

    Events that were received later than any that had been there do not make up for one that is missing.
    """
    now = asdict(count_rows(cursor))
    del now["events"]
    counts = ", ".join(f"{name}_missing = greatest(0, {name}_before - ${name})" for name in now)
    events = f"select count(*) from {RECEIPTS} where received_at <= last_event_before"
    cursor.execute(
        f"update losses set {counts}, events_missing = greatest(0, events_before - ({events})) "
        "where events_missing is null",
        now,
    )


def has_open_count(cursor: duckdb.DuckDBPyConnection) -> bool:
    return cursor.execute("select 1 from losses where events_missing is null limit 1").fetchone() is not None


def dismiss_losses(cursor: duckdb.DuckDBPyConnection, by: str, now: datetime) -> None:
    """Takes the losses from the pages; they stay in the table."""
    cursor.execute(
        "update losses set dismissed_at = $now, dismissed_by = $by where dismissed_at is null",
        {"now": naive(now), "by": by},
    )


def set_number(cursor: duckdb.DuckDBPyConnection, number: int) -> None:
    """Continues the count of commits after the highest there had been."""
    cursor.execute("update commits set number = ?, committed_at = ?", [number, naive(datetime.now(UTC))])
