"""Settles lost answers by reading back at once, without the worker that does so in its own time."""

import asyncio
from collections.abc import Mapping

from workbench.access.policy import Act
from workbench.actions import Actions
from workbench.actions.settling.settling import Reader, settle, unknown_actions
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktError
from workbench.domain.vocabulary import ActionKind
from workbench.store import ActionRecord


def settle_unknown(actions: Actions, readers: Mapping[ActionKind, Reader]) -> int:
    """Read back every unknown action whose kind has a reader; return how many were settled.

    An action that cannot be read now stays open.
    """
    records = unknown_actions(actions, readers)
    return asyncio.run(_settle_all(actions, readers, records)) if records else 0


async def _settle_all(actions: Actions, readers: Mapping[ActionKind, Reader], records: list[ActionRecord]) -> int:
    async with actions.connect_for(Act.SETTLE_ACTION) as client:
        return sum([await _is_settled(actions, readers[record.kind], record, client) for record in records])


async def _is_settled(actions: Actions, read: Reader, record: ActionRecord, client: BakktClient) -> bool:
    try:
        return await settle(actions, read, record, client) is not None
    except BakktError:
        return False
