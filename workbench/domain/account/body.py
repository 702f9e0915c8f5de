"""The complete body that opens an account, built from the form's answers, with the errors and warnings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from workbench.domain.account import choices
from workbench.domain.account.checks import CheckedAnswer, check
from workbench.domain.account.doubts import Doubt
from workbench.domain.account.fields import USA
from workbench.domain.account.form import SAME_ADDRESS, Field, Form, Kind, Step, country_at, fields_of, steps_of
from workbench.domain.account.roles import usual_role
from workbench.domain.payload import objects_of

_STEPS = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class FieldIssue:
    """An error, a warning or doubts about one field, in words; ``step`` is the section that asks for it."""

    path: str
    label: str
    step: str
    words: str
    is_warning: bool = False
    doubts: tuple[Doubt, ...] = ()


def issues_of(form: Form, today: date) -> tuple[FieldIssue, ...]:
    """Everything that keeps the form from being sent and every warning, in the form's order."""
    return tuple(one for step in steps_of(form) for one in _issues_of_step(step, form, today))


def errors_of(form: Form, today: date) -> tuple[FieldIssue, ...]:
    return tuple(one for one in issues_of(form, today) if not one.is_warning)


def _issues_of_step(step: Step, form: Form, today: date) -> list[FieldIssue]:
    checked = [(one, check(one, form, today)) for one in step.fields]
    return [_issue(step, one, result) for one, result in checked if result.error or result.caution]


def _issue(step: Step, one: Field, result: CheckedAnswer) -> FieldIssue:
    words = result.error or result.caution
    return FieldIssue(one.path, one.label, step.key, words, is_warning=not result.error, doubts=result.doubts)


def body_of(form: Form, today: date) -> dict[str, Any]:
    """The AccountRequest as it would be sent; fields with a problem are left out."""
    body: dict[str, Any] = {"clientAccountId": "", "accountType": "", "investmentProfile": {}, "owners": []}
    for position in range(form.owners):
        body["owners"].append({"role": usual_role(form.account_type, position)})
    for one in fields_of(form):
        value = check(one, form, today).value
        if value is not None and is_sent(one, value):
            set_at(body, one.path, value)
    for position in range(form.owners):
        _copy_address(body["owners"][position], form, position)
    return {name: value for name, value in body.items() if value not in ("", {}, [])}


def is_sent(one: Field, value: object) -> bool:
    """Whether the value goes to Bakkt: some fields exist only for the form."""
    return one.kind is not Kind.SAME and not (one.kind is Kind.TAX_ID_TYPE and value == choices.NO_NATIONAL_ID)


def _copy_address(owner: dict[str, Any], form: Form, position: int) -> None:
    personal = owner.get("identity", {}).get("personalAddress")
    if personal and form.text(f"owners[{position}].{SAME_ADDRESS}") == choices.YES:
        owner["mailingAddress"] = {**personal, "streetAddress": list(personal.get("streetAddress", []))}


def set_at(tree: dict[str, Any], path: str, value: object) -> None:
    """Sets the value at a path such as ``owners[0].identity.taxId``, creating objects and lists on the way."""
    steps = [int(step) if step.isdecimal() else step for step in _STEPS.findall(path)]
    holder: Any = tree
    for step, following in pairwise(steps):
        holder = _child_of(holder, step, [] if isinstance(following, int) else {})
    last = steps[-1]
    if isinstance(last, int):
        holder.insert(last, value)
    else:
        holder[last] = value


def _child_of(holder: Any, step: str | int, empty: object) -> Any:
    if isinstance(step, str):
        return holder.setdefault(step, empty)
    if step >= len(holder):
        holder.append(empty)
    return holder[step]


def owners_abroad(form: Form) -> tuple[int, ...]:
    """Positions of owners who live outside the USA: each needs an identity document uploaded (GUIDE.md)."""
    paths = (f"owners[{position}].identity.personalAddress.country" for position in range(form.owners))
    countries = (country_at(form, path) for path in paths)
    return tuple(position for position, country in enumerate(countries) if country not in {"", USA})


def summary_of(body: Mapping[str, Any]) -> dict[str, str]:
    """What the action log keeps of a body: account type, number of owners and their ids; nothing personal."""
    owners = objects_of(body.get("owners"))
    ids = " ".join(str(owner.get("clientOwnerId", "-")) for owner in owners)
    return {"account_type": str(body.get("accountType", "")), "owners": str(len(owners)), "owner_ids": ids}
