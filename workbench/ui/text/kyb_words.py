"""KYB reasons and results in words."""

import re

from workbench.domain.vocabulary import KybEnding
from workbench.ui.text.words import code_in_sentence


def ended_words(ended_as: str | None) -> str:
    return {
        KybEnding.APPROVED.value: "Approved by Bakkt",
        KybEnding.REJECTED.value: "Rejected by Bakkt",
        KybEnding.WITHDRAWN.value: "Withdrawn",
    }.get(ended_as or "", "")


_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b")


def reason_words(reason: str | None) -> str:
    """Why a requirement is met or not, with Bakkt's codes in words."""
    return _CODE.sub(lambda found: code_in_sentence(found[0]), reason or "")
