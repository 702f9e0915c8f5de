"""KYB reasons and results in words."""

import re

from workbench.domain.vocabulary import KybEnding
from workbench.domain.words import code_in_sentence
from workbench.ui.text.words import recorded_day


def ended_words(ended_as: str | None) -> str:
    return {
        KybEnding.APPROVED.value: "Approved by Bakkt",
        KybEnding.REJECTED.value: "Rejected by Bakkt",
        KybEnding.WITHDRAWN.value: "Withdrawn",
    }.get(ended_as or "", "")


_CODE = re.compile(r"(?:\b(an?) )?\b([A-Z]{2,}(?:_[A-Z]+)+)\b")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def reason_words(reason: str | None) -> str:
    """Why a requirement is met or not, with Bakkt's codes in words and days as everywhere."""
    in_words = _CODE.sub(_in_words, reason or "")
    return _DAY.sub(lambda found: recorded_day(found[0]), in_words)


def _in_words(found: re.Match[str]) -> str:
    """A code in words, after the article that goes with these: codes and words begin with different letters."""
    article, code = found.groups()
    words = code_in_sentence(code)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}" if article else words
