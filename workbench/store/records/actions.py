"""The records of writes to Bakkt: begun in the transaction that checks them, completed with Bakkt's answer.

Every function works inside the caller's transaction.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import duckdb

from workbench.domain.actions import BY_READING, Blocker, Plan, open_action_blocker
from workbench.domain.errors import InputError
from workbench.domain.facts import KybStart, LinkAnswer
from workbench.domain.moments import aware, moment_in_words, naive
from workbench.domain.second_person import Colleague, LapseReason, Waiting, WaitingEnd
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store.derived.states import derive
from workbench.store.derived.waiting import lapse_of, read_basis
from workbench.store.engine.staging import schema, staged, table_of
from workbench.store.facts.documents import DocumentDate, land_document_dates
from workbench.store.facts.kyb import land_kyb_starts
from workbench.store.facts.registry import land_registry

INTERRUPTED = "The workbench stopped before the answer was saved."


class ReadRows(Protocol):
    """Rows of a catalogue query, read within the transaction that records the action."""

    def __call__(self, name: str, **parameters: object) -> list[dict[str, Any]]: ...


FindBlocker = Callable[[], Blocker | None]


@dataclass(frozen=True, slots=True)
class Effects:
    """What an answer brings besides its outcome: facts that land in the same transaction."""

    link_answers: tuple[LinkAnswer, ...] = ()
    kyb_starts: tuple[KybStart, ...] = ()
    document_dates: tuple[DocumentDate, ...] = ()
    registers_account: bool = False
    link_unseen_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """The result of a request: Bakkt's messages, overall and by field, and our own note.

    ``pending_ids``: of the update that Bakkt works on now. ``status`` is that of a refusal.
    ``says_no_link_left``: Bakkt refused a link because the account has none left.
    """

    outcome: Outcome
    bakkt_words: str = field(default="", repr=False)
    refusals: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    note: str = ""
    effects: Effects = Effects()
    status: int | None = None
    says_no_link_left: bool = False
    pending_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an unknown action turned out; ``settled_by`` is BY_READING or a person's name.

    ``is_correction``: it counted as not sent until now.
    """

    outcome: Outcome
    settled_by: str
    words: str
    effects: Effects = Effects()
    is_correction: bool = False


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One stored action. The link that ``request_link`` returned is among the account's links; its expiry is here."""

    action_id: str
    kind: ActionKind
    client_account_id: str
    slot: str
    actor: str
    what: Mapping[str, str]
    reason: str = field(repr=False)
    confirm_key: str
    changed_fields: tuple[str, ...]
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome
    bakkt_words: str = field(repr=False)
    refusals: tuple[tuple[str, str], ...] = field(repr=False)
    note: str
    settled_at: datetime | None
    settled_by: str | None
    settled_words: str | None = field(repr=False)
    link_expires_at: datetime | None = None
    is_link_old: bool = False
    status: int | None = None
    link_unseen_until: datetime | None = None
    says_no_link_left: bool = False
    pending_ids: tuple[str, ...] = ()
    seen_at: datetime | None = None
    seen_by: str | None = None
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A record of an action; ``is_new``: it was written just now, so its request must be sent if it is ``sent``."""

    record: ActionRecord
    is_new: bool

    @property
    def is_sent_now(self) -> bool:
        return self.is_new and self.record.outcome is Outcome.SENT


_ACTIONS = schema(
    action_id="text",
    kind="text",
    client_account_id="text",
    slot="text",
    actor="text",
    what="text",
    reason="text",
    confirm_key="text",
    started_at="time",
    outcome="text",
    bakkt_words="text",
    refusals="text",
    note="text",
)
_LINK_ANSWERS = schema(client_account_id="text", seen_at="time", url="text", expires_at="time", action_id="text")


def begin_action(
    cursor: duckdb.DuckDBPyConnection,
    action_id: str,
    plan: Plan,
    actor: str,
    now: datetime,
    find_blocker: FindBlocker,
    find_first_subject: Callable[[], str | None] = lambda: None,
) -> Begun | Blocker:
    """Writes the record of a confirmed plan as ``sent``, unless something blocks it.

    ``find_first_subject``: who asks, if a second person has to confirm; then it is written as ``awaiting_second``.
    A review that was confirmed before returns its record. Blockers are an open action of the same kind (and slot) and
    whatever ``find_blocker`` finds. Times are truncated to milliseconds, like those of events.
    """
    known = _find_one(cursor, plan, "confirm_key = $confirm_key", confirm_key=plan.confirm_key)
    if known is not None:
        return Begun(known, is_new=False)
    blocker = _find_open(cursor, plan) or find_blocker()
    if blocker is not None:
        return blocker
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    subject = find_first_subject()
    _insert(cursor, action_id, plan, actor, now)
    if subject is not None:
        _let_wait(cursor, action_id, plan, subject, now)
    return Begun(_read(cursor, action_id), is_new=True)


def complete_action(
    cursor: duckdb.DuckDBPyConnection, action_id: str, completion: Completion, finished_at: datetime
) -> ActionRecord:
    """Writes the outcome of a ``sent`` action, or of one that could not be kept, and lands its effects.

    Any other action is left unchanged.
    """
    record = _read(cursor, action_id)
    if record.outcome not in {Outcome.SENT, Outcome.AWAITING_SECOND}:
        return record
    cursor.execute(
        "update actions set outcome = $outcome, finished_at = $finished_at, bakkt_words = $bakkt_words, "
        "refusals = $refusals, note = $note, answer_status = $status, no_link_left = $no_link_left, "
        "pending_ids = $pending_ids::varchar[] "
        "where action_id = $action_id",
        {
            "outcome": completion.outcome.value,
            "finished_at": naive(finished_at),
            "bakkt_words": completion.bakkt_words,
            "refusals": json.dumps(completion.refusals),
            "note": completion.note,
            "status": completion.status,
            "no_link_left": completion.says_no_link_left,
            "pending_ids": list(completion.pending_ids),
            "action_id": action_id,
        },
    )
    _land(cursor, record, completion.effects)
    return _read(cursor, action_id)


def settle_action(
    cursor: duckdb.DuckDBPyConnection, action_id: str, settlement: Settlement, now: datetime
) -> ActionRecord:
    """Writes the outcome of an unknown action, or corrects one that counts as not sent. Raises InputError for others.

    An action that is known never to have left was not settled, so nothing that is read comes from it.
    """
    record = find_action(cursor, action_id)
    is_correctable = record is not None and record.outcome is Outcome.NOT_SENT and record.settled_at is not None
    if record is None or not (is_correctable if settlement.is_correction else record.outcome is Outcome.UNKNOWN):
        raise InputError("This action is no longer open.", next_step="See its receipt: it was settled.")
    cursor.execute(
        "update actions set outcome = $outcome, settled_at = $now, settled_by = $settled_by, settled_words = $words "
        "where action_id = $action_id",
        {
            "outcome": settlement.outcome.value,
            "now": naive(now),
            "settled_by": settlement.settled_by,
            "words": settlement.words,
            "action_id": action_id,
        },
    )
    _land(cursor, record, settlement.effects)
    return _read(cursor, action_id)


def reject_later(cursor: duckdb.DuckDBPyConnection, action_id: str, words: str, now: datetime) -> ActionRecord:
    """Writes that an accepted update was rejected by Bakkt's review; any other action is left unchanged."""
    cursor.execute(
        "update actions set outcome = $rejected, settled_at = $now, settled_by = $by, settled_words = $words "
        "where action_id = $action_id and outcome = $accepted",
        {
            "rejected": Outcome.REJECTED_LATER.value,
            "accepted": Outcome.ACCEPTED.value,
            "now": naive(now),
            "by": BY_READING,
            "words": words,
            "action_id": action_id,
        },
    )
    return _read(cursor, action_id)


