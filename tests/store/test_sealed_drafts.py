"""Identity numbers in drafts: encrypted in the file and its log, and readable with the key file alone."""

import json
import logging
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.support.tables import change
from workbench.domain.errors import StoreError
from workbench.store import Source, Store, StoredDraft
from workbench.store.records.sealing import key_file

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PERSON, COMPANY = "219-09-9887", "98-7654329"
PERSONS_PATH, COMPANYS_PATH = "owners[0].identity.taxId", "entity.entityTaxId"
ANSWERS = {PERSONS_PATH: PERSON, "owners[0].identity.givenName": "Zephyrine", COMPANYS_PATH: COMPANY}
DRAFT = StoredDraft("d1", "Ann", "cust-1", json.dumps({"answers": ANSWERS, "owners": 1}))


@pytest.fixture
def store(database_path: Path, source: Source) -> Iterator[Store]:
    opened = Store.open(database_path, source)
    yield opened
    opened.close()


def bytes_beside(database: Path) -> bytes:
    """Everything in the database's folder but the key."""
    return b"".join(path.read_bytes() for path in database.parent.iterdir() if path != key_file(database))


def answers_of(draft: StoredDraft | None) -> dict[str, object]:
    assert draft is not None
    answers: dict[str, object] = json.loads(draft.content)["answers"]
    return answers


def test_no_number_is_in_the_file_or_its_log_before_or_after_a_checkpoint(store: Store) -> None:
    store.save_draft(DRAFT, NOW)
    for _ in range(2):
        content = bytes_beside(store.path)
        assert b"Zephyrine" in content
        assert [number for number in (PERSON, COMPANY) if number.encode() in content] == []
        store.checkpoint()


def test_the_draft_comes_back_whole(store: Store, source: Source) -> None:
    saved = store.save_draft(DRAFT, NOW)
    assert answers_of(saved) == ANSWERS
    store.close()
    again = Store.open(store.path, source)
    assert again.find_draft("d1", "Ann") == saved
    assert again.read_drafts("Ann") == [saved]
    again.close()


def test_the_key_is_made_with_the_first_number_and_its_owner_alone_can_read_it(store: Store) -> None:
    saved = store.save_draft(StoredDraft("d1", "Ann", "", '{"answers": {"clientAccountId": "c"}, "owners": 1}'), NOW)
    assert not key_file(store.path).exists()
    store.save_draft(StoredDraft("d1", "Ann", "", DRAFT.content, saved.revision), NOW)
    assert stat.S_IMODE(key_file(store.path).stat().st_mode) == 0o600
    key = key_file(store.path).read_bytes()
    store.save_draft(StoredDraft("d2", "Ann", "", DRAFT.content), NOW)
    assert key_file(store.path).read_bytes() == key


KEYS = {"missing": None, "another": b"A" * 43 + b"=", "no key": b"damaged", "empty": b""}


@pytest.mark.parametrize("kind", KEYS)
def test_with_a_missing_or_wrong_key_everything_but_the_numbers_is_there(store: Store, kind: str) -> None:
    store.save_draft(DRAFT, NOW)
    place_key(store, KEYS[kind])
    found = store.find_draft("d1", "Ann")
    assert answers_of(found) == {"owners[0].identity.givenName": "Zephyrine"}
    assert found is not None
    assert found.unreadable == {PERSONS_PATH, COMPANYS_PATH}


@pytest.mark.parametrize("kind", ["missing", "another"])
def test_a_save_without_the_key_keeps_the_numbers_for_when_it_is_back(store: Store, kind: str) -> None:
    store.save_draft(DRAFT, NOW)
    key = key_file(store.path).read_bytes()
    place_key(store, KEYS[kind])
    found = store.find_draft("d1", "Ann")
    assert found is not None
    assert store.save_draft(found, NOW).unreadable == {PERSONS_PATH, COMPANYS_PATH}
    place_key(store, key)
    assert answers_of(store.find_draft("d1", "Ann")) == ANSWERS


def test_a_number_typed_again_replaces_the_one_that_cannot_be_read(store: Store) -> None:
    store.save_draft(DRAFT, NOW)
    place_key(store, None)
    found = store.find_draft("d1", "Ann")
    assert found is not None
    typed = json.dumps({"answers": {**answers_of(found), PERSONS_PATH: "219-09-1111"}, "owners": 1})
    saved = store.save_draft(StoredDraft("d1", "Ann", "cust-1", typed, found.revision), NOW)
    assert answers_of(saved)[PERSONS_PATH] == "219-09-1111"
    assert saved.unreadable == {COMPANYS_PATH}


