"""Updates that Bakkt acknowledged and its review rejected later, as a later reading shows (DESK.md, "Action")."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.access.policy import Act
from workbench.actions.performing import Actions
from workbench.actions.settling.read_back import ReadBackMatch, match_read_back
from workbench.bakkt.lossless_json import read_json
from workbench.domain.payload import list_of
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord

logger = logging.getLogger(__name__)


class ReviewWatch:
    """Looks at each accepted update once for each reading of its account."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._looked_at: dict[str, datetime] = {}

    def look(self) -> None:
        """Raises StoreError."""
        rows = self._actions.store.read_rows("actions/under_review")
        for row in rows:
            if self._looked_at.get(row["action_id"]) != row["read_at"]:
                self._try_to_look_at(row["action_id"], row["client_account_id"])
        self._looked_at = {row["action_id"]: row["read_at"] for row in rows}

    def _try_to_look_at(self, action_id: str, client_account_id: str) -> None:
        try:
            self._look_at(action_id, client_account_id)
        except (KeyError, TypeError, ValueError) as error:  # the message may quote the payload, so log the type only
            logger.error("Action %s could not be compared: %s", action_id, type(error).__name__)

    def _look_at(self, action_id: str, client_account_id: str) -> None:
        store = self._actions.store
        record = store.find_action(action_id)
        found = store.read_rows("accounts/payload", client_account_id=client_account_id)
        if record is None or not found:
            return
        _, account = read_json(found[0]["account_json"].encode())
        words = rejection_words(record, account)
        if words:
            store.reject_later(action_id, words, self._actions.now())
            self._actions.acting.end_for_nobody(Act.UPDATE_ACCOUNT, client_account_id, Outcome.REJECTED_LATER)
        elif not _is_pending(record, account):
            store.end_review(action_id)


def rejection_words(record: ActionRecord, account: Mapping[str, Any]) -> str:
    """How an accepted update was rejected, as the account shows; empty if it was not, or not yet."""
    match, status = match_read_back(record, account["request"]), str(account["status"])
    if match is ReadBackMatch.SENT and status in REJECTED_REQUESTS:
        return f"Bakkt has the update with status {status}."
    if match is ReadBackMatch.HELD and record.pending_ids and not _is_pending(record, account):
        return "Bakkt no longer works on the update, and its record shows the earlier values."
    return ""


def _is_pending(record: ActionRecord, account: Mapping[str, Any]) -> bool:
    return bool(set(record.pending_ids) & set(map(str, list_of(account.get("pendingUpdateIds")))))
