"""Folds text, so that case, accents, hyphens and British or American spelling make no difference."""

import re
import unicodedata
from functools import cache

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
_BLANKS = "".join(letter for letter in map(chr, range(0x10000)) if letter.isspace()) + "\u200b\u2060\ufeff"
"""What Unicode calls white space, and what has no width, such as the mark that a joined file begins with."""
_BYLAWS = re.compile(r"\bbye? ?laws?\b")
_BRITISH_ENDINGS = re.compile(r"is(ation|ations|ed|ing|e)\b")
_NOT_A_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return plain.translate(_LETTERS_WITHOUT_DECOMPOSITION)


def bare_id(text: str) -> str:
    """An id as it is compared: without blanks around it, also those that are not seen."""
    return text.strip(_BLANKS)


def folded_words(text: str) -> str:
    """The words alone, folded: "By-laws (2024)" and "BYLAWS 2024" are equal."""
    return _spaced(text)


def contains_phrase(text: str, *phrases: str) -> bool:
    """Whether the text contains one of the phrases as whole words, plural or not: "chart" in "Org-Charts"."""
    words = f" {_spaced(text)} "
    wanted = map(_spaced_phrase, phrases)
    return any(f" {phrase} " in words or f" {phrase}s " in words for phrase in wanted)


@cache
def _spaced_phrase(phrase: str) -> str:
    """Our own phrases, folded once; the customers' descriptions must not be cached."""
    return _spaced(phrase)


def _spaced(text: str) -> str:
    words = _NOT_A_LETTER_OR_DIGIT.sub(" ", fold(text)).strip()
    return _BRITISH_ENDINGS.sub(r"iz\1", _BYLAWS.sub("bylaws", words))
