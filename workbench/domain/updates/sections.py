"""The update form's sections and fields, made from what Bakkt holds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.domain.account import choices
from workbench.domain.account.entity import is_entity_request
from workbench.domain.account.form import (
    Field,
    FieldAnswer,
    Form,
    Group,
    Kind,
    Need,
    Step,
    agreement_text,
    owner_of,
    steps_of,
)
from workbench.domain.payload import list_of, text_of
from workbench.domain.updates.contacts import CONTACTS_LIST, can_hold_contacts, contacts_step, held_contacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import ABSENT, Path, leaves, path_name, path_of, value_at
from workbench.domain.updates.permissions import Permission, permission_of, restriction_of


@dataclass(frozen=True, slots=True)
class UpdateField:
    """One editable field: ``shown`` is Bakkt's value as text, ``typed`` what is in the form now."""

    form_field: Field
    path: Path
    permission: Permission
    shown: FieldAnswer = field(default="", repr=False)
    typed: FieldAnswer = field(default="", repr=False)

    @property
    def is_touched(self) -> bool:
        return self.typed != self.shown


@dataclass(frozen=True, slots=True)
class Section:
    """What is edited at one time: one owner, the entity, or another part. ``key`` holds nothing personal."""

    key: str
    title: str
    groups: tuple[tuple[Group, tuple[UpdateField, ...]], ...]
    owner: int | None = None

    @property
    def fields(self) -> tuple[UpdateField, ...]:
        return tuple(one for _, offered in self.groups for one in offered)


@dataclass(frozen=True, slots=True)
class FormContent:
    """What a form asks: its sections, and the whole account as answers of the opening form (``filled``).

    It is costly, so it is computed once for a form and handed to everything that reads it.
    """

    form: UpdateForm = field(repr=False)
    filled: Form = field(repr=False)
    sections: tuple[Section, ...] = field(repr=False)

    @property
    def fields(self) -> tuple[UpdateField, ...]:
        return tuple(one for section in self.sections for one in section.fields)

    def narrowed_to(self, path: str) -> "FormContent":
        """The same form asking for one field alone; nothing if it is not among those that may be edited."""
        return replace(self, sections=tuple(filter(None, (_narrowed(section, path) for section in self.sections))))


def _narrowed(section: Section, path: str) -> Section | None:
    groups = tuple(
        (replace(group, fields=tuple(field.form_field for field in kept)), kept)
        for group, offered in section.groups
        if (kept := tuple(one for one in offered if one.form_field.path == path))
    )
    return replace(section, groups=groups) if groups else None


def content_of(form: UpdateForm) -> FormContent:
    """Everything that can be edited, in the payload's order, without locked fields and unexpected values.

    Trusted contacts may be added where there are none yet.
    """
    filled = filled_form(form)
    made = [_section(form, filled, step) for step in _steps(form, filled)]
    return FormContent(form, filled, tuple(one for one in made if one.fields or one.key == CONTACTS))


def labels_of(content: FormContent) -> Mapping[Path, str]:
    """Paths of the payload by the form's labels: ``Primary owner · Personal address · City``."""
    form = content.form
    labels: dict[Path, str] = {
        one.path: f"{section.title} · {group.title} · {one.form_field.label}"
        for section in content.sections
        for group, offered in section.groups
        for one in offered
    }
    for position in range(form.held_owners + form.added_owners):
        labels["owners", position] = (
            f"Owner {position + 1} {'is added' if form.is_new_owner(position) else 'is removed'}"
        )
    for position in range(held_contacts(form.request) + form.added_contacts):
        what = "is added" if form.is_new_contact(position) else "is removed"
        labels[CONTACTS_LIST, position] = f"Trusted contact {position + 1} {what}"
    return labels


def filled_form(form: UpdateForm) -> Form:
    """The opening form with everything stored and typed as its answers."""
    request, owners = form.request, form.held_owners + form.added_owners
    bare = Form({"accountType": _account_type(request)}, owners)
    held = {one.path: _shown(one, value_at(request, path_of(one.path))) for one in _all_fields(form, bare)}
    held |= {one.path: value_at(request, path_of(one.path)) for one in _other_fields(form, set(held))}
    answers = {path: answer for path, answer in held.items() if answer}
    return Form({**answers, **bare.answers, **form.typed}, owners)


def owner_name(request: Mapping[str, Any], position: int) -> str:
    """The person's name as the payload has it; "" where it has none."""
    names = (value_at(request, ("owners", position, "identity", name)) for name in ("givenName", "familyName"))
    return " ".join(filter(None, map(text_of, names)))


def _account_type(request: Mapping[str, Any]) -> str:
    return text_of(request.get("accountType")) or (
        choices.AccountType.ENTITY.value if is_entity_request(request) else ""
    )


def _all_fields(form: UpdateForm, filled: Form) -> Iterator[Field]:
    for step in (*steps_of(filled), *_contacts_steps(form)):
        for group in _groups(form, step):
            yield from group.fields


def _steps(form: UpdateForm, filled: Form) -> Iterator[Step]:
    yield from steps_of(filled)
    yield from _contacts_steps(form)
    known = {one.path for one in _all_fields(form, filled)}
    yield Step("others", "Other fields", (Group("Other text fields at Bakkt", tuple(_other_fields(form, known))),))


