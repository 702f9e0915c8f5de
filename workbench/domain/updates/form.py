"""The form that changes an account: what Bakkt holds field by field, what was typed over it, and what that means.

Fields, labels and rules are those of the form that opens an account; here they stand on a payload that may have gaps,
lists of any length and values of any type. What cannot be shown as it is held is not offered, and stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workbench.domain.opening import choices
from workbench.domain.opening.body import body_of
from workbench.domain.opening.checks import check
from workbench.domain.opening.form import Answer, Field, Form, Group, Kind, Need, Step, owner_of, steps_of
from workbench.domain.opening.refusals import Placed, place_refusals
from workbench.domain.updates.contacts import (
    LIST,
    can_hold_contacts,
    contact_of,
    contacts_step,
    held_contacts,
    read_new_contact,
)
from workbench.domain.updates.editing import Edits
from workbench.domain.updates.paths import ABSENT, Path, is_same, leaves, path_name, path_of, value_at
from workbench.domain.updates.permissions import Permission, is_entity_request, permission_of, restriction_of
from workbench.domain.updates.versions import carried_over

MOST_NEW_OWNERS = 10
FILL_LINE_BEFORE = "Fill in the line before this one first."


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """What a person has typed over the account's payload. Every change gives a new form.

    ``typed`` is by path; ``owners_out`` and ``contacts_out`` are places in the payload.
    """

    request: Mapping[str, Any] = field(repr=False)
    typed: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    added_owners: int = 0
    owners_out: frozenset[int] = frozenset()
    added_contacts: int = 0
    contacts_out: frozenset[int] = frozenset()

    @property
    def held_owners(self) -> int:
        owners = self.request.get("owners")
        return len(owners) if isinstance(owners, list) else 0

    @property
    def is_entity(self) -> bool:
        return is_entity_request(self.request)

    @property
    def is_untouched(self) -> bool:
        return not any((self.typed, self.added_owners, self.owners_out, self.added_contacts, self.contacts_out))

    def with_typed(self, path: str, answer: Answer) -> "UpdateForm":
        return replace(self, typed={**self.typed, path: answer})

    def with_new_owner(self, client_owner_id: str) -> "UpdateForm":
        path = f"owners[{self.held_owners + self.added_owners}].clientOwnerId"
        return replace(self, typed={**self.typed, path: client_owner_id}, added_owners=self.added_owners + 1)

    def without_new_owners(self) -> "UpdateForm":
        typed = {path: answer for path, answer in self.typed.items() if not self.is_new_owner(owner_of(path))}
        return replace(self, typed=typed, added_owners=0)

    def with_owner_out(self, place: int, *, is_out: bool) -> "UpdateForm":
        return replace(self, owners_out=self.owners_out | {place} if is_out else self.owners_out - {place})

    def is_new_owner(self, place: int | None) -> bool:
        return place is not None and place >= self.held_owners

    def with_new_contact(self) -> "UpdateForm":
        return replace(self, added_contacts=self.added_contacts + 1)

    def without_new_contacts(self) -> "UpdateForm":
        typed = {path: answer for path, answer in self.typed.items() if not self.is_new_contact(contact_of(path))}
        return replace(self, typed=typed, added_contacts=0)

    def with_contact_out(self, place: int, *, is_out: bool) -> "UpdateForm":
        return replace(self, contacts_out=self.contacts_out | {place} if is_out else self.contacts_out - {place})

    def is_new_contact(self, place: int | None) -> bool:
        return place is not None and place >= held_contacts(self.request)

    def goes_out(self, path: str) -> bool:
        """Whether a field is of an owner or contact who is taken out."""
        return owner_of(path) in self.owners_out or contact_of(path) in self.contacts_out


@dataclass(frozen=True, slots=True)
class UpdateField:
    """One field that is offered: ``shown`` is what Bakkt holds, as text; ``typed`` what stands in the form now."""

    asked: Field
    path: Path
    permission: Permission
    shown: Answer = field(default="", repr=False)
    typed: Answer = field(default="", repr=False)

    @property
    def is_touched(self) -> bool:
        return self.typed != self.shown


@dataclass(frozen=True, slots=True)
class Section:
    """What is edited at a time: one owner, the entity, or another part. ``key`` holds nothing personal."""

    key: str
    title: str
    groups: tuple[tuple[Group, tuple[UpdateField, ...]], ...]
    owner: int | None = None

    @property
    def fields(self) -> tuple[UpdateField, ...]:
        return tuple(one for _, offered in self.groups for one in offered)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the form means: ``edits`` to send, and ``faults`` in words by the path of their field."""

    edits: Edits = field(repr=False)
    faults: Mapping[str, str]


