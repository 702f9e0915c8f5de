"""Reading what was typed into the update form back into a form that can be checked and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workbench.domain.account.body import body_of
from workbench.domain.account.checks import check
from workbench.domain.account.form import Form, Kind
from workbench.domain.updates.contacts import LIST, contact_of, held_contacts, read_new_contact
from workbench.domain.updates.editing import Edits
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import ABSENT, Path, is_same, value_at
from workbench.domain.updates.sections import CONTACTS, Section, UpdateField, sections_of, whole_form

FILL_LINE_BEFORE = "Fill in the line before this one first."


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of the form: ``edits`` to send, and ``faults`` in words by path of the field."""

    edits: Edits = field(repr=False)
    faults: Mapping[str, str]


def read_form(form: UpdateForm, today: date) -> Reading:
    """The edits that were typed, and what is wrong with them. Untouched fields are not checked."""
    whole, edits, faults = whole_form(form), dict[Path, Any](), dict[str, str]()
    for section in sections_of(form):
        if section.owner is not None and section.owner in form.owners_out:
            continue
        if form.is_new_owner(section.owner):
            faults |= _faults_of_new_owner(section, whole, today)
        elif section.key == CONTACTS:
            _read_section(_held_contacts(section, form), form, whole, today, edits, faults)
            _read_new_contacts(section, form, whole, today, edits, faults)
        else:
            _read_section(section, form, whole, today, edits, faults)
    for place in form.owners_out:
        edits["owners", place] = ABSENT
    for place in form.contacts_out:
        edits[LIST, place] = ABSENT
    if not faults:
        edits |= _new_owners(form, whole, today)
    return Reading(edits, faults)


def _read_section(
    section: Section, form: UpdateForm, whole: Form, today: date, edits: dict[Path, Any], faults: dict[str, str]
) -> None:
    for one in section.fields:
        if not form.goes_out(one.asked.path) and (one.is_touched or _is_wanted_by_new_owner(one, form)):
            _read_field(one, form, whole, today, edits, faults)
    for one in section.fields:
        if not one.is_touched and _follows_new_country(one, edits):
            problem = check(one.asked, whole, today).problem
            if problem:
                faults[one.asked.path] = problem


def _read_field(
    one: UpdateField, form: UpdateForm, whole: Form, today: date, edits: dict[Path, Any], faults: dict[str, str]
) -> None:
    name, held = one.asked.path, value_at(form.request, one.path)
    checked = check(one.asked, whole, today)
    if checked.problem:
        faults[name] = checked.problem
    elif checked.value is None:
        if held not in (ABSENT, None):
            edits[one.path] = ABSENT
    elif not _has_line_before(one.path, form.request, edits):
        faults[name] = FILL_LINE_BEFORE
    elif not is_same(checked.value, held):
        edits[one.path] = checked.value


def _is_wanted_by_new_owner(one: UpdateField, form: UpdateForm) -> bool:
    """With several owners each needs an owner id: a sole owner without one must now get one."""
    return one.asked.kind is Kind.ID and form.added_owners > 0


def _follows_new_country(one: UpdateField, edits: Edits) -> bool:
    country = (*one.path[:-1], "country")
    return one.asked.kind in {Kind.STATE, Kind.POSTAL_CODE} and country in edits


def _has_line_before(path: Path, request: Mapping[str, Any], edits: Edits) -> bool:
    last = path[-1]
    if not isinstance(last, int) or last == 0:
        return True
    before = (*path[:-1], last - 1)
    return before in edits or value_at(request, before) is not ABSENT


def _held_contacts(section: Section, form: UpdateForm) -> Section:
    def is_held(one: UpdateField) -> bool:
        return not form.is_new_contact(contact_of(one.asked.path))

    return replace(section, groups=tuple((group, tuple(filter(is_held, offered))) for group, offered in section.groups))


def _read_new_contacts(
    section: Section, form: UpdateForm, whole: Form, today: date, edits: dict[Path, Any], faults: dict[str, str]
) -> None:
    held = held_contacts(form.request)
    for place in range(held, held + form.added_contacts):
        asked = [one.asked for one in section.fields if contact_of(one.asked.path) == place]
        values, wrong = read_new_contact(asked, whole, today)
        faults |= wrong
        if not wrong:
            edits[LIST, place] = values


def _faults_of_new_owner(section: Section, whole: Form, today: date) -> dict[str, str]:
    problems = {one.asked.path: check(one.asked, whole, today).problem for one in section.fields}
    return {path: words for path, words in problems.items() if words}


def _new_owners(form: UpdateForm, whole: Form, today: date) -> dict[Path, Any]:
    if not form.added_owners:
        return {}
    owners = body_of(whole, today)["owners"]
    return {("owners", place): owners[place] for place in range(form.held_owners, len(owners))}
