"""Filing readings: a history that keeps what differs from the reading before it, in order of time.

Whatever order answers arrive in, the same history stands: a slow old answer goes to its own place and overwrites
nothing. Confirmations are not kept one by one, only the latest, so an answer slower than two whole polls of its
account may date the return to the state before it by that latest confirmation.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.store.keys import Keys
from workbench.store.staging import schema, staged, table_of

Mark = tuple[datetime, str]
"""What orders the readings of one account: when its first request started, then its content."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What an incoming reading means for its account's history."""

    is_kept: bool
    is_newest: bool
    replaces: Mark | None = None
    confirmed_again_at: datetime | None = None


def file_reading(history: Sequence[Mark], confirmed_at: datetime | None, incoming: Mark) -> Filing:
    """Where a reading goes in its account's history (in order of time); ``confirmed_at`` is the latest read's time.

    It is dropped where the one before it says the same. Where the one after it says the same, it takes its place. An
    answer that comes in before a confirmation of the newest reading makes that confirmation a reading of its own.
    """
    place = bisect_left(history, incoming)
    before = history[place - 1] if place else None
    after = history[place] if place < len(history) else None
    if after == incoming or (before is not None and before[1] == incoming[1]):
        return Filing(is_kept=False, is_newest=False)
    if after is not None:
        return Filing(is_kept=True, is_newest=False, replaces=after if after[1] == incoming[1] else None)
    if before is not None and confirmed_at is not None and incoming < (confirmed_at, before[1]):
        return Filing(is_kept=True, is_newest=False, confirmed_again_at=confirmed_at)
    return Filing(is_kept=True, is_newest=True)


_PLACES = schema(client_account_id="text", started_at="time", content_hash="text")
_READ_TIMES = schema(client_account_id="text", read_at="time")


def find_unchanged(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    """Of ``incoming``, the accounts whose newest reading is only confirmed: most of them, most of the time."""
    rows = cursor.execute(
        """
        select incoming.client_account_id
        from incoming
        join accounts as known using (client_account_id)
        join account_reads as reads using (client_account_id)
        where known.content_hash = incoming.content_hash and incoming.started_at >= reads.read_at
        """
    ).fetchall()
    return {client_account_id for (client_account_id,) in rows}


def read_histories(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> tuple[dict[str, list[Mark]], dict[str, datetime]]:
    """Each account's history in order of time, and when it was last read. Times are naive UTC."""
    histories: dict[str, list[Mark]] = defaultdict(list)
    for client_account_id, *mark in keys.read(cursor, "readings", "client_account_id, started_at, content_hash"):
        histories[client_account_id].append((mark[0], mark[1]))
    read_times = dict(keys.read(cursor, "account_reads", "client_account_id, read_at"))
    return {key: sorted(marks) for key, marks in histories.items()}, read_times


def apply_filings(cursor: duckdb.DuckDBPyConnection, filings: Sequence[tuple[str, Mark, Filing]]) -> None:
    """Makes room in ``readings`` for those that are kept: takes out what they replace, repeats what is confirmed."""
    replaced = [(account, *filing.replaces) for account, _, filing in filings if filing.replaces]
    if replaced:
        with staged(cursor, places=table_of(_PLACES, replaced)):
            cursor.execute(
                "delete from readings using places where readings.client_account_id = places.client_account_id "
                "and readings.started_at = places.started_at and readings.content_hash = places.content_hash"
            )
    confirmed = [(account, filing.confirmed_again_at) for account, _, filing in filings if filing.confirmed_again_at]
    if confirmed:
        with staged(cursor, confirmed=table_of(_READ_TIMES, confirmed)):
            cursor.execute(
                """
                insert into readings by name
                select readings.* replace (confirmed.read_at as started_at)
                from readings
                join confirmed using (client_account_id)
                qualify row_number() over (
                    partition by client_account_id order by readings.started_at desc, content_hash desc
                ) = 1
                """
            )


def renew_read_times(cursor: duckdb.DuckDBPyConnection) -> None:
    """Remembers when each account of ``incoming`` was last read whole."""
    cursor.execute(
        """
        create or replace temp table next_reads as
        select incoming.client_account_id, greatest(incoming.started_at, known.read_at) as read_at
        from incoming
        left join account_reads as known using (client_account_id)
        """
    )
    cursor.execute(
        "delete from account_reads using next_reads as n where account_reads.client_account_id = n.client_account_id"
    )
    cursor.execute("insert into account_reads by name from next_reads")
