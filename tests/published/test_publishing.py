"""Publishing: what reaches the files, that nobody waits for it, and what is refused."""

import fcntl
import json
import re
import resource
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from duckdb.sqltypes import DuckDBPyType

from tests.support.facts import ago, ahead, document, landed_event, owner, poll
from tests.support.stores import new_store
from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.access.published_columns import LEFT_OUT, PUBLISHED_TEXTS, treatment_of
from workbench.domain.errors import BusyError, InputError, StoreError
from workbench.domain.snapshots import OwnerSnapshot
from workbench.store import Source, Store
from workbench.store.engine import migrations
from workbench.store.published.copy import PublishedCopy
from workbench.store.published.manifest import read_manifest
from workbench.store.published.publishing import Published
from workbench.store.published.treatments import Treatment
from workbench.store.records.sealing import key_file

GIVEN_NAMES = ("Zoë", "Bartholomew", "Quetzalcoatl", "Ngozi", "Søren", "佐藤花子", "Xiomara", "Fiachra")
FAMILY_NAMES = (
    "Ærøskøbing",
    "Featherstonehaugh",
    "Papadopoulos",
    "Okonkwo-Bright",
    "Kierkegård",
    "수진오",
    "Żółćik",
    "MacGillycuddy",
)
PERSONAL = [
    value
    for number, (given, family) in enumerate(zip(GIVEN_NAMES, FAMILY_NAMES, strict=True))
    for value in (
        given,
        family,
        f"mailbox{number}@personal.test",
        f"+1415555{number:02}77",
        f"https://verify.example.test/session/secret-{number}",
    )
]
"""Forty values that only a customer has: names, addresses, numbers and links."""


def person(number: int) -> OwnerSnapshot:
    given, family, email, phone, _ = PERSONAL[5 * number : 5 * number + 5]
    return owner("o1", given_name=given, family_name=family, email_address=email, phone_number=phone)


def land_people(store: Store) -> None:
    ids = [f"ACC-{number}" for number in range(8)]
    store.land_registry(ids, "file")
    store.land_readings([poll(one, ago(90), owners=(person(number),)) for number, one in enumerate(ids)])
    links = [PERSONAL[5 * number + 4] for number in range(8)]
    store.land_events(
        [
            landed_event(one, ago(5), "INACTIVE", "RISK_KYC", link_url=link, link_expires_at=ahead(20))
            for one, link in zip(ids, links, strict=True)
        ]
    )
    fill_every_text(store)


KEPT = {
    "an id": {
        "accounts.bakkt_account_id",
        "accounts.client_account_id",
        "accounts.owners.client_owner_id",
        "accounts.requirements.client_owner_id",
        "actions.action_id",
        "actions.client_account_id",
        "actions.pending_ids",
        "documents.client_account_id",
        "documents.client_document_id",
        "documents.client_owner_id",
        "events.client_account_id",
        "events.request_id",
        "imports.import_id",
        "journey.client_account_id",
        "kyb_ends.client_account_id",
        "kyb_rulings.client_account_id",
        "kyb_rulings.client_document_id",
        "kyb_rulings.client_owner_id",
        "kyb_starts.client_account_id",
        "link_answers.action_id",
        "link_answers.client_account_id",
        "links.client_account_id",
        "owner_facts.client_account_id",
        "owner_facts.client_owner_id",
        "readings.client_account_id",
        "registry.client_account_id",
        "registry.import_id",
        "registry.next_import_id",
        "registry_changes.client_account_id",
        "registry_changes.import_id",
        "segment_accounts.client_account_id",
        "segment_accounts.segment_id",
        "segments.segment_id",
        "sync_failures.client_account_id",
        "sync_failures.run_id",
        "sync_runs.run_id",
    },
    "a code of Bakkt's": {
        "accounts.account_type",
        "accounts.country",
        "accounts.owners.country",
        "accounts.owners.role",
        "accounts.request_status",
        "accounts.settlement_method",
        "accounts.standing_reason_code",
        "documents.document_side",
        "documents.document_type",
        "documents.issue_country",
        "events.party_status",
        "events.reason_code",
        "journey.previous_reason_code",
        "readings.request_status",
    },
    "a word of our vocabulary": {
        "accounts.requirements.requirement",
        "accounts.standing",
        "accounts.standing_cause",
        "accounts.turn",
        "accounts.turn_after",
        "actions.kind",
        "actions.lapse_reason",
        "actions.outcome",
        "actions.waiting_ended_as",
        "journey.cause",
        "journey.previous_standing",
        "journey.standing",
        "kyb_ends.ended_as",
        "kyb_rulings.requirement",
        "registry.origin",
        "sync_runs.scope",
        "targets.standing",
    },
    "ids and codes": {"actions.slot"},
    "names of fields": {"accounts.missing_fields", "actions.changed_fields", "readings.missing_fields"},
}
"""Where each text comes from that is published as it is: none of these is one that a person writes freely."""


