"""Deriving journeys, links and the current-state row of accounts from their facts, as data lands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from workbench.domain.facts import AccountFacts, JourneyStep, KybEnd, KybStart, LinkAnswer, Papers, PartyEvent, Reading
from workbench.domain.kyb.checklist import papers_under, rulings_in_force
from workbench.domain.links.links import Link, counted_expiries, counts_when_expired, links_of
from workbench.domain.links.outcomes import LinkOutcome, outcomes_of
from workbench.domain.moments import aware
from workbench.domain.standing.journey import Journey, Milestone, journey_of, journey_of_first
from workbench.domain.standing.rule import contradiction_of
from workbench.domain.standing.targets import Target, due_at
from workbench.domain.standing.turns import plan_turn
from workbench.domain.vocabulary import Standing
from workbench.store.keys import Keys, insert_rows, replace_rows
from workbench.store.link_requests import read_lost_requests, settle_seen_requests
from workbench.store.rulings import read_lines, read_rulings
from workbench.store.staging import schema, staged, table_of

DETAILS = schema(
    client_account_id="text",
    account_type="text",
    is_entity="flag",
    display_name="text",
    bakkt_account_id="text",
    created_at="time",
    request_status="text",
    can_trade_crypto="flag",
    settlement_method="text",
    pending_updates="count",
    content_hash="text",
    owners_hash="hash",
    documents_hash="hash",
    missing_fields_hash="hash",
    requirements_hash="hash",
    search_words="text",
)
"""The columns of an account's row that come from its newest reading."""

STATES = schema(
    client_account_id="text",
    standing="text",
    standing_since="time",
    standing_undated="flag",
    standing_cause="text",
    due_at="time",
    turn="text",
    turn_changes_at="time",
    turn_after="text",
    contradiction="text",
    link_expires_at="time",
    counted_expiries="times",
    lost_link_requests="count",
    last_event_at="time",
    opened_at="time",
    documented_at="time",
    documented_undated="flag",
    screened_at="time",
    screened_undated="flag",
    cleared_at="time",
    cleared_undated="flag",
    trading_at="time",
    trading_undated="flag",
    verification_at="time",
)
JOURNEYS = schema(
    client_account_id="text", ordinal="count", standing="text", entered_at="time", cause="text", undated="flag"
)
LINKS = schema(
    client_account_id="text",
    url="text",
    expires_at="time",
    first_seen_at="time",
    is_counted="flag",
    ordinal="count",
    live_from="time",
    live_until="time",
    completed_at="time",
    decided_at="time",
)


@dataclass(frozen=True, slots=True)
class _Derived:
    """All that follows from the facts of one account."""

    client_account_id: str
    facts: AccountFacts
    journey: Journey
    links: tuple[Link, ...]


def derive(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], details: pa.Table | None = None) -> None:
    """Derives the accounts anew from all their facts; ``details`` (DETAILS) replaces what older readings said."""
    if not ids:
        return
    keys = Keys(ids)
    facts, targets = _read_facts(cursor, keys), read_targets(cursor)
    derived = [_derive_one(client_account_id, facts[client_account_id]) for client_account_id in ids]
    known = [one for one in derived if one is not None]
    replace_rows(cursor, "journey", keys, table_of(JOURNEYS, _journey_rows(known)))
    links = [row for one in known for row in link_rows(one.client_account_id, one.links, one.journey.steps)]
    replace_rows(cursor, "links", keys, table_of(LINKS, links))
    lost = _settle_requests(cursor, keys, known)
    states = table_of(STATES, [_state_row(one, targets, lost.get(one.client_account_id, 0)) for one in known])
    _replace_accounts(cursor, keys, states, details if details is not None else table_of(DETAILS, []))


def derive_first(cursor: duckdb.DuckDBPyConnection, readings: Mapping[str, Reading], details: pa.Table) -> None:
    """Derives accounts of which one reading is all that is known: there is nothing to look up and nothing to replace.

    ``details`` (DETAILS) may describe other accounts too.
    """
    derived = [
        _Derived(account, AccountFacts(readings=(reading,)), journey_of_first(reading), ())
        for account, reading in readings.items()
    ]
    insert_rows(cursor, "journey", table_of(JOURNEYS, _journey_rows(derived)))
    targets = read_targets(cursor)
    states = table_of(STATES, [_state_row(one, targets, 0) for one in derived])
    with staged(cursor, states=states, details=details):
        cursor.execute(_FIRST_ACCOUNTS)


