"""The states of accounts: read from their rows, moved on by new facts or folded from all of them, and written.

An account moves on from its row if each new fact comes next (``comes_next``); everything else is folded anew from the
facts in their tables, which are landed before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa

from workbench.domain.account.search_text import account_text
from workbench.domain.facts import (
    NO_DOCUMENTS,
    AccountFacts,
    JourneyStep,
    KybEnd,
    KybStart,
    LinkAnswer,
    PartyEvent,
    Reading,
    Requirement,
)
from workbench.domain.kyb.checklist import checklist_status, rulings_in_force
from workbench.domain.links.budget import NO_NOTES, LinkNotes, counted_expiries, no_link_left_at, still_unseen
from workbench.domain.links.links import VerificationLink, links_of
from workbench.domain.links.outcomes import first_completed_link, outcomes_of
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.moments import naive
from workbench.domain.standing.advance import Fact, Milestone, Milestones, State, comes_next, fact_time, next_state
from workbench.domain.standing.journey import in_order_of_time, journey_of
from workbench.domain.standing.kyb_progress import NO_KYB
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.standing.targets import Target
from workbench.domain.vocabulary import Standing
from workbench.store.derived.facts_read import read_facts, read_kyb_facts, read_targets
from workbench.store.derived.link_requests import read_link_notes, read_lost_requests, settle_seen_requests
from workbench.store.derived.rows import (
    ACCOUNT_KEY,
    JOURNEYS,
    LINKS,
    STATES,
    LinkColumns,
    Row,
    link_rows,
    state_row,
    step_rows,
)
from workbench.store.derived.rulings import read_rulings
from workbench.store.derived.taken_out import find_taken_out, mark_taken_out
from workbench.store.derived.waiting import end_waiting_of
from workbench.store.engine.keys import Keys, delete_rows, insert_rows, replace_rows, rows_by_name, update_rows
from workbench.store.engine.staging import count_of, schema, staged, table_of


@dataclass(frozen=True, slots=True)
class Stored:
    """An account's state and links as its row has them, the number of that row, and the account's key (ACCOUNT_KEY)."""

    state: State
    links: LinkColumns
    row: int
    account_key: int


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be written of an account: its state, the steps and the links that are new.

    ``previous`` is what the account was in before the new steps, None before the first of all. ``link_rows`` is None
    where links stay. ``is_whole``: steps and links take the place of all that are stored.
    """

    state: State
    links: LinkColumns
    steps: Sequence[JourneyStep] = ()
    previous: JourneyStep | None = None
    link_rows: Sequence[Row] | None = None
    is_whole: bool = False


_NO_ROWS: Mapping[str, int] = {}
_KEYED_STATES = STATES.append(ACCOUNT_KEY)
_FIRST_STATES = _KEYED_STATES.append(pa.field("search_text", pa.string()))
"""What is written of an account before it is read."""


