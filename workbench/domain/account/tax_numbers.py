"""Formats of tax numbers (GUIDE.md, "Opening an account"); no message quotes a number."""

import re

from workbench.domain.account.fields import check_number
from workbench.domain.errors import InputError
from workbench.domain.signs import latin_letters

_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)
_SEPARATORS = re.compile(r"[\s./-]+")
_BLANKS = re.compile(r"\s+")
_NATIONAL_ID = re.compile(r"[A-Z0-9Ñ(][A-Z0-9Ñ ./()+&-]*", re.IGNORECASE)
"""With the signs that ids are printed with: A123456(7) in Hong Kong, 010190+123A in Finland, Ñ and & in Mexico."""


def check_us_tax_id(text: str, kind: str) -> str:
    """An SSN, ITIN or EIN as its nine digits. Raises InputError."""
    digits = _SEPARATORS.sub("", check_number(text))
    if not _NINE_DIGITS.fullmatch(digits):
        raise InputError(f"An {kind} has nine digits.")
    return digits


def check_national_id(text: str) -> str:
    """A number from any country except the USA, as it is written there, in plain signs and without blanks.

    Raises InputError.
    """
    return _BLANKS.sub("", latin_letters(check_number(text)))


def is_usual_national_id(number: str) -> bool:
    """Whether it has the signs that national ids usually have, and a digit."""
    return _NATIONAL_ID.fullmatch(number) is not None and any(map(str.isdigit, number))