def _derive_one(client_account_id: str, facts: AccountFacts) -> _Derived | None:
    journey = journey_of(facts)
    return _Derived(client_account_id, facts, journey, links_of(facts.events, facts.link_answers)) if journey else None


def _settle_requests(cursor: duckdb.DuckDBPyConnection, keys: Keys, known: Iterable[_Derived]) -> dict[str, int]:
    """How many requests for a link are still lost, by account; those whose link is there now are settled."""
    lost = read_lost_requests(cursor, keys)
    return {
        one.client_account_id: settle_seen_requests(cursor, lost[one.client_account_id], one.links)
        for one in known
        if one.client_account_id in lost
    }


OTHER_FACTS = ("accounts", "kyb_starts", "link_answers", "kyb_rulings", "actions")
"""Where anything may be known of an account that was never read; one with events has a row already."""

_EVENT_COLUMNS = (
    "client_account_id, received_at, request_id, party_status, reason_code, "
    "verification_url, verification_expires_at, content_hash"
)
_READING_COLUMNS = (
    "client_account_id, started_at, created_at, is_entity, request_status, can_trade_crypto, "
    "papers_complete, papers_valid_through, content_hash"
)


def _read_facts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, AccountFacts]:
    events, readings, starts, answers = defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list)
    for client_account_id, *values in keys.read(cursor, "events", _EVENT_COLUMNS):
        events[client_account_id].append(_party_event(*values))
    rulings = read_rulings(cursor, keys)
    lines = read_lines(cursor, rulings)
    for client_account_id, started_at, created_at, *values in keys.read(cursor, "readings", _READING_COLUMNS):
        checklist = lines.get((client_account_id, started_at, values[-1]), ())
        readings[client_account_id].append(Reading(aware(started_at), aware(created_at), *[*values, checklist]))
    for client_account_id, started_at, is_manual in keys.read(
        cursor, "kyb_starts", "client_account_id, started_at, is_manual"
    ):
        starts[client_account_id].append(KybStart(aware(started_at), is_manual))
    ends = read_kyb_ends(cursor, starts)
    for client_account_id, seen_at, url, expires_at in keys.read(
        cursor, "link_answers", "client_account_id, seen_at, url, expires_at"
    ):
        answers[client_account_id].append(LinkAnswer(aware(seen_at), url, aware(expires_at)))
    return {
        key: AccountFacts(
            *(tuple(events[key]), tuple(readings[key]), tuple(starts[key]), tuple(answers[key])),
            rulings=tuple(rulings.get(key, ())),
            kyb_ends=tuple(ends.get(key, ())),
        )
        for key in keys.values
    }


def read_kyb_ends(cursor: duckdb.DuckDBPyConnection, started: Iterable[str]) -> dict[str, list[KybEnd]]:
    """How manual KYB ended, of accounts for which a screen was begun: few, so others are not asked about."""
    keys, ends = Keys(list(started)), defaultdict(list)
    if keys.values:
        for client_account_id, ended_at, ended_as in keys.read(
            cursor, "kyb_ends", "client_account_id, ended_at, ended_as"
        ):
            ends[client_account_id].append(KybEnd(aware(ended_at), ended_as))
    return ends


def _party_event(
    received_at: datetime,
    request_id: str,
    party_status: str | None,
    reason_code: str | None,
    url: str | None,
    expires_at: datetime | None,
    content_hash: str,
) -> PartyEvent:
    expiry = aware(expires_at) if expires_at else None
    return PartyEvent(aware(received_at), request_id, party_status, reason_code, url, expiry, content_hash)


def read_targets(cursor: duckdb.DuckDBPyConnection) -> list[Target]:
    rows = cursor.execute("select standing, hours, valid_from from targets").fetchall()
    return [Target(Standing(standing), hours, aware(valid_from)) for standing, hours, valid_from in rows]


