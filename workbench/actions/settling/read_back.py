"""Reading back whether an update took effect, by digests of the edited fields before and after.

An action's record holds no values; a salted digest is enough to recognise them.
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
from workbench.domain.actions import BY_READING
from workbench.domain.payload import list_of
from workbench.domain.updates.paths import ABSENT, Path, path_name, value_at
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord, Settlement

NO_EFFECT_AFTER = timedelta(seconds=30)
"""How long Bakkt must show the old values before a lost update counts as having had no effect."""


class ReadBackMatch(StrEnum):
    """Which values a payload has in the edited fields."""

    SENT = "sent"
    HELD = "held"
    NEITHER = "neither"


def digests_of(held: Mapping[str, Any], outgoing: Mapping[str, Any], paths: Iterable[Path]) -> dict[str, str]:
    """What a record keeps to recognise the edited values: the field paths, and two digests with their salt."""
    paths, salt = tuple(paths), secrets.token_hex(16)
    return {
        "places": json.dumps(paths),
        "salt": salt,
        "held_digest": _digest(held, paths, salt),
        "sent_digest": _digest(outgoing, paths, salt),
    }


def match_read_back(record: ActionRecord, request: Mapping[str, Any]) -> ReadBackMatch:
    """Whether a payload has the values that the update sent, the earlier ones, or neither."""
    what = record.what
    found = _digest(request, [tuple(path) for path in json.loads(what.get("places", "[]"))], what.get("salt", ""))
    if found == what.get("sent_digest"):
        return ReadBackMatch.SENT
    return ReadBackMatch.HELD if found == what.get("held_digest") else ReadBackMatch.NEITHER


class UpdateReader:
    """Settles lost updates. Keep one instance while its actions are open: it remembers since when Bakkt has
    shown the old values.
    """

    def __init__(self, actions: Actions, no_effect_after: timedelta = NO_EFFECT_AFTER) -> None:
        self._now = actions.now
        self._no_effect_after = no_effect_after
        self._old_since: dict[str, datetime] = {}

    async def __call__(self, record: ActionRecord, client: BakktClient) -> Settlement | None:
        """Accepted if Bakkt shows what was sent; refused once it has shown the old values for long enough."""
        answer = await client.fetch_account(record.client_account_id)
        match match_read_back(record, answer.value["request"]):
            case ReadBackMatch.SENT:
                return Settlement(Outcome.ACCEPTED, BY_READING, "Bakkt's record shows what was sent.")
            case ReadBackMatch.HELD if _is_untouched(record, answer.value):
                return self._settle_without_effect(record)
        self._old_since.pop(record.action_id, None)
        return None

    def _settle_without_effect(self, record: ActionRecord) -> Settlement | None:
        since = self._old_since.setdefault(record.action_id, self._now())
        if self._now() - since < self._no_effect_after:
            return None
        words = "Bakkt's record is unchanged: the update had no effect."
        return Settlement(Outcome.REFUSED, BY_READING, words)


def _is_untouched(record: ActionRecord, account: Mapping[str, Any]) -> bool:
    """Whether the account was neither replaced nor has a pending update that it did not have before."""
    before = set(filter(None, record.what.get("held_pending", "").split(",")))
    is_quiet = set(map(str, list_of(account.get("pendingUpdateIds")))) <= before
    return is_quiet and str(account.get("createdAt")) == record.what.get("held_created_at")


def _digest(request: Mapping[str, Any], paths: Iterable[Path], salt: str) -> str:
    values = ((path_name(path), value_at(request, path)) for path in paths)
    pairs = [[name] if value is ABSENT else [name, value] for name, value in values]
    return hashlib.sha256(salt.encode() + write_json(pairs)).hexdigest()
