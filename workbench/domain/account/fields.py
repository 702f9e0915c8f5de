"""What one field of an account may hold, checked where a person types it (GUIDE.md, "Opening an account").

Every check takes what was typed and returns the value as it is sent, or raises InputError with the message
for that field. No message quotes what was typed.

    check_text(text, max_length=1000)     any line of text: a name, a street, a town, an employer
    check_long_text(text, max_length=)    the same of any number of lines: what was signed
    check_number(text, max_length=1000)   a number or code of any kind, in plain signs
    check_phone(text, country="")         compact E.164; ``country`` (alpha-3) reads numbers without a +
    check_country(text)                   a country by name or code, as alpha-3
    check_state(text, country)            two letters in the USA, by name or code; free text elsewhere
    check_postal_code(text, country)      needed in the USA alone
    check_email(text)
    check_date(text, earliest=, latest=)  YYYY-MM-DD
    check_whole_number(text, smallest=, largest=)   an int
    check_choice(text, choices)           one of the contract's values
    refuse_masked(text)                   refuses what a masked value looks like

These are Bakkt's rules, and what nobody can mean. Rules of thumb are doubts, which a person may confirm (``doubts``).
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from workbench.domain.account.places import country_code, region_of, us_state_code
from workbench.domain.errors import InputError
from workbench.domain.signs import plain_signs

MAX_LENGTH = 1_000
"""More than anyone types in one line: a longer text was pasted by mistake."""
MAX_LONG_TEXT_LENGTH = 200_000
"""Some sixty pages."""
MAX_NAME_LENGTH = 100
MAX_EMAIL_LENGTH = 254
USA = "USA"
REQUIRED = "This is required."
MASKED = "This looks like a masked value: type the full value."

_MASK_CHARACTERS = frozenset("•●∙⬤■█▪◼*＊∗✱⁎")
_MASK = re.compile(
    r"(?<![^\W\d_])x{3,}(?![^\W\d_])"  # xxx-xx-1234, XXXX; "Foxx" and "XXL" are words
    r"|(?<!\w)x{2,}-?\d{2,}|#{2,}|\[…\]|\[\.\.\.\]"
    r"|[×х]{3,}|(?:[.·_⋯-]{3,}|…)\s?\d{2,}"  # placeholders for the digits before the last ones
    r"|^\W*(?:masked|redacted|hidden)\W*$",
    re.IGNORECASE,
)
_OWN_MASK = re.compile(r"•{2,}|\[…\]")
"""How numbers and links are masked on our screens, and what replaces a value in Bakkt's words."""
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u00ad\u200b\u2060\ufeff\u180e")
_EMOJI_MARKS = frozenset("\ufe0f\u20e3")
_FIRST_PICTURE, _LAST_PICTURE = "\u2190", "\u2bff"
_FIRST_EMOJI = "\U0001f000"
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")

_ZIP = re.compile(r"(\d{5})(?: ?-? ?(\d{4}))?", re.ASCII)
_POSTAL_MARK = "〒"
"""Stands before Japanese postal codes and is no part of them."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_PHONE_CHARACTERS = re.compile(r"\(?\+?[\d\s().\-/]+", re.ASCII)


def check_text(text: str, max_length: int = MAX_LENGTH) -> str:
    """One line of text that is not empty and has no characters that a person would not type."""
    line = text.strip(" \t\u00a0")
    if not line:
        raise InputError(REQUIRED)
    if len(line) > max_length:
        raise InputError(f"This is too long: {len(line)} characters, {max_length} at most.")
    for words, is_found in _REFUSED_CHARACTERS.items():
        if any(map(is_found, line)):
            raise InputError(words)
    if has_own_mask(line):
        raise InputError(MASKED)
    return line


def check_long_text(text: str, max_length: int = MAX_LONG_TEXT_LENGTH) -> str:
    """Any number of lines and tabs, otherwise as ``check_text``; what was signed is sent as it is."""
    if not text.strip():
        raise InputError(REQUIRED)
    check_text(" ".join(text.split()), max_length=max_length)
    return text


def refuse_masked(text: str) -> str:
    """Refuses what looks like a masked value: if sent, it would overwrite the real one."""
    if any(character in _MASK_CHARACTERS for character in text) or _MASK.search(unicodedata.normalize("NFKC", text)):
        raise InputError(MASKED)
    return text


def has_own_mask(text: str) -> bool:
    return _OWN_MASK.search(text) is not None


def looks_masked(text: str) -> bool:
    try:
        refuse_masked(text)
    except InputError:
        return True
    return False


def check_number(text: str, max_length: int = MAX_LENGTH) -> str:
    """A number or code in plain signs: digits, dashes and blanks are pasted in many kinds, and some are not seen."""
    return check_text(plain_signs(refuse_masked(text)), max_length=max_length)


def check_phone(text: str, country: str = "") -> str:
    """A possible number as compact E.164; without a + it is read as a number of ``country`` (alpha-3)."""
    typed = check_number(text, max_length=40)
    if not _PHONE_CHARACTERS.fullmatch(typed):
        raise InputError("Use only digits, spaces, . - / ( ) and a + at the start.")
    region = region_of(country)
    if "+" not in typed and not region:
        raise InputError("Start with + and the country code, as in +12025550143.")
    try:
        number = phonenumbers.parse(typed, region or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InputError("Not a valid phone number: check its length and country code.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_country(text: str) -> str:
    """The alpha-3 code of a country given by name or code."""
    code = country_code(check_number(text))
    if code is None:
        raise InputError("No country has this name or code.")
    return code


def check_state(text: str, country: str) -> str:
    """Two letters in the USA, whether the state's name or its code was typed; free text elsewhere."""
    if country != USA:
        return check_text(text)
    code = us_state_code(check_number(text))
    if code is None:
        raise InputError("This is not a US state: type its name or two-letter code.")
    return code


