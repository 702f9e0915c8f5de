"""Signs that an owner is a business: Bakkt screens natural persons only, and a business needs manual KYB.

Source: accounts-guide, "Opening an Entity Account", "Roles" and "Manual KYB".
"""

import re

from workbench.domain.payload import Payload, object_of, trimmed_text_of
from workbench.domain.text import fold

CONTACT = "Contact Bakkt Compliance or SRE via Slack"

_LONG_FORMS = frozenset(
    {
        *("llc", "llp", "lllp", "pllc", "inc", "incorporated", "corp", "corporation", "company", "ltd", "limited"),
        *("plc", "gmbh", "mbh", "kgaa", "ohg", "gbr", "sarl", "sas", "sasu", "srl", "spa", "sapi", "bv", "bvba", "nv"),
        *("oy", "oyj", "aps", "pty", "pte", "ltda", "eirl", "sicav", "trust", "foundation", "stiftung", "holding"),
        *("holdings", "partnership", "partners", "cooperative", "fund", "ventures"),
    }
)
"""Folded, without dots."""
_SHORT_FORMS = frozenset({"SA", "AG", "AB", "AS", "SE", "KG", "UG", "KK", "LP", "SL", "CO"})
"""Names of people too ("Sa", "Co"): they count in capitals, after a name that is not in capitals alone."""
_DOTTED_FORMS = frozenset(
    {"sa", "ag", "ab", "as", "se", "kg", "bv", "nv", "sl", "srl", "sarl", "spa", "llc", "llp", "lp", "plc"}
)
_DOTTED = re.compile(r"(?<=\s)(?:[a-z](?:[./]\s?|\s|(?!\w))){2,4}(?!\w)")
"""Single letters after the name, such as "S.A." or "S.à r.l."."""


def has_legal_form(name: str) -> bool:
    """Whether a name holds a legal form, such as LLC, Inc, GmbH, Ltd or S.A."""
    words = [word.strip(".,;()") for word in name.split()]
    is_mixed = any(letter.islower() for letter in name)
    return (
        any(fold(word) in _LONG_FORMS for word in words)
        or (is_mixed and any(word in _SHORT_FORMS for word in words[1:]))
        or any(_is_dotted_form(letters) for letters in _DOTTED.findall(fold(name)))
    )


def _is_dotted_form(letters: str) -> bool:
    return bool(re.search(r"[./]", letters)) and re.sub(r"[./\s]", "", letters) in _DOTTED_FORMS


def business_signs(owner: Payload) -> tuple[str, ...]:
    """Why to ask whether this owner is a business, in words; empty if nothing asks for it.

    An EIN is a further sign and asks nothing alone: sole proprietors have one.
    """
    identity = object_of(owner.get("identity"))
    names = " ".join(trimmed_text_of(identity.get(part)) for part in ("givenName", "middleNames", "familyName"))
    signs = [
        *(["the name holds a legal form"] if has_legal_form(names) else []),
        *(["there is no date of birth"] if not trimmed_text_of(identity.get("dateOfBirth")) else []),
    ]
    if signs and trimmed_text_of(identity.get("taxIdType")) == "EIN":
        signs.append("the tax ID is an EIN")
    return tuple(signs)
