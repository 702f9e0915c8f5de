"""Fields of Bakkt's payload in words, such as ``owners[0].identity.personalAddress.city``."""

import re

_GROUPING_OBJECTS = frozenset({"identity", "investmentProfile", "accountGoals", "customerProfile"})
"""Objects that only group others; their names are left out."""
_FIELD_WORDS = {
    "emailAddress": "e-mail",
    "entityEmailAddress": "e-mail",
    "phoneNumber": "phone",
    "entityPhoneNumber": "phone",
    "streetAddress": "street",
    "dateOfBirth": "date of birth",
    "taxId": "tax id",
    "entityTaxId": "tax id",
    "annualIncomeRangeUsd": "annual income",
    "subjectToAMLRegulations": "subject to AML regulations",
    "clientOwnerId": "client owner id",
    "clientAccountId": "client account id",
    "employerAddress": "employer's address",
}
_OWNER = re.compile(r"owners\[(\d*)\]")


def field_words(path: str) -> str:
    """ "Primary owner: personal address, city"; of all owners together (``owners[]``) "Owner: phone"."""
    first, _, rest = path.partition(".")
    owner = _OWNER.fullmatch(first)
    steps = [step for step in (rest.split(".") if rest else []) if step not in _GROUPING_OBJECTS]
    if owner is None:
        steps = [step for step in [first, *steps] if step not in _GROUPING_OBJECTS]
        words = ", ".join(map(_step_words, steps)) or _step_words(first)
        return f"{words[0].upper()}{words[1:]}" if words else path
    holder = _owner_words(owner[1])
    return f"{holder}: {', '.join(map(_step_words, steps))}" if steps else holder


def _owner_words(position: str) -> str:
    if not position:
        return "Owner"
    return "Primary owner" if position == "0" else f"Owner {int(position) + 1}"


def _step_words(step: str) -> str:
    if step in _FIELD_WORDS:
        return _FIELD_WORDS[step]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", step.removeprefix("entity") if step != "entity" else step)
    return spaced.lower().strip() or step
