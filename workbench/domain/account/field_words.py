"""Fields of Bakkt's payload in the words of the form, such as ``owners[0].identity.personalAddress.city``."""

import re
from collections.abc import Mapping
from functools import cache

from workbench.domain.account.choices import ENTITY_ACCOUNT_TYPES
from workbench.domain.account.form import Form, fields_of

_GROUPING_OBJECTS = frozenset({"identity", "investmentProfile", "accountGoals", "customerProfile"})
"""Objects that only group others; their names are left out."""
_FIELD_WORDS = {
    "emailAddress": "e-mail",
    "entityEmailAddress": "e-mail",
    "phoneNumber": "phone",
    "entityPhoneNumber": "phone",
    "dateOfBirth": "date of birth",
    "taxId": "tax id",
    "taxIdType": "tax id type",
    "taxIdCountry": "tax id country",
    "entityTaxId": "tax id",
    "clientOwnerId": "client owner id",
    "clientAccountId": "client account id",
    "employerAddress": "employer's address",
}
"""Words for fields whose label in the form says too little by itself, and for objects."""
_LISTED = {"agreements": "agreement", "trustedContacts": "trusted contact", "documents": "document"}
"""The items of lists; the first agreement is usually the only one, so it has no number."""
_OWNER = re.compile(r"owners\[(\d*)\]")
_POSITION = re.compile(r"\[\d*\]")
_ITEM = re.compile(r"(\w+)\[(\d+)\]")


def field_words(path: str) -> str:
    """ "Primary owner: personal address, city"; of all owners together (``owners[]``) "Owner: phone"."""
    first, _, rest = path.partition(".")
    owner = _OWNER.fullmatch(first)
    steps = [step for step in (rest.split(".") if rest else []) if step not in _GROUPING_OBJECTS]
    if owner is None:
        steps = [step for step in [first, *steps] if step not in _GROUPING_OBJECTS]
        words = ", ".join(_steps_words(path, steps)) or _step_words(first)
        return f"{words[0].upper()}{words[1:]}" if words else path
    holder = _owner_words(owner[1])
    return f"{holder}: {', '.join(_steps_words(path, steps))}" if steps else holder


def _steps_words(path: str, steps: list[str]) -> list[str]:
    """The objects on the way by their names, and the field at the end as the form calls it."""
    if not steps:
        return []
    last = _FIELD_WORDS.get(steps[-1]) or _form_labels().get(_key(path)) or _step_words(steps[-1])
    return [*map(_step_words, steps[:-1]), last]


@cache
def _form_labels() -> Mapping[str, str]:
    """The labels of the opening form's fields, within a sentence, by their paths without positions."""
    forms = (Form({"accountType": kind}) for kind in ("INDIVIDUAL", min(ENTITY_ACCOUNT_TYPES)))
    return {_key(one.path): _within_sentence(one.label) for form in forms for one in fields_of(form)}


def _key(path: str) -> str:
    """The path without positions, but for a street's lines, each of which has its own label."""
    return path if not path else _POSITION.sub("[]", path.rpartition(".")[0]) + "." + _last(path.rpartition(".")[2])


def _last(step: str) -> str:
    return step if step.startswith("streetAddress") else _POSITION.sub("[]", step)


def _within_sentence(label: str) -> str:
    return f"{label[0].lower()}{label[1:]}"


def _owner_words(position: str) -> str:
    if not position:
        return "Owner"
    return "Primary owner" if position == "0" else f"Owner {int(position) + 1}"


def _step_words(step: str) -> str:
    if step in _FIELD_WORDS:
        return _FIELD_WORDS[step]
    item = _ITEM.fullmatch(step)
    if item:
        return _item_words(item[1], int(item[2]) + 1)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", step.removeprefix("entity") if step != "entity" else step)
    return spaced.lower().strip() or step


def _item_words(name: str, number: int) -> str:
    """One item of a list: "agreement", "agreement 2", "trusted contact 1", "line 3" of a street."""
    if name == "streetAddress":
        return f"line {number}"
    words = _LISTED.get(name) or _step_words(name)
    return words if number == 1 and name == "agreements" else f"{words} {number}"
