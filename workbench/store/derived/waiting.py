"""Actions that wait for a second person: what they rest on, and the end of their waiting once that changes."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

import duckdb

from workbench.domain.moments import aware, naive
from workbench.domain.second_person import BASIS_OF, CONFIRMED_WITHIN, Basis, LapseReason, find_lapse_reason
from workbench.domain.vocabulary import ActionKind, Outcome

_WAITING = f"""
select action_id, kind, client_account_id, waiting_basis, lapses_at
from actions
where outcome = '{Outcome.AWAITING_SECOND.value}'
"""


def read_basis(
    cursor: duckdb.DuckDBPyConnection, kind: ActionKind, client_account_id: str
) -> tuple[Basis, datetime | None]:
    """What such an action rests on now, and when time alone changes that; None if it does not."""
    names = BASIS_OF[kind]
    sql = f"select {', '.join(names)}, expires_at, holds_through from waiting_bases($account)"
    found = cursor.execute(sql, {"account": client_account_id}).fetchone()
    *values, expires_at, holds_through = found or [None] * (len(names) + 2)
    basis = {name: "" if value is None else str(value) for name, value in zip(names, values, strict=True)}
    if kind is ActionKind.REQUEST_LINK:
        return basis, aware(expires_at) if expires_at else None
    midnight = datetime.combine(holds_through + timedelta(days=1), time(), UTC) if holds_through else None
    return basis, midnight


def lapse_of(kind: ActionKind, asked_at: datetime, changes_at: datetime | None) -> tuple[datetime, LapseReason]:
    """When an action lapses if nothing but time passes, and why."""
    latest = asked_at + CONFIRMED_WITHIN
    if changes_at is None or changes_at >= latest:
        return latest, LapseReason.UNANSWERED
    is_link = kind is ActionKind.REQUEST_LINK
    return changes_at, LapseReason.EXPIRATIONS_CHANGED if is_link else LapseReason.CHECKLIST_CHANGED


def end_waiting_of(cursor: duckdb.DuckDBPyConnection, client_account_ids: Collection[str] | None = None) -> None:
    """Ends the waiting of actions on these accounts, or on all, whose basis has changed, or lets it end sooner."""
    for action_id, kind, account, basis, lapses_at in cursor.execute(_WAITING).fetchall():
        if client_account_ids is None or account in client_account_ids:
            _compare(cursor, action_id, ActionKind(kind), account, json.loads(basis), aware(lapses_at))


def _compare(
    cursor: duckdb.DuckDBPyConnection,
    action_id: str,
    kind: ActionKind,
    client_account_id: str,
    then: Basis,
    lapses_at: datetime,
) -> None:
    now, changes_at = read_basis(cursor, kind, client_account_id)
    reason = find_lapse_reason(kind, then, now)
    if reason is not None:
        lapse(cursor, action_id, reason)
    elif changes_at is not None and changes_at < lapses_at:
        _, reason = lapse_of(kind, changes_at, changes_at)
        cursor.execute(
            "update actions set lapses_at = $at, lapse_reason = $reason where action_id = $action_id",
            {"at": naive(changes_at), "reason": reason.value, "action_id": action_id},
        )


def lapse(cursor: duckdb.DuckDBPyConnection, action_id: str, reason: LapseReason) -> None:
    """Lets an action that still waits lapse now; one that has lapsed keeps its time and reason."""
    cursor.execute(
        "update actions set lapses_at = desk_now(), lapse_reason = $reason "
        f"where action_id = $action_id and outcome = '{Outcome.AWAITING_SECOND.value}' and lapses_at > desk_now()",
        {"reason": reason.value, "action_id": action_id},
    )
