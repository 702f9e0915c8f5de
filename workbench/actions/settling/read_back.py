"""Telling by reading whether an update took effect: by digests of the edited places, before and after.

The record of an action holds no values: a salted digest over them is enough to know them again.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from workbench.actions.performing import Actions
from workbench.bakkt.client import BakktClient
from workbench.bakkt.lossless_json import write_json
from workbench.domain.updates.paths import ABSENT, Path, path_name, value_at
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord, Settlement

BY_READING = "reading"
SURE_AFTER = timedelta(seconds=30)
"""How long Bakkt must answer with the old values before a lost update counts as without effect."""


class Shown(StrEnum):
    """What a payload shows at the edited places."""

    SENT = "sent"
    HELD = "held"
    NEITHER = "neither"


def digests_of(held: Mapping[str, Any], outgoing: Mapping[str, Any], places: Iterable[Path]) -> dict[str, str]:
    """What a record keeps to know the edited values again: the places by name, and two digests with their salt."""
    places, salt = tuple(places), secrets.token_hex(16)
    return {
        "places": json.dumps(places),
        "salt": salt,
        "held_digest": _digest(held, places, salt),
        "sent_digest": _digest(outgoing, places, salt),
    }


def shown_by(record: ActionRecord, request: Mapping[str, Any]) -> Shown:
    """Whether a payload has the values that the update sent, or those from before."""
    what = record.what
    found = _digest(request, [tuple(place) for place in json.loads(what.get("places", "[]"))], what.get("salt", ""))
    if found == what.get("sent_digest"):
        return Shown.SENT
    return Shown.HELD if found == what.get("held_digest") else Shown.NEITHER


class UpdateReader:
    """Settles lost updates. One instance must live as long as its actions are open: it remembers since when Bakkt
    has answered with the old values.
    """

    def __init__(self, actions: Actions, sure_after: timedelta = SURE_AFTER) -> None:
        self._now = actions.now
        self._sure_after = sure_after
        self._old_since: dict[str, datetime] = {}

    async def __call__(self, record: ActionRecord, client: BakktClient) -> Settlement | None:
        """Accepted where Bakkt shows what was sent; refused where it shows the old values for long enough."""
        answer = await client.fetch_account(record.client_account_id)
        match shown_by(record, answer.value["request"]):
            case Shown.SENT:
                return Settlement(Outcome.ACCEPTED, BY_READING, "Bakkt's copy shows what was sent.")
            case Shown.HELD if _is_untouched(record, answer.value):
                return self._without_effect(record)
        self._old_since.pop(record.action_id, None)
        return None

    def _without_effect(self, record: ActionRecord) -> Settlement | None:
        since = self._old_since.setdefault(record.action_id, self._now())
        if self._now() - since < self._sure_after:
            return None
        words = "Bakkt answers again, and its copy is as it was before: the update had no effect."
        return Settlement(Outcome.REFUSED, BY_READING, words)


def _is_untouched(record: ActionRecord, account: Mapping[str, Any]) -> bool:
    """Neither replaced nor with an update under way that was not before."""
    before = set(filter(None, record.what.get("held_pending", "").split(",")))
    pending = account.get("pendingUpdateIds")
    is_quiet = not isinstance(pending, list) or set(map(str, pending)) <= before
    return is_quiet and str(account.get("createdAt")) == record.what.get("held_created_at")


def _digest(request: Mapping[str, Any], places: Iterable[Path], salt: str) -> str:
    values = ((path_name(place), value_at(request, place)) for place in places)
    told = [[name] if value is ABSENT else [name, value] for name, value in values]
    return hashlib.sha256(salt.encode() + write_json(told)).hexdigest()