def sections_of(form: UpdateForm) -> tuple[Section, ...]:
    """Everything that may be edited, in the payload's order; locked fields and what has another shape are left out.

    Trusted contacts may be added where there are none yet.
    """
    whole = _whole(form)
    made = [_section(form, whole, step) for step in _steps(form, whole)]
    return tuple(section for section in made if section.fields or section.key == CONTACTS)


def labels_of(form: UpdateForm) -> Mapping[Path, str]:
    """Places of the payload as the form calls them: ``Primary owner · Personal address · City``."""
    labels: dict[Path, str] = {
        one.path: f"{section.title} · {group.title} · {one.asked.label}"
        for section in sections_of(form)
        for group, offered in section.groups
        for one in offered
    }
    for place in range(form.held_owners + form.added_owners):
        labels["owners", place] = f"Owner {place + 1} {'is added' if form.is_new_owner(place) else 'is taken out'}"
    for place in range(held_contacts(form.request) + form.added_contacts):
        what = "is added" if form.is_new_contact(place) else "is taken out"
        labels[LIST, place] = f"Trusted contact {place + 1} {what}"
    return labels


def read_form(form: UpdateForm, today: date) -> Reading:
    """The edits that were typed, and what is wrong with them. What was not touched is not judged."""
    whole, edits, faults = _whole(form), dict[Path, Any](), dict[str, str]()
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


def whole_form(form: UpdateForm) -> Form:
    """The opening form with everything that is held and typed as its answers."""
    return _whole(form)


def placed_refusals(form: UpdateForm, refusals: Iterable[tuple[str, str]]) -> Placed:
    """Bakkt's words at the fields they speak of; Bakkt counts people as they were sent, without those taken out."""
    offered = [one.asked.path for section in sections_of(form) for one in section.fields]
    named = [(_as_held(form, name), words) for name, words in refusals]
    of_locked = tuple(one for one in named if restriction_of(path_of(one[0])))
    placed = place_refusals([one for one in named if one not in of_locked], _whole(form), offered)
    shown = {path: words for path, words in placed.by_path.items() if path in offered}
    hidden = tuple((path, words) for path, words in placed.by_path.items() if path not in offered)
    return Placed(shown, (*of_locked, *hidden, *placed.elsewhere))


def carried_form(form: UpdateForm, now: Mapping[str, Any]) -> tuple[UpdateForm, int]:
    """The form on a newer copy of Bakkt's, and how many fields it could not keep: of a person who is gone."""
    typed = {path: carried_over(path_of(path), form.request, now) for path in form.typed}
    kept = {path_name(place): form.typed[path] for path, place in typed.items() if place is not None}
    owners_out = _carried_places("owners", form.owners_out, form.request, now)
    contacts_out = _carried_places(LIST, form.contacts_out, form.request, now)
    carried = UpdateForm(now, kept, form.added_owners, owners_out, form.added_contacts, contacts_out)
    return carried, len(form.typed) - len(kept)