def end_review(cursor: duckdb.DuckDBPyConnection, action_id: str) -> None:
    """Writes that Bakkt works on the update no longer, so that it is not looked at again."""
    cursor.execute("update actions set pending_ids = [] where action_id = $action_id", {"action_id": action_id})


def mark_seen(cursor: duckdb.DuckDBPyConnection, action_id: str, seen_by: str, now: datetime) -> ActionRecord:
    """Writes who has seen first that an update was rejected later."""
    cursor.execute(
        "update actions set seen_at = $now, seen_by = $seen_by where action_id = $action_id and seen_at is null",
        {"now": naive(now), "seen_by": seen_by, "action_id": action_id},
    )
    return _read(cursor, action_id)


def note_no_link_left(cursor: duckdb.DuckDBPyConnection, action_id: str, words: str) -> ActionRecord:
    """Records that Bakkt refused a link because the account has none left. Raises InputError for other actions."""
    record = find_action(cursor, action_id)
    if record is None or record.kind is not ActionKind.REQUEST_LINK or record.outcome is not Outcome.REFUSED:
        raise InputError("This is not a link request that Bakkt refused.", next_step="See its receipt.")
    cursor.execute(
        "update actions set no_link_left = true, note = $note where action_id = $action_id",
        {"note": " ".join(filter(None, (record.note, words))), "action_id": action_id},
    )
    derive(cursor, [record.client_account_id])
    return _read(cursor, action_id)


