"""The records of writes to Bakkt: begun in the transaction that checks them, completed with Bakkt's answer.

Every function works inside the caller's transaction.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
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
from workbench.store.engine.keys import Keys, insert_rows
from workbench.store.engine.staging import schema
from workbench.store.facts.documents import DocumentDate, follow_documents, land_document_dates
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
    changed_fields="texts",
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
    now = to_milliseconds(now)
    subject = find_first_subject()
    _insert(cursor, action_id, plan, actor, now)
    if subject is not None:
        _let_wait(cursor, action_id, plan, subject, now)
    return Begun(_read(cursor, action_id), is_new=True)


def to_milliseconds(moment: datetime) -> datetime:
    """A start of an action as it is stored: as exact as the times of events, with which it is compared."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def complete_action(
    cursor: duckdb.DuckDBPyConnection, action_id: str, completion: Completion, finished_at: datetime
) -> ActionRecord:
    """Writes the outcome of a ``sent`` action, or of one that could not be kept, and lands its effects.

    Any other action is left unchanged.
    """
    record = _read(cursor, action_id)
    is_not_kept = record.outcome is Outcome.AWAITING_SECOND and completion.outcome is Outcome.NOT_SENT
    if record.outcome is not Outcome.SENT and not is_not_kept:
        return record
    completed = {
        "outcome": completion.outcome,
        "finished_at": finished_at,
        "bakkt_words": completion.bakkt_words,
        "refusals": json.dumps(completion.refusals),
        "note": completion.note,
        "answer_status": completion.status,
        "no_link_left": completion.says_no_link_left,
        "pending_ids": list(completion.pending_ids),
    }
    _update(cursor, action_id, completed)
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
    _settle(cursor, action_id, settlement.outcome, now, settlement.settled_by, settlement.words)
    _land(cursor, record, settlement.effects)
    return _read(cursor, action_id)


def reject_later(cursor: duckdb.DuckDBPyConnection, action_id: str, words: str, now: datetime) -> ActionRecord:
    """Writes that an accepted update was rejected by Bakkt's review; any other action is left unchanged."""
    if _read(cursor, action_id).outcome is Outcome.ACCEPTED:
        _settle(cursor, action_id, Outcome.REJECTED_LATER, now, BY_READING, words)
    return _read(cursor, action_id)


def end_review(cursor: duckdb.DuckDBPyConnection, action_id: str) -> None:
    """Writes that Bakkt works on the update no longer, so that it is not looked at again."""
    _update(cursor, action_id, {"pending_ids": []})


def mark_seen(cursor: duckdb.DuckDBPyConnection, action_id: str, seen_by: str, now: datetime) -> ActionRecord:
    """Writes who has seen first that an update was rejected later."""
    if _read(cursor, action_id).seen_at is None:
        _update(cursor, action_id, {"seen_at": now, "seen_by": seen_by})
    return _read(cursor, action_id)


def note_no_link_left(cursor: duckdb.DuckDBPyConnection, action_id: str, words: str) -> ActionRecord:
    """Records that Bakkt refused a link because the account has none left. Raises InputError for other actions."""
    record = find_action(cursor, action_id)
    if record is None or record.kind is not ActionKind.REQUEST_LINK or record.outcome is not Outcome.REFUSED:
        raise InputError("This is not a link request that Bakkt refused.", next_step="See its receipt.")
    _update(cursor, action_id, {"no_link_left": True, "note": " ".join(filter(None, (record.note, words)))})
    derive(cursor, [record.client_account_id])
    return _read(cursor, action_id)


