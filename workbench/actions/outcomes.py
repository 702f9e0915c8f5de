"""What a failed request means for its action (DESK.md, "Action"): whether Bakkt may have done the work."""

import re

from workbench.bakkt.errors import BakktDenied, BakktError, BakktRefused, BakktUnreachable
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.vocabulary import Outcome
from workbench.store import Completion

REMOVED = "[…]"
_TURNED_AWAY = frozenset({429, 503})
"""Bakkt says that it did not take the request up: it may be confirmed again."""

_PERSONAL = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+"  # links are secrets
    r"|\S+@\S+"
    r"|\d(?:[\s./-]?\d){3,}",
    re.IGNORECASE,
)


def completion_of(error: WorkbenchError) -> Completion:
    """The outcome of a request that failed: not sent, refused, or unknown where Bakkt may have done the work."""
    if isinstance(error, InputError) or (isinstance(error, BakktError) and not error.was_sent):
        return Completion(Outcome.NOT_SENT, note=without_personal_values(error.message))
    if isinstance(error, BakktRefused):
        return _refusal(error)
    if isinstance(error, BakktDenied) or (isinstance(error, BakktUnreachable) and error.status in _TURNED_AWAY):
        return Completion(Outcome.REFUSED, note=_with_patience(error))
    return Completion(Outcome.UNKNOWN, note=error.message)


def without_personal_values(words: str) -> str:
    """Words without links, mail addresses and numbers of four digits and more, however they are spaced."""
    return _PERSONAL.sub(REMOVED, words)


def _refusal(error: BakktRefused) -> Completion:
    refusals = tuple((without_personal_values(one.field), without_personal_values(one.message)) for one in error.fields)
    return Completion(
        Outcome.REFUSED,
        bakkt_words=without_personal_values(error.bakkt_words),
        refusals=refusals,
        note=error.message,
    )


def _with_patience(error: BakktError) -> str:
    seconds = error.retry_after_seconds if isinstance(error, BakktUnreachable) else None
    return f"{error.message} It asks to wait {seconds:.0f} seconds." if seconds else error.message
