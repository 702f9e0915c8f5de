"""Actions that wait for a second person: confirmed, declined, withdrawn or lapsed.

Every function works inside the caller's transaction.
"""

import json
from datetime import datetime

import duckdb

from workbench.domain.actions import Blocker
from workbench.domain.errors import InputError
from workbench.domain.moments import naive
from workbench.domain.second_person import (
    Colleague,
    Waiting,
    WaitingEnd,
    ended_blocker,
    find_lapse_reason,
    find_same_person_blocker,
)
from workbench.domain.vocabulary import Outcome
from workbench.store.derived.waiting import lapse, read_basis
from workbench.store.records.actions import ActionRecord, FindBlocker, find_action, to_milliseconds


def confirm_as_second(
    cursor: duckdb.DuckDBPyConnection, action_id: str, second: Colleague, now: datetime, find_blocker: FindBlocker
) -> ActionRecord | Blocker:
    """Writes an action that waits as ``sent``, from now, unless something blocks it; then nothing may be sent.

    Blockers: it waits no longer, the person asked for it, its basis has changed (then it lapses), and whatever
    ``find_blocker`` finds. Raises InputError if there is no such action or it never waited.
    """
    record, waiting = _read(cursor, action_id)
    blocker = _second_blocker(record, waiting, second) or _lapse_if_changed(cursor, record) or find_blocker()
    if blocker is not None:
        return blocker
    cursor.execute(
        "update actions set outcome = $sent, started_at = $now where action_id = $action_id",
        {"sent": Outcome.SENT.value, "now": naive(to_milliseconds(now)), "action_id": action_id},
    )
    _end(cursor, action_id, WaitingEnd.CONFIRMED, now, second)
    return _read(cursor, action_id)[0]


def decline_as_second(
    cursor: duckdb.DuckDBPyConnection, action_id: str, second: Colleague, now: datetime, reason: str
) -> ActionRecord | Blocker:
    """Writes that a second person will not have it sent. Raises InputError as ``confirm_as_second``."""
    record, waiting = _read(cursor, action_id)
    blocker = _second_blocker(record, waiting, second)
    if blocker is not None:
        return blocker
    _end(cursor, action_id, WaitingEnd.DECLINED, now, second, reason)
    return _read(cursor, action_id)[0]


def withdraw_action(
    cursor: duckdb.DuckDBPyConnection, action_id: str, first: Colleague, now: datetime
) -> ActionRecord | Blocker:
    """Writes that whoever asked for it has withdrawn it. Raises InputError as ``confirm_as_second``."""
    record, waiting = _read(cursor, action_id)
    if record.outcome is not Outcome.AWAITING_SECOND:
        return ended_blocker(waiting, record.outcome)
    if waiting.subject != first.subject:
        return Blocker(
            "not_first", "Somebody else asked for it", "Only they can withdraw it.", "Confirm or decline it instead."
        )
    _end(cursor, action_id, WaitingEnd.WITHDRAWN, now)
    return _read(cursor, action_id)[0]


def has_lapsed(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether an action has lapsed and is not written so yet."""
    return cursor.execute(f"{_LAPSED} limit 1").fetchone() is not None


def settle_lapsed(cursor: duckdb.DuckDBPyConnection) -> list[ActionRecord]:
    """Writes those that have lapsed as not sent; returns each once."""
    ids = [action_id for (action_id,) in cursor.execute(_LAPSED).fetchall()]
    for action_id in ids:
        _, waiting = _read(cursor, action_id)
        _end(cursor, action_id, WaitingEnd.LAPSED, waiting.lapses_at)
    return [_read(cursor, action_id)[0] for action_id in ids]


_LAPSED = "select action_id from actions where has_lapsed(outcome, lapses_at)"


def _second_blocker(record: ActionRecord, waiting: Waiting, second: Colleague) -> Blocker | None:
    if record.outcome is not Outcome.AWAITING_SECOND:
        return ended_blocker(waiting, record.outcome)
    return find_same_person_blocker(waiting, second)


def _lapse_if_changed(cursor: duckdb.DuckDBPyConnection, record: ActionRecord) -> Blocker | None:
    found = cursor.execute("select waiting_basis from actions where action_id = $1", [record.action_id]).fetchone()
    then = json.loads(found[0]) if found else {}
    now, _ = read_basis(cursor, record.kind, record.client_account_id)
    reason = find_lapse_reason(record.kind, then, now)
    if reason is None:
        return None
    lapse(cursor, record.action_id, reason)
    lapsed, waiting = _read(cursor, record.action_id)
    return ended_blocker(waiting, lapsed.outcome)


def _end(
    cursor: duckdb.DuckDBPyConnection,
    action_id: str,
    ended_as: WaitingEnd,
    at: datetime,
    second: Colleague | None = None,
    reason: str = "",
) -> None:
    cursor.execute(
        "update actions set waiting_ended_as = $ended_as, waiting_ended_at = $at, second_subject = $subject, "
        "second_actor = $name, second_reason = $reason where action_id = $action_id",
        {
            "ended_as": ended_as.value,
            "at": naive(at),
            "subject": second.subject if second else None,
            "name": second.name if second else None,
            "reason": reason,
            "action_id": action_id,
        },
    )
    if ended_as is not WaitingEnd.CONFIRMED:
        cursor.execute(
            "update actions set outcome = $not_sent, finished_at = $at where action_id = $action_id",
            {"not_sent": Outcome.NOT_SENT.value, "at": naive(at), "action_id": action_id},
        )


def _read(cursor: duckdb.DuckDBPyConnection, action_id: str) -> tuple[ActionRecord, Waiting]:
    record = find_action(cursor, action_id)
    if record is None:
        raise InputError("There is no such action.")
    if record.waiting is None:
        raise InputError("This action did not wait for a second person.", next_step="See its receipt.")
    return record, record.waiting
