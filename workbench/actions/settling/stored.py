"""Settling actions by what a sync or an event has brought in since, without asking Bakkt."""

from collections.abc import Mapping
from typing import Any

from workbench.actions.lost_answers import DoubtfulAction, land_settlement
from workbench.actions.open_account import settle_opened
from workbench.actions.performing import Actions
from workbench.actions.settling.read_back import settle_updated
from workbench.actions.upload_document import settle_uploaded
from workbench.bakkt.lossless_json import read_json
from workbench.domain.vocabulary import ActionKind
from workbench.store import ActionRecord, Settlement


def settle_from_stored(actions: Actions, doubtful: DoubtfulAction) -> tuple[ActionRecord, Settlement] | None:
    """Settles the action if its account, as it was last read, shows its effect. Raises StoreError."""
    record = actions.store.find_action(doubtful.action_id)
    found = actions.store.read_rows("accounts/payload", client_account_id=doubtful.client_account_id)
    if record is None or not found or not doubtful.was_read_since:
        return None
    settlement = land_settlement(actions, record, _settlement_of(record, found[0]))
    return (record, settlement) if settlement else None


def _settlement_of(record: ActionRecord, payload: Mapping[str, Any]) -> Settlement | None:
    match record.kind:
        case ActionKind.OPEN_ACCOUNT:
            return settle_opened(record, _read(payload["account_json"]))
        case ActionKind.UPDATE_ACCOUNT:
            return settle_updated(record, _read(payload["account_json"]))
        case ActionKind.UPLOAD_DOCUMENT:
            return settle_uploaded(record, _read(payload["documents_json"]))
        case ActionKind.TRIGGER_KYB | ActionKind.REQUEST_LINK:
            return None


def _read(text: str) -> dict[str, Any]:
    _, value = read_json(text.encode())
    return value if isinstance(value, dict) else {}
