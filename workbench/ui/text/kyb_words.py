"""KYB requirements, reasons and results in words."""

import re
from typing import Any

from workbench.domain.vocabulary import KybEnding
from workbench.ui.text.words import code_in_sentence


def ended_words(ended_as: str | None) -> str:
    return {
        KybEnding.APPROVED.value: "Approved by Bakkt",
        KybEnding.REJECTED.value: "Rejected by Bakkt",
        KybEnding.WITHDRAWN.value: "Withdrawn",
    }.get(ended_as or "", "")


REQUIREMENT_WORDS = {
    "certificate_of_incorporation": "Certificate of incorporation or formation",
    "governing_document": "Governing document",
    "shareholder_registry": "Shareholder registry",
    "structure_chart": "Organisation structure chart",
    "certificate_of_beneficial_owners": "Certificate of beneficial owners",
    "owner_identity": "Identity of owner",
}
_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b")


def reason_words(reason: str | None) -> str:
    """Why a requirement is met or not, with Bakkt's codes in words."""
    return _CODE.sub(lambda found: code_in_sentence(found[0]), reason or "")


def requirement_words(line: dict[str, Any]) -> str:
    words = REQUIREMENT_WORDS.get(line["requirement"], line["requirement"])
    return f"{words} {line['client_owner_id'] or ''}".strip()