def close_interrupted(cursor: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Marks as ``unknown`` every action that an earlier process left without an answer."""
    rows = cursor.execute(
        "select distinct client_account_id from actions where outcome = $sent", {"sent": Outcome.SENT.value}
    ).fetchall()
    cursor.execute(
        "update actions set outcome = $unknown, finished_at = $now, note = $note where outcome = $sent",
        {
            "unknown": Outcome.UNKNOWN.value,
            "now": naive(now),
            "note": INTERRUPTED,
            "sent": Outcome.SENT.value,
        },
    )
    derive(cursor, [client_account_id for (client_account_id,) in rows])


def has_interrupted(cursor: duckdb.DuckDBPyConnection) -> bool:
    found = cursor.execute("select 1 from actions where outcome = $sent limit 1", {"sent": Outcome.SENT.value})
    return found.fetchone() is not None


def find_action(cursor: duckdb.DuckDBPyConnection, action_id: str) -> ActionRecord | None:
    found = cursor.execute(f"{_SELECT} where actions.action_id = $action_id", {"action_id": action_id}).fetchone()
    return _record(found) if found else None


def _land(cursor: duckdb.DuckDBPyConnection, record: ActionRecord, effects: Effects) -> None:
    """Lands an answer's effects. Link requests always rederive the account: a lost one counts against the budget."""
    account = record.client_account_id
    if effects.registers_account:
        land_registry(cursor, [account], "opened here")
    if effects.kyb_starts:
        land_kyb_starts(cursor, [(account, start) for start in effects.kyb_starts], record.actor)
    if effects.document_dates:
        land_document_dates(cursor, effects.document_dates)
    if effects.link_unseen_until is not None:
        cursor.execute(
            "update actions set link_unseen_until = $until where action_id = $action_id",
            {"until": naive(effects.link_unseen_until), "action_id": record.action_id},
        )
    _land_link_answers(cursor, record, effects.link_answers)
    if effects.link_answers or record.kind is ActionKind.REQUEST_LINK:
        derive(cursor, [account])


def _land_link_answers(
    cursor: duckdb.DuckDBPyConnection, record: ActionRecord, answers: tuple[LinkAnswer, ...]
) -> None:
    rows = [(record.client_account_id, one.seen_at, one.url, one.expires_at, record.action_id) for one in answers]
    with staged(cursor, incoming=table_of(_LINK_ANSWERS, rows)):
        cursor.execute("insert into link_answers by name from incoming")


def _find_open(cursor: duckdb.DuckDBPyConnection, plan: Plan) -> Blocker | None:
    record = _find_one(cursor, plan, "closes_its_kind(outcome)")
    if record is None:
        return None
    return open_action_blocker(record.kind, record.outcome, record.actor, moment_in_words(record.started_at))


def _find_one(cursor: duckdb.DuckDBPyConnection, plan: Plan, condition: str, **values: str) -> ActionRecord | None:
    """The newest action of the plan's kind, account and slot that meets the condition."""
    found = cursor.execute(
        f"{_SELECT} where actions.kind = $kind and actions.client_account_id = $account and slot = $slot "
        f"and {condition} order by actions.started_at desc limit 1",
        {"kind": plan.kind.value, "account": plan.client_account_id, "slot": plan.slot, **values},
    ).fetchone()
    return _record(found) if found else None


def _insert(cursor: duckdb.DuckDBPyConnection, action_id: str, plan: Plan, actor: str, now: datetime) -> None:
    what = json.dumps(dict(plan.what))
    row = (
        action_id,
        plan.kind.value,
        plan.client_account_id,
        plan.slot,
        actor,
        what,
        plan.reason,
        plan.confirm_key,
        now,
        Outcome.SENT.value,
        "",
        "[]",
        "",
    )
    with staged(cursor, incoming=table_of(_ACTIONS, [row])):
        cursor.execute(
            "insert into actions by name select incoming.*, $changed_fields::varchar[] as changed_fields from incoming",
            {"changed_fields": list(plan.changed_fields)},
        )


def _let_wait(cursor: duckdb.DuckDBPyConnection, action_id: str, plan: Plan, subject: str, asked_at: datetime) -> None:
    """Has the action wait for a second person, on what it rests now."""
    basis, changes_at = read_basis(cursor, plan.kind, plan.client_account_id)
    lapses_at, reason = lapse_of(plan.kind, asked_at, changes_at)
    cursor.execute(
        "update actions set outcome = $outcome, asked_at = $asked_at, asked_by_subject = $subject, "
        "lapses_at = $lapses_at, lapse_reason = $reason, waiting_basis = $basis where action_id = $action_id",
        {
            "outcome": Outcome.AWAITING_SECOND.value,
            "asked_at": naive(asked_at),
            "subject": subject,
            "lapses_at": naive(lapses_at),
            "reason": reason.value,
            "basis": json.dumps(basis),
            "action_id": action_id,
        },
    )


def _read(cursor: duckdb.DuckDBPyConnection, action_id: str) -> ActionRecord:
    record = find_action(cursor, action_id)
    if record is None:
        raise InputError("There is no such action.")
    return record


_SELECT = """
select
    actions.action_id, kind, actions.client_account_id, slot, actor, what, reason, confirm_key, changed_fields,
    started_at, finished_at, outcome, bakkt_words, refusals, note, settled_at, settled_by, settled_words,
    link_answers.expires_at, coalesce(links.first_seen_at < actions.started_at, false),
    answer_status, link_unseen_until, coalesce(no_link_left, false), pending_ids, actions.seen_at, seen_by,
    asked_by_subject, asked_at, lapses_at, lapse_reason, waiting_ended_as, waiting_ended_at, second_subject,
    second_actor, second_reason
from actions_now as actions
left join link_answers using (action_id)
left join links on links.client_account_id = link_answers.client_account_id and links.url = link_answers.url
"""


def _record(row: tuple[Any, ...]) -> ActionRecord:
    (action_id, kind, account, slot, actor, what, reason, confirm_key, changed_fields, started_at, finished_at) = row[
        :11
    ]
    (outcome, bakkt_words, refusals, note, settled_at, settled_by, settled_words, link_expires_at, is_old) = row[11:20]
    status, link_unseen_until, says_no_link_left, pending_ids, seen_at, seen_by = row[20:26]
    return ActionRecord(
        action_id=action_id,
        kind=ActionKind(kind),
        client_account_id=account,
        slot=slot,
        actor=actor,
        what=json.loads(what),
        reason=reason,
        confirm_key=confirm_key,
        changed_fields=tuple(changed_fields or ()),
        started_at=aware(started_at),
        finished_at=_aware(finished_at),
        outcome=Outcome(outcome),
        bakkt_words=bakkt_words,
        refusals=tuple((name, words) for name, words in json.loads(refusals)),
        note=note,
        settled_at=_aware(settled_at),
        settled_by=settled_by,
        settled_words=settled_words,
        link_expires_at=_aware(link_expires_at),
        is_link_old=is_old,
        status=status,
        link_unseen_until=_aware(link_unseen_until),
        says_no_link_left=says_no_link_left,
        pending_ids=tuple(pending_ids or ()),
        seen_at=_aware(seen_at),
        seen_by=seen_by,
        waiting=_waiting(*row[26:]),
    )


def _waiting(
    subject: str | None,
    asked_at: datetime,
    lapses_at: datetime,
    lapse_reason: str,
    ended_as: str | None,
    ended_at: datetime | None,
    second_subject: str | None,
    second: str | None,
    second_reason: str | None,
) -> Waiting | None:
    if subject is None:
        return None
    return Waiting(
        subject,
        aware(asked_at),
        aware(lapses_at),
        LapseReason(lapse_reason),
        WaitingEnd(ended_as) if ended_as else None,
        _aware(ended_at),
        Colleague(second_subject, second or "") if second_subject else None,
        second_reason or "",
    )


def _aware(moment: datetime | None) -> datetime | None:
    return aware(moment) if moment else None