def derive(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Folds the accounts anew from all their facts."""
    write(cursor, fold(cursor, ids), _read_rows(cursor, ids))


def read_states(
    cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], rows: Mapping[str, int] = _NO_ROWS, *, checklists: bool
) -> dict[str, Stored]:
    """The states of accounts that have a row.

    ``rows``: the numbers of those rows that were found in this transaction. ``checklists``: with those of entities,
    which a reading would replace.
    """
    stored = _read_rows(cursor, ids, rows)
    entities = [account for account, one in stored.items() if one.state.is_entity]
    if entities:
        _read_kyb(cursor, Keys(entities), stored, checklists=checklists)
    return stored


def move_on(
    cursor: duckdb.DuckDBPyConnection, news: Mapping[str, Iterable[Fact]], stored: Mapping[str, Stored]
) -> dict[str, Move]:
    """What new facts, which are landed, make of their accounts."""
    targets = _Targets(cursor)
    moves = {
        account: move
        for account, facts in news.items()
        if account in stored
        and (move := _next(cursor, account, stored[account], in_order_of_time(facts), targets)) is not None
    }
    return moves | fold(cursor, [account for account in news if account not in moves])


def fold(
    cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], known: Mapping[str, AccountFacts] | None = None
) -> dict[str, Move]:
    """What all facts make of these accounts; those of which nothing is known are left out."""
    if not ids:
        return {}
    keys, targets = Keys(ids), read_targets(cursor)
    facts = known or read_facts(cursor, keys)
    notes = {} if known else read_link_notes(cursor, keys)
    lost = {} if known else read_lost_requests(cursor, keys)
    moves = dict[str, Move]()
    for account in ids:
        links = links_of(facts[account].events, facts[account].link_answers)
        if (journey := journey_of(facts[account], targets)) is not None:
            still_lost = settle_seen_requests(cursor, lost[account], links) if account in lost else 0
            columns, rows = _links_told(account, links, journey.steps, notes.get(account, NO_NOTES), still_lost)
            moves[account] = Move(journey.state, columns, journey.steps, link_rows=rows, is_whole=True)
    return moves


def write(
    cursor: duckdb.DuckDBPyConnection,
    moves: Mapping[str, Move],
    stored: Mapping[str, Stored],
    details: pa.Table | None = None,
) -> None:
    """Writes what became of accounts. ``stored``: those that have a row; ``details`` (DETAILS) are of every account."""
    if not moves:
        return
    keys = _account_keys(cursor, moves, stored)
    _write_steps_and_links(cursor, moves, stored, keys)
    states = {account: state_row(account, move.state, move.links) for account, move in moves.items()}
    if details is not None:
        _rewrite(cursor, states, stored, details, keys)
    else:
        _update(cursor, {account: state for account, state in states.items() if account in stored}, stored)
        new = [(*states[one], keys[one], account_text(one)) for one in states if one not in stored]
        insert_rows(cursor, "accounts", _FIRST_STATES, new)
    written_anew = [account for account in states if details is not None or account not in stored]
    mark_taken_out(cursor, find_taken_out(cursor, written_anew) if written_anew else [])  # a new row says false
    end_waiting_of(cursor, moves)


def _account_keys(
    cursor: duckdb.DuckDBPyConnection, moves: Mapping[str, Move], stored: Mapping[str, Stored]
) -> dict[str, int]:
    """The key of each account: that of its row, or the next after all there are."""
    keys = {account: stored[account].account_key for account in moves if account in stored}
    new = [account for account in moves if account not in stored]
    if not new:
        return keys
    first_free = count_of(cursor, "select coalesce(max(account_key) + 1, 0) from accounts")
    return keys | dict(zip(new, count(first_free), strict=False))


def accounts_with_lost_links(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Accounts with a link in an event and none derived from it: earlier versions left out those without an expiry."""
    rows = cursor.execute(
        """
        select distinct client_account_id
        from events
        anti join links on links.client_account_id = events.client_account_id and links.url = events.verification_url
        where events.verification_url is not null
        order by client_account_id
        """
    ).fetchall()
    return [client_account_id for (client_account_id,) in rows]


@dataclass(slots=True)
class _Targets(Sequence[Target]):
    """The targets, read when the first of them is looked at: most facts change no standing."""

    cursor: duckdb.DuckDBPyConnection
    read: list[Target] | None = field(default=None)

    def _all(self) -> list[Target]:
        if self.read is None:
            self.read = read_targets(self.cursor)
        return self.read

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]


def _next(
    cursor: duckdb.DuckDBPyConnection, account: str, stored: Stored, facts: Sequence[Fact], targets: Sequence[Target]
) -> Move | None:
    """The account moved on by facts in order of time; None if it has to be folded anew."""
    state, previous, steps = stored.state, stored.state.current, list[JourneyStep]()
    for fact in facts:
        if not comes_next(state, fact) or _may_be_about_update(state, fact):
            return None
        after = next_state(state, fact, targets)
        if after.ordinal != state.ordinal:
            steps.append(after.current)
        state = after
    seen = [fact for fact in facts if isinstance(fact, PartyEvent) and fact.link_url is not None]
    is_left = bool(steps) and Standing.VERIFICATION in {step.standing for step in (previous, *steps)}
    if not seen and not is_left:
        return Move(state, stored.links, steps, previous)
    if stored.links.has_notes:
        return None
    links, rows = _links_after(cursor, account, seen, steps)
    return Move(state, links, steps, previous, rows)


def _may_be_about_update(state: State, fact: Fact) -> bool:
    """Whether the standing depends on updates of ours, which no row tells of."""
    return isinstance(fact, Reading) and not state.last_event_at and fact.request_status in REJECTED_REQUESTS


