"""Reading what was typed into the update form back into a form that can be checked and sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workbench.domain.account.body import body_of
from workbench.domain.account.checks import check
from workbench.domain.account.doubts import Doubt
from workbench.domain.account.form import Form, Kind
from workbench.domain.updates.contacts import CONTACTS_LIST, contact_of, held_contacts, read_new_contact
from workbench.domain.updates.editing import Edits
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import ABSENT, Path, is_same, value_at
from workbench.domain.updates.sections import CONTACTS, FormContent, Section, UpdateField

PREVIOUS_LINE_EMPTY = "Fill in the line before this one first."


@dataclass(frozen=True, slots=True)
class ParsedUpdate:
    """The result of the form: ``edits`` to send, ``errors`` in words and ``doubts``, both by path of the field."""

    edits: Edits = field(repr=False)
    errors: Mapping[str, str]
    doubts: Mapping[str, tuple[Doubt, ...]] = field(default_factory=dict)


def read_form(content: FormContent, today: date) -> ParsedUpdate:
    """The edits that were typed, and what is wrong with them. Untouched fields are not checked."""
    form, filled, edits, errors = content.form, content.filled, dict[Path, Any](), dict[str, str]()
    for section in content.sections:
        if section.owner is not None and section.owner in form.removed_owners:
            continue
        if form.is_new_owner(section.owner):
            errors |= _errors_of_new_owner(section, filled, today)
        elif section.key == CONTACTS:
            _read_section(_held_contacts(section, form), form, filled, today, edits, errors)
            _read_new_contacts(section, form, filled, today, edits, errors)
        else:
            _read_section(section, form, filled, today, edits, errors)
    for position in form.removed_owners:
        edits["owners", position] = ABSENT
    for position in form.removed_contacts:
        edits[CONTACTS_LIST, position] = ABSENT
    if not errors:
        edits |= _new_owners(form, filled, today)
    return ParsedUpdate(edits, errors, dict(_doubts(content, edits, today)))


def _doubts(content: FormContent, edits: Edits, today: date) -> Iterator[tuple[str, tuple[Doubt, ...]]]:
    """What is unusual about the values that were typed."""
    for one in content.fields:
        path = one.form_field.path
        is_sent_anew = one.is_touched or _follows_new_country(one, edits)
        if is_sent_anew and not content.form.belongs_to_removed(path):
            found = check(one.form_field, content.filled, today).doubts
            if found:
                yield path, found


def _read_section(
    section: Section, form: UpdateForm, filled: Form, today: date, edits: dict[Path, Any], errors: dict[str, str]
) -> None:
    for one in section.fields:
        if not form.belongs_to_removed(one.form_field.path) and (one.is_touched or _needs_owner_id_now(one, form)):
            _read_field(one, form, filled, today, edits, errors)
    for one in section.fields:
        if not one.is_touched and _follows_new_country(one, edits):
            problem = check(one.form_field, filled, today).error
            if problem:
                errors[one.form_field.path] = problem


def _read_field(
    one: UpdateField, form: UpdateForm, filled: Form, today: date, edits: dict[Path, Any], errors: dict[str, str]
) -> None:
    name, held = one.form_field.path, value_at(form.request, one.path)
    checked = check(one.form_field, filled, today)
    if checked.error:
        errors[name] = checked.error
    elif checked.value is None:
        if held not in (ABSENT, None):
            edits[one.path] = ABSENT
    elif not _has_line_before(one.path, form.request, edits):
        errors[name] = PREVIOUS_LINE_EMPTY
    elif not is_same(checked.value, held):
        edits[one.path] = checked.value


def _needs_owner_id_now(one: UpdateField, form: UpdateForm) -> bool:
    """With several owners each needs an owner id: a sole owner without one must now get one."""
    return one.form_field.kind is Kind.ID and form.added_owners > 0


def _follows_new_country(one: UpdateField, edits: Edits) -> bool:
    country = (*one.path[:-1], "country")
    return one.form_field.kind in {Kind.STATE, Kind.POSTAL_CODE} and country in edits


def _has_line_before(path: Path, request: Mapping[str, Any], edits: Edits) -> bool:
    last = path[-1]
    if not isinstance(last, int) or last == 0:
        return True
    before = (*path[:-1], last - 1)
    return before in edits or value_at(request, before) is not ABSENT


def _held_contacts(section: Section, form: UpdateForm) -> Section:
    def is_held(one: UpdateField) -> bool:
        return not form.is_new_contact(contact_of(one.form_field.path))

    return replace(section, groups=tuple((group, tuple(filter(is_held, offered))) for group, offered in section.groups))


def _read_new_contacts(
    section: Section, form: UpdateForm, filled: Form, today: date, edits: dict[Path, Any], errors: dict[str, str]
) -> None:
    held = held_contacts(form.request)
    for position in range(held, held + form.added_contacts):
        form_field = [one.form_field for one in section.fields if contact_of(one.form_field.path) == position]
        values, wrong = read_new_contact(form_field, filled, today)
        errors |= wrong
        if not wrong:
            edits[CONTACTS_LIST, position] = values


def _errors_of_new_owner(section: Section, filled: Form, today: date) -> dict[str, str]:
    problems = {one.form_field.path: check(one.form_field, filled, today).error for one in section.fields}
    return {path: words for path, words in problems.items() if words}


def _new_owners(form: UpdateForm, filled: Form, today: date) -> dict[Path, Any]:
    if not form.added_owners:
        return {}
    owners = body_of(filled, today)["owners"]
    return {("owners", position): owners[position] for position in range(form.held_owners, len(owners))}
