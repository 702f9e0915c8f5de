"""Under load and ``kill -9``, every acknowledged delivery is there after the restart and counts once."""

import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.deliveries import SECRET
from tests.support.kill_load import MOST_ANSWERS, STARTS_WITHIN, is_listening, under_load, wait_for_server
from tests.support.killable_receiver import SOURCE, serve
from tests.support.programs import Program, preloaded_processes, start_program
from tests.support.rounds import KILL_ROUNDS
from tests.support.running import PATIENCE_SECONDS, ROOT, bare_environment, free_port, until
from tests.support.tables import select
from workbench.events import Applier
from workbench.events.inbox import Inbox
from workbench.store import Source, Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),  # many rounds, each starting a process; every wait has its own limit
]


@pytest.fixture(autouse=True)
def plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script as ``__main__``, and a forked process would run it first."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def kept_after_restart(database: Path, source: Source) -> list[str]:
    """Return how often each event id counts once the inbox is applied."""
    store, inbox = Store.open(database, source), Inbox.beside(database)
    Applier(store, inbox).apply_waiting()
    ids = [row[0] for row in select(store, "select request_id from events")]
    inbox.close()
    store.close()
    return ids


@dataclass
class Tally:
    """The results of several rounds."""

    rounds: int = 0
    answered: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    doubled: int = 0

    def wait_for_answers(self, wanted: int) -> None:
        until(lambda: len(self.answered) >= wanted, seconds=STARTS_WITHIN)

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds of kill -9, {len(self.answered)} deliveries answered, "
            f"{len(self.lost)} lost, {self.doubled} doubled"
        )


def rounds_of_killing(folder: Path, rounds: int, kind: str, *, until_lost: bool = False) -> Tally:
    """Repeatedly kill the server after some responses, restart it on the same files and check them."""
    database, tally, dice = folder / "desk.duckdb", Tally(), random.Random(4)
    processes = preloaded_processes()
    for number in range(rounds):
        port, before = free_port(), len(tally.answered)
        server = processes.Process(target=serve, args=(database, port, kind), daemon=True)
        server.start()
        wait_for_server(port)
        with under_load(port, tally.answered, f"r{number}"):
            wanted = before + dice.randint(1, MOST_ANSWERS)
            tally.wait_for_answers(wanted)
            time.sleep(dice.random() * 0.01)
            server.kill()
        server.join()
        ids = kept_after_restart(database, SOURCE)
        tally.rounds += 1
        tally.lost |= tally.answered - set(ids)
        tally.doubled = len(ids) - len(set(ids))
        if tally.lost and until_lost:
            break
    return tally


@pytest.mark.soak
def test_every_answered_delivery_is_there_after_kill_9(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = rounds_of_killing(tmp_path, KILL_ROUNDS, "ours")
    with capsys.disabled():
        print(f"\n{tally}")
    assert tally.lost == set()
    assert tally.doubled == 0
    assert len(tally.answered) > tally.rounds


def test_an_inbox_that_answers_before_it_has_kept_is_found_out(tmp_path: Path) -> None:
    assert rounds_of_killing(tmp_path, 40, "hasty", until_lost=True).lost


@contextmanager
def running_app(folder: Path, port: int) -> Iterator[Program]:
    """Run the workbench as ``make run`` does, on the embedded sandbox, with a secret for external events."""
    environment = bare_environment(
        WORKBENCH_DATABASE=folder / "desk.duckdb", SANDBOX_ACCOUNTS=20, WEBHOOK_SCHEME="hmac", WEBHOOK_SECRETS=SECRET
    )
    arguments = ["run", "app.py", "--server.port", str(port)]
    server = start_program("streamlit", arguments, ROOT, environment, folder / "server.log")
    try:
        until(lambda: server.poll() is not None or is_listening(port), seconds=STARTS_WITHIN)
        assert server.poll() is None, (folder / "server.log").read_text(errors="replace")[-2000:]
        yield server
    finally:
        if server.poll() is None:
            server.kill()
        server.wait()


def waiting(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "desk.inbox.sqlite")) as inbox:
        count: int = inbox.execute("select count(*) from deliveries").fetchone()[0]
        return count


def test_the_app_itself_loses_nothing_that_it_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port, answered = free_port(), set[str]()
    with running_app(tmp_path, port) as server, under_load(port, answered, "app"):
        until(lambda: len(answered) >= 100, seconds=STARTS_WITHIN)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    with running_app(tmp_path, port) as server:
        until(lambda: waiting(tmp_path) == 0, seconds=STARTS_WITHIN)
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)
    ids = ids_in(tmp_path / "desk.duckdb")
    with capsys.disabled():
        print(f"\nthe app: {len(answered)} deliveries answered, {len(answered - set(ids))} lost")
    assert answered <= set(ids)
    assert len(ids) == len(set(ids))


def ids_in(database: Path) -> list[str]:
    store = Store.open(database, Source("the sandbox", ""))
    ids = [row[0] for row in select(store, "select request_id from events where request_id like 'app-%'")]
    store.close()
    return ids
