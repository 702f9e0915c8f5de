"""Which accounts are out of the registry, also on their rows, so that lists and counts need not ask the registry."""

from collections.abc import Sequence

import duckdb

from workbench.store.engine.keys import Keys
from workbench.store.engine.staging import count_of


def last_change_number(cursor: duckdb.DuckDBPyConnection) -> int:
    return count_of(cursor, "select coalesce(max(change_number), 0) from registry_changes")


def find_taken_out(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[str]:
    """Which of these are out; nothing is looked up in a registry that nobody ever took anything out of."""
    return sorted(Keys(ids).find_in(cursor, "taken_out")) if last_change_number(cursor) else []


def mark_taken_out(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Writes on the rows of these accounts whether they are out: after a change of the registry, and on new rows."""
    if ids:
        is_out = "client_account_id in (select client_account_id from taken_out)"
        Keys(ids).update(cursor, "accounts", f"is_taken_out = {is_out}")
