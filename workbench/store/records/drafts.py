"""Drafts of accounts to open and of updates. They hold personal data: only the author reads them.

Opening an account deletes the first, sending an update the second.

Identity numbers are stored encrypted. Every function works inside the caller's transaction.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import duckdb

from workbench.domain.errors import InputError
from workbench.domain.moments import aware
from workbench.store.engine.keys import insert_rows
from workbench.store.engine.staging import schema
from workbench.store.records.sealing import Seal, has_numbers_in_clear, opened_content, sealed_content


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """One stored draft; ``revision`` grows with each save. ``client_account_id`` is empty until it is entered.

    ``unreadable``: paths of identity numbers that are missing in ``content``, as their key is missing or another one.
    """

    draft_id: str
    author: str
    client_account_id: str
    content: str = field(repr=False)
    revision: int = 0
    begun_at: datetime | None = None
    saved_at: datetime | None = None
    unreadable: frozenset[str] = frozenset()


_OF_UPDATES = "update "
"""Begins the ids of drafts of updates; those of accounts to open are random and hexadecimal."""


def update_draft_id(kind: str, client_account_id: str) -> str:
    """The id of a person's draft of one kind of update of an account: there is at most one."""
    return f"{_OF_UPDATES}{kind} {client_account_id}"


_DRAFTS = schema(
    draft_id="text",
    author="text",
    client_account_id="text",
    content="text",
    revision="count",
    begun_at="time",
    saved_at="time",
)
_SELECT = f"select {', '.join(_DRAFTS.names)} from drafts"


def save_draft(cursor: duckdb.DuckDBPyConnection, draft: StoredDraft, now: datetime, seal: Seal) -> StoredDraft:
    """Replaces the draft's last save. Raises InputError if another tab has saved or deleted it."""
    known = _find(cursor, draft.draft_id, draft.author)
    if (known.revision if known else 0) != draft.revision:
        raise InputError(
            "This draft was saved or deleted in another tab. What you typed here was not saved.",
            title="Another tab changed this draft",
            next_step="Reload the page to continue with the saved draft.",
        )
    stored = sealed_content(draft.content, seal, known.content if known else None)
    content, unreadable = opened_content(stored, seal)
    saved = replace(
        draft,
        content=content,
        revision=draft.revision + 1,
        begun_at=known.begun_at if known else now,
        saved_at=now,
        unreadable=unreadable,
    )
    row = [getattr(replace(saved, content=stored), name) for name in _DRAFTS.names]
    delete_draft(cursor, draft.draft_id, draft.author)
    insert_rows(cursor, "drafts", _DRAFTS, [row])
    return saved


def find_draft(cursor: duckdb.DuckDBPyConnection, draft_id: str, author: str, seal: Seal) -> StoredDraft | None:
    found = _find(cursor, draft_id, author)
    return _opened(found, seal) if found else None


def read_drafts(cursor: duckdb.DuckDBPyConnection, author: str, seal: Seal) -> list[StoredDraft]:
    """This author's drafts of accounts to open, last saved first."""
    rows = cursor.execute(
        f"{_SELECT} where author = $author and not starts_with(draft_id, $of_updates) order by saved_at desc",
        {"author": author, "of_updates": _OF_UPDATES},
    ).fetchall()
    return [_opened(_draft(row), seal) for row in rows]


def find_drafts_in_clear(cursor: duckdb.DuckDBPyConnection) -> list[StoredDraft]:
    """Drafts of earlier versions, which stored identity numbers as they were typed."""
    drafts = map(_draft, cursor.execute(_SELECT).fetchall())
    return [draft for draft in drafts if has_numbers_in_clear(draft.content)]


def seal_draft(cursor: duckdb.DuckDBPyConnection, draft: StoredDraft, seal: Seal) -> None:
    """Encrypts the identity numbers of a draft that was stored in clear; its revision stays."""
    cursor.execute(
        "update drafts set content = $content where draft_id = $draft_id and author = $author",
        {"draft_id": draft.draft_id, "author": draft.author, "content": sealed_content(draft.content, seal)},
    )


def _find(cursor: duckdb.DuckDBPyConnection, draft_id: str, author: str) -> StoredDraft | None:
    """The draft as it is stored, with its numbers encrypted."""
    found = cursor.execute(
        f"{_SELECT} where draft_id = $draft_id and author = $author", {"draft_id": draft_id, "author": author}
    ).fetchone()
    return _draft(found) if found else None


def _opened(draft: StoredDraft, seal: Seal) -> StoredDraft:
    content, unreadable = opened_content(draft.content, seal)
    return replace(draft, content=content, unreadable=unreadable)


def delete_draft(cursor: duckdb.DuckDBPyConnection, draft_id: str, author: str) -> None:
    cursor.execute(
        "delete from drafts where draft_id = $draft_id and author = $author", {"draft_id": draft_id, "author": author}
    )


def delete_opened_drafts(cursor: duckdb.DuckDBPyConnection) -> None:
    """Deletes drafts whose account was opened, including openings settled later by reading back or by a person."""
    cursor.execute(
        "delete from drafts using actions where actions.client_account_id = drafts.client_account_id "
        "and actions.kind = 'open_account' and actions.outcome = 'accepted' "
        "and contains(actions.what, drafts.draft_id)"
    )


def has_opened_drafts(cursor: duckdb.DuckDBPyConnection) -> bool:
    found = cursor.execute(
        "select 1 from drafts semi join actions on actions.client_account_id = drafts.client_account_id "
        "and actions.kind = 'open_account' and actions.outcome = 'accepted' "
        "and contains(actions.what, drafts.draft_id) limit 1"
    )
    return found.fetchone() is not None


def _draft(row: tuple[Any, ...]) -> StoredDraft:
    """The draft in one row (_DRAFTS)."""
    *rest, begun_at, saved_at = row
    return StoredDraft(*(*rest, aware(begun_at), aware(saved_at)))