def _links_after(
    cursor: duckdb.DuckDBPyConnection, account: str, seen: Sequence[PartyEvent], new_steps: Sequence[JourneyStep]
) -> tuple[LinkColumns, list[Row]]:
    """The account's links as of the newest event: what its row says of them, and their own rows."""
    key = Keys([account])
    known = key.read_as(cursor, LinkAnswer, "links", _KNOWN_LINK)[account]
    old = dict(key.read_as(cursor, _numbered_step, "journey", "ordinal, standing, entered_at, cause, undated")[account])
    steps = [*(old[ordinal] for ordinal in sorted(old)), *new_steps]
    return _links_told(account, links_of(seen, known), steps, NO_NOTES, 0)


_KNOWN_LINK = "first_seen_at as seen_at, url, expires_at, coalesce(is_expiry_assumed, false) as is_expiry_assumed"


def _numbered_step(ordinal: int, standing: str, **told: Any) -> tuple[int, JourneyStep]:
    return ordinal, JourneyStep(Standing(standing), **told)


def _links_told(
    account: str,
    links: Sequence[VerificationLink],
    steps: Sequence[JourneyStep],
    notes: LinkNotes,
    lost_requests: int,
) -> tuple[LinkColumns, list[Row]]:
    """What the account's row says of its links, and their own rows."""
    outcomes = outcomes_of(links, steps)
    expiries = sorted(counted_expiries(links, steps, notes))
    first, second, third = [*expiries, *[None] * LINKS_ALLOWED][:LINKS_ALLOWED]
    columns = LinkColumns(
        links[-1].expires_at if links else None,
        first,
        second,
        third,
        max((unseen.ends_at for unseen in still_unseen(notes, links)), default=None),
        no_link_left_at(notes, links),
        lost_requests,
        first_completed_link(outcomes),
    )
    return columns, list(link_rows(account, links, outcomes, steps))


_OF_CHECKLIST = ("turn", "turn_changes_at", "turn_after", "kyb_ready_through")
"""Written whenever a row is: a state that was read without the checklist cannot tell what its row has."""
_READ = [
    *("rowid", "account_key", "is_entity", "request_status", "lacks_identity_document", "read_at"),
    *(name for name in STATES.names[1:] if name not in _OF_CHECKLIST),
]
_ROW_NUMBERS = schema(rowid="hash")


def _read_rows(
    cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], numbers: Mapping[str, int] = _NO_ROWS
) -> dict[str, Stored]:
    """The rows of accounts. Of many accounts, those with a known number are found by it without reading every id."""
    if not ids:
        return {}
    columns = ", ".join(_READ)
    by_id = Keys(ids) if Keys(ids).are_few else Keys([account for account in ids if account not in numbers])
    found = {account: one for account, (one,) in by_id.read_as(cursor, _stored, "accounts", columns).items()}
    account_of = {numbers[account]: account for account in ids if account in numbers and account not in found}
    if account_of:
        with staged(cursor, numbers=table_of(_ROW_NUMBERS, [(number,) for number in account_of])):
            rows = cursor.execute(f"select {columns} from accounts where rowid in (select rowid from numbers)")
            states = [_stored(**row) for row in rows_by_name(rows)]
        found |= {account_of[one.row]: one for one in states}
    return found


def _stored(**found: Any) -> Stored:
    """The state in one row (_READ)."""
    step = JourneyStep(
        Standing(found["standing"]), found["standing_since"], found["standing_cause"], found["standing_undated"]
    )
    state = State(
        is_entity=bool(found["is_entity"]),
        current=step,
        milestones=_milestones(found),
        ordinal=found["standing_ordinal"],
        due_at=found["due_at"],
        last_fact_at=max(filter(None, (found["read_at"], found["last_event_at"])), default=None),
        last_event_at=found["last_event_at"],
        is_read=found["read_at"] is not None,
        request_status=found["request_status"],
        lacks_identity_document=bool(found["lacks_identity_document"]),
    )
    told = {one.name: found[one.name] for one in fields(LinkColumns)}
    links = LinkColumns(**told | {"lost_link_requests": found["lost_link_requests"] or 0})
    return Stored(state, links, found["rowid"], found["account_key"])


