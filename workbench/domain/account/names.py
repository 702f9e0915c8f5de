"""Names that stand for no name, as systems write them for a person who has only one."""

import unicodedata

from workbench.domain.text import fold

NO_GIVEN_NAME = "FNU"
"""What a form takes as the given name of a person with one name: "first name unknown", as on US visas."""

_ABBREVIATIONS = frozenset({"fnu", "gnu", "lnu", "nfn", "ngn", "nln", "nmi", "nmn"})
_WHOLE_NAMES = _ABBREVIATIONS | {
    *("nn", "none", "null", "noname", "unk", "unknown", "blank", "mononym", "notapplicable", "notavailable", "xxx"),
    *(f"no{part}" for part in ("firstname", "givenname", "forename", "lastname", "familyname", "surname")),
    *(f"{part}unknown" for part in ("firstname", "givenname", "lastname", "familyname", "surname", "name")),
    *(f"unknown{part}" for part in ("firstname", "givenname", "lastname", "familyname", "surname", "name")),
}
_WITH_SIGNS = frozenset({"n/a", "n.a."})
"""Without their signs they would be a name: Na is one."""


def is_no_name(text: str) -> bool:
    """Whether this stands for a name that the person does not have: "FNU", "LNU", "N/A", ".", "-"."""
    plain = _letters(text)
    return not plain or plain in _WHOLE_NAMES or "".join(fold(text).split()) in _WITH_SIGNS


def name_to_greet(given_name: str | None) -> str:
    """The given name as a message to the customer greets it; empty if the person has none."""
    if not given_name or is_no_name(given_name):
        return ""
    return " ".join(word for word in given_name.split() if _letters(word) not in _ABBREVIATIONS)


def _letters(text: str) -> str:
    return "".join(filter(_is_letter, fold(text)))


def _is_letter(character: str) -> bool:
    """Names are written in characters, too, that this version of Unicode does not know yet."""
    return character.isalpha() or unicodedata.category(character) == "Cn"