def _other_fields(form: UpdateForm, known: set[str]) -> Iterator[Field]:
    """Text fields that the opening form does not ask for, named by path, as their meaning is unknown."""
    known_parts = {part for name in known for part in _parts(name)}
    for path, value in leaves(dict(form.request)):
        name = path_name(path)
        if isinstance(value, str) and name not in known_parts and _is_editable(path, value):
            yield Field(name, "Text", need=Need.OPTIONAL, hint=name, longest=MAX_TEXT_LENGTH)


def _parts(name: str) -> Iterator[str]:
    """The path and all its parents, so that text in place of an object is left alone."""
    path = path_of(name)
    return (path_name(path[:depth]) for depth in range(1, len(path) + 1))


def _is_editable(path: Path, value: str) -> bool:
    is_plain = value.isprintable() and len(value) <= MAX_TEXT_LENGTH and path_of(path_name(path)) == path
    return is_plain and not _NEVER_EDITED.intersection(path) and not restriction_of(path)


CONTACTS = "contacts"
MAX_TEXT_LENGTH = 200
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T.*", re.ASCII)
"""A date-time is shown as the day that it names, whatever its offset: the day of a signature never moves."""
_NEVER_EDITED = frozenset({"role", "shareToken", "disclosures", "verificationResults"})
"""Set by other means, a secret, or deprecated (GUIDE.md): they are sent unchanged."""


def _section(form: UpdateForm, filled: Form, step: Step) -> Section:
    groups = [(group, _offered(form, filled, group)) for group in _groups(form, step)]
    owner = _owner_of(step)
    return Section(step.key, step.title, tuple((group, fields) for group, fields in groups if fields), owner)


def _groups(form: UpdateForm, step: Step) -> Iterator[Group]:
    """The groups of the opening form, with the payload's further street lines and agreements."""
    for group in step.groups:
        yield replace(group, fields=tuple(one for form_field in group.fields for one in _with_lines(form, form_field)))
    owner = _owner_of(step)
    if owner is None or form.is_new_owner(owner):
        return
    for number in range(1, len(list_of(value_at(form.request, ("owners", owner, "agreements")))) + 1):
        yield Group(f"Agreement {number + 1}", _agreement(f"owners[{owner}].agreements[{number}]"))


def _owner_of(step: Step) -> int | None:
    """The owner whom a step is about."""
    return owner_of(step.fields[0].path) if step.key.startswith("owner") else None


def _with_lines(form: UpdateForm, form_field: Field) -> Iterator[Field]:
    yield form_field
    if form_field.path.endswith("streetAddress[1]"):
        holder = form_field.path.removesuffix("[1]")
        for line in range(2, len(list_of(value_at(form.request, path_of(holder))))):
            yield replace(form_field, path=f"{holder}[{line}]", label=f"Line {line + 1}")


def _agreement(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.name", "Name of the agreement", need=Need.OPTIONAL, longest=200),
        Field(f"{path}.version", "Version", need=Need.OPTIONAL, longest=50),
        Field(f"{path}.eSignedDate", "Signed on", Kind.PAST_DATE, Need.OPTIONAL, hint="YYYY-MM-DD"),
        agreement_text(path),
    )


def _contacts_steps(form: UpdateForm) -> Iterator[Step]:
    if can_hold_contacts(form.request):
        yield contacts_step(held_contacts(form.request) + form.added_contacts)


def _offered(form: UpdateForm, filled: Form, group: Group) -> tuple[UpdateField, ...]:
    found = (_offer(form, filled, form_field) for form_field in group.fields)
    return tuple(one for one in found if one is not None)


def _offer(form: UpdateForm, filled: Form, form_field: Field) -> UpdateField | None:
    path = path_of(form_field.path)
    if form.is_new_owner(owner_of(form_field.path)):
        return UpdateField(form_field, path, Permission.UNSURE, "", filled.answers.get(form_field.path, ""))
    held = value_at(form.request, path)
    shown = _shown(form_field, held)
    if shown is None or form_field.kind is Kind.SAME or not _is_reachable(form.request, path):
        return None
    if restriction_of(path) and (shown or form_field.kind is not Kind.ID):
        return None
    asked = without_default(form_field)
    return UpdateField(asked, path, permission_of(path), shown, form.typed.get(form_field.path, shown))


def without_default(form_field: Field) -> Field:
    """The field of somebody whom Bakkt has already: a value that nobody chose is not added."""
    return replace(form_field, default="")


def _shown(form_field: Field, held: Any) -> FieldAnswer | None:
    """The stored value as the form shows it; None if its type is not the field's."""
    match form_field.kind, held:
        case _, None:
            return ""
        case Kind.COUNTRIES, list():
            return tuple(held) if all(isinstance(code, str) for code in held) else None
        case Kind.YES_NO, bool():
            return choices.YES if held else choices.NO
        case Kind.YES_NO | Kind.WHOLE_NUMBER | Kind.COUNTRIES, str():
            return None
        case Kind.PAST_DATE, str():
            return _DATE_TIME.sub(r"\1", held)
        case Kind.WHOLE_NUMBER, int() if not isinstance(held, bool):
            return str(held)
        case _, str():
            return held
    return "" if held is ABSENT else None


def _is_reachable(request: Mapping[str, Any], path: Path) -> bool:
    """Whether every parent of the path is an object or a list, as the path says, or does not exist yet."""
    holder: Any = request
    for step in path:
        if holder in (None, ABSENT):
            return True
        if not isinstance(holder, list if isinstance(step, int) else dict):
            return False
        holder = value_at(holder, (step,))
    return True
