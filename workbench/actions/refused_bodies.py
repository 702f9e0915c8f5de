"""What Bakkt refused as invalid must not go out again unchanged: it would be refused again."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.bakkt.lossless_json import write_json
from workbench.domain.account.field_words import field_words
from workbench.domain.actions import Blocker
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ReadRows

INVALID = frozenset({400, 422})
"""Statuses with which Bakkt refuses a request for what is in it."""
REFUSED_BEFORE = "refused_before"
_SALT, _DIGEST = "body_salt", "body_digest"


@dataclass(frozen=True, slots=True)
class RefusedAction:
    """An action that Bakkt refused for what was in it: what its record keeps, and Bakkt's words by field."""

    what: Mapping[str, str]
    refusals: tuple[tuple[str, str], ...] = field(repr=False)
    bakkt_words: str = field(repr=False)

    @property
    def blocker(self) -> Blocker:
        """Blocks sending the same again."""
        said = [f"{field_words(name)}: {words}" if name else words for name, words in self.refusals]
        told = "; ".join(said) or self.bakkt_words or "it gave no reason"
        return Blocker(
            REFUSED_BEFORE,
            "Bakkt refused exactly this",
            f"Nothing has changed since Bakkt refused it: {told.rstrip('.')}.",
            "Correct what is refused; then it can be sent again.",
        )


def body_digest(body: Mapping[str, Any]) -> dict[str, str]:
    """What a record keeps to recognise the body that it sent: a digest with its salt."""
    salt = secrets.token_hex(16)
    return {_SALT: salt, _DIGEST: _digest(body, salt)}


def find_refused(
    read: ReadRows, kind: ActionKind, client_account_id: str, slot: str | None = None
) -> RefusedAction | None:
    """The last action of this kind, account and slot, if Bakkt refused it for what was in it."""
    rows = read("actions/last_answered", client_account_id=client_account_id, kind=kind.value, slot=slot)
    row = next(iter(rows), None)
    if row is None or row["outcome"] != Outcome.REFUSED or row["answer_status"] not in INVALID:
        return None
    refusals = tuple((name, words) for name, words in json.loads(row["refusals"]))
    return RefusedAction(json.loads(row["what"]), refusals, row["bakkt_words"])


def unchanged_blocker(
    read: ReadRows, kind: ActionKind, client_account_id: str, body: Mapping[str, Any], slot: str | None = None
) -> Blocker | None:
    """Blocks a body that Bakkt refused the last time."""
    refused = find_refused(read, kind, client_account_id, slot)
    if refused is None or _digest(body, refused.what.get(_SALT, "")) != refused.what.get(_DIGEST):
        return None
    return refused.blocker


def _digest(body: Mapping[str, Any], salt: str) -> str:
    return hashlib.sha256(salt.encode() + write_json(dict(body))).hexdigest()
