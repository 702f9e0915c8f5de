"""Bakkt's words about a refused account, without the customer's values that they may quote.

A tax number belongs to its field: it must not travel with the words into the record, the log or an exception.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench.access.masking import masked_payload
from workbench.actions.outcomes import REMOVED, completion_of
from workbench.bakkt.errors import BakktRefused
from workbench.domain.updates import Edits
from workbench.domain.updates.paths import is_same, leaves, value_at
from workbench.store import Completion

SHORTEST_QUOTED = 4
_CODE = re.compile(r"[A-Z]+(_[A-Z]+)*")


def refusal_without_values(error: BakktRefused, body: Mapping[str, Any], edits: Edits) -> Completion:
    """The refusal with Bakkt's words by field, less identity numbers of the body and values that were typed."""
    completion = completion_of(error)
    found = _finder(body, edits)
    if found is None:
        return completion
    return replace(
        completion,
        bakkt_words=found.sub(REMOVED, completion.bakkt_words),
        refusals=tuple((name, found.sub(REMOVED, words)) for name, words in completion.refusals),
    )


def _finder(body: Mapping[str, Any], edits: Edits) -> re.Pattern[str] | None:
    numbers = {_in_any_format(text) for text in _numbers(dict(body))}
    typed = {rf"(?<!\w){_in_any_format(text)}(?!\w)" for text in _typed(edits)}
    patterns = sorted(filter(None, numbers | typed), key=len, reverse=True)
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _numbers(body: dict[str, Any]) -> Iterator[str]:
    """Whatever masking would hide."""
    masked = masked_payload(body)
    for path, value in leaves(body):
        if value is not None and not is_same(value, value_at(masked, path)) and _is_long(str(value)):
            yield str(value)


def _typed(edits: Edits) -> Iterator[str]:
    """Texts that a person typed; codes of countries and choices are words of Bakkt's own."""
    for new in edits.values():
        for _, value in leaves(new):
            if isinstance(value, str) and _is_long(value) and not _CODE.fullmatch(value):
                yield value


def _is_long(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) >= SHORTEST_QUOTED


def _in_any_format(text: str) -> str:
    return r"[\W_]*".join(re.escape(letter) for letter in text if letter.isalnum())
