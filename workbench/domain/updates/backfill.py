"""Filling in missing data: the form that opens an account, reduced to the missing fields.

Source: accounts-guide, "Required Fields": migrated accounts have a grace period to fill in what new ones require.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workbench.domain.account import Field, Form, Group, Kind, Step, check, steps_of
from workbench.domain.account.body import is_sent
from workbench.domain.account.checks import CheckedAnswer
from workbench.domain.account.completeness import IDENTITY_DOCUMENT, missing_fields
from workbench.domain.account.entity import is_entity_request
from workbench.domain.updates import ABSENT, Edits, Path, value_at
from workbench.domain.updates.answers import ParsedUpdate
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import path_of
from workbench.domain.updates.permissions import permission_of
from workbench.domain.updates.sections import FormContent, Section, UpdateField, filled_form, without_default

_TAX_FIELDS = frozenset({"taxId", "taxIdType", "taxIdCountry"})


def missing_paths(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Missing paths that a form can ask for; documents are uploaded, not typed."""
    found = missing_fields(request, is_entity=is_entity_request(request), documents=())
    return tuple(path for path in found if not path.endswith(IDENTITY_DOCUMENT))


def missing_content(form: UpdateForm) -> FormContent:
    """An update of the missing fields alone; sections that lack nothing are left out."""
    missing, filled = missing_paths(form.request), filled_form(form)
    steps = (_reduced(step, missing, form.request) for step in steps_of(filled))
    return FormContent(form, filled, tuple(_section(step, form) for step in steps if step.groups))


def unfillable_paths(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Missing paths that this form cannot fill in: they need Bakkt's team or an update of the account."""
    asked = [one.form_field.path for one in missing_content(UpdateForm(request)).fields]
    return tuple(path for path in missing_paths(request) if not any(_is_part(one, path) for one in asked))


def read_backfill(content: FormContent, today: date) -> ParsedUpdate:
    """The edits typed so far. An address or a tax number must be complete or left out."""
    request, filled = content.form.request, content.filled
    missing, asked = missing_paths(request), [one.form_field for one in content.fields]
    begun = {_unit(one, missing) for one in asked if filled.answers.get(one.path)}
    checked = {one: check(one, filled, today) for one in asked if _unit(one, missing) in begun}
    errors = {one.path: result.error for one, result in checked.items() if result.error}
    edits = dict(_edits(checked, request))
    for owner in _owners_with_one_address(asked, filled):
        edits |= _copied_address(owner, request, edits)
    doubts = {one.path: result.doubts for one, result in checked.items() if result.doubts}
    return ParsedUpdate(edits, errors, doubts)


def _section(step: Step, form: UpdateForm) -> Section:
    groups = tuple((group, tuple(_as_missing(one, form) for one in group.fields)) for group in step.groups)
    return Section(step.key, step.title, groups)


def _as_missing(one: Field, form: UpdateForm) -> UpdateField:
    path = path_of(one.path)
    asked = without_default(one)
    return UpdateField(asked, path, permission_of(path), shown="", typed=form.typed.get(one.path, ""))


def _reduced(step: Step, missing: tuple[str, ...], request: Mapping[str, Any]) -> Step:
    groups = [replace(group, fields=tuple(_missing_fields_of(group, missing, request))) for group in step.groups]
    return replace(step, groups=tuple(group for group in groups if group.fields))


def _missing_fields_of(group: Group, missing: tuple[str, ...], request: Mapping[str, Any]) -> Iterator[Field]:
    """The missing fields of the group; if part of a tax number is missing, all its other empty parts too."""
    wanted = [one for one in group.fields if any(_is_part(one.path, path) for path in missing)]
    lacks_tax_number = any(_is_tax_field(one) for one in wanted)
    for one in group.fields:
        is_asked = one in wanted or (lacks_tax_number and _is_tax_field(one))
        if is_asked and _is_empty(request, path_of(one.path)):
            yield one


def _is_empty(request: Mapping[str, Any], path: Path) -> bool:
    return value_at(request, path) in (ABSENT, None, "", [])


def _is_part(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def _is_tax_field(one: Field) -> bool:
    return one.path.rpartition(".")[2] in _TAX_FIELDS and ".identity." in one.path


def _unit(one: Field, missing: tuple[str, ...]) -> str:
    """The unit the field belongs to, which is checked as a whole once any part of it is typed."""
    if _is_tax_field(one):
        return f"{one.path.rpartition('.')[0]}.taxId"
    return next((path for path in missing if _is_part(one.path, path)), one.path)


def _edits(checked: Mapping[Field, CheckedAnswer], request: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for one, result in checked.items():
        path = path_of(one.path)
        if result.value is not None and is_sent(one, result.value) and _is_empty(request, path):
            yield path, result.value


def _owners_with_one_address(asked: list[Field], whole: Form) -> Iterator[int]:
    for one in asked:
        if one.kind is Kind.SAME and whole.text(one.path):
            position = path_of(one.path)[1]
            if isinstance(position, int):
                yield position


def _copied_address(owner: int, request: Mapping[str, Any], edits: Edits) -> dict[Path, Any]:
    """The personal address, stored or typed, copied to the mailing address."""
    personal: Path = ("owners", owner, "identity", "personalAddress")
    mailing: Path = ("owners", owner, "mailingAddress")
    held = value_at(request, personal)
    copied = {(*mailing, *path): value for path, value in _leaves(held)}
    typed = {(*mailing, *path[len(personal) :]): value for path, value in edits.items() if path[:4] == personal}
    return {**copied, **typed}


def _leaves(address: Any) -> Iterator[tuple[Path, Any]]:
    if not isinstance(address, Mapping):
        return
    for name, value in address.items():
        if isinstance(value, list):
            yield from (((name, line), text) for line, text in enumerate(value))
        elif value is not None:
            yield (name,), value
