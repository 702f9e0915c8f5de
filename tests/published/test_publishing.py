"""Publishing: what reaches the files, that nobody waits for it, and what is refused."""

import fcntl
import json
import resource
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.support.facts import ago, ahead, landed_event, owner, poll
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


def fill_every_text(store: Store) -> None:
    """Adds to every table a row with a text of its own in each column that takes one."""
    with store.database.writer() as cursor:
        columns = cursor.execute(
            "select table_name, column_name, data_type from duckdb_columns() where table_name in "
            "(select table_name from duckdb_tables()) and table_name <> 'schema_versions'"
        ).fetchall()
        for table in {table for table, _, _ in columns}:
            texts = [name for one, name, kind in columns if one == table and kind == "VARCHAR"]
            if texts:
                values = [f"planted {table} {name}" if name not in PUBLISHED_TEXTS else "X" for name in texts]
                marks = ", ".join("?" * len(texts))
                cursor.execute(f"insert into {table} ({', '.join(texts)}) values ({marks})", values)  # noqa: S608


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


def test_no_text_of_a_column_that_is_not_named_is_in_the_files(store: Store, folder: Path) -> None:
    with store.database.reader() as cursor:
        assert cells_of(cursor).count("planted ") > 40
    content = b"".join(file.read_bytes() for file in folder.iterdir()) + cells_of_copy(folder).encode()
    assert b"planted " not in content


def test_links_are_hashed_and_the_same_link_stays_the_same(store: Store, folder: Path, tmp_path: Path) -> None:
    events, links = (pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("events", "links"))
    hashes = {row["verification_url"] for row in events if row["verification_url"]}
    assert all(len(one) == 32 for one in hashes)
    assert {row["url"] for row in links if row["client_account_id"].startswith("ACC")} < hashes
    published_to(store, tmp_path)
    again = pq.read_table(tmp_path / "events.parquet").to_pylist()
    assert {row["verification_url"] for row in again if row["verification_url"]} == hashes


def test_every_table_is_a_parquet_file_without_its_empty_columns(folder: Path) -> None:
    accounts = pq.read_table(folder / "accounts.parquet")
    assert {"client_account_id", "standing", "opened_at", "country"} < set(accounts.column_names)
    assert {"display_name", "search_text"}.isdisjoint(accounts.column_names)
    assert pq.read_table(folder / "journey.parquet").num_rows >= 8
    manifest = read_manifest(folder)
    assert manifest is not None
    assert {one.name for one in folder.iterdir()} == {*manifest.files, "workbench.json", ".publishing.lock"}


@pytest.mark.parametrize("name", sorted(PERSONAL_COLUMNS - {"what"}))
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
        cursor.execute("insert into registry values ('NOT-YET', 'file', desk_now())")
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


def test_a_file_in_place_of_the_folder_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").touch()
    with pytest.raises(InputError, match="is a file"):
        published_to(store, tmp_path / "copy")


def test_a_folder_that_cannot_be_made_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="/proc/copy"):
        published_to(store, Path("/proc/copy"))


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


def test_the_files_are_as_open_as_their_folder(store: Store, tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    shared.mkdir()
    shared.chmod(0o755)
    for folder, mode in ((shared, 0o644), (own, 0o600)):
        published_to(store, folder)
        assert {one.stat().st_mode & 0o777 for one in folder.iterdir() if one.name[0] != "."} == {mode}


@pytest.fixture
def other_desk(tmp_path: Path) -> Iterator[Store]:
    """A desk of the same Bakkt environment, with a database of its own."""
    other = Store.open(tmp_path / "other" / "workbench.duckdb", Source("memory", ""))
    other.land_registry(["OTHER-1"], "file")
    yield other
    other.close()


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
