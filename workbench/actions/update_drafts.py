"""Drafts of updates: what was typed and not sent yet. They survive a restart and only their author can read them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.actions.performing import Actions
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.kept_form import kept_form, restored_form
from workbench.store import StoredDraft, update_draft_id


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """The last save of one kind of update of one account; ``revision`` 0: none."""

    revision: int = 0
    saved_at: datetime | None = None
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def on(self, request: Mapping[str, Any]) -> tuple[UpdateForm, int]:
        """The form on Bakkt's present copy, and how many values were dropped; an empty form without a save."""
        return restored_form(self.content, request) if self.content else (UpdateForm(request), 0)


def find_update_draft(actions: Actions, kind: str, client_account_id: str) -> UpdateDraft:
    """The person's own draft of this kind of update, if there is one."""
    stored = actions.store.find_draft(update_draft_id(kind, client_account_id), actions.author)
    if stored is None:
        return UpdateDraft()
    return UpdateDraft(stored.revision, stored.saved_at, json.loads(stored.content))


def save_update_draft(
    actions: Actions, kind: str, client_account_id: str, form: UpdateForm, revision: int
) -> UpdateDraft:
    """Saves what was typed over the last save. Raises InputError if another tab has saved it meanwhile, StoreError."""
    draft_id, content = update_draft_id(kind, client_account_id), kept_form(form)
    stored = StoredDraft(draft_id, actions.author, client_account_id, json.dumps(content), revision=revision)
    saved = actions.store.save_draft(stored, actions.now())
    return UpdateDraft(saved.revision, saved.saved_at, content)


def delete_update_draft(actions: Actions, kind: str, client_account_id: str) -> None:
    actions.store.delete_draft(update_draft_id(kind, client_account_id), actions.author)
