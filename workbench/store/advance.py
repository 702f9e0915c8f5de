"""Moving accounts on by a reading that is newer than all that is known of them, without reading their other facts.

Such a reading changes what the account looks like, whose turn it is and whether it trades, but mostly not where it
stands. What it may change beyond that is left to ``derive``: a standing without an event, the kind of account, the
opening; and so is whatever comes first or late, and where people ruled on the checklist or ended manual KYB.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from workbench.domain.facts import Reading
from workbench.domain.moments import aware
from workbench.domain.standing.advance import StoredState, next_state_row, stays_in_standing
from workbench.store.derivation import DETAIL_NAMES, STATES, columns_of, read_kyb_ends, read_targets
from workbench.store.keys import Keys
from workbench.store.rulings import read_rulings
from workbench.store.staging import schema, staged, table_of

_MOVES = schema(
    client_account_id="text",
    due_at="time",
    turn="text",
    turn_changes_at="time",
    turn_after="text",
    contradiction="text",
    trading_at="time",
    trading_undated="flag",
)
_KEPT = [name for name in STATES.names if name not in _MOVES.names]
_READ = [
    "is_entity",
    "standing",
    "standing_since",
    "opened_at",
    "last_event_at",
    "link_expires_at",
    "trading_at",
    "trading_undated",
    "owners_hash",
    "documents_hash",
    "missing_fields_hash",
    "requirements_hash",
]


def copy_states(cursor: duckdb.DuckDBPyConnection, client_account_ids: Sequence[str]) -> dict[str, StoredState]:
    """Reads the rows of accounts that were read before, and keeps them at hand for ``advance``."""
    if not client_account_ids:
        return {}
    wanted = dict.fromkeys([*_KEPT, "client_account_id", *_READ])
    Keys(client_account_ids).copy(cursor, "accounts", "stored_accounts", ", ".join(wanted))
    names = ", ".join(["client_account_id", *_READ])
    rows = cursor.execute(f"select {names} from stored_accounts").fetchall()
    return {account: StoredState(*values) for account, *values in rows}


def advance(
    cursor: duckdb.DuckDBPyConnection,
    readings: Mapping[str, Reading],
    states: Mapping[str, StoredState],
    details: pa.Table,
) -> set[str]:
    """Moves on those accounts that the newest reading leaves where they stand; says which, the others are as before.

    ``readings`` started after every earlier reading of their account; ``states`` come from ``copy_states``.
    """
    entities = [account for account, state in states.items() if state.is_entity]
    ruled = read_rulings(cursor, Keys(entities)) if entities else {}
    starts = _last_kyb_starts(cursor, entities)
    spoken_for = {*ruled, *read_kyb_ends(cursor, starts)}
    unmoved = {
        account: state
        for account, state in states.items()
        if account not in spoken_for and stays_in_standing(state, readings[account], starts.get(account))
    }
    targets = read_targets(cursor) if unmoved else []
    moves = [
        next_state_row(account, state, readings[account], targets, is_kyb_started=account in starts)
        for account, state in unmoved.items()
    ]
    if moves:
        _replace(cursor, Keys(list(unmoved)), table_of(_MOVES, moves), details)
    return set(unmoved)


def _last_kyb_starts(cursor: duckdb.DuckDBPyConnection, entities: Sequence[str]) -> dict[str, datetime]:
    if not entities:
        return {}
    rows = Keys(entities).read(cursor, "kyb_starts", "client_account_id, started_at")
    last: dict[str, datetime] = {}
    for account, started_at in rows:
        last[account] = max(aware(started_at), last.get(account, aware(started_at)))
    return last


def _replace(cursor: duckdb.DuckDBPyConnection, keys: Keys, moves: pa.Table, details: pa.Table) -> None:
    keys.delete(cursor, "accounts")
    with staged(cursor, moves=moves, details=details):
        cursor.execute(_NEXT_ACCOUNTS)


_NEXT_ACCOUNTS = f"""
insert into accounts by name
select
    client_account_id, {columns_of("details", DETAIL_NAMES)}, fold_text(details.search_words) as search_text,
    {columns_of("stored_accounts", [name for name in _KEPT if name != "client_account_id"])},
    {columns_of("moves", _MOVES.names[1:])}
from moves
join details using (client_account_id)
join stored_accounts using (client_account_id)
"""
