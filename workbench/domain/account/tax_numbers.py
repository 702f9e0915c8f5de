"""Formats of tax numbers (GUIDE.md, "Opening an account"); no message quotes a number."""

import re

from workbench.domain.account.fields import check_number
from workbench.domain.errors import InputError
from workbench.domain.signs import latin_letters

MAX_TAX_ID_LENGTH = 50

_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)
_SEPARATORS = re.compile(r"[\s./-]+")
_NATIONAL_ID = re.compile(r"[A-Z0-9Ñ(][A-Z0-9Ñ ./()+&-]*", re.IGNORECASE)
"""With the signs that ids are printed with: A123456(7) in Hong Kong, 010190+123A in Finland, Ñ and & in Mexico."""
_ITIN_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})
"""The fourth and fifth digit of an ITIN (IRS, "Individual taxpayer identification number")."""


def check_us_tax_id(text: str, kind: str) -> str:
    """An SSN, ITIN or EIN as it is usually written, with hyphens. Raises InputError."""
    digits = _nine_digits(text, kind)
    if kind == "EIN":
        return _ein(digits)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if kind == "SSN" and (area in {"000", "666"} or area >= "900" or group == "00" or serial == "0000"):
        raise InputError("No SSN has these digits.")
    if kind == "ITIN" and (area < "900" or int(group) not in _ITIN_GROUPS):
        raise InputError("An ITIN starts with 9, and its digits 4 and 5 are 50–65, 70–88, 90–92 or 94–99.")
    return f"{area}-{group}-{serial}"


def check_us_entity_tax_id(text: str) -> str:
    """An EIN; raises InputError."""
    return _ein(_nine_digits(text, "EIN"))


def check_national_id(text: str) -> str:
    """A number from any country except the USA: letters, digits and the signs it is printed with. Raises InputError."""
    number = latin_letters(check_number(text, max_length=MAX_TAX_ID_LENGTH))
    if not _NATIONAL_ID.fullmatch(number):
        raise InputError("A national id can contain only letters A–Z and Ñ, digits, spaces and the signs - . / ( ) + &")
    if not any(sign.isdigit() for sign in number):
        raise InputError("A national id must contain digits.")
    return number


def _nine_digits(text: str, kind: str) -> str:
    digits = _SEPARATORS.sub("", check_number(text, max_length=MAX_TAX_ID_LENGTH))
    if not _NINE_DIGITS.fullmatch(digits):
        raise InputError(f"An {kind} has nine digits.")
    return digits


def _ein(digits: str) -> str:
    if digits.startswith("00"):
        raise InputError("No EIN starts with 00.")
    return f"{digits[:2]}-{digits[2:]}"
