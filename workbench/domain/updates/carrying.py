"""Placing Bakkt's refusals at fields, and carrying typed values over to a newer copy of the account."""

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.domain.account.refusals import Placed, place_refusals
from workbench.domain.updates.contacts import LIST, held_contacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import path_name, path_of
from workbench.domain.updates.permissions import restriction_of
from workbench.domain.updates.sections import sections_of, whole_form
from workbench.domain.updates.versions import carried_over


def placed_refusals(form: UpdateForm, refusals: Iterable[tuple[str, str]]) -> Placed:
    """Bakkt's words at the fields they are about; Bakkt counts people as they were sent, without those removed."""
    offered = [one.asked.path for section in sections_of(form) for one in section.fields]
    named = [(_as_held(form, name), words) for name, words in refusals]
    of_locked = tuple(one for one in named if restriction_of(path_of(one[0])))
    placed = place_refusals([one for one in named if one not in of_locked], whole_form(form), offered)
    shown = {path: words for path, words in placed.by_path.items() if path in offered}
    hidden = tuple((path, words) for path, words in placed.by_path.items() if path not in offered)
    return Placed(shown, (*of_locked, *hidden, *placed.elsewhere))


def carried_form(form: UpdateForm, now: Mapping[str, Any]) -> tuple[UpdateForm, int]:
    """The form on Bakkt's newer copy, and how many fields were dropped because their owner or contact was removed."""
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
    """The position in the form of what is at ``place`` once others are removed."""
    staying = [held for held in range(count) if held not in out]
    return staying[place] if place < len(staying) else place
