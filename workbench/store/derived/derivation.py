"""Deriving accounts' journeys, links and current-state rows from their facts as data lands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.domain.account.search_text import account_text
from workbench.domain.facts import NO_DOCUMENTS, AccountFacts, Reading
from workbench.domain.kyb.checklist import checklist_status_with_rulings, rulings_in_force
from workbench.domain.links.budget import NO_NOTES, LinkNotes, counted_expiries, no_link_left_at, still_unseen
from workbench.domain.links.links import VerificationLink, links_of
from workbench.domain.standing.journey import Journey, journey_of, journey_of_first_reading
from workbench.domain.standing.targets import Target, due_at
from workbench.domain.standing.turns import plan_turn
from workbench.store.derived.facts_read import read_facts, read_targets
from workbench.store.derived.link_requests import read_link_notes, read_lost_requests, settle_seen_requests
from workbench.store.derived.rows import (
    DETAIL_NAMES,
    DETAILS,
    JOURNEYS,
    LINKS,
    STATES,
    columns_of,
    link_rows,
    milestone_columns,
    step_row,
)
from workbench.store.engine.keys import Keys, insert_rows, replace_rows
from workbench.store.engine.staging import schema, staged, table_of


@dataclass(frozen=True, slots=True)
class _Derived:
    """Everything derived from the facts of one account."""

    client_account_id: str
    facts: AccountFacts
    journey: Journey
    links: tuple[VerificationLink, ...]
    notes: LinkNotes = NO_NOTES


def derive(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], details: pa.Table | None = None) -> None:
    """Rederives the accounts from all their facts; ``details`` (DETAILS) replaces the details of older readings."""
    if not ids:
        return
    keys = Keys(ids)
    facts, targets, notes = read_facts(cursor, keys), read_targets(cursor), read_link_notes(cursor, keys)
    derived = [_derive_one(account, facts[account], notes.get(account, NO_NOTES)) for account in ids]
    known = [one for one in derived if one is not None]
    replace_rows(cursor, "journey", keys, table_of(JOURNEYS, _journey_rows(known)))
    links = [row for one in known for row in link_rows(one.client_account_id, one.links, one.journey.steps)]
    replace_rows(cursor, "links", keys, table_of(LINKS, links))
    lost = _settle_requests(cursor, keys, known)
    states = table_of(STATES, [_state_row(one, targets, lost.get(one.client_account_id, 0)) for one in known])
    _replace_accounts(cursor, keys, states, details if details is not None else table_of(DETAILS, []))


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


def derive_first(cursor: duckdb.DuckDBPyConnection, readings: Mapping[str, Reading], details: pa.Table) -> None:
    """Derives accounts whose only fact is one reading, so there is nothing to look up or replace.

    ``details`` (DETAILS) may describe other accounts too.
    """
    derived = [
        _Derived(account, AccountFacts(readings=(reading,)), journey_of_first_reading(reading), ())
        for account, reading in readings.items()
    ]
    insert_rows(cursor, "journey", table_of(JOURNEYS, _journey_rows(derived)))
    targets = read_targets(cursor)
    states = table_of(STATES, [_state_row(one, targets, 0) for one in derived])
    with staged(cursor, states=states, details=details):
        cursor.execute(_FIRST_ACCOUNTS)


def _derive_one(client_account_id: str, facts: AccountFacts, notes: LinkNotes) -> _Derived | None:
    journey = journey_of(facts)
    links = links_of(facts.events, facts.link_answers)
    return _Derived(client_account_id, facts, journey, links, notes) if journey else None


def _settle_requests(cursor: duckdb.DuckDBPyConnection, keys: Keys, known: Iterable[_Derived]) -> dict[str, int]:
    """Settles lost link requests whose link was seen; returns how many are still lost, by account."""
    lost = read_lost_requests(cursor, keys)
    return {
        one.client_account_id: settle_seen_requests(cursor, lost[one.client_account_id], one.links)
        for one in known
        if one.client_account_id in lost
    }


def _journey_rows(known: Iterable[_Derived]) -> list[tuple[object, ...]]:
    return [
        step_row(one.client_account_id, *numbered_step)
        for one in known
        for numbered_step in enumerate(one.journey.steps)
    ]


def _state_row(one: _Derived, targets: Sequence[Target], lost_link_requests: int) -> tuple[object, ...]:
    current, milestones = one.journey.current, one.journey.milestones
    newest = max(one.facts.readings, key=lambda reading: (reading.started_at, reading.content_hash), default=None)
    link_expires_at = one.links[-1].expires_at if one.links else None
    checklist = checklist_status_with_rulings(newest, rulings_in_force(one.facts.rulings)) if newest else NO_DOCUMENTS
    plan = plan_turn(
        current.standing,
        one.journey.known,
        link_expires_at=link_expires_at,
        checklist=checklist,
        lacks_identity_document=newest is not None and newest.lacks_identity_document,
    )
    return (
        one.client_account_id,
        current.standing.value,
        current.entered_at,
        current.undated,
        current.cause,
        due_at(current.standing, current.entered_at, targets),
        plan.turn.value,
        plan.changes_at,
        plan.turn_after.value if plan.turn_after else None,
        link_expires_at,
        counted_expiries(one.links, one.journey.steps, one.notes),
        max((unseen.ends_at for unseen in still_unseen(one.notes, one.links)), default=None),
        no_link_left_at(one.notes, one.links),
        lost_link_requests,
        max((event.received_at for event in one.facts.events), default=None),
        milestones.opened.reached_at,
        *milestone_columns(milestones.documented),
        *milestone_columns(milestones.screened),
        *milestone_columns(milestones.cleared),
        *milestone_columns(milestones.trading),
        milestones.verification.reached_at if milestones.verification else None,
    )


def _replace_accounts(cursor: duckdb.DuckDBPyConnection, keys: Keys, states: pa.Table, details: pa.Table) -> None:
    described = set(details.column("client_account_id").to_pylist())
    others = Keys([client_account_id for client_account_id in keys.values if client_account_id not in described])
    others.copy(cursor, "accounts", "known_accounts", _KNOWN_COLUMNS)
    keys.delete(cursor, "accounts")
    id_texts = table_of(
        _ID_TEXTS, [(client_account_id, account_text(client_account_id)) for client_account_id in keys.values]
    )
    with staged(cursor, states=states, details=details, id_texts=id_texts):
        cursor.execute(_NEXT_ACCOUNTS)


_ID_TEXTS = schema(client_account_id="text", search_text="text")
"""What search looks at in accounts that were never read."""

_KNOWN_COLUMNS = ", ".join(["client_account_id", *DETAIL_NAMES])

_NEXT_ACCOUNTS = f"""
insert into accounts by name
with
described as (
    select client_account_id, {columns_of("details", DETAIL_NAMES)}
    from details
    union all
    select client_account_id, {columns_of("known_accounts", DETAIL_NAMES)}
    from known_accounts
)
select
    client_account_id, {columns_of("described", [name for name in DETAIL_NAMES if name != "search_text"])},
    coalesce(described.search_text, id_texts.search_text) as search_text,
    {columns_of("states", STATES.names[1:])}
from states
join id_texts using (client_account_id)
left join described using (client_account_id)
"""

_FIRST_ACCOUNTS = f"""
insert into accounts by name
select
    client_account_id, {columns_of("details", DETAIL_NAMES)},
    {columns_of("states", STATES.names[1:])}
from states
join details using (client_account_id)
"""