def fill_every_text(store: Store) -> None:
    """Adds to every table a row with a text of its own wherever one fits: in columns, lists and structures."""
    with store.database.writer() as cursor:
        for (table,) in cursor.execute("select table_name from duckdb_tables()").fetchall():
            shape = cursor.sql(f"from {table} limit 0")
            planted = [
                (name, value)
                for name, kind in zip(shape.columns, shape.types, strict=True)
                if (value := text_of_type(kind, f"{table}.{name}")) is not None
            ]
            if planted:
                names, values = ", ".join(name for name, _ in planted), [value for _, value in planted]
                marks = ", ".join("?" * len(values))
                cursor.execute(f"insert into {table} ({names}) values ({marks})", values)  # noqa: S608


def text_of_type(kind: DuckDBPyType, place: str) -> object:
    """A value of this type in which each text says its place; None if the type has no text."""
    if str(kind) in {"VARCHAR", "BLOB"}:
        text = f"planted {place}."
        return text if str(kind) == "VARCHAR" else text.encode()
    if kind.id == "list":
        (_, item), *_ = kind.children
        assert isinstance(item, DuckDBPyType)
        inside = text_of_type(item, place)
        return None if inside is None else [inside]
    if kind.id == "struct":
        fields = {
            name: text_of_type(field, f"{place}.{name}")
            for name, field in kind.children
            if isinstance(field, DuckDBPyType)
        }
        return fields if any(value is not None for value in fields.values()) else None
    return None


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = new_store()
    land_people(store)
    yield store
    store.close()


def published_to(store: Store, folder: Path) -> Published:
    return store.publish(folder, treatment_of, LEFT_OUT)


