"""Numbers, days, steps, turns and codes in words, as screens and figures show them."""

from collections.abc import Mapping
from datetime import date

from workbench.domain.account.choices import AccountType
from workbench.domain.documents import DOCUMENT_SPECS
from workbench.domain.vocabulary import Standing, Turn

STEP_WORDS = {
    "opened": "Opened",
    "documented": "Documented",
    "screened": "Screened",
    "cleared": "Cleared",
    "trading": "Trading",
}
STANDING_WORDS = {
    Standing.SUBMITTED: "Submitted",
    Standing.KYB_DOCUMENTS: "KYB documents",
    Standing.KYB_READY: "KYB ready",
    Standing.KYB_SCREENING: "KYB screening",
    Standing.UNDER_REVIEW: "Under review",
    Standing.VERIFICATION: "Verification",
    Standing.SUSPENDED: "Suspended",
    Standing.UNRECOGNISED: "Unrecognised",
    Standing.ACTIVE: "Active",
    Standing.REJECTED: "Rejected",
    Standing.LIQUIDATED: "Liquidated",
    Standing.CLOSED: "Closed",
}
TURN_WORDS = {
    Turn.CUSTOMER: "● Customer",
    Turn.US: "◆ Us",
    Turn.BAKKT: "■ Bakkt",
    Turn.NOBODY: "○ Nobody",
}

_OWN_WORDS: Mapping[str, str] = {
    **{spec.document_type: spec.words for spec in DOCUMENT_SPECS},
    AccountType.ENTITY_PERSONAL_TRUST: "Personal trust",
}
"""Codes that have a name of their own. That of a trust is short, as it stands in a column of every list."""


_ACRONYMS = {"kyc": "KYC", "ofac": "OFAC", "kyb": "KYB"}


def code_word(code: str | None) -> str:
    """One of Bakkt's codes in words: ``UNDER_REVIEW`` becomes "Under review". Works for unknown codes too."""
    return _OWN_WORDS.get(code or "") or (code or "").replace("_", " ").strip().capitalize()


def in_sentence(words: str) -> str:
    """Words of a state or code for the middle of a sentence: "under review", "KYB documents"."""
    return " ".join(_ACRONYMS.get(word, word) for word in words.lower().split())


def code_in_sentence(code: str) -> str:
    """One of Bakkt's codes in words, for the middle of a sentence."""
    return in_sentence(code_word(code))


def reason_word(code: str) -> str:
    """One of Bakkt's reason codes by itself: ``RISK_OFAC`` becomes "Risk OFAC"."""
    words = code_in_sentence(code)
    return words[:1].upper() + words[1:]


def count(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}"


def plural(number: int, singular: str, many: str | None = None) -> str:
    return f"{count(number)} {singular if number == 1 else many or singular + 's'}"


def ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def share(part: float | None) -> str:
    return "–" if part is None else f"{part * 100:.0f}%"


def day(moment: date) -> str:
    """ "10 Jan 2034": the same in lists, lines and tables."""
    return f"{moment.day} {moment:%b %Y}"
