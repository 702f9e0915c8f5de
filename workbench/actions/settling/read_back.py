"""Reading back whether an update took effect, by digests of the edited fields before and after.

An action's record holds no values; a salted digest is enough to recognise them.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from workbench.actions.lost_answers import settle_as_not_sent
from workbench.actions.performing import Actions
from workbench.bakkt.client import BakktClient
from workbench.bakkt.lossless_json import write_json
from workbench.domain.actions import BY_READING
from workbench.domain.payload import list_of
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.updates.paths import ABSENT, Path, path_name, value_at
from workbench.domain.vocabulary import Outcome
from workbench.store import ActionRecord, Settlement


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
    """Settles an update whose answer was lost, by reading the account back: accepted if it shows what was sent."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def __call__(self, record: ActionRecord, client: BakktClient) -> Settlement | None:
        read_at = self._actions.now()
        account = (await client.fetch_account(record.client_account_id)).value
        match match_read_back(record, account["request"]):
            case ReadBackMatch.SENT:
                return settle_updated(record, account)
            case ReadBackMatch.HELD if _is_untouched(record, account):
                words = "Bakkt's record is unchanged: the update did not arrive."
                return settle_as_not_sent(record, read_at, words)
        return None


def settle_updated(record: ActionRecord, account: Mapping[str, Any]) -> Settlement | None:
    """For an account that shows what the update sent; None if it does not."""
    if match_read_back(record, account["request"]) is not ReadBackMatch.SENT:
        return None
    status = str(account["status"])
    if status in REJECTED_REQUESTS:
        return Settlement(Outcome.REFUSED, BY_READING, f"Bakkt has the update with status {status}.")
    return Settlement(Outcome.ACCEPTED, BY_READING, "Bakkt's record shows what was sent.")


def _is_untouched(record: ActionRecord, account: Mapping[str, Any]) -> bool:
    """Whether the account was neither replaced nor has a pending update that it did not have before."""
    before = set(filter(None, record.what.get("held_pending", "").split(",")))
    is_quiet = set(map(str, list_of(account.get("pendingUpdateIds")))) <= before
    return is_quiet and str(account.get("createdAt")) == record.what.get("held_created_at")


def _digest(request: Mapping[str, Any], paths: Iterable[Path], salt: str) -> str:
    values = ((path_name(path), value_at(request, path)) for path in paths)
    pairs = [[name] if value is ABSENT else [name, value] for name, value in values]
    return hashlib.sha256(salt.encode() + write_json(pairs)).hexdigest()
