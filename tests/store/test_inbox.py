"""The inbox: deliveries are on disk, in order of receipt, whatever happens to the disk or the clock."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.harming import INBOX_HARMS
from tests.support.running import PATIENCE_SECONDS, ROOT
from workbench.domain.errors import StoreError
from workbench.events.inbox import Inbox, RefusalCount

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SOON = PATIENCE_SECONDS


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.inbox.sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(path: Path, clock: Clock) -> Iterator[Inbox]:
    inbox = Inbox(path, clock)
    yield inbox
    inbox.close()


def contents(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as other:
        rows = [raw for (raw,) in other.execute("select raw from deliveries order by received_us")]
    other.close()
    return rows


def test_what_was_kept_is_in_the_file_for_everybody_to_see(inbox: Inbox, path: Path) -> None:
    assert inbox.keep(b"one \xff\x00").result(SOON) == NOW
    assert contents(path) == [b"one \xff\x00"]
    assert [(kept.received_at, kept.raw) for kept in inbox.waiting()] == [(NOW, b"one \xff\x00")]


def test_a_commit_reaches_the_disk_before_it_is_told(inbox: Inbox) -> None:
    inbox.keep(b"one").result(SOON)
    with inbox.connection() as connection:
        assert connection.execute("pragma synchronous").fetchone() == (2,)
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


def test_its_files_are_readable_by_their_owner_alone(inbox: Inbox, path: Path) -> None:
    inbox.keep(b"one").result(SOON)
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert len(modes) == 4
    assert set(modes.values()) == {0o600}


def test_nothing_is_made_before_something_is_kept(tmp_path: Path) -> None:
    Inbox(tmp_path / "desk.inbox.sqlite").close()
    assert list(tmp_path.iterdir()) == []


def test_times_of_receipt_only_grow_while_the_clock_stands_or_steps_back(inbox: Inbox, clock: Clock) -> None:
    times = []
    for step in (timedelta(0), timedelta(0), timedelta(hours=-1), timedelta(minutes=10), timedelta(hours=2)):
        clock.now += step
        times.append(inbox.keep(b"x").result(SOON))
    assert times == sorted(set(times))
    assert times[3] - NOW == timedelta(microseconds=3)
    assert times[4] == clock.now


def test_times_of_receipt_grow_across_a_restart_too(path: Path, clock: Clock) -> None:
    before = Inbox(path, clock)
    last = before.keep(b"one").result(SOON)
    before.mark_applied(before.waiting())
    before.forget_applied()
    before.close()
    clock.now -= timedelta(hours=1)
    after = Inbox(path, clock)
    assert after.keep(b"two").result(SOON) > last
    after.close()


def test_a_clock_that_was_a_year_ahead_is_not_followed_for_a_year(inbox: Inbox, clock: Clock) -> None:
    clock.now += timedelta(days=365)
    inbox.keep(b"one").result(SOON)
    clock.now -= timedelta(days=365)
    assert inbox.keep(b"two").result(SOON) == NOW


def test_many_at_once_are_kept_each_at_its_own_time(inbox: Inbox) -> None:
    start = threading.Barrier(8)

    def send(sender: int) -> None:
        start.wait()
        wait([inbox.keep(f"{sender}-{number}".encode()) for number in range(100)], SOON)

    senders = [threading.Thread(target=send, args=[number]) for number in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    kept = inbox.waiting(1000)
    assert len({one.raw for one in kept}) == len({one.received_at for one in kept}) == 800
    for number in range(8):
        own = [one.raw for one in kept if one.raw.startswith(f"{number}-".encode())]
        assert own == [f"{number}-{count}".encode() for count in range(100)]


def test_what_is_applied_waits_no_more_and_the_rest_waits(inbox: Inbox) -> None:
    for number in range(5):
        inbox.keep(bytes([number])).result(SOON)
    inbox.mark_applied(inbox.waiting(2))
    assert [kept.raw for kept in inbox.waiting()] == [b"\x02", b"\x03", b"\x04"]
    backlog = inbox.backlog()
    assert (backlog.waiting, backlog.oldest_received_at) == (3, NOW + timedelta(microseconds=2))
    inbox.mark_applied(inbox.waiting())
    assert (inbox.backlog().waiting, inbox.backlog().oldest_received_at) == (0, None)


def test_one_in_the_middle_that_was_not_applied_still_waits(inbox: Inbox) -> None:
    for number in range(5):
        inbox.keep(bytes([number])).result(SOON)
    waiting = inbox.waiting()
    inbox.mark_applied([*waiting[:1], *waiting[2:4]])
    assert [kept.raw for kept in inbox.waiting()] == [b"\x01", b"\x04"]
    inbox.keep(b"new").result(SOON)
    inbox.mark_applied(waiting[4:])
    assert [kept.raw for kept in inbox.waiting()] == [b"\x01", b"new"]
    assert inbox.backlog().waiting == 2


def test_what_was_applied_stays_in_the_file_and_waits_again_after_a_restart(path: Path) -> None:
    before = Inbox(path)
    before.keep(b"one").result(SOON)
    before.mark_applied(before.waiting())
    assert before.applied == 1
    before.close()
    assert contents(path) == [b"one"]
    after = Inbox(path)
    assert [kept.raw for kept in after.waiting()] == [b"one"]
    after.mark_applied(after.waiting())
    after.forget_applied()
    assert contents(path) == []
    assert after.applied == 0
    after.close()


def test_a_delivery_after_a_clock_that_stepped_far_back_still_waits(inbox: Inbox, clock: Clock) -> None:
    clock.now += timedelta(days=365)
    inbox.keep(b"one").result(SOON)
    inbox.mark_applied(inbox.waiting())
    assert inbox.waiting() == []
    clock.now -= timedelta(days=365)
    inbox.keep(b"two").result(SOON)
    assert [kept.raw for kept in inbox.waiting()] == [b"two"]


KEEP_AND_DIE = """
import os, sys
from pathlib import Path
from workbench.events.inbox import Inbox
inbox = Inbox(Path(sys.argv[1]))
for number in range(20):
    inbox.keep(bytes([number])).result(10)
