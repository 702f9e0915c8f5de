"""Settling actions whose answer was lost: by reading the account back, or by a person where that cannot tell."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from datetime import timedelta

from workbench.actions.lost_answers import land_settlement
from workbench.actions.open_account import OpeningReader
from workbench.actions.performing import Actions
from workbench.actions.receipts import Receipt
from workbench.actions.settling.read_back import UpdateReader
from workbench.actions.upload_document import UploadReader
from workbench.bakkt.client import BakktClient
from workbench.domain.facts import KybStart
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord, Effects, Settlement

Reader = Callable[[ActionRecord, BakktClient], Awaitable[Settlement | None]]
"""Reads Bakkt for the effect of an action, without writing; None if it cannot tell yet."""

SETTLED_BY_READING = frozenset({ActionKind.OPEN_ACCOUNT, ActionKind.UPDATE_ACCOUNT, ActionKind.UPLOAD_DOCUMENT})
"""Kinds whose effect can be read back. For KYB triggers and link requests a person decides (DESK.md)."""


def readers_of(actions: Actions) -> dict[ActionKind, Reader]:
    """A reader for each kind in ``SETTLED_BY_READING``."""
    return {
        ActionKind.OPEN_ACCOUNT: OpeningReader(actions),
        ActionKind.UPDATE_ACCOUNT: UpdateReader(actions),
        ActionKind.UPLOAD_DOCUMENT: UploadReader(actions),
    }


def unknown_actions(actions: Actions, kinds: Container[ActionKind]) -> list[ActionRecord]:
    """Actions of these kinds whose answer was lost, oldest first."""
    rows = actions.store.read_rows("actions/unsettled")
    ids = [row["action_id"] for row in rows if row["outcome"] == Outcome.UNKNOWN and ActionKind(row["kind"]) in kinds]
    return [record for record in map(actions.store.find_action, ids) if record is not None]


async def settle(actions: Actions, read: Reader, record: ActionRecord, client: BakktClient) -> Settlement | None:
    """Settles one action if its reader can tell; None if it cannot or a person settled it first.

    Raises BakktError if Bakkt could not be read, StoreError.
    """
    settlement = await read(record, client)
    return await asyncio.to_thread(land_settlement, actions, record, settlement)


def settle_by_person(actions: Actions, action_id: str, outcome: Outcome, words: str) -> Receipt:
    """Settles an action by a person's word, with how they know. The effects of an accepted one land with it.

    Raises InputError if the action is no longer open.
    """
    record = actions.store.find_action(action_id)
    is_done = record is not None and outcome is Outcome.ACCEPTED
    effects = _effects_of(record, actions.link_life) if record and is_done else Effects()
    return actions.settle_by_person(action_id, outcome, words, effects=effects)


def _effects_of(record: ActionRecord, link_life: timedelta) -> Effects:
    """An opened account is registered, a KYB screen began when its trigger was sent, and a link waits to be seen."""
    if record.kind is ActionKind.REQUEST_LINK:
        return Effects(link_unseen_until=record.started_at + link_life)
    if record.kind is ActionKind.TRIGGER_KYB:
        return Effects(kyb_starts=(KybStart(record.started_at),))
    return Effects(registers_account=record.kind is ActionKind.OPEN_ACCOUNT)
