"""The history of readings, in order of time: a reading is kept only if it differs from the one before it.

Readings give the same history in any order of arrival: a slow, old answer is inserted at its own time and overwrites
nothing. Of repeated confirmations only the latest is kept, so an answer slower than two whole polls of its account may
date the return to the earlier state by that latest confirmation.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.store.derived.rows import DOCUMENT_COLUMNS
from workbench.store.engine.keys import Keys, delete_rows, update_rows
from workbench.store.engine.staging import schema, staged, table_of
from workbench.store.facts.documents import DocumentColumns

HistoryKey = tuple[datetime, str]
"""The sort key of one account's readings: when the first request started, then the content hash."""


@dataclass(frozen=True, slots=True)
class Filing:
    """How an incoming reading changes its account's history."""

    is_kept: bool
    is_newest: bool
    replaces: HistoryKey | None = None
    confirmed_again_at: datetime | None = None


def file_reading(history: Sequence[HistoryKey], confirmed_at: datetime | None, incoming: HistoryKey) -> Filing:
    """How to file a reading in its account's history (in order of time); ``confirmed_at`` is when it was last read.

    It is dropped if the one before it has the same content, and replaces the one after it if that has the same content.
    If it is older than the newest reading's confirmation, that confirmation becomes a reading of its own.
    """
    position = bisect_left(history, incoming)
    before = history[position - 1] if position else None
    after = history[position] if position < len(history) else None
    if after == incoming or (before is not None and before[1] == incoming[1]):
        return Filing(is_kept=False, is_newest=False)
    if after is not None:
        return Filing(is_kept=True, is_newest=False, replaces=after if after[1] == incoming[1] else None)
    if before is not None and confirmed_at is not None and incoming < (confirmed_at, before[1]):
        return Filing(is_kept=True, is_newest=False, confirmed_again_at=confirmed_at)
    return _NEWEST


_NEWEST = Filing(is_kept=True, is_newest=True)
_HISTORY_KEYS = schema(client_account_id="text", started_at="time", content_hash="text")
_READ_TIMES = schema(client_account_id="text", read_at="time")
_ROW_TIMES = schema(rowid="hash", read_at="time")


@dataclass(frozen=True, slots=True)
class LastRead:
    """An account's newest reading: when it was last confirmed (naive UTC), its content and what its documents tell.

    ``row`` is the number of the account's row.
    """

    row: int
    read_at: datetime
    content_hash: str | None
    documents_hash: int | None
    documents: DocumentColumns


def last_reads_of(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, LastRead]:
    """The newest reading of each account that was ever read."""
    rows = keys.read(cursor, "accounts", _LAST_READ)
    return {
        account: LastRead(row, read_at, content_hash, documents_hash, DocumentColumns(*documents))
        for account, row, read_at, content_hash, documents_hash, *documents in rows
        if read_at is not None
    }


_LAST_READ = ", ".join(
    ["client_account_id", "rowid", "read_at", "content_hash", "documents_hash", *DOCUMENT_COLUMNS.names]
)


def find_changed(history_keys: dict[str, HistoryKey], last_reads: dict[str, LastRead]) -> list[str]:
    """The accounts whose incoming reading does not merely confirm their newest one."""
    return [
        account
        for account, (started_at, content_hash) in history_keys.items()
        if (last := last_reads.get(account)) is None or content_hash != last.content_hash or started_at < last.read_at
    ]


def file_readings(
    cursor: duckdb.DuckDBPyConnection, history_keys: dict[str, HistoryKey], last_reads: dict[str, LastRead]
) -> list[tuple[str, HistoryKey, Filing]]:
    """How to file each reading; only accounts with a late reading need their history read."""
    late = [account for account, history_key in history_keys.items() if _is_late(history_key, last_reads.get(account))]
    histories = histories_of(cursor, Keys(late))
    filings = {
        account: file_reading(histories.get(account, []), last_reads[account].read_at, history_keys[account])
        for account in late
    }
    return [(account, history_key, filings.get(account, _NEWEST)) for account, history_key in history_keys.items()]


def _is_late(history_key: HistoryKey, last: LastRead | None) -> bool:
    return last is not None and history_key[0] <= last.read_at


def histories_of(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, list[HistoryKey]]:
    """Each account's readings in order of time; times are naive UTC."""
    histories: dict[str, list[HistoryKey]] = defaultdict(list)
    for client_account_id, *history_key in keys.read(cursor, "readings", "client_account_id, started_at, content_hash"):
        histories[client_account_id].append((history_key[0], history_key[1]))
    return {account: sorted(history_keys) for account, history_keys in histories.items()}


def apply_filings(cursor: duckdb.DuckDBPyConnection, filings: Sequence[tuple[str, HistoryKey, Filing]]) -> None:
    """Prepares ``readings`` for those that are kept: deletes what they replace, inserts confirmations as readings."""
    replaced = [(account, *filing.replaces) for account, _, filing in filings if filing.replaces]
    delete_rows(cursor, "readings", _HISTORY_KEYS, replaced)
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


def renew_read_times(
    cursor: duckdb.DuckDBPyConnection, history_keys: dict[str, HistoryKey], last_reads: dict[str, LastRead]
) -> None:
    """Records that accounts were read again and show nothing newer."""
    later = [
        (last_reads[account].row, started_at)
        for account, (started_at, _) in history_keys.items()
        if started_at > last_reads[account].read_at
    ]
    update_rows(cursor, "accounts", _ROW_TIMES, later, by=["rowid"])