def test_a_number_that_cannot_be_read_never_moves_to_another_owner(store: Store) -> None:
    two = {"owners[0].identity.taxId": PERSON, "owners[1].identity.taxId": COMPANY}
    saved = store.save_draft(StoredDraft("d1", "Ann", "", json.dumps({"answers": two, "owners": 2})), NOW)
    key = key_file(store.path).read_bytes()
    place_key(store, None)
    store.save_draft(StoredDraft("d1", "Ann", "", '{"answers": {}, "owners": 1}', saved.revision), NOW)
    place_key(store, key)
    assert answers_of(store.find_draft("d1", "Ann")) == {}


def test_without_a_usable_key_a_new_number_is_not_saved_in_clear(store: Store) -> None:
    saved = store.save_draft(StoredDraft("d1", "Ann", "", "{}"), NOW)
    key_file(store.path).write_bytes(b"damaged")
    with pytest.raises(StoreError, match="not a key") as refused:
        store.save_draft(StoredDraft("d1", "Ann", "", DRAFT.content, saved.revision), NOW)
    assert refused.value.next_step
    assert key_file(store.path).read_bytes() == b"damaged"
    assert PERSON.encode() not in bytes_beside(store.path)


@pytest.mark.slow
def test_drafts_of_an_earlier_version_are_encrypted_at_the_next_start(store: Store, source: Source) -> None:
    saved = store.save_draft(DRAFT, NOW)
    change(store, "update drafts set content = $content", {"content": DRAFT.content})
    store.close()
    assert PERSON.encode() in bytes_beside(store.path)
    tables = contents_of(store.path)
    again = Store.open(store.path, source)
    assert again.find_draft("d1", "Ann") == saved
    again.close()
    assert [number for number in (PERSON, COMPANY) if number.encode() in bytes_beside(store.path)] == []
    assert contents_of(store.path) == tables
    assert sorted(path.name for path in store.path.parent.iterdir()) == [
        "workbench.anchor.json",
        "workbench.duckdb",
        "workbench.duckdb.key",
        "workbench.records.jsonl",
        "workbench.registry.jsonl",
    ]


def test_a_file_that_could_not_be_rewritten_is_so_at_the_next_start(store: Store, source: Source) -> None:
    store.save_draft(DRAFT, NOW)
    change(store, "update drafts set content = $content", {"content": DRAFT.content})
    store.close()
    in_the_way = store.path.with_name(f"{store.path.name}.copy")
    in_the_way.mkdir()
    again = Store.open(store.path, source)
    assert answers_of(again.find_draft("d1", "Ann")) == ANSWERS
    again.close()
    assert PERSON.encode() in store.path.read_bytes()
    in_the_way.rmdir()
    Store.open(store.path, source).close()
    assert PERSON.encode() not in store.path.read_bytes()


def contents_of(database: Path) -> dict[str, object]:
    """Tables with their numbers of rows, views, macros and indexes of a closed database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        rows = {name: connection.execute(f"select count(*) from {name}").fetchone() for name in tables}  # noqa: S608
        others = connection.execute(
            "select view_name from duckdb_views() where not internal union all "
            "select function_name from duckdb_functions() where not internal union all "
            "select index_name from duckdb_indexes()"
        ).fetchall()
    return {**rows, "": sorted(others)}


def test_a_key_that_cannot_be_used_does_not_keep_the_desk_from_starting(
    store: Store, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    store.save_draft(DRAFT, NOW)
    change(store, "update drafts set content = $content", {"content": DRAFT.content})
    store.close()
    place_key(store, b"damaged")
    again = Store.open(store.path, source)
    assert answers_of(again.find_draft("d1", "Ann")) == ANSWERS
    again.close()
    assert "not encrypted" in caplog.text


def test_neither_key_nor_number_is_logged_or_shown(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        store.save_draft(DRAFT, NOW)
        key = key_file(store.path).read_text(encoding="ascii")
        place_key(store, KEYS["another"])
        shown = f"{store.find_draft('d1', 'Ann')!r} {vars(store)!r} {caplog.text}"
    assert [secret for secret in (key, PERSON, COMPANY) if secret in shown] == []


def place_key(store: Store, content: bytes | None) -> None:
    key_file(store.path).unlink(missing_ok=True)
    if content is not None:
        key_file(store.path).write_bytes(content)
