"""What a failed request means for its action (DESK.md, "Action"): whether Bakkt may have processed it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench.access.masking import masked_payload
from workbench.bakkt.errors import BakktDenied, BakktError, BakktRefused, BakktUnreachable
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.moments import wait_in_words
from workbench.domain.scrubbing import REMOVED, scrubber_of
from workbench.domain.updates import Edits
from workbench.domain.updates.paths import is_same, leaves, value_at
from workbench.domain.vocabulary import Outcome
from workbench.store import Completion

TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503

_PERSONAL = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+"  # links are secrets
    r"|\S+@\S+"
    r"|\d(?:[\s./-]?\d){3,}",
    re.IGNORECASE,
)


def completion_of(error: WorkbenchError) -> Completion:
    """The outcome of a failed request: not sent, refused, or unknown if Bakkt may have processed it."""
    if isinstance(error, InputError) or (isinstance(error, BakktError) and not error.was_sent):
        return Completion(Outcome.NOT_SENT, note=without_personal_values(error.message))
    if isinstance(error, BakktRefused):
        return _refusal(error)
    if isinstance(error, BakktError) and _is_turned_away(error):
        words = without_personal_values(error.bakkt_words)
        return Completion(Outcome.REFUSED, bakkt_words=words, note=_with_retry_hint(error))
    return Completion(Outcome.UNKNOWN, note=error.message)


def _is_turned_away(error: BakktError) -> bool:
    """Whether Bakkt did not process the request, so that it may be confirmed again.

    A 503 in Bakkt's own words says so. Without them a gateway answered, which knows nothing of the request.
    """
    return (
        isinstance(error, BakktDenied)
        or error.status == TOO_MANY_REQUESTS
        or (error.status == UNAVAILABLE and bool(error.bakkt_words))
    )


def without_personal_values(words: str) -> str:
    """The text without links, email addresses and numbers of four or more digits, however they are spaced."""
    return _PERSONAL.sub(REMOVED, words)


def _refusal(error: BakktRefused) -> Completion:
    refusals = tuple((without_personal_values(one.field), without_personal_values(one.message)) for one in error.fields)
    return Completion(
        Outcome.REFUSED,
        bakkt_words=without_personal_values(error.bakkt_words),
        refusals=refusals,
        note=error.message,
        status=error.status,
    )


def _with_retry_hint(error: BakktError) -> str:
    seconds = error.retry_after_seconds if isinstance(error, BakktUnreachable) else None
    return f"{error.message} Try again in {wait_in_words(seconds)}." if seconds else error.message


MIN_QUOTED_CHARACTERS = 4
_CODE = re.compile(r"[A-Z]+(_[A-Z]+)*")


def refusal_without_values(error: BakktRefused, body: Mapping[str, Any], edits: Edits) -> Completion:
    """The refusal with Bakkt's message by field, without the body's identity numbers and values that were typed."""
    completion = completion_of(error)
    scrub = scrubber_of(_numbers(dict(body)), whole_words=_typed(edits))
    return replace(
        completion,
        bakkt_words=scrub(completion.bakkt_words),
        refusals=tuple((name, scrub(words)) for name, words in completion.refusals),
    )


def _numbers(body: dict[str, Any]) -> Iterator[str]:
    """Every value that masking would hide."""
    masked = masked_payload(body)
    for path, value in leaves(body):
        if value is not None and not is_same(value, value_at(masked, path)) and _is_long(str(value)):
            yield str(value)


def _typed(edits: Edits) -> Iterator[str]:
    """Texts that a person typed. Upper-case codes are Bakkt's own and stay."""
    for new in edits.values():
        for _, value in leaves(new):
            if isinstance(value, str) and _is_long(value) and not _CODE.fullmatch(value):
                yield value


def _is_long(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) >= MIN_QUOTED_CHARACTERS
