"""Moving an account on by an event that is newer than every event before it, without reading its other facts.

From its first event on an account stands where its latest event says, whatever was read or recorded since. So a newer
one adds a step at most, and of the milestones it may be the first of only two: cleared and verification. Links are
judged anew from their own rows where a link came or verification began or ended. What else an event may change is left
to ``derive``: an account's first event, a late one, papers of an entity under review, links that settle lost requests.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from workbench.domain.facts import JourneyStep, LinkAnswer, PartyEvent
from workbench.domain.links.links import counted_expiries, links_of
from workbench.domain.moments import aware
from workbench.domain.standing.advance import (
    StateBeforeEvent,
    Values,
    brings_link,
    can_move_by_event,
    entry_values,
    outlook_values,
)
from workbench.domain.standing.journey import cause_of
from workbench.domain.standing.rule import Known, standing_of
from workbench.domain.vocabulary import Standing
from workbench.store.derivation import JOURNEYS, LINKS, link_rows, read_targets, step_row
from workbench.store.keys import Keys, insert_rows, replace_rows
from workbench.store.staging import table_of

_COLUMNS = (
    "coalesce(is_entity, false), standing, last_event_at, link_expires_at, counted_expiries, "
    "coalesce(lost_link_requests, 0), cleared_at is not null, verification_at is not null, can_trade_crypto"
)


def advance_by_event(cursor: duckdb.DuckDBPyConnection, client_account_id: str, event: PartyEvent) -> bool:
    """Moves the account on where the event, which is landed, is its newest; False leaves the account as it was."""
    account = Keys([client_account_id])
    stored = _read_stored(cursor, account)
    standing = standing_of(Known(event=event))
    if stored is None or not can_move_by_event(stored, event, standing):
        return False
    values: Values = {"last_event_at": event.received_at, "link_expires_at": stored.link_expires_at}
    if standing is not stored.standing or brings_link(event):
        steps = _read_steps(cursor, account)
        if standing is not stored.standing:
            steps.append(JourneyStep(standing, event.received_at, cause_of(event)))
            insert_rows(cursor, "journey", table_of(JOURNEYS, [step_row(client_account_id, len(steps) - 1, steps[-1])]))
            values |= entry_values(stored, steps[-1], read_targets(cursor))
        if brings_link(event) or Standing.VERIFICATION in {standing, stored.standing}:
            values |= _renew_links(cursor, account, event, steps)
    _update(cursor, client_account_id, values | outlook_values(stored, standing, values["link_expires_at"]))
    return True


def _read_stored(cursor: duckdb.DuckDBPyConnection, account: Keys) -> StateBeforeEvent | None:
    rows = account.read(cursor, "accounts", _COLUMNS)
    return StateBeforeEvent(rows[0][0], Standing(rows[0][1]), *rows[0][2:]) if rows else None


def _read_steps(cursor: duckdb.DuckDBPyConnection, account: Keys) -> list[JourneyStep]:
    rows = account.read(cursor, "journey", "ordinal, standing, entered_at, cause, undated")
    return [JourneyStep(Standing(standing), aware(at), *rest) for _, standing, at, *rest in sorted(rows)]


def _renew_links(
    cursor: duckdb.DuckDBPyConnection, account: Keys, event: PartyEvent, steps: Sequence[JourneyStep]
) -> Values:
    """Replaces the account's links by what they are after the event; gives what its row says of them."""
    rows = account.read(cursor, "links", "first_seen_at, url, expires_at")
    known = [LinkAnswer(aware(seen_at), url, aware(expires_at)) for seen_at, url, expires_at in rows]
    links = links_of([event], known)
    replace_rows(cursor, "links", account, table_of(LINKS, link_rows(account.values[0], links, steps)))
    return {
        "link_expires_at": links[-1].expires_at if links else None,
        "counted_expiries": counted_expiries(links, steps),
    }


def _update(cursor: duckdb.DuckDBPyConnection, client_account_id: str, values: Values) -> None:
    """In place: for one row that is a fifth of deleting and inserting it."""
    columns = ", ".join(f"{name} = ${name}" for name in values)
    cursor.execute(
        f"update accounts set {columns} where client_account_id = $client_account_id",
        {**{name: _naive(value) for name, value in values.items()}, "client_account_id": client_account_id},
    )


def _naive(value: object) -> object:
    if isinstance(value, list):
        return [_naive(one) for one in value]
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value
