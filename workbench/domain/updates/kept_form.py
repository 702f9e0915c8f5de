"""An update that was begun, as a draft keeps it: what was typed, and who the owners and contacts were meanwhile."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.account.form import FieldAnswer
from workbench.domain.payload import list_of, object_of, objects_of
from workbench.domain.updates.carrying import rebased_form
from workbench.domain.updates.contacts import CONTACTS_LIST
from workbench.domain.updates.form import UpdateForm

_OWNER_ID = "clientOwnerId"
_NAMES = ("givenName", "middleNames", "familyName")


def kept_form(form: UpdateForm) -> dict[str, Any]:
    """The form without Bakkt's values. Owners are found again by their id, contacts by their name."""
    return {
        "answers": {path: answer if isinstance(answer, str) else list(answer) for path, answer in form.typed.items()},
        "people": {
            "owners": _reduced(form.request.get("owners"), (_OWNER_ID,)),
            CONTACTS_LIST: _reduced(form.request.get(CONTACTS_LIST), _NAMES),
        },
        "added_owners": form.added_owners,
        "removed_owners": sorted(form.removed_owners),
        "added_contacts": form.added_contacts,
        "removed_contacts": sorted(form.removed_contacts),
    }


def restored_form(kept: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[UpdateForm, int]:
    """The form on Bakkt's present copy, and how many fields were dropped, as their owner or contact was removed."""
    before = UpdateForm(
        object_of(kept["people"]),
        {path: _answer(answer) for path, answer in kept["answers"].items()},
        kept["added_owners"],
        frozenset(kept["removed_owners"]),
        kept["added_contacts"],
        frozenset(kept["removed_contacts"]),
    )
    return rebased_form(before, now)


def _answer(kept: str | list[str]) -> FieldAnswer:
    return kept if isinstance(kept, str) else tuple(kept)


def _reduced(people: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    if len(objects_of(people)) != len(list_of(people)):
        return []
    return [{name: person[name] for name in names if name in person} for person in objects_of(people)]
