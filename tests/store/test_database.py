"""The database file: opened, reopened, refused, locked, damaged, full."""

import contextlib
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.facts import ago, poll
from tests.support.running import PATIENCE_SECONDS, ROOT
from tests.support.stores import new_store
from tests.support.tables import select
from workbench.domain.errors import InputError, StoreError, WorkbenchError
from workbench.store import Source, Store
from workbench.store.engine.read_only import ReadOnlyFile


def filled(path: Path, source: Source, accounts: int = 50) -> Store:
    store = Store.open(path, source)
    store.land_readings([poll(f"A-{n}", ago(5)) for n in range(accounts)])
    return store


def accounts_in(path: Path, source: Source) -> int:
    store = Store.open(path, source)
    try:
        return int(store.read("accounts/standing").num_rows)
    finally:
        store.close()


def refusal_of(path: Path, source: Source) -> StoreError:
    with pytest.raises(StoreError) as refused:
        Store.open(path, source)
    return refused.value


def run_in_another_process(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs code with the repository importable; arguments are in sys.argv."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, env=environment, check=False
    )


def test_what_was_landed_is_there_when_opened_again(database_path: Path, source: Source) -> None:
    filled(database_path, source, 50).close()
    assert accounts_in(database_path, source) == 50
    assert accounts_in(database_path, source) == 50


def test_a_path_with_a_folder_that_is_not_there_is_made(tmp_path: Path, source: Source) -> None:
    deep = tmp_path / "a" / "b" / "desk.duckdb"
    Store.open(deep, source).close()
    assert deep.exists()


def test_files_are_readable_by_their_owner_alone(new_path: Path, source: Source) -> None:
    store = filled(new_path, source)
    store.land_registry(["A-1"], "file")
    files = list(new_path.parent.iterdir())
    beside = {"workbench.anchor.json", "workbench.records.jsonl", "workbench.registry.jsonl"}
    assert {file.name for file in files} == {"workbench.duckdb", "workbench.duckdb.wal", *beside}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    store.close()


def test_a_file_that_others_could_read_is_closed_to_them(database_path: Path, source: Source) -> None:
    filled(database_path, source).close()
    database_path.chmod(0o644)
    Store.open(database_path, source).close()
    assert stat.S_IMODE(database_path.stat().st_mode) == 0o600


def test_another_bakkt_is_refused_and_both_are_named(database_path: Path, source: Source) -> None:
    filled(database_path, source).close()
    refusal = refusal_of(database_path, Source("https://practice.example.test", source.partner_id))
    assert source.address in refusal.message
    assert "https://practice.example.test" in refusal.message
    assert accounts_in(database_path, source) == 50


def test_another_partner_of_the_same_bakkt_is_refused(database_path: Path, source: Source) -> None:
    filled(database_path, source).close()
    assert refusal_of(database_path, Source(source.address, "another-partner")).next_step


@pytest.mark.parametrize("version", [9999, 29])
def test_a_database_newer_than_the_code_is_refused_and_left_alone(
    database_path: Path, source: Source, version: int
) -> None:
    """Also if the version that the code lacks is below its newest: work on both went on side by side."""
    filled(database_path, source).close()
    with duckdb.connect(str(database_path)) as connection:
        connection.execute("insert into schema_versions values (?, make_timestamp(epoch_us(now())))", [version])
    before = database_path.read_bytes()
    refusal = refusal_of(database_path, source)
    assert f"schema version {version}," in refusal.message
    assert "newer" in refusal.title
    assert database_path.read_bytes() == before


@pytest.mark.parametrize(
    "change", ["insert into schema_versions values (29, null)", "delete from schema_versions where version = 24"]
)
def test_a_file_of_another_version_is_not_read(database_path: Path, source: Source, change: str) -> None:
    filled(database_path, source).close()
    with ReadOnlyFile(database_path) as file:
        assert file.query("data/health", {}).num_rows == 1
    with duckdb.connect(str(database_path)) as connection:
        connection.execute(change)
    with pytest.raises(StoreError, match=r"differ in schema version 2[49]\.") as refused:
        ReadOnlyFile(database_path)
    assert refused.value.title == "The database is from another version"


def test_somebody_elses_duckdb_file_is_refused_and_left_alone(new_path: Path, source: Source) -> None:
    new_path.parent.mkdir()
    with duckdb.connect(str(new_path)) as connection:
        connection.execute("create table recipes (name varchar)")
    before = new_path.read_bytes()
    assert "another program" in refusal_of(new_path, source).message
    assert new_path.read_bytes() == before


