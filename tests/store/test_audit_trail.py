"""The audit trail on a real database: written, cut, killed, without its files."""

import random
import shutil
import stat
import sys
import threading
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from tests.support.earlier_databases import earlier_database
from tests.support.killable_trail import write_until_killed
from tests.support.people import person
from tests.support.programs import preloaded_processes
from tests.support.rounds import KILL_ROUNDS
from tests.support.running import PATIENCE_SECONDS
from tests.support.stores import new_store
from workbench.access.audit_trail import Check, KeptAuditTrail, check_file, check_trail
from workbench.access.policy import Act, Role
from workbench.domain.errors import InputError, StoreError
from workbench.store import Source, Store
from workbench.store.engine.rewriting import rewrite
from workbench.store.records.audit_files import audit_head_file, audit_key_file

NOW = datetime(2026, 11, 28, 18, 2, tzinfo=UTC)
ANN = person("Ann", Role.AGENT)


def trail_of(store: Store) -> KeptAuditTrail:
    return KeptAuditTrail(store.audit, lambda: NOW)


def opened(path: Path) -> Store:
    return Store.open(path, Source("memory", ""))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a trail of twenty rows, closed."""
    path = tmp_path_factory.mktemp("written") / "workbench.duckdb"
    store = opened(path)
    write(store, 20)
    store.close()
    return path


@pytest.fixture
def path(written: Path, tmp_path: Path) -> Path:
    """A copy of it, with the files beside it."""
    return shutil.copytree(written.parent, tmp_path / "desk") / written.name


@pytest.fixture
def plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script as ``__main__``, and a forked process would run it first."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def write(store: Store, rows: int) -> None:
    trail = trail_of(store)
    for number in range(rows):
        trail.record(ANN, Act.SEE_ACCOUNT, f"A-{number}", "allowed")


def tamper(store: Store, *statements: str) -> None:
    with store.database.writer() as cursor:
        for statement in statements:
            cursor.execute(statement)


def words(check: Check) -> list[str]:
    return [finding.words for finding in check.findings]


def test_a_row_says_who_did_what_when_about_what_and_how_that_turned_out() -> None:
    store = new_store()
    trail_of(store).record(ANN, Act.SEE_ACCOUNT, "A-1", "allowed")
    [row] = store.audit.read(1, None)
    told = (row.number, row.happened_at.replace(tzinfo=UTC), row.subject, row.person, row.role)
    assert told == (1, NOW, ANN.subject, "Ann", "agent")
    assert (row.act, row.about, row.outcome) == ("open a customer's page", "A-1", "allowed")
    assert len(row.row_seal) == 32
    assert len(row.seal) == 64


def test_an_empty_trail_holds_and_says_that_it_is_empty(tmp_path: Path) -> None:
    assert check_trail(new_store().audit).sentence == "The audit trail is empty."
    store = opened(tmp_path / "workbench.duckdb")
    store.close()
    assert check_file(tmp_path / "workbench.duckdb").sentence == "The audit trail is empty."


@pytest.mark.slow
def test_a_written_trail_holds_open_and_closed_and_goes_on_after_a_start(path: Path) -> None:
    assert check_file(path).sentence == "The audit trail is intact: 20 rows, the last is row 20."
    store = opened(path)
    write(store, 3)
    assert check_trail(store.audit).sentence == "The audit trail is intact: 23 rows, the last is row 23."
    store.close()
    assert check_file(path).sentence == "The audit trail is intact: 23 rows, the last is row 23."


def test_key_and_head_are_the_owners_alone(path: Path) -> None:
    for file in (audit_key_file(path), audit_head_file(path)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_row_is_no_news_to_pages() -> None:
    store = new_store()
    before = store.data_version
    write(store, 3)
    assert store.data_version == before


SWAP = (
    "update audit_trail set audit_number = -17 where audit_number = 17",
    "update audit_trail set audit_number = 17 where audit_number = 18",
    "update audit_trail set audit_number = 18 where audit_number = -17",
)
TAMPERED = {
    "edit": (["update audit_trail set person = 'Bob' where audit_number = 17"], ["Row 17, 2026-11-28 18:02: changed"]),
    "delete": (
        ["delete from audit_trail where audit_number = 17"],
        ["Row 17, between 2026-11-28 18:02 and 2026-11-28 18:02: removed"],
    ),
    "swap": (SWAP, ["Row 17, 2026-11-28 18:02: moved", "Row 18, 2026-11-28 18:02: moved"]),
    "re-insert": (
        [
            "create temp table kept as select * from audit_trail where audit_number = 17",
            "delete from audit_trail where audit_number = 17",
            "insert into audit_trail from kept",
        ],
        ["Row 17, 2026-11-28 18:02: re-inserted"],
    ),
    "cut tail": (
        ["delete from audit_trail where audit_number > 17"],
        ["Rows 18 to 20 (3 rows), after 2026-11-28 18:02: cut off"],
    ),
    "all removed": (["delete from audit_trail"], ["Rows 1 to 20 (20 rows): cut off"]),
}


@pytest.mark.many_cases
@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_done_to_rows_is_named(path: Path, name: str) -> None:
    statements, expected = TAMPERED[name]
    store = opened(path)
    tamper(store, *statements)
    assert words(check_trail(store.audit)) == expected
    store.close()
    assert words(check_file(path)) == expected


def test_rows_that_were_cut_off_stay_missing_when_the_workbench_goes_on(path: Path) -> None:
    store = opened(path)
    tamper(store, "delete from audit_trail where audit_number > 17")
    write(store, 2)
    found = check_trail(store.audit)
    assert words(found) == ["Rows 18 to 20 (3 rows), between 2026-11-28 18:02 and 2026-11-28 18:02: cut off"]
    assert found.last_number == 22
    assert check_trail(store.audit, since=21).holds
    store.close()


def test_a_lost_database_does_not_begin_the_numbers_again(path: Path) -> None:
    path.unlink()
    store = Store.open(path, Source("memory", ""), sets_harmed_aside=True)
    write(store, 1)
    assert words(check_trail(store.audit)) == ["Rows 1 to 20 (20 rows), before 2026-11-28 18:02: cut off"]
    store.close()


def test_a_head_file_that_was_removed_is_missed_and_stays_in_the_trail(path: Path) -> None:
    audit_head_file(path).unlink()
    gone = "The head file is gone or damaged: whether the last rows were cut off is unknown"
    assert words(check_file(path)) == [gone]
    store = opened(path)
    write(store, 1)
    store.close()
    [found] = words(check_file(path))
    assert found.startswith("Row 21, 2026-11-28 18:02: the workbench continued without its head file")
    assert check_file(path, since=22).holds


def test_an_older_head_file_is_named_and_stays_in_the_trail(path: Path) -> None:
    before = audit_head_file(path).read_bytes()
    store = opened(path)
    write(store, 3)
    store.close()
    audit_head_file(path).write_bytes(before)
    [found] = words(check_file(path))
    assert found.startswith("The head file is an older one: it names row 20 of 23")
    store = opened(path)
    write(store, 1)
    store.close()
    [found] = words(check_file(path))
    assert found.startswith("Row 24, 2026-11-28 18:02: the workbench continued with an older head file")


def test_a_kill_between_the_row_and_the_head_is_no_fault(path: Path) -> None:
    before = audit_head_file(path).read_bytes()
    store = opened(path)
    write(store, 1)
    store.close()
    audit_head_file(path).write_bytes(before)
    assert check_file(path).holds
    store = opened(path)
    write(store, 1)
    assert check_trail(store.audit).sentence == "The audit trail is intact: 22 rows, the last is row 22."
    store.close()


def test_without_its_key_nothing_is_written_and_no_new_key_is_made(path: Path) -> None:
    audit_key_file(path).unlink()
    store = opened(path)
    with pytest.raises(StoreError) as raised:
        write(store, 1)
    assert raised.value.title == "The audit trail cannot be written"
    assert "workbench.duckdb.audit-key is gone" in raised.value.message
    assert raised.value.next_step.startswith("Put the file back from a backup.")
    with pytest.raises(StoreError):
        check_trail(store.audit)
    store.close()
    with pytest.raises(StoreError):
        check_file(path)
    assert not audit_key_file(path).exists()


RECORDED_WORK = {
    "settings in force": "insert into settings_in_force values ('workbench_actor', '00')",
    "a person who signed in": "insert into people (subject) values ('sub-1')",
    "a token": "insert into api_tokens (token_id) values ('t-1')",
    "a request to Bakkt": "insert into actions (action_id, started_at) values ('a-1', '2100-01-01')",
}


@pytest.mark.many_cases
@pytest.mark.parametrize("name", RECORDED_WORK)
def test_a_trail_that_was_wiped_with_its_files_does_not_begin_anew_where_work_is_left(path: Path, name: str) -> None:
    store = opened(path)
    tamper(store, "delete from audit_trail", RECORDED_WORK[name])
    audit_key_file(path).unlink()
    audit_head_file(path).unlink()
    with pytest.raises(StoreError, match=r"audit-key is gone"):
        write(store, 1)
    with pytest.raises(StoreError, match=r"audit-key is gone"):
        check_trail(store.audit)
    store.close()
    with pytest.raises(StoreError, match=r"audit-key is gone"):
        check_file(path)
    assert not audit_key_file(path).exists()
    store = opened(path)
    trail_of(store).begin_again(ANN)
    [found] = words(check_trail(store.audit))
    assert found.startswith("Row 1, 2026-11-28 18:02: the workbench continued with a new key")
    store.close()


def test_a_request_from_before_there_was_a_trail_does_not_keep_it_from_beginning() -> None:
    store = new_store()
    tamper(store, "insert into actions (action_id, started_at) values ('a-1', '2020-01-01')")
    write(store, 1)
    assert check_trail(store.audit).holds


def test_another_key_is_named(path: Path) -> None:
    audit_key_file(path).write_text("00" * 32)
    assert words(check_file(path)) == [
        "The head file was changed, or the key is not the one that the rows were sealed with",
        "Rows 1 to 20 (20 rows), 2026-11-28 18:02 to 2026-11-28 18:02: changed",
    ]


def test_a_trail_whose_key_is_lost_goes_on_with_a_new_one_and_says_so(path: Path) -> None:
    store = opened(path)
    with pytest.raises(InputError, match="is in its place"):
        trail_of(store).begin_again(ANN)
    audit_key_file(path).unlink()
    trail_of(store).begin_again(ANN)
    write(store, 1)
    found = words(check_trail(store.audit))
    assert found[0] == "Rows 1 to 20 (20 rows), 2026-11-28 18:02 to 2026-11-28 18:02: changed"
    assert found[1].startswith("Row 21, 2026-11-28 18:02: the workbench continued with a new key")
    assert len(found) == 2
    assert check_trail(store.audit, since=22).holds
    store.close()


def test_more_findings_than_an_officer_reads_are_counted_no_further(path: Path) -> None:
    store = opened(path)
    write(store, 30)
    tamper(store, "update audit_trail set person = 'Bob' where audit_number % 2 = 1")
    found = check_trail(store.audit)
    assert (len(found.findings), found.has_more) == (20, True)
    assert found.sentence == "The audit trail is not intact: 20 findings and more."
    store.close()


def test_a_key_file_that_holds_no_key_is_refused(path: Path) -> None:
    audit_key_file(path).write_text("")
    with pytest.raises(StoreError, match="is not a key"):
        check_file(path)


def test_a_kill_between_the_first_head_and_the_key_begins_again(tmp_path: Path) -> None:
    path = tmp_path / "workbench.duckdb"
    store = opened(path)
    write(store, 1)
    tamper(store, "delete from audit_trail")
    head = store.audit.files.read_head()
    assert head is not None
    store.audit.files.write_head(type(head)(0, "", head.proof))
    audit_key_file(path).unlink()
    assert check_trail(store.audit).sentence == "The audit trail is empty."
    write(store, 1)
    assert check_trail(store.audit).holds
    store.close()


def test_a_head_that_cannot_be_written_refuses_the_act_and_is_behind_by_one_commit_at_most(path: Path) -> None:
    store = opened(path)
    trail = trail_of(store)
    beside = audit_head_file(path).with_name(f"{audit_head_file(path).name}.new")
    beside.mkdir()
    for _ in range(3):
        with pytest.raises(StoreError, match="could not be written into the audit trail, so it was not done"):
            trail.record(ANN, Act.SEE_ACCOUNT, "A-1", "allowed")
    assert check_trail(store.audit).sentence == "The audit trail is intact: 21 rows, the last is row 21."
    beside.rmdir()
    trail.record(ANN, Act.SEE_ACCOUNT, "A-2", "allowed")
    assert check_trail(store.audit).sentence == "The audit trail is intact: 22 rows, the last is row 22."
    store.close()


def test_a_closed_database_refuses_the_act() -> None:
    store = new_store()
    trail = trail_of(store)
    store.close()
    with pytest.raises(StoreError):
        trail.record(ANN, Act.SEE_ACCOUNT, "A-1", "allowed")


def test_many_threads_write_a_trail_that_holds_with_every_row_once() -> None:
    store = new_store()
    trail = trail_of(store)

    def work(name: str) -> None:
        for number in range(25):
            trail.record(person(name), Act.SEARCH, str(number), "allowed")

    threads = [threading.Thread(target=work, args=(f"P{index}",)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = list(store.audit.read(1, None))
    assert [row.number for row in rows] == list(range(1, 201))
    assert {(row.person, row.about) for row in rows} == {(f"P{i}", str(n)) for i in range(8) for n in range(25)}
    assert check_trail(store.audit).holds


def test_rows_that_wait_while_another_writes_are_one_commit() -> None:
    store = new_store()
    trail = trail_of(store)
    waiting = [threading.Thread(target=trail.record, args=(ANN, Act.SEARCH, "", "allowed")) for _ in range(5)]
    with store.database.alone():
        for thread in waiting:
            thread.start()
        trail.record(ANN, Act.SEARCH, "", "allowed")
    for thread in waiting:
        thread.join()
    moments = {row.happened_at for row in store.audit.read(1, None)}
    assert len(moments) < 6
    assert check_trail(store.audit).holds


def test_a_row_can_be_written_within_an_open_transaction() -> None:
    store = new_store()
    with store.database.writer() as cursor:
        cursor.execute("insert into source (address, partner_id) values ('a', 'b')")
        trail_of(store).record(ANN, Act.SEARCH, "", "allowed")
    assert check_trail(store.audit).rows == 1


@pytest.mark.slow
def test_rows_are_read_as_they_are_taken() -> None:
    store = new_store()
    tamper(
        store,
        "insert into audit_trail select n + 1, now()::timestamp, 'sub', 'Ann', 'agent', 'sync', '', 'allowed', "
        "repeat('0', 32), repeat('0', 64) from range(100_000) as numbers (n)",
    )
    tracemalloc.start()
    assert sum(1 for _ in store.audit.read(1, None)) == 100_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


def test_a_file_that_is_written_anew_keeps_every_row_in_its_place(path: Path) -> None:
    rewrite(path)
    assert check_file(path).sentence == "The audit trail is intact: 20 rows, the last is row 20."


@pytest.mark.slow
@pytest.mark.parametrize("name", ["before_one_row", "version_0_1"])
def test_a_database_of_an_earlier_version_has_an_empty_trail_that_is_written(tmp_path: Path, name: str) -> None:
    path = earlier_database(name, tmp_path / "workbench.duckdb")
    with duckdb.connect(str(path), read_only=True) as file:
        source = Source(*(file.execute("select address, partner_id from source").fetchone() or ()))
    store = Store.open(path, source)
    assert check_trail(store.audit).sentence == "The audit trail is empty."
    write(store, 1)
    assert check_trail(store.audit).rows == 1
    store.close()


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.usefixtures("plain_main")
def test_after_kill_9_every_row_that_was_told_of_is_there_and_the_trail_holds(tmp_path: Path) -> None:
    path, dice, told = tmp_path / "workbench.duckdb", random.Random(5), 0
    opened(path).close()
    processes = preloaded_processes()
    for _ in range(KILL_ROUNDS):
        receiving, sending = processes.Pipe(duplex=False)
        writer = processes.Process(target=write_until_killed, args=(path, sending))
        writer.start()
        for _ in range(dice.randint(1, 40)):
            assert receiving.poll(PATIENCE_SECONDS)
            told += receiving.recv()
        writer.kill()
        writer.join()
        sending.close()
        told += count_rest(receiving)
        found = check_file(path)
        assert found.holds, words(found)
        assert found.rows >= told


def count_rest(receiving: Connection) -> int:
    """How many rows more were told of before the kill."""
    rest = 0
    with suppress(EOFError):
        while receiving.poll():
            rest += receiving.recv()
    return rest
