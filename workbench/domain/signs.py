"""Signs that look alike, read as the plain one that was meant: ``’`` as ``'``, ``–`` as ``-``, ``١`` as ``1``.

For what people type and search for: keyboards, word processors and other scripts put such signs, and copying from a
page brings signs that nobody sees. What Bakkt holds is never rewritten by it.
"""

import re
import unicodedata

_LOOK_ALIKES = {
    "'": "‘’‚‛′‵´`ʹʻʼʽʾʿˈˊˋˮ՚׳ꞌߴߵ",
    '"': "“”„‟″‶〝〞〟״«»",
    "-": "−⁃˗➖─━─﹘⸺⸻",
    "+": "➕",
    "/": "⁄∕╱⧸",
    ".": "。․·‧・⋅ꞏ۔॰",
    ",": "、،٫",
    ";": "؛",
    "(": "❨❪⟮⦅",
    ")": "❩❫⟯⦆",
    " ": "\t\u115f\u1160\u2800\u3164",
}
"""Look-alikes by plain sign, where Unicode's compatibility forms (NFKC) and categories do not say it."""

_UNSEEN_MARK = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SEEN_ALTHOUGH_FORMATTING = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_LONG_VOWEL_FOR_HYPHEN = re.compile(r"(?<=\d)ー(?=\d)")
"""Japanese keyboards have the two on one key."""

_LETTERS_LIKE_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХ", "ABEZHIKMNOPTYXABESIJKMHOPCTYX")


def plain_signs(text: str) -> str:
    """The text with plain signs: one kind of quote, dash, blank and digit, and nothing that cannot be seen."""
    if text.isascii():
        return text.translate(_PLAIN)
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
    return _LONG_VOWEL_FOR_HYPHEN.sub("-", plain)


def latin_letters(text: str) -> str:
    """Capitals of the Greek and Cyrillic alphabets that look like Latin ones, as those: Greek ids are printed so."""
    return text.translate(_LETTERS_LIKE_LATIN)


def is_unseen(character: str) -> bool:
    """Whether a character has no shape of its own: zero-width blanks and joiners, direction marks, variation marks."""
    is_formatting = unicodedata.category(character) == "Cf" and character not in _SEEN_ALTHOUGH_FORMATTING
    return is_formatting or _UNSEEN_MARK.match(character) is not None


class _PlainSigns(dict[int, str]):
    """The plain sign by code point, for ``str.translate``; a character is looked at when it is first met."""

    def __missing__(self, code_point: int) -> str:
        self[code_point] = plain = _plain_sign(chr(code_point))
        return plain


def _plain_sign(character: str) -> str:
    if is_unseen(character):
        return ""
    match unicodedata.category(character):
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Nd":
            return str(unicodedata.decimal(character))
        case _:
            return character


_PLAIN = _PlainSigns({ord(sign): plain for plain, signs in _LOOK_ALIKES.items() for sign in signs})