def a_sqlite_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table t (a)")
    connection.close()


FOREIGN: dict[str, Callable[[Path], object]] = {
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(50_000)),
    "a registry": lambda path: path.write_text("clientAccountId\nA-1\n"),
    "sqlite": a_sqlite_file,
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("folder", ["desk", "disk 1, newer version"])
def test_what_is_no_duckdb_file_is_called_so_and_left_alone(
    tmp_path: Path, source: Source, kind: str, folder: str
) -> None:
    path = tmp_path / folder / "w.duckdb"
    path.parent.mkdir()
    FOREIGN[kind](path)
    before = path.read_bytes() if path.is_file() else b""
    refusal = refusal_of(path, source)
    assert ("is a folder" if path.is_dir() else "damaged") in refusal.message
    assert refusal.next_step
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("kept_share", [0.001, 0.3, 0.9])
def test_a_file_cut_short_is_refused_and_left_alone(database_path: Path, source: Source, kept_share: float) -> None:
    filled(database_path, source, 500).close()
    whole = database_path.read_bytes()
    cut = whole[: int(len(whole) * kept_share)]
    database_path.write_bytes(cut)
    assert "damaged" in refusal_of(database_path, source).message
    assert database_path.read_bytes() == cut


def test_a_file_with_its_last_bytes_missing_is_refused_and_left_alone(database_path: Path, source: Source) -> None:
    filled(database_path, source, 500).close()
    cut = database_path.read_bytes()[:-100]
    database_path.write_bytes(cut)
    assert "damaged" in refusal_of(database_path, source).message
    assert database_path.read_bytes() == cut


LAND_AND_DIE = """
import os, sys
from pathlib import Path
from tests.support.facts import ago, poll
from workbench.store import Source, Store
from workbench.store.engine.read_only import ReadOnlyFile
store = Store.open(Path(sys.argv[1]), Source(sys.argv[2], sys.argv[3]))
store.checkpoint()
for n in range(20):
    store.land_readings([poll(f"A-{n}", ago(5))])
os._exit(9)
"""


@pytest.fixture(scope="module")
def remains(tmp_path_factory: pytest.TempPathFactory, source: Source) -> Path:
    """The files of a process that died with twenty committed accounts only in the write-ahead log."""
    path = tmp_path_factory.mktemp("killed") / "workbench.duckdb"
    run_in_another_process(LAND_AND_DIE, path, source.address, source.partner_id)
    return path.parent


@pytest.fixture
def killed(remains: Path, new_path: Path) -> Path:
    """A copy of those files; returns the path of the log."""
    shutil.copytree(remains, new_path.parent)
    log = new_path.with_name(f"{new_path.name}.wal")
    assert log.stat().st_size > 10_000
    return log


@pytest.mark.slow
def test_nothing_committed_is_lost_when_the_process_dies(killed: Path, new_path: Path, source: Source) -> None:
    assert stat.S_IMODE(killed.stat().st_mode) == 0o600
    assert accounts_in(new_path, source) == 20


@pytest.mark.slow
def test_a_log_cut_in_the_middle_of_a_write_keeps_all_whole_ones(killed: Path, new_path: Path, source: Source) -> None:
    killed.write_bytes(killed.read_bytes()[:-1])
    assert accounts_in(new_path, source) == 19


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "its head": lambda log: b"\xff" * 64 + log[64:],
    "its middle": lambda log: log[: len(log) // 2] + b"\xff" * 64 + log[len(log) // 2 + 64 :],
    "all of it": lambda log: random.Random(2).randbytes(len(log)),
}


@pytest.mark.parametrize("part", DAMAGE)
def test_a_damaged_log_is_refused_and_left_alone(killed: Path, new_path: Path, source: Source, part: str) -> None:
    damaged = DAMAGE[part](killed.read_bytes())
    killed.write_bytes(damaged)
    before = new_path.read_bytes()
    refusal = refusal_of(new_path, source)
    assert "damaged" in refusal.message
    assert killed.read_bytes() == damaged
    assert new_path.read_bytes() == before


OPEN_AND_TELL = """
import sys
from pathlib import Path
from workbench.domain.errors import StoreError
from workbench.store import Source, Store
from workbench.store.engine.read_only import ReadOnlyFile
try:
    Store.open(Path(sys.argv[1]), Source(sys.argv[2], sys.argv[3]))
except StoreError as error:
    print(error.message, "|", error.next_step)
"""


