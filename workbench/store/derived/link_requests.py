"""What link requests tell besides the links seen: lost ones, unseen links and Bakkt's "no link is left" (DESK.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.actions import BY_READING
from workbench.domain.links.budget import LinkNotes, UnseenLink
from workbench.domain.links.links import VerificationLink
from workbench.domain.links.requests import is_settled_by
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store.engine.keys import Keys

SEEN_WORDS = "Its link was seen."


@dataclass(frozen=True, slots=True)
class LostRequest:
    action_id: str
    started_at: datetime


def read_lost_requests(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, list[LostRequest]]:
    """The lost link requests by account; ``keys`` are clientAccountIds."""
    return keys.read_as(cursor, LostRequest, _LOST, "action_id, started_at")


def settle_seen_requests(
    cursor: duckdb.DuckDBPyConnection, lost: Sequence[LostRequest], links: tuple[VerificationLink, ...]
) -> int:
    """Settles as accepted the requests whose link was seen; returns how many are still lost."""
    seen = [request.action_id for request in lost if is_settled_by(request.started_at, links)]
    for action_id in seen:
        cursor.execute(
            "update actions set outcome = $outcome, settled_at = desk_now(), settled_by = $by, settled_words = $words "
            "where action_id = $action_id",
            {"outcome": Outcome.ACCEPTED.value, "by": BY_READING, "words": SEEN_WORDS, "action_id": action_id},
        )
    return len(lost) - len(seen)


def read_link_notes(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, LinkNotes]:
    """What was told of the links of each account that anything was told of; ``keys`` are clientAccountIds."""
    notes = keys.read_as(cursor, _note, _NOTED, "started_at, link_unseen_until, no_link_left, told_at")
    return {
        account: LinkNotes(
            tuple(unseen for one in found for unseen in one.unseen),
            tuple(told_at for one in found for told_at in one.no_link_left),
        )
        for account, found in notes.items()
    }


def _note(
    started_at: datetime, link_unseen_until: datetime | None, told_at: datetime, *, no_link_left: bool | None
) -> LinkNotes:
    """What one request tells."""
    unseen = (UnseenLink(started_at, link_unseen_until),) if link_unseen_until else ()
    return LinkNotes(unseen, (told_at,) if no_link_left else ())


_LOST = (
    f"(select action_id, client_account_id, started_at from actions "
    f"where kind = '{ActionKind.REQUEST_LINK.value}' and outcome = '{Outcome.UNKNOWN.value}')"
)

_NOTED = (
    f"(select client_account_id, started_at, link_unseen_until, no_link_left, "
    f"coalesce(settled_at, finished_at, started_at) as told_at from actions "
    f"where kind = '{ActionKind.REQUEST_LINK.value}' and (link_unseen_until is not null or no_link_left))"
)
