"""What link requests tell besides the links seen: lost ones, unseen links and Bakkt's "no link is left" (DESK.md)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.actions import BY_READING
from workbench.domain.links.budget import LinkNotes, UnseenLink
from workbench.domain.links.links import VerificationLink
from workbench.domain.links.requests import is_settled_by
from workbench.domain.moments import aware
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store.engine.keys import Keys

SEEN_WORDS = "Its link was seen."


@dataclass(frozen=True, slots=True)
class LostRequest:
    action_id: str
    started_at: datetime


def read_lost_requests(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, list[LostRequest]]:
    """The lost link requests by account; ``keys`` are clientAccountIds."""
    lost: dict[str, list[LostRequest]] = defaultdict(list)
    for client_account_id, action_id, started_at in keys.read(
        cursor, _LOST, "client_account_id, action_id, started_at"
    ):
        lost[client_account_id].append(LostRequest(action_id, aware(started_at)))
    return lost


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
    notes: dict[str, LinkNotes] = defaultdict(LinkNotes)
    for client_account_id, started_at, unseen_until, no_link_left, told_at in keys.read(
        cursor, _NOTED, "client_account_id, started_at, link_unseen_until, no_link_left, told_at"
    ):
        known = notes[client_account_id]
        unseen = (UnseenLink(aware(started_at), aware(unseen_until)),) if unseen_until else ()
        told = (aware(told_at),) if no_link_left else ()
        notes[client_account_id] = LinkNotes((*known.unseen, *unseen), (*known.no_link_left, *told))
    return dict(notes)


_LOST = (
    f"(select action_id, client_account_id, started_at from actions "
    f"where kind = '{ActionKind.REQUEST_LINK.value}' and outcome = '{Outcome.UNKNOWN.value}')"
)

_NOTED = (
    f"(select client_account_id, started_at, link_unseen_until, no_link_left, "
    f"coalesce(settled_at, finished_at, started_at) as told_at from actions "
    f"where kind = '{ActionKind.REQUEST_LINK.value}' and (link_unseen_until is not null or no_link_left))"
)