@pytest.mark.slow
def test_a_locked_database_names_the_process_that_has_it(database_path: Path, source: Source) -> None:
    store = filled(database_path, source)
    other = run_in_another_process(OPEN_AND_TELL, database_path, source.address, source.partner_id)
    store.close()
    message, _, next_step = other.stdout.partition("|")
    assert f"process {os.getpid()}" in message
    assert "Data page" in next_step
    assert other.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["w.duckdb", "./w.duckdb", "link.duckdb", "hard.duckdb"])
def test_a_database_is_open_once_in_a_process_whatever_it_is_called(tmp_path: Path, source: Source, name: str) -> None:
    first = filled(tmp_path / "w.duckdb", source)
    (tmp_path / "link.duckdb").symlink_to("w.duckdb")
    (tmp_path / "hard.duckdb").hardlink_to(tmp_path / "w.duckdb")
    refused = refusal_of(tmp_path / name, source)
    assert refused.title == "The database is already open"
    first.land_registry(["ONE MORE"], "import")
    first.close()
    again = Store.open(tmp_path / name, source)
    assert again.read_rows("accounts/registration", client_account_id="ONE MORE")
    again.close()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path, source: Source) -> None:
    (tmp_path / "file").write_text("x")
    assert "WORKBENCH_DATABASE" in refusal_of(tmp_path / "file" / "w.duckdb", source).next_step


@pytest.mark.slow
def test_a_refused_database_is_let_go_for_others(database_path: Path, source: Source) -> None:
    filled(database_path, source).close()
    refusal_of(database_path, Source("https://another.example.test", ""))
    other = run_in_another_process(OPEN_AND_TELL, database_path, source.address, source.partner_id)
    assert other.stdout == ""
    assert other.returncode == 0


FILL_UP = """
import os, resource, sys
from dataclasses import replace
from pathlib import Path
from random import Random
from tests.support.facts import ago, poll
from workbench.domain.errors import StoreError
from workbench.store import Source, Store
from workbench.store.engine.read_only import ReadOnlyFile
if len(sys.argv) > 4:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]),) * 2)
store = Store.open(Path(sys.argv[1]), Source(sys.argv[2], sys.argv[3]))
noise, kept = Random(3), 0
try:
    while True:
        batch = [replace(poll(f"A-{kept + n}", ago(5)), account_json=noise.randbytes(2000).hex()) for n in range(100)]
        store.land_readings(batch)
        kept += len(batch)
except StoreError as error:
    print(kept, store.read("accounts/standing").num_rows, error.title, sep="|", flush=True)
os._exit(0)
"""