def close_interrupted(cursor: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Marks as ``unknown`` every action that an earlier process left without an answer."""
    sent = _interrupted(cursor)
    for action_id in sent:
        _update(cursor, action_id, {"outcome": Outcome.UNKNOWN, "finished_at": now, "note": INTERRUPTED})
    accounts = list(dict.fromkeys(sent.values()))
    derive(cursor, accounts)
    follow_documents(cursor, Keys(accounts))


def has_interrupted(cursor: duckdb.DuckDBPyConnection) -> bool:
    return bool(_interrupted(cursor))


def _interrupted(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The accounts of actions without an answer, by the action's id."""
    rows = cursor.execute("select action_id, client_account_id from actions where outcome = ?", [Outcome.SENT])
    return dict(rows.fetchall())


def find_action(cursor: duckdb.DuckDBPyConnection, action_id: str) -> ActionRecord | None:
    found = cursor.execute(f"{_SELECT} where actions.action_id = $action_id", {"action_id": action_id}).fetchone()
    return _record(found) if found else None


def _land(cursor: duckdb.DuckDBPyConnection, record: ActionRecord, effects: Effects) -> None:
    """Lands an answer's effects. Link requests always rederive the account: a lost one counts against the budget.

    An upload that may have reached Bakkt replaces the document before it, though Bakkt has not dated it yet.
    """
    account = record.client_account_id
    if effects.registers_account:
        land_registry(cursor, [account], "opened here")
    if effects.kyb_starts:
        land_kyb_starts(cursor, [(account, start) for start in effects.kyb_starts], record.actor)
    if effects.document_dates:
        land_document_dates(cursor, effects.document_dates)
    if effects.link_unseen_until is not None:
        _update(cursor, record.action_id, {"link_unseen_until": effects.link_unseen_until})
    _land_link_answers(cursor, record, effects.link_answers)
    if effects.link_answers or record.kind is ActionKind.REQUEST_LINK:
        derive(cursor, [account])
    if record.kind is ActionKind.UPLOAD_DOCUMENT:
        follow_documents(cursor, Keys([account]))


def _settle(
    cursor: duckdb.DuckDBPyConnection, action_id: str, outcome: Outcome, now: datetime, by: str, words: str
) -> None:
    settled = {"outcome": outcome, "settled_at": now, "settled_by": by, "settled_words": words}
    _update(cursor, action_id, settled)


def _update(cursor: duckdb.DuckDBPyConnection, action_id: str, columns: Mapping[str, object]) -> None:
    """Writes these columns of an action; aware times become naive UTC."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    values = [naive(value) if isinstance(value, datetime) else value for value in columns.values()]
    cursor.execute(f"update actions set {assignments} where action_id = ?", [*values, action_id])


def _land_link_answers(
    cursor: duckdb.DuckDBPyConnection, record: ActionRecord, answers: tuple[LinkAnswer, ...]
) -> None:
    rows = [(record.client_account_id, one.seen_at, one.url, one.expires_at, record.action_id) for one in answers]
    insert_rows(cursor, "link_answers", _LINK_ANSWERS, rows)


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
    what, changed_fields = json.dumps(dict(plan.what)), list(plan.changed_fields)
    planned = plan.kind, plan.client_account_id, plan.slot, actor, what, plan.reason, plan.confirm_key, changed_fields
    insert_rows(cursor, "actions", _ACTIONS, [(action_id, *planned, now, Outcome.SENT, "", "[]", "")])


def _let_wait(cursor: duckdb.DuckDBPyConnection, action_id: str, plan: Plan, subject: str, asked_at: datetime) -> None:
    """Has the action wait for a second person, on what it rests now."""
    basis, changes_at = read_basis(cursor, plan.kind, plan.client_account_id)
    lapses_at, reason = lapse_of(plan.kind, asked_at, changes_at)
    waiting = {
        "outcome": Outcome.AWAITING_SECOND,
        "asked_at": asked_at,
        "asked_by_subject": subject,
        "lapses_at": lapses_at,
        "lapse_reason": reason,
        "waiting_basis": json.dumps(basis),
    }
    _update(cursor, action_id, waiting)


def _read(cursor: duckdb.DuckDBPyConnection, action_id: str) -> ActionRecord:
    record = find_action(cursor, action_id)
    if record is None:
        raise InputError("There is no such action.")
    return record


_SELECT = """
select
    actions.action_id, kind, actions.client_account_id, slot, actor, what, reason, confirm_key, changed_fields,
    started_at, finished_at, outcome, bakkt_words, refusals, note, settled_at, settled_by, settled_words,
    link_answers.expires_at as link_expires_at,
    coalesce(links.first_seen_at < actions.started_at, false) as is_link_old,
    answer_status as status, link_unseen_until, coalesce(no_link_left, false) as says_no_link_left, pending_ids,
    actions.seen_at, seen_by,
    asked_by_subject, asked_at, lapses_at, lapse_reason, waiting_ended_as, waiting_ended_at, second_subject,
    second_actor, second_reason
from actions_now as actions
left join link_answers using (action_id)
left join links on links.client_account_id = link_answers.client_account_id and links.url = link_answers.url
"""


def _record(row: tuple[Any, ...]) -> ActionRecord:
    """The action in one row (_SELECT): columns that are called as the fields are, then those of its waiting."""
    of_action, of_waiting = row[: len(_FIELDS)], row[len(_FIELDS) :]
    found: dict[str, Any] = {
        name: aware(value) if isinstance(value, datetime) else value
        for name, value in zip(_FIELDS, of_action, strict=True)
    }
    for name in ("changed_fields", "pending_ids"):
        found[name] = tuple(found[name] or ())
    refusals = tuple((name, words) for name, words in json.loads(found["refusals"]))
    kind, outcome, what = ActionKind(found["kind"]), Outcome(found["outcome"]), json.loads(found["what"])
    known = {"kind": kind, "outcome": outcome, "what": what, "refusals": refusals, "waiting": _waiting(*of_waiting)}
    return ActionRecord(**found | known)


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
        aware(ended_at) if ended_at else None,
        Colleague(second_subject, second or "") if second_subject else None,
        second_reason or "",
    )


_FIELDS = [one.name for one in fields(ActionRecord) if one.name != "waiting"]
