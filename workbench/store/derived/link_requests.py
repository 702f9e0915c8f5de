"""Link requests whose answer was lost: each counts against the budget until its link is seen (DESK.md, "Links")."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.actions import BY_READING
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


_LOST = (
    f"(select action_id, client_account_id, started_at from actions "
    f"where kind = '{ActionKind.REQUEST_LINK.value}' and outcome = '{Outcome.UNKNOWN.value}')"
)