@pytest.mark.slow
def test_a_full_disk_is_called_so_and_loses_nothing_before_it(database_path: Path, source: Source) -> None:
    limit = 3_000_000
    other = run_in_another_process(FILL_UP, database_path, source.address, source.partner_id, limit)
    kept, readable, title = other.stdout.strip().split("|")
    assert int(kept) > 0
    assert readable == kept
    assert title == "The disk is full"
    assert accounts_in(database_path, source) == int(kept)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes if this user can mount one, else an ordinary folder."""
    mount, folder = shutil.which("mount"), tmp_path / "disk"
    folder.mkdir()
    made = mount and subprocess.run(  # noqa: S603
        [mount, "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    yield folder
    if made and made.returncode == 0:
        subprocess.run([shutil.which("umount") or "umount", str(folder)], check=True)  # noqa: S603


@pytest.mark.slow
def test_a_database_on_a_full_disk_can_still_be_opened_and_read(small_disk: Path, source: Source) -> None:
    path = small_disk / "w.duckdb"
    limits = () if os.path.ismount(small_disk) else (3_000_000,)
    other = run_in_another_process(FILL_UP, path, source.address, source.partner_id, *limits)
    kept, readable, title = other.stdout.strip().split("|")
    assert readable == kept
    assert title == "The disk is full"
    if os.path.ismount(small_disk):
        fill_the_rest_of(small_disk)
    assert accounts_in(path, source) == int(kept)


def fill_the_rest_of(folder: Path) -> None:
    with contextlib.suppress(OSError), (folder / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(bytes(4096)):
            pass


def write_half_and_then(store: Store, fail: Callable[[duckdb.DuckDBPyConnection], object]) -> None:
    with store.database.writer() as cursor:
        cursor.execute("insert into registry (client_account_id, origin) values ('half', 'file')")
        fail(cursor)


def test_an_exception_in_the_middle_of_a_write_leaves_nothing_of_it(desk: Store) -> None:
    desk.land_registry(["before"], "file")
    version = desk.data_version
    with pytest.raises(ZeroDivisionError):
        write_half_and_then(desk, lambda _: 1 // 0)
    assert desk.data_version == version
    assert desk.read_rows("accounts/registration", client_account_id="half") == []
    assert desk.land_registry(["after"], "file") == 1
    assert desk.data_version == version + 1


def test_a_failed_statement_in_a_write_leaves_nothing_of_it(desk: Store) -> None:
    with pytest.raises(WorkbenchError):
        write_half_and_then(desk, lambda cursor: cursor.execute("select no_such_column from registry"))
    assert desk.read_rows("accounts/registration", client_account_id="half") == []
    assert desk.land_registry(["after"], "file") == 1


def test_only_a_commit_makes_the_data_version_grow(desk: Store) -> None:
    version = desk.data_version
    desk.read("accounts/standing")
    with pytest.raises(InputError):
        desk.read("no/such_question")
    assert desk.data_version == version
    desk.land_registry(["A"], "file")
    assert desk.data_version == version + 1


def test_a_closed_store_says_so(database_path: Path, source: Source) -> None:
    store = filled(database_path, source)
    store.close()
    with pytest.raises(StoreError):
        store.read("accounts/standing")
    with pytest.raises(StoreError):
        store.land_registry(["A"], "file")


@pytest.mark.slow
def test_readers_see_whole_commits_while_a_writer_writes(desk: Store) -> None:
    done, odd = threading.Event(), []

    def read_all_the_time() -> None:
        while not done.is_set():
            rows = desk.read("accounts/standing").num_rows
            if rows % 40:
                odd.append(rows)

    readers = [threading.Thread(target=read_all_the_time) for _ in range(4)]
    for reader in readers:
        reader.start()
    for batch in range(8):
        desk.land_readings([poll(f"A-{batch}-{n}", ago(5)) for n in range(40)])
    done.set()
    for reader in readers:
        reader.join()
    assert odd == []
    assert desk.read("accounts/standing").num_rows == 320


@pytest.mark.slow
def test_writers_in_many_threads_lose_nothing(desk: Store) -> None:
    def land(number: int) -> None:
        for batch in range(5):
            desk.land_readings([poll(f"A-{number}-{batch}", ago(5))])

    writers = [threading.Thread(target=land, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert desk.read("accounts/standing").num_rows == 20


@pytest.mark.slow
def test_the_text_that_searches_read_is_kept_uncompressed(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    store.land_readings([poll(f"A-{number}", ago(9)) for number in range(3000)])
    store.checkpoint()
    kept = select(
        store,
        "select distinct compression from pragma_storage_info('accounts') "
        "where column_name = 'search_text' and segment_type = 'VARCHAR'",
    )
    indexed = select(store, "select index_name from duckdb_indexes() where table_name = 'accounts'")
    assert kept == [("Uncompressed",)]
    assert indexed == [("accounts_by_account",)]
    store.close()


SCHEMA = """
    select 'table' as kind, table_name as name, sql from duckdb_tables()
    union all select 'view', view_name, sql from duckdb_views() where not internal
    union all select 'index', index_name, sql from duckdb_indexes()
    union all select 'macro', function_name, parameters::text || macro_definition
    from duckdb_functions() where not internal
    order by all
"""


@pytest.mark.slow
def test_the_copied_store_of_the_tests_is_what_opening_a_migrated_database_gives(tmp_path: Path) -> None:
    path, nobody = tmp_path / "opened.duckdb", Source("memory", "")
    Store.open(path, nobody).close()
    opened, copied = Store.open(path, nobody), new_store()
    with opened.database.reader() as one, copied.database.reader() as other:
        schema = one.execute(SCHEMA).fetchall()
        assert {kind for kind, _, _ in schema} == {"table", "view", "index", "macro"}
        assert other.execute(SCHEMA).fetchall() == schema
        for name in [name for kind, name, _ in schema if kind == "table" and name != "schema_versions"]:
            sql = f"select * from {name} order by all"  # noqa: S608
            assert other.execute(sql).fetchall() == one.execute(sql).fetchall(), name
    opened.close()
    copied.close()
