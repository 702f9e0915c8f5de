"""Drafts in the database: private to their author, replaced on save, deleted when the account is opened."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.tables import select_one
from workbench.domain.actions import Plan
from workbench.domain.errors import InputError
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Completion, Source, Store, StoredDraft

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DRAFT = StoredDraft("d1", "Ann", "cust-1", '{"answers": {"owners[0].identity.givenName": "Ada"}}')


def count(store: Store) -> int:
    return int(select_one(store, "select count(*) from drafts")[0])


def open_account(store: Store, draft_id: str, outcome: Outcome) -> None:
    plan = Plan(ActionKind.OPEN_ACCOUNT, "cust-1", "one review", what={"draft_id": draft_id})
    store.begin_action("a1", plan, "Ann", NOW, lambda _: None)
    store.complete_action("a1", Completion(outcome), NOW)


def test_a_save_replaces_the_one_before_and_keeps_when_it_was_begun(desk: Store) -> None:
    first = desk.save_draft(DRAFT, NOW)
    second = desk.save_draft(first, NOW + timedelta(hours=1))
    assert count(desk) == 1
    assert desk.find_draft("d1", "Ann") == second
    assert (second.revision, second.begun_at, second.saved_at) == (2, NOW, NOW + timedelta(hours=1))


def test_a_save_over_a_newer_one_is_refused(desk: Store) -> None:
    first = desk.save_draft(DRAFT, NOW)
    desk.save_draft(first, NOW)
    with pytest.raises(InputError):
        desk.save_draft(first, NOW)


def test_a_draft_that_was_deleted_does_not_come_back_with_a_late_save(desk: Store) -> None:
    saved = desk.save_draft(DRAFT, NOW)
    desk.delete_draft("d1", "Ann")
    with pytest.raises(InputError):
        desk.save_draft(saved, NOW)
    assert count(desk) == 0


def test_nobody_else_finds_or_deletes_a_draft(desk: Store) -> None:
    desk.save_draft(DRAFT, NOW)
    desk.delete_draft("d1", "Ben")
    assert desk.find_draft("d1", "Ben") is None
    assert desk.read_drafts("Ben") == []
    assert count(desk) == 1


def test_the_last_saved_draft_comes_first(desk: Store) -> None:
    for hour, draft_id in enumerate(("d1", "d2")):
        desk.save_draft(StoredDraft(draft_id, "Ann", "", "{}"), NOW + timedelta(hours=hour))
    assert [draft.draft_id for draft in desk.read_drafts("Ann")] == ["d2", "d1"]


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NOT_SENT, Outcome.UNKNOWN])
def test_a_draft_goes_with_its_opening_alone(desk: Store, outcome: Outcome) -> None:
    desk.save_draft(DRAFT, NOW)
    open_account(desk, "d1", outcome)
    desk.delete_opened_drafts()
    assert count(desk) == (0 if outcome is Outcome.ACCEPTED else 1)


def test_another_draft_for_the_same_account_stays(desk: Store) -> None:
    desk.save_draft(StoredDraft("d2", "Ann", "cust-1", "{}"), NOW)
    open_account(desk, "d1", Outcome.ACCEPTED)
    desk.delete_opened_drafts()
    assert count(desk) == 1


def test_where_nothing_was_opened_nothing_is_written(desk: Store) -> None:
    desk.save_draft(DRAFT, NOW)
    before = desk.data_version
    desk.delete_opened_drafts()
    assert desk.data_version == before


def test_drafts_lie_in_a_file_that_its_owner_alone_can_read(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    store.save_draft(DRAFT, NOW)
    assert stat.S_IMODE(database_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(database_path.with_name(f"{database_path.name}.wal").stat().st_mode) == 0o600
    store.close()


def test_no_personal_value_of_a_draft_is_in_its_repr() -> None:
    assert "Ada" not in repr(DRAFT)