def _carried_places(
    name: str, places: Iterable[int], read: Mapping[str, Any], now: Mapping[str, Any]
) -> frozenset[int]:
    carried = (carried_over((name, place), read, now) for place in places)
    return frozenset(int(path[1]) for path in carried if path is not None)


def _as_held(form: UpdateForm, name: str) -> str:
    match path_of(name):
        case ("owners", int(place), *rest):
            count, out = form.held_owners + form.added_owners, form.owners_out
            return path_name(("owners", _place_before(place, count, out), *rest))
        case (name_of_list, int(place), *rest) if name_of_list == LIST:
            count, out = held_contacts(form.request) + form.added_contacts, form.contacts_out
            return path_name((LIST, _place_before(place, count, out), *rest))
    return name


def _place_before(place: int, count: int, out: frozenset[int]) -> int:
    """The place in the form of what stands there once others are taken out."""
    staying = [held for held in range(count) if held not in out]
    return staying[place] if place < len(staying) else place


def owner_name(request: Mapping[str, Any], place: int) -> str:
    """The person's name as the payload has it; "" where it has none."""
    names = (value_at(request, ("owners", place, "identity", name)) for name in ("givenName", "familyName"))
    return " ".join(name for name in names if isinstance(name, str) and name.strip())


def _whole(form: UpdateForm) -> Form:
    request, owners = form.request, form.held_owners + form.added_owners
    bare = Form({"accountType": _account_type(request)}, owners)
    held = {one.path: _shown(one, value_at(request, path_of(one.path))) for one in _all_fields(form, bare)}
    held |= {one.path: value_at(request, path_of(one.path)) for one in _other_fields(form, set(held))}
    answers = {path: answer for path, answer in held.items() if answer}
    return Form({**answers, **bare.answers, **form.typed}, owners)


def _account_type(request: Mapping[str, Any]) -> str:
    account_type = request.get("accountType")
    if isinstance(account_type, str) and account_type:
        return account_type
    return "ENTITY" if is_entity_request(request) else ""


def _all_fields(form: UpdateForm, whole: Form) -> Iterator[Field]:
    for step in (*steps_of(whole), *_contacts_steps(form)):
        for group in _groups(form, step):
            yield from group.fields


def _steps(form: UpdateForm, whole: Form) -> Iterator[Step]:
    yield from steps_of(whole)
    yield from _contacts_steps(form)
    known = {one.path for one in _all_fields(form, whole)}
    yield Step("others", "Other fields", (Group("What else Bakkt holds as text", tuple(_other_fields(form, known))),))


def _other_fields(form: UpdateForm, known: set[str]) -> Iterator[Field]:
    """Texts of fields that the opening form does not ask for; named by their path, as nobody knows what they mean."""
    known_parts = {part for name in known for part in _parts(name)}
    for path, value in leaves(dict(form.request)):
        name = path_name(path)
        if isinstance(value, str) and name not in known_parts and _is_editable(path, value):
            yield Field(name, "Text", need=Need.OPTIONAL, hint=name, longest=LONGEST_TEXT)


def _parts(name: str) -> Iterator[str]:
    """The path and everything around it, so that a text in an object's place is left alone."""
    path = path_of(name)
    return (path_name(path[:depth]) for depth in range(1, len(path) + 1))


def _is_editable(path: Path, value: str) -> bool:
    is_plain = value.isprintable() and len(value) <= LONGEST_TEXT and path_of(path_name(path)) == path
    return is_plain and not _NOT_FOR_A_FORM.intersection(path) and not restriction_of(path)


CONTACTS = "contacts"
LONGEST_TEXT = 200
_NOT_FOR_A_FORM = frozenset({"role", "shareToken", "disclosures", "verificationResults"})
"""Set by other means, a secret, or deprecated (GUIDE.md): they go out as they are held."""


def _section(form: UpdateForm, whole: Form, step: Step) -> Section:
    groups = [(group, _offered(form, whole, group)) for group in _groups(form, step)]
    owner = _owner_of(step)
    return Section(step.key, step.title, tuple((group, fields) for group, fields in groups if fields), owner)