inbox.mark_applied(inbox.waiting(5))
inbox.forget_applied()
os._exit(9)
"""


@pytest.fixture
def killed(path: Path) -> Path:
    """The inbox of a process that died with twenty deliveries answered, of which five were in the database."""
    command = [sys.executable, "-c", KEEP_AND_DIE, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603
    return path.with_name("desk.duckdb")


@pytest.mark.slow
@pytest.mark.parametrize("harm", INBOX_HARMS)
def test_deliveries_that_a_harmed_inbox_lost_are_told_and_new_ones_kept(killed: Path, path: Path, harm: str) -> None:
    INBOX_HARMS[harm](killed)
    inbox = Inbox(path)
    left = [kept.raw for kept in inbox.waiting() if kept.raw >= bytes([5])]
    loss = inbox.loss
    assert (loss.at_most if loss else 0) == 15 - len(left)
    assert loss is not None
    inbox.keep(b"new").result(SOON)
    inbox.close()
    again = Inbox(path)
    again.backlog()
    assert (again.loss.at_most if again.loss else 0) == (loss.at_most if loss else 0)
    again.forget_loss()
    again.close()
    told = Inbox(path)
    assert told.waiting()[-1].raw == b"new"
    assert told.loss is None
    told.close()


@pytest.mark.slow
def test_a_harmed_inbox_is_set_aside_as_it_is(killed: Path, path: Path) -> None:
    INBOX_HARMS["inbox all noise"](killed)
    before = path.read_bytes()
    inbox = Inbox(path)
    inbox.keep(b"new").result(SOON)
    inbox.close()
    (aside,) = path.parent.glob("desk.inbox.sqlite.harmed-*")
    assert aside.read_bytes() == before


@pytest.mark.slow
def test_times_of_receipt_grow_even_if_the_inbox_was_lost(killed: Path, path: Path) -> None:
    """An account's standing follows its latest event: a new one must not come before one that was applied."""
    INBOX_HARMS["inbox gone"](killed)
    inbox = Inbox(path, lambda: datetime.now(UTC) - timedelta(hours=1))
    inbox.backlog()
    assert inbox.loss is not None
    assert inbox.keep(b"new").result(SOON) > inbox.loss.until
    inbox.close()


