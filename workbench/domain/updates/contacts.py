"""Trusted contacts of an account: their fields, adding new ones, and finding them again in Bakkt's newer copy.

Source: contract.yaml, "TrustedContact". Only the name identifies one.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from workbench.domain.account.checks import check
from workbench.domain.account.form import NO_GIVEN_NAME_HINT, ONE_NAME_HINT, Field, Form, Group, Kind, Need, Step
from workbench.domain.payload import list_of, text_of
from workbench.domain.updates.paths import value_at

CONTACTS_LIST = "trustedContacts"
MAX_NEW_CONTACTS = 5
_PLACE = re.compile(rf"{CONTACTS_LIST}\[(\d+)\]")


def held_contacts(request: Mapping[str, Any]) -> int:
    return len(list_of(request.get(CONTACTS_LIST)))


def can_hold_contacts(request: Mapping[str, Any]) -> bool:
    """Whether a contact can be added: the payload has the list, or nothing in its place."""
    return request.get(CONTACTS_LIST) is None or isinstance(request[CONTACTS_LIST], list)


def contact_of(path: str) -> int | None:
    """The position of the contact that a field belongs to; None for any other field."""
    match = _PLACE.match(path)
    return int(match[1]) if match else None


def contacts_step(count: int) -> Step:
    groups = [
        Group(f"Trusted contact {position + 1}", _fields(f"{CONTACTS_LIST}[{position}]")) for position in range(count)
    ]
    return Step("contacts", "Trusted contacts", tuple(groups))


def _fields(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.givenName", "Given name", Kind.NAME, hint=NO_GIVEN_NAME_HINT),
        Field(f"{path}.middleNames", "Middle names", Kind.NAME, Need.OPTIONAL),
        Field(f"{path}.familyName", "Family name", Kind.NAME, hint=ONE_NAME_HINT),
        Field(f"{path}.phoneNumber", "Phone", Kind.PHONE, Need.OPTIONAL, hint="With country code"),
        Field(f"{path}.emailAddress", "E-mail", Kind.EMAIL, Need.OPTIONAL),
    )


def read_new_contact(fields: Iterable[Field], whole: Form, today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """A new contact as it is sent, and its problems by field."""
    checked = {one.path: check(one, whole, today) for one in fields}
    wrong = {path: found.error for path, found in checked.items() if found.error}
    values = {path.rpartition(".")[2]: found.value for path, found in checked.items() if found.value is not None}
    return values, wrong


def same_contact(read: Mapping[str, Any], now: Mapping[str, Any], position: int) -> int | None:
    """A contact's position in a newer copy, found by a name that is unique; a new contact comes after all others."""
    before, after = _names(read), _names(now)
    if position >= len(before):
        return position - len(before) + len(after)
    name = before[position]
    is_one = before.count(name) == 1 and after.count(name) == 1
    return after.index(name) if is_one else None


def _names(request: Mapping[str, Any]) -> list[tuple[object, ...]]:
    return [
        tuple(value_at(request, (CONTACTS_LIST, position, part)) for part in ("givenName", "middleNames", "familyName"))
        for position in range(held_contacts(request))
    ]


def contact_name(request: Mapping[str, Any], position: int) -> str:
    """The person's name as the payload has it; "" if it has none."""
    names = (value_at(request, (CONTACTS_LIST, position, name)) for name in ("givenName", "familyName"))
    return " ".join(filter(None, map(text_of, names)))