@pytest.fixture(scope="module")
def folder(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy") / "for analysts"
    published_to(store, folder)
    return folder


def cells_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Return everything in all tables, as text."""
    tables = connection.execute("select table_name from duckdb_tables() where not temporary").fetchall()
    return "\n".join(str(connection.sql(f"from {table}").fetchall()) for (table,) in tables)


def cells_of_copy(folder: Path) -> str:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{folder / 'workbench.duckdb'}' as desk (read_only)")
        connection.execute("use desk")
        found = cells_of(connection)
    return found + "\n".join(str(pq.read_table(file).to_pylist()) for file in folder.glob("*.parquet"))


def test_none_of_forty_personal_values_is_in_the_files(store: Store, folder: Path) -> None:
    with store.database.reader() as cursor:
        ours = cells_of(cursor)
    assert [value for value in PERSONAL if value not in ours] == []
    content = b"".join(file.read_bytes() for file in folder.iterdir()) + cells_of_copy(folder).encode()
    spelled = [*PERSONAL, *(value.lower() for value in PERSONAL), *(value.replace("+", "") for value in PERSONAL)]
    assert [value for value in spelled if value.encode() in content] == []


def test_only_texts_whose_source_is_known_are_in_the_files(store: Store, folder: Path) -> None:
    """Whoever publishes another text says here where it comes from."""
    with store.database.reader() as cursor:
        planted = places_of(cells_of(cursor).encode())
    known = {place for places in KEPT.values() for place in places}
    assert {"documents.series", "sync_runs.stopped_because", "accounts.owners.given_name"} < planted - known
    assert known < planted
    assert places_of(cells_of_copy(folder).encode()) == known
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    assert [place for place in planted - known if f"planted {place}.".encode() in content] == []


def places_of(content: bytes) -> set[str]:
    return {place.decode() for place in re.findall(rb"planted ([a-z_.]+)\.", content)}


def test_links_are_hashed_and_the_same_link_stays_the_same(store: Store, folder: Path, tmp_path: Path) -> None:
    events, links = (pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("events", "links"))
    hashes = {row["verification_url"] for row in events if row["verification_url"]}
    assert all(len(one) == 32 for one in hashes)
    assert {row["url"] for row in links if row["client_account_id"].startswith("ACC")} < hashes
    published_to(store, tmp_path)
    again = pq.read_table(tmp_path / "events.parquet").to_pylist()
    assert {row["verification_url"] for row in again if row["verification_url"]} == hashes


def test_a_description_that_is_a_series_is_hashed_and_still_tells_documents_apart(tmp_path: Path) -> None:
    """A document of a business that meets no line of the checklist continues its description."""
    words = ("Letter from Zoë Ærøskøbing", "letter  FROM zoë ærøskøbing", "Lease of the flat")
    described = [document("ENTITY_DUE_DILIGENCE", client_document_id=one, description=one) for one in words]
    store = new_store()
    store.land_readings([poll("ACC-1", ago(9), account_type="ENTITY", documents=described)])
    published_to(store, tmp_path)
    rows = {one["client_document_id"]: one for one in pq.read_table(tmp_path / "documents.parquet").to_pylist()}
    series = [rows[one]["series"] for one in words]
    assert series[0] == series[1] != series[2]
    assert [len(text) for one in series for text in one] == [32, 32, 32]
    store.close()


def test_a_state_is_published_only_as_a_code(tmp_path: Path) -> None:
    """Outside the countries with codes, people write what they like."""
    store, states = new_store(), {"ACC-1": "NY", "ACC-2": "NSW", "ACC-3": "12 Baker Street", "ACC-4": None}
    readings = [poll(one, ago(9)) for one in states]
    store.land_readings(
        [replace(one, account=replace(one.account, state=states[one.client_account_id])) for one in readings]
    )
    published_to(store, tmp_path)
    rows = pq.read_table(tmp_path / "accounts.parquet").to_pylist()
    kept = {row["client_account_id"]: row["state"] for row in rows}
    assert kept == {"ACC-1": "NY", "ACC-2": "NSW", "ACC-3": None, "ACC-4": None}
    store.close()


def test_every_table_but_those_of_the_workbench_itself_is_a_parquet_file_without_its_empty_columns(
    store: Store, folder: Path
) -> None:
    with store.database.reader() as cursor:
        tables = {name for (name,) in cursor.execute("select table_name from duckdb_tables()").fetchall()}
    without_file = {name for name in tables if not (folder / f"{name}.parquet").exists()}
    assert without_file == LEFT_OUT
    accounts = pq.read_table(folder / "accounts.parquet")
    assert {"client_account_id", "standing", "opened_at", "country"} < set(accounts.column_names)
    assert {"display_name", "search_text"}.isdisjoint(accounts.column_names)
    assert pq.read_table(folder / "journey.parquet").num_rows >= 8
    manifest = read_manifest(folder)
    assert manifest is not None
    assert {one.name for one in folder.iterdir()} == {*manifest.files, "workbench.json", ".publishing.lock"}


@pytest.mark.parametrize("name", sorted(PERSONAL_COLUMNS - {"what", "series"}))
def test_a_personal_column_is_never_published(name: str) -> None:
    assert treatment_of(name, "varchar") is Treatment.EMPTY
    assert name not in PUBLISHED_TEXTS


@pytest.mark.parametrize("kind", ["varchar", "blob", "date", "json", "uuid"])
def test_a_column_that_nobody_thought_of_stays_out(kind: str) -> None:
    assert treatment_of("brand_new_column", kind) is Treatment.EMPTY


def test_nobody_who_writes_waits_for_it(store: Store, tmp_path: Path) -> None:
    """It ends while somebody else is writing, so it holds the writer for no time at all."""
    done: list[Published] = []
    with store.database.writer() as cursor:
        cursor.execute("insert into registry (client_account_id, origin) values ('NOT-YET', 'file')")
        thread = threading.Thread(target=lambda: done.append(published_to(store, tmp_path)))
        thread.start()
        thread.join(60)
        assert done
    ids = pq.read_table(tmp_path / "registry.parquet")["client_account_id"].to_pylist()
    assert "ACC-1" in ids
    assert "NOT-YET" not in ids


def test_a_checkpoint_while_somebody_reads_is_put_off(tmp_path: Path) -> None:
    """Publishing reads for seconds on a large desk, and a sync that ends meanwhile makes a checkpoint."""
    store = Store.open(tmp_path / "workbench.duckdb", Source("memory", ""))
    store.land_registry(["ACC-1"], "file")
    with store.database.reader() as reading:
        reading.begin()
        assert reading.execute("select count(*) from registry").fetchone() == (1,)
        with store.database.writer() as cursor:
            cursor.execute("delete from registry")
        assert not store.checkpoint()
        reading.commit()
    assert store.checkpoint()
    store.close()


def test_readers_keep_the_copy_that_they_opened(tmp_path: Path) -> None:
    store = new_store()
    store.land_readings([poll("ACC-1", ago(5))])
    published_to(store, tmp_path)
    count = "select count(*) from desk.accounts"
    with duckdb.connect(":memory:") as old, duckdb.connect(":memory:") as new:
        old.execute(f"attach '{tmp_path / 'workbench.duckdb'}' as desk (read_only)")
        parquet = (tmp_path / "accounts.parquet").open("rb")
        store.land_readings([poll("ACC-2", ago(4))])
        assert published_to(store, tmp_path).accounts == 2
        new.execute(f"attach '{tmp_path / 'workbench.duckdb'}' as desk (read_only)")
        assert (old.execute(count).fetchone(), new.execute(count).fetchone()) == ((1,), (2,))
        with parquet:
            assert pq.read_table(parquet).num_rows == 1
    store.close()


@pytest.mark.slow
def test_two_at_once_is_refused_and_the_first_goes_on(store: Store, tmp_path: Path) -> None:
    published_to(store, tmp_path)
    with (tmp_path / ".publishing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="already being published"):
            published_to(store, tmp_path)
    assert published_to(store, tmp_path).accounts >= 8


@pytest.mark.parametrize("name", ["workbench.duckdb", "accounts.parquet", "workbench.json"])
def test_files_of_somebody_else_are_not_replaced(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is no published copy"):
        published_to(store, tmp_path)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
    assert {one.name for one in tmp_path.iterdir()} <= {name, ".publishing.lock"}


def test_no_link_in_the_folder_is_followed(store: Store, tmp_path: Path) -> None:
    """In a folder that others can write to, a link may lead to any file of ours."""
    folder, victim = tmp_path / "copy", tmp_path / "victim"
    folder.mkdir()
    victim.write_text("mine", encoding="utf-8")
    for name in (".workbench.json.new", ".publishing-left"):
        (folder / name).symlink_to(victim)
    published_to(store, folder)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert read_manifest(folder) is not None
    assert not (folder / ".publishing-left").is_symlink()
    (folder / ".publishing.lock").unlink()
    (folder / ".publishing.lock").symlink_to(tmp_path / "new")
    with pytest.raises(StoreError):
        published_to(store, folder)
    assert not (tmp_path / "new").exists()


def test_without_a_key_to_hash_with_nothing_is_published(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "workbench.duckdb", Source("memory", ""))
    key_file(store.path).symlink_to(tmp_path / "missing" / "key")
    with pytest.raises(StoreError, match="cannot be written, so links cannot be hashed") as failed:
        published_to(store, tmp_path / "copy")
    assert failed.value.title == "Nothing was published"
    assert failed.value.next_step == "Check the folder's rights and free space, then try again."
    assert read_manifest(tmp_path / "copy") is None
    store.close()


def test_a_file_in_place_of_the_folder_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").touch()
    with pytest.raises(InputError, match="is a file"):
        published_to(store, tmp_path / "copy")


def test_a_folder_that_cannot_be_made_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="/proc/copy"):
        published_to(store, Path("/proc/copy"))


@pytest.mark.slow
def test_on_a_full_disk_the_copy_before_stays(store: Store, tmp_path: Path) -> None:
    before = published_to(store, tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        with pytest.raises(StoreError, match="The one before is still there") as full:
            published_to(store, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.title == "The disk is full"
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.as_of == before.as_of
    assert not list(tmp_path.glob(".publishing-*"))
    assert published_to(store, tmp_path).accounts == before.accounts


@pytest.mark.slow
def test_what_a_killed_process_left_is_removed_and_what_is_gone_too(store: Store, tmp_path: Path) -> None:
    published_to(store, tmp_path)
    (tmp_path / ".publishing-abc").mkdir()
    (tmp_path / "retired.parquet").touch()
    told = json.loads((tmp_path / "workbench.json").read_text(encoding="utf-8"))
    told["files"].append("retired.parquet")
    (tmp_path / "workbench.json").write_text(json.dumps(told), encoding="utf-8")
    published_to(store, tmp_path)
    assert not (tmp_path / ".publishing-abc").exists()
    assert not (tmp_path / "retired.parquet").exists()


@pytest.mark.slow
def test_whoever_can_read_the_folder_can_read_its_files_and_only_we_write_them(store: Store, tmp_path: Path) -> None:
    shared, open_to_all, of_a_group, own = (tmp_path / name for name in ("shared", "open", "group", "own"))
    for folder, mode in ((shared, 0o755), (open_to_all, 0o777), (of_a_group, 0o770)):
        folder.mkdir()
        folder.chmod(mode)
    for folder, mode in ((shared, 0o644), (open_to_all, 0o644), (of_a_group, 0o640), (own, 0o600)):
        published_to(store, folder)
        assert {one.stat().st_mode & 0o777 for one in folder.iterdir() if one.name[0] != "."} == {mode}


@pytest.fixture
def other_desk(tmp_path: Path) -> Iterator[Store]:
    """A desk of the same Bakkt environment, with a database of its own."""
    other = Store.open(tmp_path / "other" / "workbench.duckdb", Source("memory", ""))
    other.land_registry(["OTHER-1"], "file")
    yield other
    other.close()


@pytest.mark.slow
def test_the_copy_of_another_desk_is_neither_replaced_nor_read(store: Store, other_desk: Store, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    published_to(store, folder)
    before = (folder / "workbench.duckdb").read_bytes()
    with pytest.raises(InputError, match="the published copy of another desk") as refused:
        published_to(other_desk, folder)
    assert "PUBLISH_FOLDER" in refused.value.next_step
    with pytest.raises(InputError, match="the published copy of another desk"):
        PublishedCopy(folder, other_desk.identity())
    assert (folder / "workbench.duckdb").read_bytes() == before
    with PublishedCopy(folder, store.identity()) as copy:
        assert copy.query("data/health", {}).num_rows == 1


@pytest.mark.slow
def test_a_desk_of_another_environment_is_another_desk_with_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "workbench.duckdb"
    sandbox = Store.open(path, Source("the sandbox", ""))
    published_to(sandbox, tmp_path / "copy")
    sandbox.close()
    for file in tmp_path.glob("workbench.duckdb*"):
        if file.suffix != ".key":
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    real = Store.open(path, Source("https://api.bakkt.com", "partner"))
    with pytest.raises(InputError, match="another desk"):
        published_to(real, tmp_path / "copy")
    real.close()


@pytest.mark.slow
def test_a_desk_opened_again_goes_on_with_its_copy(tmp_path: Path) -> None:
    for accounts in (["ACC-1"], ["ACC-2"]):
        store = Store.open(tmp_path / "workbench.duckdb", Source("memory", ""))
        store.land_registry(accounts, "file")
        published_to(store, tmp_path / "copy")
        store.close()
    assert pq.read_table(tmp_path / "copy" / "registry.parquet").num_rows == 2


def test_a_copy_with_other_views_is_of_another_version(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Views may change without a migration."""
    published_to(store, tmp_path / "copy")
    views = tmp_path / "views.sql"
    views.write_text(migrations.VIEWS.read_text(encoding="utf-8") + "\ncreate view one as select 1;", encoding="utf-8")
    monkeypatch.setattr(migrations, "VIEWS", views)
    migrations.schema_digest.cache_clear()
    try:
        with pytest.raises(StoreError, match="published by another version"):
            PublishedCopy(tmp_path / "copy")
    finally:
        migrations.schema_digest.cache_clear()
