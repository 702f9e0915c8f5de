"""Placing Bakkt's refusals at fields, and carrying typed values over to a newer copy of the account."""

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.domain.account.refusals import PlacedRefusals, place_refusals
from workbench.domain.updates.contacts import CONTACTS_LIST, held_contacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import path_name, path_of
from workbench.domain.updates.permissions import restriction_of
from workbench.domain.updates.sections import FormContent
from workbench.domain.updates.versions import path_in_newer_copy


def placed_refusals(content: FormContent, refusals: Iterable[tuple[str, str]]) -> PlacedRefusals:
    """Bakkt's words at the fields they are about; Bakkt counts people as they were sent, without those removed."""
    offered = [one.form_field.path for one in content.fields]
    named = [(_as_held(content.form, name), words) for name, words in refusals]
    of_locked = tuple(one for one in named if one[0] not in offered and restriction_of(path_of(one[0])))
    placed = place_refusals([one for one in named if one not in of_locked], content.filled, offered)
    shown = {path: words for path, words in placed.by_path.items() if path in offered}
    hidden = tuple((path, words) for path, words in placed.by_path.items() if path not in offered)
    return PlacedRefusals(shown, (*of_locked, *hidden, *placed.unplaced))


def rebased_form(form: UpdateForm, now: Mapping[str, Any]) -> tuple[UpdateForm, int]:
    """The form on Bakkt's newer copy, and how many fields were dropped because their owner or contact was removed."""
    typed = {path: path_in_newer_copy(path_of(path), form.request, now) for path in form.typed}
    kept = {path_name(position): form.typed[path] for path, position in typed.items() if position is not None}
    removed_owners = _rebased_positions("owners", form.removed_owners, form.request, now)
    removed_contacts = _rebased_positions(CONTACTS_LIST, form.removed_contacts, form.request, now)
    carried = UpdateForm(now, kept, form.added_owners, removed_owners, form.added_contacts, removed_contacts)
    return carried, len(form.typed) - len(kept)


def _rebased_positions(
    name: str, positions: Iterable[int], read: Mapping[str, Any], now: Mapping[str, Any]
) -> frozenset[int]:
    carried = (path_in_newer_copy((name, position), read, now) for position in positions)
    return frozenset(int(path[1]) for path in carried if path is not None)


def _as_held(form: UpdateForm, name: str) -> str:
    match path_of(name):
        case ("owners", int(position), *rest):
            count, out = form.held_owners + form.added_owners, form.removed_owners
            return path_name(("owners", _position_before_removal(position, count, out), *rest))
        case (name_of_list, int(position), *rest) if name_of_list == CONTACTS_LIST:
            count, out = held_contacts(form.request) + form.added_contacts, form.removed_contacts
            return path_name((CONTACTS_LIST, _position_before_removal(position, count, out), *rest))
    return name


def _position_before_removal(position: int, count: int, out: frozenset[int]) -> int:
    """The position in the form of what is at ``position`` once others are removed."""
    staying = [held for held in range(count) if held not in out]
    return staying[position] if position < len(staying) else position
