"""Drafts of accounts being opened. They survive a restart and only their author can read them."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from workbench.actions.performing import Actions
from workbench.domain.account import Form
from workbench.store import StoredDraft


@dataclass(frozen=True, slots=True)
class Draft:
    """A form and the state its screen needs.

    ``visited``: keys of steps already left once, whose empty fields are shown as missing. ``refusals``:
    Bakkt's message by field, until that field is edited. ``revision`` 0: never saved. ``unreadable``: fields whose
    identity number was saved, but cannot be decrypted. ``businesses``: whether an owner is a business, by owner id, of
    those of whom a person said it.
    """

    draft_id: str
    form: Form = field(default_factory=Form)
    visited: frozenset[str] = frozenset()
    refusals: Mapping[str, str] = field(default_factory=dict, repr=False)
    revision: int = 0
    saved_at: datetime | None = None
    unreadable: frozenset[str] = frozenset()
    businesses: Mapping[str, bool] = field(default_factory=dict)

    @property
    def business_owner_ids(self) -> tuple[str, ...]:
        """Ids of the form's owners who were said to be businesses."""
        if not self.form.is_entity:
            return ()
        ids = (self.form.text(f"owners[{position}].clientOwnerId") for position in range(self.form.owners))
        return tuple(owner_id for owner_id in ids if self.businesses.get(owner_id))


def begin_draft() -> Draft:
    """An empty draft with an id for its first owner."""
    return Draft(uuid.uuid4().hex, Form({"owners[0].clientOwnerId": new_id()}))


def new_id() -> str:
    """A new id for an account or owner to which the person gave none."""
    return str(uuid.uuid4())


def save_draft(actions: Actions, draft: Draft) -> Draft:
    """Saves the draft. Raises InputError if another tab has saved or deleted it, StoreError."""
    stored = StoredDraft(
        draft.draft_id, actions.author, draft.form.client_account_id, _to_json(draft), revision=draft.revision
    )
    saved = actions.store.save_draft(stored, actions.now())
    return replace(draft, revision=saved.revision, saved_at=saved.saved_at, unreadable=saved.unreadable)


def find_draft(actions: Actions, draft_id: str) -> Draft | None:
    """The person's own draft with this id, or None."""
    stored = actions.store.find_draft(draft_id, actions.author)
    return _from_stored(stored) if stored else None


def read_drafts(actions: Actions) -> list[Draft]:
    """The person's own drafts, last saved first, after deleting those whose account has been opened."""
    actions.store.delete_opened_drafts()
    return [_from_stored(stored) for stored in actions.store.read_drafts(actions.author)]


def delete_draft(actions: Actions, draft_id: str) -> None:
    actions.store.delete_draft(draft_id, actions.author)


def _to_json(draft: Draft) -> str:
    answers = draft.form.answers.items()
    content = {
        "answers": {path: answer if isinstance(answer, str) else list(answer) for path, answer in answers},
        "owners": draft.form.owners,
        "visited": sorted(draft.visited),
        "refusals": dict(draft.refusals),
        "businesses": dict(draft.businesses),
    }
    return json.dumps(content)


def _from_stored(stored: StoredDraft) -> Draft:
    content = json.loads(stored.content)
    return Draft(
        draft_id=stored.draft_id,
        form=Form(content["answers"], content["owners"]),
        visited=frozenset(content["visited"]),
        refusals=content["refusals"],
        revision=stored.revision,
        saved_at=stored.saved_at,
        unreadable=stored.unreadable,
        businesses=content.get("businesses", {}),
    )
