"""Landing the desk's own facts: registry, KYB starts, document dates, targets.

Every landing function works inside the caller's transaction. Landing the same thing twice changes nothing, and the
accounts touched are rederived.
"""

from collections.abc import Iterable, Sequence

import duckdb

from workbench.domain.text import bare_id
from workbench.store.engine.keys import Keys
from workbench.store.engine.staging import schema, staged, table_of

_IDS = schema(client_account_id="text")


def find_registered(cursor: duckdb.DuckDBPyConnection, client_account_ids: Sequence[str]) -> set[str]:
    """Which of these ids are registered."""
    rows = Keys(client_account_ids).read(cursor, "registry", "client_account_id")
    return {client_account_id for (client_account_id,) in rows}


def land_registry(cursor: duckdb.DuckDBPyConnection, client_account_ids: Iterable[str], origin: str) -> int:
    """Adds ids that are not registered yet; returns how many were new."""
    ids = list(dict.fromkeys(map(bare_id, client_account_ids)))
    known = find_registered(cursor, ids)
    new = [(client_account_id,) for client_account_id in ids if client_account_id not in known]
    if not new:
        return 0
    with staged(cursor, incoming=table_of(_IDS, new)):
        cursor.execute(
            "insert into registry select client_account_id, $origin, desk_now() from incoming", {"origin": origin}
        )
    return len(new)
