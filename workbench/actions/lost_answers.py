"""What becomes of actions whose answer was lost: the one rule by which they count as not sent, and its correction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workbench.access.policy import ACT_OF_KIND
from workbench.actions.performing import Actions
from workbench.bakkt.wire.connection import TimeLimits
from workbench.domain.actions import BY_READING
from workbench.domain.errors import InputError
from workbench.domain.moments import aware
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord, Settlement

GRACE = timedelta(seconds=60)
"""How long after its own time limit a request may still be on its way, in a gateway for example."""
LATE_ARRIVALS_FOR = timedelta(hours=24)
"""How long Bakkt is asked for an action that counts as not sent; later only a sync or an event can show it."""
_LIMITS = TimeLimits()


def latest_arrival(record: ActionRecord) -> datetime:
    """Until when the request may still arrive. It was sent before ``finished_at``, when its answer was given up."""
    has_file = record.kind is ActionKind.UPLOAD_DOCUMENT
    seconds = _LIMITS.total_with_file if has_file else _LIMITS.total_of_write
    return (record.finished_at or record.started_at) + timedelta(seconds=seconds) + GRACE


def settle_as_not_sent(record: ActionRecord, read_at: datetime, words: str) -> Settlement | None:
    """For an action of which Bakkt shows nothing at a reading that began at ``read_at``; None if that is too early."""
    return Settlement(Outcome.NOT_SENT, BY_READING, words) if read_at >= latest_arrival(record) else None


def land_settlement(actions: Actions, record: ActionRecord, settlement: Settlement | None) -> Settlement | None:
    """Saves how an action turned out, also if it counted as not sent before. Raises StoreError.

    None if that cannot be told, is known already or a person settled it first.
    """
    if settlement is None or settlement.outcome is record.outcome:
        return None
    if record.outcome is Outcome.NOT_SENT:
        words = f"{settlement.words} Until then it counted as not sent (settled by {record.settled_by})."
        settlement = replace(settlement, words=words, is_correction=True)
    try:
        actions.store.settle_action(record.action_id, settlement, actions.now())
    except InputError:
        return None
    actions.acting.end_for_nobody(ACT_OF_KIND[record.kind], record.client_account_id, settlement.outcome)
    return settlement


@dataclass(frozen=True, slots=True)
class DoubtfulAction:
    """An action that may have arrived unseen; ``read_at``: when its account was last read, if it was."""

    action_id: str
    kind: ActionKind
    outcome: Outcome
    client_account_id: str
    slot: str
    started_at: datetime
    settled_at: datetime | None
    read_at: datetime | None

    @property
    def was_read_since(self) -> bool:
        return self.read_at is not None and self.read_at >= self.started_at

    def may_arrive_late(self, now: datetime) -> bool:
        """Whether it counts as not sent and Bakkt should still be asked now and then."""
        is_recent = self.settled_at is not None and now - aware(self.settled_at) < LATE_ARRIVALS_FOR
        return self.outcome is Outcome.NOT_SENT and is_recent


def doubtful_actions(actions: Actions) -> list[DoubtfulAction]:
    """Actions that may have arrived unseen, oldest first."""
    rows = actions.store.read_rows("actions/doubtful")
    return [
        DoubtfulAction(**{**row, "kind": ActionKind(row["kind"]), "outcome": Outcome(row["outcome"])}) for row in rows
    ]


def find_doubtful(actions: Actions, kind: ActionKind, client_account_id: str, slot: str) -> ActionRecord | None:
    """The newest action of this kind, account and slot that counts as not sent and may still arrive or have arrived."""
    wanted = (kind, client_account_id, slot, Outcome.NOT_SENT)
    ids = [
        one.action_id
        for one in doubtful_actions(actions)
        if (one.kind, one.client_account_id, one.slot, one.outcome) == wanted
    ]
    return actions.store.find_action(ids[-1]) if ids else None
