"""Text as it is compared: folded, so that case, accents and look-alike signs make no difference; and as it is shown."""

import re
import unicodedata
from functools import cache

from workbench.domain.signs import is_unseen, plain_signs

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ي": "ی", "ى": "ی", "ك": "ک", "ـ": ""}  # Arabic and Persian keyboards differ; the last one only stretches a word
)
_BLANKS = "".join(letter for letter in map(chr, range(0x10000)) if letter.isspace() or is_unseen(letter))
"""What Unicode calls white space, and what has no width, such as the mark that a joined file begins with."""
_BYLAWS = re.compile(r"\bbye? ?laws?\b")
_BRITISH_ENDINGS = re.compile(r"is(ation|ations|ed|ing|e)\b")
_NOT_A_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]+")
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Invisible, but part of how words of some scripts and emoji are spelt."""
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

JOINED_OR_APART = "\N{HYPHENATION POINT}"
"""In a folded search term: what stands before and after it is written as one word or as two."""
_BETWEEN_WORDS = re.compile(r"""[ \n\r\v\f,;:!?¡¿"()\[\]{}/\\&|]+""")
_INSIDE_WORDS = re.compile(r"['.\-]+")
_AT_THE_END_OF_A_WORD = re.compile(r"(?<![^ ])['.\-]+|['.\-]+(?![^ ])")


def fold(text: str) -> str:
    """Lower case without accents, in plain signs."""
    plain = plain_signs(text).casefold()
    if plain.isascii():
        return plain
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.translate(_LETTERS_WITHOUT_DECOMPOSITION))


def searched_text(text: str) -> str:
    """A name, address, number or id as search compares it: folded, and without the punctuation of its words."""
    return _words_of(text, "")


LONGEST_TERM = 1_000
"""Letters of a search term. Each of its words is compared with every word of a name."""


def search_term(text: str) -> str:
    """A search term as it is compared with ``searched_text``.

    ``Smith-Jones`` also finds ``Smith Jones``: where a word has a hyphen, a full stop or an apostrophe, the term has
    JOINED_OR_APART.
    """
    return _words_of(text, JOINED_OR_APART)


def _words_of(text: str, joint: str) -> str:
    """Words with one blank between them. A text of nothing but punctuation stays as it is."""
    folded = fold(text)
    words = _AT_THE_END_OF_A_WORD.sub("", _BETWEEN_WORDS.sub(" ", folded))
    return " ".join(filter(None, _INSIDE_WORDS.sub(joint, words).split(" "))) or folded.strip()


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


def one_line(text: str) -> str:
    """The text without line breaks, and without characters that are not shown or change the order of others."""
    return "".join(map(_shown, text))


def _shown(letter: str) -> str:
    match unicodedata.category(letter):
        case "Zl" | "Zp" | "Cc":
            return " " if letter.isspace() else ""
        case "Cf":
            return letter if letter in _JOINERS else ""
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
    return letter


def isolated(shown: str, text: str) -> str:
    """A text as it is shown, kept from turning the words around it if it is written from right to left."""
    is_right_to_left = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)
    return f"\N{FIRST STRONG ISOLATE}{shown}\N{POP DIRECTIONAL ISOLATE}" if is_right_to_left else shown
