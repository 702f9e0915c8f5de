"""A harmed log or file: nothing is lost without a word, and what was sent to Bakkt stays closed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.facts import NOW, ago, ahead, must_verify, poll
from tests.support.harming import BESIDE_HARMS, FILE_HARMS, LOG_HARMS, fill_with_noise
from tests.support.tables import select, select_one
from workbench.domain.actions import Blocker, Plan
from workbench.domain.errors import HarmedFileError, StoreError
from workbench.domain.facts import LinkAnswer, Ruling
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import (
    Attribution,
    Begun,
    Completion,
    Effects,
    ReadRows,
    Settlement,
    Source,
    Store,
    StoredDraft,
)

pytestmark = pytest.mark.slow

URL = "https://verify.example.test/new"


def free(_read: ReadRows) -> Blocker | None:
    return None


def plan(key: str, account: str = "A-1") -> Plan:
    return Plan(ActionKind.REQUEST_LINK, account, key, what={"why": "expired"}, reason="She is here")


def begin(store: Store, action_id: str, one: Plan) -> Begun | Blocker:
    return store.begin_action(action_id, one, "Ann", NOW, free)


def die(store: Store) -> None:
    """Leave the files as ``kill -9`` does: the latest changes are in the log alone."""
    store.database.abandon()


def reopen(path: Path, source: Source) -> Store:
    return Store.open(path, source, sets_harmed_aside=True)


@pytest.fixture
def path(killed: Path, tmp_path: Path) -> Path:
    """A copy of the killed desk."""
    return shutil.copytree(killed.parent, tmp_path / "desk") / killed.name


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, source: Source) -> Path:
    """A desk whose process was killed: half of what it had is in the file, half in the log."""
    database_path = tmp_path_factory.mktemp("killed") / "workbench.duckdb"
    store = Store.open(database_path, source)
    store.land_registry([f"A-{n}" for n in range(10)], "file")
    store.land_readings([poll(f"A-{n}", ago(50)) for n in range(5)])
    store.land_events([must_verify("A-1", ago(40), ago(16))])
    assert store.checkpoint()
    store.land_registry(["B-1", "B-2"], "file")
    store.land_events([must_verify("A-2", ago(30), ago(6)), must_verify("A-3", ago(20), ahead(4))])
    begin(store, "answered", plan("k1"))
    answer = LinkAnswer(NOW, URL, NOW + timedelta(hours=24))
    store.complete_action("answered", Completion(Outcome.ACCEPTED, effects=Effects(link_answers=(answer,))), NOW)
    begin(store, "in flight", plan("k2", "A-2"))
    store.land_ruling(
        Attribution("A-4", "Ann", "seen"), Ruling(NOW, "PROOF_OF_ADDRESS", valid_through=date(2035, 1, 1))
    )
    store.save_draft(StoredDraft("d1", "Ann", "C-1", "{}"), NOW)
    die(store)
    return database_path


HARMS = LOG_HARMS | FILE_HARMS


@pytest.mark.parametrize("harm", HARMS)
def test_no_harm_reopens_an_action_that_was_sent(path: Path, source: Source, harm: str) -> None:
    HARMS[harm](path)
    store = reopen(path, source)
    answered, in_flight = store.find_action("answered"), store.find_action("in flight")
    again = begin(store, "again", plan("k1"))
    another = begin(store, "another", plan("k3", "A-2"))
    links = select(store, "select url from link_answers where client_account_id = 'A-1'")
    store.close()
    assert answered is not None
    assert (answered.outcome, answered.reason, answered.link_expires_at) == (
        Outcome.ACCEPTED,
        "She is here",
        NOW + timedelta(hours=24),
    )
    assert in_flight is not None
    assert in_flight.outcome is Outcome.UNKNOWN
    assert isinstance(again, Begun)
    assert not again.is_new
    assert isinstance(another, Blocker)
    assert (URL,) in links


def test_what_was_put_back_outlives_a_second_harm(path: Path, source: Source) -> None:
    FILE_HARMS["database gone"](path)
    die(reopen(path, source))
    LOG_HARMS["log emptied"](path)
    BESIDE_HARMS["records gone"](path)
    store = reopen(path, source)
    found = [store.find_action(action_id) for action_id in ("answered", "in flight")]
    store.close()
    assert None not in found


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_missing_after_a_harm_is_counted(path: Path, source: Source, harm: str) -> None:
    HARMS[harm](path)
    store = reopen(path, source)
    store.count_missing()
    missing = select_one(
        store,
        "select events_missing, actions_missing, rulings_missing, drafts_missing, accounts_missing, until from losses",
    )
    left = select_one(store, "select count(*) from events")[0]
    ids = {account for (account,) in select(store, "select client_account_id from registry")}
    store.close()
    assert missing[:5] == (3 - left, 0, 0, 1, 0)
    assert left < 3 or harm in {"log cut", "log spoilt in the middle"}  # the first half of the log has the events
    assert ids == {f"A-{n}" for n in range(10)} | {"B-1", "B-2"}


def test_what_a_killed_process_left_in_the_log_is_in_the_file_once_it_was_started_again(
    path: Path, source: Source
) -> None:
    """So that log and copy, harmed together after that, take nothing that was sent before."""
    die(reopen(path, source))
    LOG_HARMS["log gone"](path)
    BESIDE_HARMS["records gone"](path)
    store = reopen(path, source)
    again = begin(store, "another", plan("k1"))
    assert not (isinstance(again, Begun) and again.is_new)
    store.close()


@pytest.mark.parametrize("harm", FILE_HARMS)
def test_a_harmed_file_is_set_aside_and_never_deleted(path: Path, source: Source, harm: str) -> None:
    FILE_HARMS[harm](path)
    before = path.read_bytes() if path.is_file() else None
    reopen(path, source).close()
    aside = [file for file in path.parent.iterdir() if file.name.startswith(f"{path.name}.harmed-")]
    assert [file.read_bytes() for file in aside if file.is_file()] == ([] if before is None else [before])
    assert len(aside) == (0 if harm == "database gone" else 1)


@pytest.mark.parametrize("harm", BESIDE_HARMS)
def test_a_file_beside_the_database_may_be_harmed_while_the_database_is_whole(
    path: Path, source: Source, harm: str
) -> None:
    BESIDE_HARMS[harm](path)
    store = reopen(path, source)
    answered = store.find_action("answered")
    assert select_one(store, "select count(*) from events") == (3,)
    assert select_one(store, "select count(*) from losses") == (0,)
    store.close()
    assert answered is not None
    assert answered.outcome is Outcome.ACCEPTED


def test_a_start_without_harm_finds_no_loss_and_changes_nothing(path: Path, source: Source) -> None:
    reopen(path, source).close()
    store = reopen(path, source)
    assert store.loss is None
    assert select_one(store, "select count(*) from losses") == (0,)
    assert select_one(store, "select count(*) from events") == (3,)
    store.close()


def test_a_loss_is_found_once(path: Path, source: Source) -> None:
    LOG_HARMS["log emptied"](path)
    for _ in range(3):
        die(reopen(path, source))
    store = reopen(path, source)
    assert select_one(store, "select count(*) from losses") == (1,)
    store.close()


def test_a_file_that_no_anchor_tells_of_is_never_set_aside(path: Path, source: Source) -> None:
    path.with_name("workbench.anchor.json").unlink()
    fill_with_noise(path)
    before = path.read_bytes()
    with pytest.raises(HarmedFileError):
        reopen(path, source)
    assert path.read_bytes() == before


def test_without_leave_a_database_that_is_gone_is_not_begun_anew(path: Path, source: Source) -> None:
    path.unlink()
    with pytest.raises(StoreError, match="is gone"):
        Store.open(path, source)
    assert not path.exists()


def test_what_belongs_to_another_bakkt_is_not_put_back(path: Path, source: Source) -> None:
    path.unlink()
    with pytest.raises(StoreError, match=source.address):
        reopen(path, Source("https://other.example.test", source.partner_id))
    assert not path.exists()


def test_an_outcome_that_the_database_lost_is_put_back(path: Path, source: Source) -> None:
    store = reopen(path, source)
    store.checkpoint()
    store.settle_action("in flight", Settlement(Outcome.ACCEPTED, "Bob", "Seen at Bakkt"), NOW)
    die(store)
    LOG_HARMS["log emptied"](path)
    store = reopen(path, source)
    settled = store.find_action("in flight")
    store.close()
    assert settled is not None
    assert (settled.outcome, settled.settled_by) == (Outcome.ACCEPTED, "Bob")


def test_nothing_is_sent_whose_record_cannot_be_copied(path: Path, source: Source) -> None:
    store = reopen(path, source)
    copy = path.with_name("workbench.records.jsonl")
    copy.unlink()
    copy.mkdir()
    with pytest.raises(StoreError):
        begin(store, "uncopied", plan("k9", "A-3"))
    record = store.find_action("uncopied")
    store.close()
    assert record is not None
    assert record.outcome is Outcome.NOT_SENT


def test_the_copy_of_records_does_not_grow_with_every_start(path: Path, source: Source) -> None:
    copy = path.with_name("workbench.records.jsonl")
    reopen(path, source).close()
    size = copy.stat().st_size
    for _ in range(3):
        reopen(path, source).close()
    assert copy.stat().st_size == size


def test_a_dismissed_loss_is_kept_with_the_name_of_who_dismissed_it(path: Path, source: Source) -> None:
    LOG_HARMS["log gone"](path)
    store = reopen(path, source)
    store.dismiss_losses("Ann", NOW)
    assert select_one(store, "select dismissed_by, events_before from losses") == ("Ann", 3)
    store.close()


def test_a_log_that_looks_harmed_while_another_process_has_the_database_is_left_alone(
    path: Path, source: Source
) -> None:
    """What another process is just writing may look like damage from here."""
    LOG_HARMS["log all noise"](path)
    before = path.with_name("workbench.duckdb.wal").read_bytes()
    with locked_elsewhere(path), pytest.raises(StoreError) as refused:
        reopen(path, source)
    assert refused.value.title == "The workbench is running"
    assert path.with_name("workbench.duckdb.wal").read_bytes() == before


LOCK = """
import fcntl, os, sys
fcntl.lockf(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked_elsewhere(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", LOCK, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        yield


def test_a_copy_with_damaged_lines_is_set_aside_before_it_is_written_anew(path: Path, source: Source) -> None:
    BESIDE_HARMS["records all noise"](path)
    before = path.with_name("workbench.records.jsonl").read_bytes()
    reopen(path, source).close()
    (aside,) = path.parent.glob("workbench.records.jsonl.harmed-*")
    assert aside.read_bytes() == before