def step_row(client_account_id: str, ordinal: int, step: JourneyStep) -> tuple[object, ...]:
    """The row of one entry into a standing (JOURNEYS)."""
    return client_account_id, ordinal, step.standing.value, step.entered_at, step.cause, step.undated


def _journey_rows(known: Iterable[_Derived]) -> list[tuple[object, ...]]:
    return [step_row(one.client_account_id, *place) for one in known for place in enumerate(one.journey.steps)]


def link_rows(
    client_account_id: str, links: Sequence[Link], steps: Sequence[JourneyStep]
) -> Iterator[tuple[object, ...]]:
    """The rows of one account's links (LINKS), by expiry."""
    for ordinal, (link, outcome) in enumerate(zip(links, outcomes_of(links, steps), strict=True), 1):
        is_counted = counts_when_expired(link, steps)
        yield client_account_id, link.url, link.expires_at, link.first_seen_at, is_counted, ordinal, *_went(outcome)


def _went(outcome: LinkOutcome | None) -> tuple[datetime | None, ...]:
    if outcome is None:
        return None, None, None, None
    return outcome.live_from, outcome.live_until, outcome.completed_at, outcome.decided_at


def _state_row(one: _Derived, targets: Sequence[Target], lost_link_requests: int) -> tuple[object, ...]:
    current, milestones = one.journey.current, one.journey.milestones
    newest = max(one.facts.readings, key=lambda reading: (reading.started_at, reading.content_hash), default=None)
    link_expires_at = one.links[-1].expires_at if one.links else None
    papers = papers_under(newest, rulings_in_force(one.facts.rulings)) if newest else Papers(False, None)
    plan = plan_turn(current.standing, one.journey.known, link_expires_at=link_expires_at, papers=papers)
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
        contradiction_of(
            current.standing,
            is_by_event=one.journey.known.event is not None,
            can_trade_crypto=newest.can_trade_crypto if newest else None,
        ),
        link_expires_at,
        counted_expiries(one.links, one.journey.steps),
        lost_link_requests,
        max((event.received_at for event in one.facts.events), default=None),
        milestones.opened.reached_at,
        *_moment(milestones.documented),
        *_moment(milestones.screened),
        *_moment(milestones.cleared),
        *_moment(milestones.trading),
        milestones.verification.reached_at if milestones.verification else None,
    )


def _moment(milestone: Milestone | None) -> tuple[datetime | None, bool]:
    return (milestone.reached_at, milestone.undated) if milestone else (None, False)


def _replace_accounts(cursor: duckdb.DuckDBPyConnection, keys: Keys, states: pa.Table, details: pa.Table) -> None:
    described = set(details.column("client_account_id").to_pylist())
    others = Keys([client_account_id for client_account_id in keys.values if client_account_id not in described])
    others.copy(cursor, "accounts", "known_accounts", _KNOWN_COLUMNS)
    keys.delete(cursor, "accounts")
    with staged(cursor, states=states, details=details):
        cursor.execute(_NEXT_ACCOUNTS)


def columns_of(side: str, names: Sequence[str]) -> str:
    return ", ".join(f"{side}.{name}" for name in names)


DETAIL_NAMES = [name for name in DETAILS.names if name not in {"client_account_id", "search_words"}]
_KNOWN_COLUMNS = ", ".join(["client_account_id", *DETAIL_NAMES, "search_text"])

_NEXT_ACCOUNTS = f"""
insert into accounts by name
with
described as (
    select client_account_id, {columns_of("details", DETAIL_NAMES)}, fold_text(details.search_words) as search_text
    from details
    union all
    select client_account_id, {columns_of("known_accounts", DETAIL_NAMES)}, known_accounts.search_text
    from known_accounts
)
select
    client_account_id, {columns_of("described", DETAIL_NAMES)},
    coalesce(described.search_text, fold_text(states.client_account_id)) as search_text,
    {columns_of("states", STATES.names[1:])}
from states
left join described using (client_account_id)
"""

_FIRST_ACCOUNTS = f"""
insert into accounts by name
select
    client_account_id, {columns_of("details", DETAIL_NAMES)}, fold_text(details.search_words) as search_text,
    {columns_of("states", STATES.names[1:])}
from states
join details using (client_account_id)
"""