def test_great_deliveries_are_not_read_many_at_once(inbox: Inbox) -> None:
    for _ in range(40):
        inbox.keep(bytes(1024 * 1024)).result(SOON)
    assert len(inbox.waiting()) == 16


def test_what_is_on_its_way_when_the_inbox_closes_is_kept(path: Path) -> None:
    inbox = Inbox(path)
    letters = [inbox.keep(bytes([number])) for number in range(50)]
    inbox.close()
    assert all(letter.done() and letter.exception() is None for letter in letters)
    assert len(contents(path)) == 50
    with pytest.raises(StoreError, match="closed"):
        inbox.keep(b"late").result(SOON)


def test_a_cancelled_delivery_that_was_not_yet_written_is_not_kept(path: Path) -> None:
    inbox = Inbox(path)
    with inbox.connection():
        first, second = inbox.keep(b"first"), inbox.keep(b"second")
        taken_back = [letter for letter in (first, second) if letter.cancel()]
    inbox.close()
    assert second in taken_back
    assert b"second" not in contents(path)


def test_an_inbox_that_another_holds_turns_away_in_words_and_keeps_again_after(inbox: Inbox, path: Path) -> None:
    inbox.keep(b"one").result(SOON)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin exclusive")
    refused = inbox.keep(b"two").exception(SOON)
    assert isinstance(refused, StoreError)
    assert refused.title == "Events cannot be saved"
    assert inbox.problem is refused
    other.execute("rollback")
    other.close()
    inbox.keep(b"three").result(SOON)
    assert inbox.problem is None
    assert contents(path) == [b"one", b"three"]


def test_a_file_that_is_no_inbox_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"something else entirely" * 100)
    inbox = Inbox(path)
    assert isinstance(inbox.keep(b"one").exception(SOON), StoreError)
    with pytest.raises(StoreError):
        inbox.waiting()
    inbox.close()
    assert path.read_bytes() == b"something else entirely" * 100


ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from workbench.events.inbox import Inbox
inbox = Inbox(Path(sys.argv[1]))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
answers = []
inbox.keep(bytes(100)).result(10)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
for number in range(40):
    failure = inbox.keep(bytes([number]) * 20_000).exception(10)
    answers.append("kept" if failure is None else type(failure).__name__)
print(",".join(answers), inbox.problem is not None)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
print(inbox.keep(b"room again").exception(10))
inbox.close()
"""


@pytest.mark.slow
def test_a_full_disk_is_never_answered_as_kept(path: Path) -> None:
    """A file size limit makes a write fail as a full disk does."""
    done = subprocess.run(  # noqa: S603 -- our own interpreter and the lines above
        [sys.executable, "-c", ON_A_FULL_DISK, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    first, second = done.stdout.splitlines()
    answers = first.split()[0].split(",")
    assert set(answers) == {"kept", "StoreError"}
    assert (answers[-1], first.split()[1], second) == ("StoreError", "True", "None")
    rows = contents(path)
    assert rows[1:-1] == [bytes([number]) * 20_000 for number, answer in enumerate(answers) if answer == "kept"]
    assert rows[-1] == b"room again"


def test_counts_of_refusals_add_up_by_reason_and_old_days_are_left_out(inbox: Inbox) -> None:
    today, before = date(2026, 11, 18), date(2026, 10, 1)
    for day, count in ((before, 7), (today, 1), (today, 2)):
        inbox.add_refusals(day, {"forged": RefusalCount("forged", count, NOW + timedelta(seconds=count))})
    inbox.add_refusals(today, {"size": RefusalCount("size", 4, NOW)})
    assert inbox.refusals(today) == [
        RefusalCount("forged", 3, NOW + timedelta(seconds=2)),
        RefusalCount("size", 4, NOW),
    ]
    assert inbox.refusals(before)[0].count == 10


def test_an_inbox_in_memory_keeps_for_as_long_as_it_is_open() -> None:
    inbox = Inbox.beside(Path(":memory:"))
    inbox.keep(b"one").result(SOON)
    assert [kept.raw for kept in inbox.waiting()] == [b"one"]
    inbox.close()