def _milestones(found: Mapping[str, Any]) -> Milestones:
    return Milestones(
        Milestone(found["opened_at"]),
        documented=_milestone(found, "documented"),
        screened=_milestone(found, "screened"),
        cleared=_milestone(found, "cleared"),
        trading=_milestone(found, "trading"),
        verification=Milestone(found["verification_at"]) if found["verification_at"] else None,
    )


def _milestone(found: Mapping[str, Any], name: str) -> Milestone | None:
    reached_at = found[f"{name}_at"]
    return Milestone(reached_at, found[f"{name}_undated"]) if reached_at else None


def _read_kyb(cursor: duckdb.DuckDBPyConnection, keys: Keys, stored: dict[str, Stored], *, checklists: bool) -> None:
    """Adds to the states of entities what people recorded, and their checklists."""
    rulings, facts, lines = read_rulings(cursor, keys), read_kyb_facts(cursor, keys), dict[str, Any]()
    if checklists:
        lines = dict(keys.read(cursor, "accounts", "client_account_id, requirements"))
    for account in keys.values:
        ruled, of_kyb = rulings.get(account, []), facts.get(account, [])
        found = tuple(Requirement(**line) for line in lines.get(account) or ())
        state = stored[account].state
        progress = NO_KYB
        for fact in in_order_of_time(of_kyb):
            progress = progress.after(fact) if isinstance(fact, KybStart | KybEnd) else progress
        times = [*map(fact_time, ruled), *map(fact_time, of_kyb), *filter(None, [state.last_fact_at])]
        state = replace(
            state,
            kyb=progress,
            rulings=rulings_in_force(ruled),
            lines=found,
            checklist=checklist_status(found) if found else NO_DOCUMENTS,
            last_fact_at=max(times, default=None),
        )
        stored[account] = replace(stored[account], state=state)


def _write_steps_and_links(
    cursor: duckdb.DuckDBPyConnection,
    moves: Mapping[str, Move],
    stored: Mapping[str, Stored],
    keys: Mapping[str, int],
) -> None:
    known = [account for account, move in moves.items() if move.is_whole and account in stored]
    steps = [
        row
        for account, move in moves.items()
        for row in step_rows(account, keys[account], move.state, move.steps, move.previous)
    ]
    replace_rows(cursor, "journey", Keys(known), JOURNEYS, steps)
    relinked = [account for account, move in moves.items() if move.link_rows is not None and account in stored]
    links = [row for move in moves.values() for row in move.link_rows or ()]
    replace_rows(cursor, "links", Keys(relinked), LINKS, links)


def _rewrite(
    cursor: duckdb.DuckDBPyConnection,
    states: Mapping[str, Row],
    stored: Mapping[str, Stored],
    details: pa.Table,
    keys: Mapping[str, int],
) -> None:
    """Replaces whole rows: finding and deleting them by their numbers costs a third of doing so by id.

    The columns of a row are its key and all those of STATES and DETAILS.
    """
    old = [(stored[account].row,) for account in states if account in stored]
    delete_rows(cursor, "accounts", _ROW_NUMBERS, old)
    keyed = [(*state, keys[account]) for account, state in states.items()]
    with staged(cursor, states=table_of(_KEYED_STATES, keyed), details=details):
        cursor.execute("insert into accounts by name select * from states join details using (client_account_id)")


MAX_UPDATED_ONE_BY_ONE = 64
"""Rows of a larger batch are updated by one statement."""

_NUMBERED_STATES = pa.schema([*_ROW_NUMBERS, *list(STATES)[1:]])


def _update(cursor: duckdb.DuckDBPyConnection, states: Mapping[str, Row], stored: Mapping[str, Stored]) -> None:
    """Updates rows in place, which takes a fifth of the time of deleting and inserting them."""
    if len(states) > MAX_UPDATED_ONE_BY_ONE:
        rows = [(stored[account].row, *values) for account, (_, *values) in states.items()]
        update_rows(cursor, "accounts", _NUMBERED_STATES, rows, by=["rowid"])
        return
    for account, values in states.items():
        before = state_row(account, stored[account].state, stored[account].links)
        changed = {
            name: naive(new) if isinstance(new, datetime) else new
            for name, old, new in zip(STATES.names, before, values, strict=True)
            if new != old or name in _OF_CHECKLIST
        }
        columns = ", ".join(f"{name} = ?" for name in changed)
        cursor.execute(f"update accounts set {columns} where client_account_id = ?", [*changed.values(), account])
