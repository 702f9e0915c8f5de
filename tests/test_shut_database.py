"""While the database cannot be opened: deliveries are kept and applied later, and four causes have four sentences."""

import os
import random
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import httpx2
import pytest

from tests.support.deliveries import SECRET, party_event, raw, signed
from tests.support.earlier_databases import earlier_database
from tests.support.facts import ago, poll
from tests.support.harming import HEADER_BYTES, NOISE, fill_with_noise
from tests.support.running import PATIENCE_SECONDS, ROOT, bare_environment, credentials, until
from tests.support.screens import build_desk, forget_desk, open_page, page_text
from tests.support.tables import select
from tests.support.workbench_server import running_workbench
from workbench.desk import Desk, Intake
from workbench.domain.errors import ComingForwardError, HarmedFileError, StoreError, WorkbenchError
from workbench.embedded_sandbox import EmbeddedSandbox
from workbench.health import examine_health
from workbench.opening import Opening
from workbench.settings import Settings, read_settings
from workbench.store import Source, Store
from workbench.store.engine import one_row
from workbench.store.engine.failures import file_error
from workbench.ui.live.current_desk import set_failure

pytestmark = pytest.mark.slow

RECEIVING: dict[str, str] = {"WEBHOOK_SCHEME": "hmac", "WEBHOOK_SECRETS": SECRET, "SYNC_INTERVAL_MINUTES": "0"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    named = credentials("http://127.0.0.1:9", WORKBENCH_DATABASE=tmp_path / "workbench.duckdb", **RECEIVING)
    return read_settings(named, Path("no-such-file"))


class Server:
    """What a server holds: an open desk, or a failure and what keeps deliveries meanwhile."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self.failure: WorkbenchError | None = None
        self.intake: Intake | None = None
        self.has_opened = threading.Event()

    def take_desk(self, desk: Desk) -> None:
        self.desk = desk
        self.has_opened.set()

    def take_failure(self, failure: WorkbenchError, intake: Intake) -> None:
        self.failure, self.intake = failure, intake


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    server = Server()
    opening = Opening(settings, server.take_desk, server.take_failure, try_again_seconds=0.1)
    opening.start()
    try:
        yield server
    finally:
        opening.close()


@pytest.fixture
def earlier(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Settings, threading.Event]]:
    """A database of version 0.1 that comes forward in five parts, each once the event is set."""
    may_go_on = threading.Event()
    fill = one_row.fill_part

    def fill_when_told(cursor: Any, part: int, parts: int) -> None:
        may_go_on.wait(PATIENCE_SECONDS)
        fill(cursor, part, parts)

    monkeypatch.setattr(one_row, "ACCOUNTS_AT_ONCE", 5)
    monkeypatch.setattr(one_row, "fill_part", fill_when_told)
    earlier_database("version_0_1", settings.workbench_database)
    source = {
        "bakkt_base_url": "https://bakkt.example.test",
        "bakkt_partner_id": "7d3c6f6e-0000-4000-8000-000000000001",
    }
    yield settings.model_copy(update=source), may_go_on
    may_go_on.set()


def test_a_database_of_an_earlier_version_says_how_far_it_has_come_and_keeps_deliveries(
    earlier: tuple[Settings, threading.Event],
) -> None:
    settings, may_go_on = earlier
    with serving(settings) as server:
        assert isinstance(server.failure, ComingForwardError)
        assert "0 of 22" in server.failure.message
        assert deliver(server.intake, "r-1") == 200
        may_go_on.set()
        assert server.has_opened.wait(PATIENCE_SECONDS)
        assert server.desk is not None
        store = server.desk.store
        until(lambda: select(store, "select count(*) from events where client_account_id = 'A-1'") == [(1,)])


def test_a_server_that_stops_meanwhile_begins_again_at_the_next_start(
    earlier: tuple[Settings, threading.Event],
) -> None:
    settings, may_go_on = earlier
    opening = Opening(settings, lambda _desk: None, lambda _failure, _intake: None)
    opening.start()
    threading.Timer(0.2, may_go_on.set).start()
    opening.close()
    assert tables_of(settings.workbench_database) >= {"accounts", "owners", "next_accounts"}
    with serving(settings) as server:
        assert server.has_opened.wait(PATIENCE_SECONDS)
    assert "owners" not in tables_of(settings.workbench_database)


def tables_of(database: Path) -> set[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


def deliver(receiving: Intake | Desk | None, request_id: str) -> int:
    assert receiving is not None
    body = raw(party_event(request_id, "A-1"))
    return receiving.receiver.receive(signed(body), body).status_code


def test_deliveries_are_kept_and_applied_once_the_database_opens(settings: Settings) -> None:
    fill_with_noise(settings.workbench_database)
    with serving(settings) as server:
        assert server.desk is None
        assert [deliver(server.intake, request_id) for request_id in ("1", "2")] == [200, 200]
        settings.workbench_database.unlink()
        assert server.has_opened.wait(PATIENCE_SECONDS)
        desk = server.desk
        assert desk is not None
        assert deliver(desk, "3") == 200
        until(lambda: select(desk.store, "select count(*) from events") == [(3,)])


def test_deliveries_kept_by_a_server_that_never_opened_are_applied_by_the_next(settings: Settings) -> None:
    fill_with_noise(settings.workbench_database)
    with serving(settings) as server:
        assert deliver(server.intake, "1") == 200
    settings.workbench_database.unlink()
    with serving(settings) as server:
        desk = server.desk
        assert desk is not None
        until(lambda: select(desk.store, "select request_id from events") == [("1",)])


def test_a_database_that_another_process_holds_opens_when_it_lets_go(settings: Settings) -> None:
    holder = hold_elsewhere(settings.workbench_database)
    try:
        with serving(settings) as server:
            assert isinstance(server.failure, StoreError)
            assert server.failure.title == "The workbench is running"
            assert deliver(server.intake, "1") == 200
            end(holder)
            assert server.has_opened.wait(PATIENCE_SECONDS)
    finally:
        end(holder)
    assert not list(settings.workbench_database.parent.glob("*.harmed-*"))


def end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.kill()
        process.communicate()


HOLD = """
import sys, time
from pathlib import Path
from workbench.store import Source, Store
store = Store.open(Path(sys.argv[1]), Source("http://127.0.0.1:9", sys.argv[2]))
print("held", flush=True)
time.sleep(600)
"""


def hold_elsewhere(database: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(database), credentials("")["BAKKT_PARTNER_ID"]]
    holder = subprocess.Popen(command, cwd=ROOT, env=bare_environment(), stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_with_neither_database_nor_inbox_a_delivery_is_refused(settings: Settings) -> None:
    fill_with_noise(settings.workbench_database)
    fill_with_noise(settings.workbench_database.with_name("workbench.inbox.sqlite"))
    with serving(settings) as server:
        assert deliver(server.intake, "1") == 503


def test_the_running_app_keeps_deliveries_over_a_damaged_database(tmp_path: Path) -> None:
    database = tmp_path / "workbench.duckdb"
    fill_with_noise(database)
    body = raw(party_event("1", "A-1"))
    with (
        running_workbench(tmp_path, None, SANDBOX_ACCOUNTS=20, **RECEIVING) as url,
        httpx2.Client(base_url=url) as client,
    ):
        posted = client.post("/webhooks/bakkt", content=body, headers=signed(body))
        health = client.get("/healthz")
        database.unlink()
        until(lambda: client.get("/healthz").status_code == 200)
    store = Store.open(database, Source("the sandbox", ""))
    counted = select(store, "select count(*) from events where request_id = '1'")
    store.close()
    assert posted.status_code == 200
    assert (health.status_code, health.json()["problem"]) == (503, "The database is damaged")
    assert counted == [(1,)]


TRY_TO_OPEN = """
import os, sys
from workbench.cli import doctor
from workbench.settings import read_settings
if sys.argv[1] == "as nobody" and os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
for line in doctor.examine(read_settings()):
    if not line.is_ok:
        print(line.subject, line.words, sep="|")
"""


def doctor_says(database: Path, user: str = "as myself") -> dict[str, str]:
    command = [sys.executable, "-c", TRY_TO_OPEN, user]
    environment = bare_environment(WORKBENCH_DATABASE=database)
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
    )
    return dict(line.split("|", 1) for line in done.stdout.splitlines())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with a small desk, if this user can mount one, else an ordinary folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder))
    Store.open(folder / "workbench.duckdb", Source("the sandbox", "")).close()
    yield folder
    if os.path.ismount(folder):
        subprocess.run([shutil.which("umount") or "umount", str(folder)], check=True)  # noqa: S603


def mount(*options: str) -> None:
    subprocess.run([shutil.which("mount") or "true", *options], capture_output=True, check=False)  # noqa: S603


def test_a_read_only_disk_is_called_so(disk: Path) -> None:
    if os.path.ismount(disk):
        mount("-o", "remount,ro", str(disk))
        said = doctor_says(disk / "workbench.duckdb")["database"]
        with pytest.raises(StoreError, match="mounted read-only"):
            EmbeddedSandbox(Settings(workbench_database=disk / "workbench.duckdb"))
    else:
        known = file_error(disk / "workbench.duckdb", "Cannot open file: Read-only file system")
        assert known is not None
        said = f"{known.message} {known.next_step}"
    assert "mounted read-only" in said
    assert "mount the file system writable again" in said


def test_a_full_disk_is_called_so(disk: Path) -> None:
    database = disk / "workbench.duckdb"
    if os.path.ismount(disk):
        database.unlink()
        for beside in disk.iterdir():
            beside.unlink()
        fill(disk)
        said = doctor_says(database)["database"]
    else:
        known = file_error(database, "No space left on device")
        assert known is not None
        said = f"{known.message} {known.next_step}"
    assert "The disk is full" in said
    assert "Free some space" in said


def fill(folder: Path) -> None:
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        try:
            while ballast.write(bytes(4096)):
                pass
        except OSError:
            return


def test_missing_rights_are_called_so_and_nothing_is_set_aside(disk: Path) -> None:
    for folder in (disk, *disk.parents[:2]):
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    (disk / "workbench.duckdb").chmod(0)
    said = doctor_says(disk / "workbench.duckdb", "as nobody")["database"]
    assert "This user may not open" in said
    assert "Check who owns the file" in said
    assert not list(disk.glob("*.harmed-*"))


def test_damage_is_called_so(disk: Path) -> None:
    fill_with_noise(disk / "workbench.duckdb")
    said = doctor_says(disk / "workbench.duckdb")["database"]
    assert "damaged" in said
    assert "Move the file and its .wal away" in said


def test_an_inbox_that_cannot_be_written_is_called_so(disk: Path) -> None:
    fill_with_noise(disk / "workbench.inbox.sqlite")
    said = doctor_says(disk / "workbench.duckdb")
    assert list(said) == ["inbox"]
    assert "Move the inbox" in said["inbox"]


CAUSES: dict[str, str] = {
    "No space left on device": "The disk is full",
    "Read-only file system": "The disk is read-only",
    "Permission denied": "The workbench may not use its files",
    "The file exists, but it is not a valid DuckDB database file": "The database is damaged",
}


@pytest.mark.parametrize("words", CAUSES)
def test_each_cause_is_told_on_every_page_and_by_healthz_with_its_next_step(words: str, tmp_path: Path) -> None:
    failure = file_error(tmp_path / "workbench.duckdb", words)
    assert failure is not None
    set_failure(failure)
    told = page_text(open_page("backlog"))
    forget_desk()
    assert CAUSES[words] in told
    assert failure.next_step in unescape(told)
    assert examine_health(None, failure).as_json()["problem"] == CAUSES[words]


def test_the_four_causes_have_four_next_steps(tmp_path: Path) -> None:
    failures = [file_error(tmp_path / "w.duckdb", words) for words in CAUSES]
    assert len({failure.next_step for failure in failures if failure}) == 4


def test_a_log_that_cannot_be_replayed_for_want_of_memory_is_not_damaged(tmp_path: Path) -> None:
    words = "Failure while replaying WAL file: Out of Memory Error: could not allocate block"
    assert file_error(tmp_path / "w.duckdb", words) is None


def filled_file(database: Path) -> bytes:
    store = Store.open(database, Source("the sandbox", ""))
    noise = random.Random(5)
    readings = [replace(poll(f"A-{n}", ago(5)), account_json=noise.randbytes(2000).hex()) for n in range(900)]
    store.land_readings(readings)
    store.close()
    return database.read_bytes()


def test_damage_found_while_reading_is_a_sentence_on_the_page(tmp_path: Path) -> None:
    """Each block of the file is spoilt in turn: DuckDB notices when it opens the file, when it reads, or never."""
    database = tmp_path / "w.duckdb"
    whole = filled_file(database)
    titles = set()
    for start in range(HEADER_BYTES + 1000, len(whole) - 500, 1 << 18):
        database.write_bytes(whole[:start] + NOISE[:500] + whole[start + 500 :])
        try:
            store = Store.open(database, Source("the sandbox", ""))
        except HarmedFileError:
            continue
        try:
            select(store, "select * from readings")
        except StoreError as error:
            titles.add(error.title)
            page = open_page("backlog", build_desk(store))
            assert not page.exception
            forget_desk()
        store.database.abandon()
    assert titles == {"The database is damaged"}