def check_postal_code(text: str, country: str) -> str:
    """Any text in plain signs; empty outside the USA alone. A usual one of the USA is brought into its form."""
    if country != USA and not text.strip():
        return ""
    code = check_number(text.strip().removeprefix(_POSTAL_MARK))
    usual = _ZIP.fullmatch(code) if country == USA else None
    return "-".join(filter(None, usual.groups())) if usual else code


def is_zip_code(text: str) -> bool:
    """Whether it is a US postal code in its usual form: five digits, or nine with a hyphen."""
    return _ZIP.fullmatch(text) is not None


def is_known_phone(number: str) -> bool:
    """Whether the E.164 number is in a range that is known to be in use; a new area code is not yet."""
    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def check_email(text: str) -> str:
    """An address as it was typed, in any script; no name is looked up."""
    email = check_text(text, max_length=MAX_EMAIL_LENGTH)
    if not _is_email(email):
        raise InputError("This is not an e-mail address like name@example.com.")
    return email


def _is_email(text: str) -> bool:
    """Outside the except block of check_email: the library's exceptions quote characters of the address."""
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            allow_quoted_local=True,  # "ada..byron"@example.com: some providers gave such addresses to their customers
            test_environment=True,  # ada@example.test: invented customers
        )
    except EmailNotValidError:
        return False
    domain = unicodedata.normalize("NFC", text.rpartition("@")[2]).lower()
    is_as_typed = domain in {found.domain, found.ascii_domain}  # the library also reads full-width letters and dots
    return is_as_typed and len(domain.rpartition(".")[2]) > 1  # no top-level domain has one letter: it was cut off


def check_date(text: str, *, earliest: date | None = None, latest: date | None = None) -> str:
    """A date as YYYY-MM-DD, within ``earliest`` and ``latest`` if they are given."""
    typed = check_number(text)
    try:
        day = date.fromisoformat(typed) if _DATE.fullmatch(typed) else None
    except ValueError:
        day = None
    if day is None:
        raise InputError("Type the date as year-month-day, as in 1984-03-27.")
    if latest is not None and day > latest:
        raise InputError(f"This must not be after {latest.isoformat()}.")
    if earliest is not None and day < earliest:
        raise InputError(f"This must not be before {earliest.isoformat()}.")
    return typed


def check_whole_number(text: str, *, smallest: int = 0, largest: int = 999_999_999) -> int:
    typed = check_number(text)
    if not _WHOLE_NUMBER.fullmatch(typed):
        raise InputError("Type a whole number in digits, as in 12.")
    number = int(typed)
    if not smallest <= number <= largest:
        raise InputError(f"This must be from {smallest} to {largest}.")
    return number


def check_choice(text: str, choices: Iterable[str]) -> str:
    if text not in set(choices):
        raise InputError("Choose one from the list.")
    return text


def has_symbol(text: str) -> bool:
    """Whether the text has an emoji, a symbol, or a character that this version of Unicode does not know."""
    return any(map(_is_symbol, text))


def _is_symbol(character: str) -> bool:
    if unicodedata.category(character) == "Cn":
        return True
    if character in _EMOJI_MARKS or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    is_picture = _FIRST_PICTURE <= character <= _LAST_PICTURE or character >= _FIRST_EMOJI
    return is_picture and unicodedata.category(character) in {"So", "Sk"}


def _is_control(character: str) -> bool:
    is_none = "\ufdd0" <= character <= "\ufdef" or ord(character) & 0xFFFE == 0xFFFE
    is_hidden = unicodedata.category(character) in {"Cc", "Cs", "Co"} or "\U000e0000" <= character <= "\U000e0fff"
    return is_none or is_hidden


_REFUSED_CHARACTERS = {
    "This must be one line, without line breaks.": _LINE_ENDS.__contains__,
    "This has a hidden text-direction mark: type it instead of pasting it.": (_DIRECTION_MARKS.__contains__),
    "This has invisible characters: type it instead of pasting it.": (
        lambda character: character in _INVISIBLE or _is_control(character)
    ),
}
"""Tests for characters that no field may have, by error message."""
