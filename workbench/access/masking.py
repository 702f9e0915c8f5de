"""The one rule of what is masked for whom.

Names and ids are plain. For everybody identity numbers keep their last four letters or digits, links their host, and
birth dates and tokens nothing. ``Masks`` says what else is masked where: phone numbers and e-mail addresses for whoever
may not see them, also within what somebody wrote freely, and streets but in the form of an update.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from workbench.access.acting import Person
from workbench.access.policy import Act
from workbench.domain.identity_numbers import is_identity_number, plain_name
from workbench.domain.links.links import LINK_URL_FIELDS

SHOWN_AT_END = 4
DOTS = "••••"

_HIDDEN_FIELDS = frozenset({"sharetoken", "token", "password", "secret", "apikey", "dateofbirth", "birthdate", "dob"})
_LINK_FIELDS = frozenset(name.lower() for name in LINK_URL_FIELDS) | {"linkurl"}
"""Bakkt's names, and ``link_url`` of our queries."""
_MASKED_FIELDS = _HIDDEN_FIELDS | _LINK_FIELDS
_STREET_FIELDS = frozenset({"streetaddress", "street"})
_LINK_IN_WORDS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_EMAIL_IN_WORDS = re.compile(r"(?<![^\s@<>(),;:\"])[^\s@<>(),;:\"]++@[^\s@<>(),;:\"]++")
_IS_A_DAY = r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)"
_IS_A_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-"
_PHONE_IN_WORDS = re.compile(
    rf"(?<![\w./-])(?!{_IS_A_DAY}|{_IS_A_UUID})\+?\(?\d(?:[\s()./-]{{0,2}}\d){{6,30}}(?!\d)", re.IGNORECASE
)
"""Seven digits and more, however they are grouped and whatever follows; a day and a number within an id are none."""
_CONTACT_ENDINGS = ("phonenumber", "emailaddress", "phone", "email")


@dataclass(frozen=True, slots=True)
class Masks:
    """What is masked beside what is masked for everybody."""

    contact: bool = False
    streets: bool = True


USUAL = Masks()
IN_A_FORM = Masks(streets=False)
"""In the form and the review of what an agent is about to send."""
FOR_LOOKING = Masks(contact=True)
"""For whoever may not see phone numbers and e-mail addresses."""


def masks_for(person: Person) -> Masks:
    return USUAL if person.may(Act.SEE_CONTACT) else FOR_LOOKING


def masked_number(number: object) -> str:
    """The last four letters or digits; a number with four or fewer is hidden completely, one masked before is kept."""
    kept = "".join(character for character in str(number) if character.isalnum())
    is_masked_before = str(number) == f"{DOTS} {kept}" and len(kept) == SHOWN_AT_END
    return f"{DOTS} {kept[-SHOWN_AT_END:]}" if len(kept) > SHOWN_AT_END or is_masked_before else DOTS


def masked_link(url: str) -> str:
    """Only the link's host: enough to recognise it, not enough to open it."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return f"https://{host}/{DOTS}" if host else DOTS


def masked_contact(text: str) -> str:
    """The last four characters of a phone number or an e-mail address; a short one is hidden completely."""
    return f"{DOTS} {text[-SHOWN_AT_END:]}" if len(text) > SHOWN_AT_END else DOTS


def masked_words(text: str, masks: Masks) -> str:
    """What somebody wrote freely, with each link masked in it, and each e-mail address and phone number if asked."""
    text = _LINK_IN_WORDS.sub(lambda found: masked_link(found[0]), text)
    for kind in (_EMAIL_IN_WORDS, _PHONE_IN_WORDS) if masks.contact else ():
        text = kind.sub(lambda found: masked_contact(found[0]), text)
    return text


def masked_payload(tree: Any, masks: Masks = USUAL) -> Any:
    """A copy of a payload in which everything that is masked is, at any depth."""
    if isinstance(tree, dict):
        return {name: _masked_field(str(name), value, masks) for name, value in tree.items()}
    if isinstance(tree, list):
        return [masked_payload(item, masks) for item in tree]
    return tree


def is_masked(name: str) -> bool:
    """Whether a field of this name holds what is masked for everybody."""
    return plain_name(name) in _MASKED_FIELDS or is_identity_number(name)


def is_link(name: str) -> bool:
    """Whether a field of this name holds a customer's link."""
    return plain_name(name) in _LINK_FIELDS


def is_contact(name: str) -> bool:
    """Whether a field of this name holds a phone number or an e-mail address."""
    return plain_name(name).endswith(_CONTACT_ENDINGS)


def _masked_field(name: str, value: Any, masks: Masks) -> Any:
    if value in (None, "", [], {}):
        return value
    folded = plain_name(name)
    if is_masked(name):
        return _masked_for_everybody(folded, value)
    if masks.streets and folded in _STREET_FIELDS:
        return DOTS
    if masks.contact and is_contact(name):
        return masked_contact(value) if isinstance(value, str) else DOTS
    return masked_payload(value, masks)


def _masked_for_everybody(folded: str, value: Any) -> Any:
    if folded in _HIDDEN_FIELDS:
        return DOTS
    return masked_link(str(value)) if folded in _LINK_FIELDS else _masked_values(value)


def _masked_values(value: Any) -> Any:
    if isinstance(value, list):
        return [_masked_values(item) for item in value]
    return DOTS if isinstance(value, dict) else masked_number(value)