def _groups(form: UpdateForm, step: Step) -> Iterator[Group]:
    """The groups of the opening form, with what the payload has more of: lines of a street, agreements."""
    for group in step.groups:
        yield replace(group, fields=tuple(one for asked in group.fields for one in _with_lines(form, asked)))
    owner = _owner_of(step)
    if owner is None or form.is_new_owner(owner):
        return
    for number in range(1, _count(form.request, ("owners", owner, "agreements")) + 1):
        yield Group(f"Agreement {number + 1}", _agreement(f"owners[{owner}].agreements[{number}]"))


def _owner_of(step: Step) -> int | None:
    """The owner whom a step is about."""
    return owner_of(step.fields[0].path) if step.key.startswith("owner") else None


def _with_lines(form: UpdateForm, asked: Field) -> Iterator[Field]:
    yield asked
    if asked.path.endswith("streetAddress[1]"):
        holder = asked.path.removesuffix("[1]")
        for line in range(2, _count(form.request, path_of(holder))):
            yield replace(asked, path=f"{holder}[{line}]", label=f"Line {line + 1}")


def _agreement(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.name", "Name of the agreement", need=Need.OPTIONAL, longest=200),
        Field(f"{path}.version", "Version", need=Need.OPTIONAL, longest=50),
        Field(f"{path}.eSignedDate", "Signed on", Kind.PAST_DATE, Need.OPTIONAL, hint="YYYY-MM-DD"),
    )


def _contacts_steps(form: UpdateForm) -> Iterator[Step]:
    if can_hold_contacts(form.request):
        yield contacts_step(held_contacts(form.request) + form.added_contacts)


def _offered(form: UpdateForm, whole: Form, group: Group) -> tuple[UpdateField, ...]:
    found = (_offer(form, whole, asked) for asked in group.fields)
    return tuple(one for one in found if one is not None)


def _offer(form: UpdateForm, whole: Form, asked: Field) -> UpdateField | None:
    path = path_of(asked.path)
    if form.is_new_owner(owner_of(asked.path)):
        return UpdateField(asked, path, Permission.UNSURE, "", whole.answers.get(asked.path, ""))
    held = value_at(form.request, path)
    shown = _shown(asked, held)
    if shown is None or asked.kind is Kind.SAME or not _is_reachable(form.request, path):
        return None
    if restriction_of(path) and (shown or asked.kind is not Kind.ID):
        return None
    return UpdateField(asked, path, permission_of(path), shown, form.typed.get(asked.path, shown))


def _shown(asked: Field, held: Any) -> Answer | None:
    """What is held as the form writes it; None for a value of another type than the field's."""
    match asked.kind, held:
        case _, None:
            return ""
        case Kind.COUNTRIES, list():
            return tuple(held) if all(isinstance(code, str) for code in held) else None
        case Kind.YES_NO, bool():
            return choices.YES if held else choices.NO
        case Kind.YES_NO | Kind.WHOLE_NUMBER | Kind.COUNTRIES, str():
            return None
        case Kind.WHOLE_NUMBER, int() if not isinstance(held, bool):
            return str(held)
        case _, str():
            return held
    return "" if held is ABSENT else None


def _is_reachable(request: Mapping[str, Any], path: Path) -> bool:
    """Whether everything on the way is an object or a list, as the path has it, or is not there yet."""
    holder: Any = request
    for step in path:
        if holder in (None, ABSENT):
            return True
        if not isinstance(holder, list if isinstance(step, int) else dict):
            return False
        holder = value_at(holder, (step,))
    return True


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
    """With several owners each needs an id of its own: who had none alone must be given one."""
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


def _count(request: Mapping[str, Any], path: Path) -> int:
    found = value_at(request, path)
    return len(found) if isinstance(found, list) else 0
