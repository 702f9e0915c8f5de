"""The form that updates an account: Bakkt's values by field, what was typed over them, and the resulting edits.

Fields, labels and rules are those of the form that opens an account; here the payload may have gaps,
lists of any length and values of any type. A value that cannot be shown is not offered and stays unchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.domain.account.entity import is_entity_request
from workbench.domain.account.form import FieldAnswer, owner_of
from workbench.domain.payload import list_of
from workbench.domain.updates.contacts import (
    contact_of,
    held_contacts,
)

MAX_NEW_OWNERS = 10


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """What a person has typed over the account's payload. Every change returns a new form.

    ``typed`` is by path; ``removed_owners`` and ``removed_contacts`` are positions of those removed.
    """

    request: Mapping[str, Any] = field(repr=False)
    typed: Mapping[str, FieldAnswer] = field(default_factory=dict, repr=False)
    added_owners: int = 0
    removed_owners: frozenset[int] = frozenset()
    added_contacts: int = 0
    removed_contacts: frozenset[int] = frozenset()

    @property
    def held_owners(self) -> int:
        return len(list_of(self.request.get("owners")))

    @property
    def is_entity(self) -> bool:
        return is_entity_request(self.request)

    @property
    def is_untouched(self) -> bool:
        return not any((self.typed, self.added_owners, self.removed_owners, self.added_contacts, self.removed_contacts))

    def with_typed(self, path: str, answer: FieldAnswer) -> "UpdateForm":
        return replace(self, typed={**self.typed, path: answer})

    def with_new_owner(self, client_owner_id: str) -> "UpdateForm":
        path = f"owners[{self.held_owners + self.added_owners}].clientOwnerId"
        return replace(self, typed={**self.typed, path: client_owner_id}, added_owners=self.added_owners + 1)

    def without_new_owners(self) -> "UpdateForm":
        typed = {path: answer for path, answer in self.typed.items() if not self.is_new_owner(owner_of(path))}
        return replace(self, typed=typed, added_owners=0)

    def with_owner_removed(self, position: int, *, is_removed: bool) -> "UpdateForm":
        return replace(
            self, removed_owners=self.removed_owners | {position} if is_removed else self.removed_owners - {position}
        )

    def is_new_owner(self, position: int | None) -> bool:
        return position is not None and position >= self.held_owners

    def with_new_contact(self) -> "UpdateForm":
        return replace(self, added_contacts=self.added_contacts + 1)

    def without_new_contacts(self) -> "UpdateForm":
        typed = {path: answer for path, answer in self.typed.items() if not self.is_new_contact(contact_of(path))}
        return replace(self, typed=typed, added_contacts=0)

    def with_contact_removed(self, position: int, *, is_removed: bool) -> "UpdateForm":
        return replace(
            self,
            removed_contacts=self.removed_contacts | {position} if is_removed else self.removed_contacts - {position},
        )

    def is_new_contact(self, position: int | None) -> bool:
        return position is not None and position >= held_contacts(self.request)

    def belongs_to_removed(self, path: str) -> bool:
        """Whether a field belongs to an owner or contact who is removed."""
        return owner_of(path) in self.removed_owners or contact_of(path) in self.removed_contacts
