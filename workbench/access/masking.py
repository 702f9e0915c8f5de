"""Masks what agents must not see by default: numbers down to their last four characters, links to their host.

Everything a person needs to talk to the customer (names, address, e-mail, phone, date of birth) stays readable.
"""

from typing import Any
from urllib.parse import urlsplit

from workbench.domain.identity_numbers import is_identity_number, plain_name
from workbench.domain.links.links import LINK_URL_FIELDS

SHOWN_AT_END = 4
DOTS = "••••"

_HIDDEN_FIELDS = frozenset({"sharetoken", "token", "password", "secret", "apikey"})
_LINK_FIELDS = frozenset(name.lower() for name in LINK_URL_FIELDS) | {"linkurl"}
"""Bakkt's names, and ``link_url`` of our queries."""
_MASKED_FIELDS = _HIDDEN_FIELDS | _LINK_FIELDS


def masked_number(number: object) -> str:
    """The last four letters or digits; a number with four or fewer is hidden completely."""
    kept = "".join(character for character in str(number) if character.isalnum())
    return f"{DOTS} {kept[-SHOWN_AT_END:]}" if len(kept) > SHOWN_AT_END else DOTS


def masked_link(url: str) -> str:
    """Only the link's host: enough to recognise it, not enough to open it."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return f"https://{host}/{DOTS}" if host else DOTS


def masked_payload(tree: Any) -> Any:
    """A copy of a payload in which every identity number, token and link is masked, at any depth."""
    if isinstance(tree, dict):
        return {name: _masked_field(str(name), value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [masked_payload(item) for item in tree]
    return tree


def is_masked(name: str) -> bool:
    """Whether a field of this name holds what is masked."""
    return plain_name(name) in _MASKED_FIELDS or is_identity_number(name)


def _masked_field(name: str, value: Any) -> Any:
    if value in (None, "", [], {}):
        return value
    if not is_masked(name):
        return masked_payload(value)
    folded = plain_name(name)
    if folded in _HIDDEN_FIELDS:
        return DOTS
    return masked_link(str(value)) if folded in _LINK_FIELDS else _masked_values(value)


def _masked_values(value: Any) -> Any:
    if isinstance(value, list):
        return [_masked_values(item) for item in value]
    return DOTS if isinstance(value, dict) else masked_number(value)
