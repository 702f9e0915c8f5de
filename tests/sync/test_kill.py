"""A sync killed at any moment loses nothing committed, and the next run completes it."""

import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.programs import Program
from tests.support.rounds import KILL_ROUNDS
from tests.support.running import PATIENCE_SECONDS, RunningSandbox, command, credentials, running_sandbox, start, until
from workbench.store import Source, Store

pytestmark = pytest.mark.slow

ACCOUNTS, CONCURRENCY = 120, 32


@dataclass(frozen=True)
class Scene:
    """A slow sandbox, its registry, and a database that each round creates anew."""

    folder: Path
    sandbox: RunningSandbox

    @property
    def database(self) -> Path:
        return self.folder / "desk.duckdb"

    @property
    def settings(self) -> dict[str, str]:
        return credentials(self.sandbox.address, WORKBENCH_DATABASE=self.database, BAKKT_CONCURRENCY=CONCURRENCY)

    def start_fresh(self) -> None:
        for file in self.folder.glob("desk.*"):
            file.unlink()
        with self.store() as store:
            store.land_registry(self.ids, "file")

    @property
    def ids(self) -> list[str]:
        """Return the ids in the order in which a first run reads them."""
        rows = self.sandbox.text("/sandbox/registry.csv").splitlines()[1:]
        return sorted(row.split(",")[0].strip('"') for row in rows)

    def slow_down(self) -> None:
        """Delay every response from now on and reset the call counts."""
        self.add_fault([{"kind": "latency", "seconds": 0.05}])

    def never_answer_for(self, accounts: list[str]) -> None:
        self.add_fault([{"kind": "latency", "seconds": 600, "account": name} for name in accounts])

    def add_fault(self, rules: list[dict[str, object]]) -> None:
        self.speed_up()
        self.sandbox.json("/sandbox/faults", "POST", rules)
        self.sandbox.json("/sandbox/calls", "DELETE")

    def speed_up(self) -> None:
        self.sandbox.json("/sandbox/faults", "DELETE")

    def requests(self) -> int:
        return sum(self.sandbox.json("/sandbox/calls")["operations"].values())

    def store(self) -> "Opened":
        return Opened(self.database, Source(self.settings["BAKKT_BASE_URL"], self.settings["BAKKT_PARTNER_ID"]))


class Opened:
    """A store for one block, during which nobody else may have it open."""

    def __init__(self, path: Path, source: Source) -> None:
        self._store = Store.open(path, source)

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("kill")
    with running_sandbox(folder, "--accounts", str(ACCOUNTS), "--seed", "5") as sandbox:
        yield Scene(folder, sandbox)


def kill_after_requests(scene: Scene, process: Program, requests: int) -> None:
    """Send SIGKILL once Bakkt has counted this many calls, or return when the process has ended."""

    def has_reached() -> bool:
        return (
            process.poll() is not None or sum(scene.sandbox.json("/sandbox/calls")["operations"].values()) >= requests
        )

    until(has_reached)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.soak
@pytest.mark.timeout(3600)  # a soak has a hundred rounds; every wait has a limit of its own
def test_a_killed_sync_loses_nothing_committed_and_the_next_one_completes(scene: Scene) -> None:
    dice = random.Random(11)
    for _ in range(KILL_ROUNDS):
        scene.start_fresh()
        scene.slow_down()
        process = start(["sync"], scene.folder, scene.settings)
        kill_after_requests(scene, process, dice.randrange(1, ACCOUNTS * 5))
        time.sleep(dice.random() * 0.05)
        with scene.store() as store:
            kept = {row["client_account_id"]: row["standing_since"] for row in store.read_rows("accounts/standing")}
            open_runs = [row for row in store.read_rows("sync/runs") if row["finished_at"] is None]
            assert len(open_runs) <= 1
            due = [row["client_account_id"] for row in store.read_rows("sync/due")]
            assert set(due[: ACCOUNTS - len(kept)]).isdisjoint(kept)
        scene.speed_up()
        done = command(["sync"], scene.folder, scene.settings)
        assert done.exit_code == 0, done.stderr
        assert_whole(scene, kept)


def assert_whole(scene: Scene, kept: dict[str, object]) -> None:
    with scene.store() as store:
        rows = {row["client_account_id"]: row["standing_since"] for row in store.read_rows("accounts/standing")}
        runs = store.read_rows("sync/runs")
        health = store.read_rows("data/health")[0]
    assert len(rows) == ACCOUNTS
    assert {name: rows[name] for name in kept} == kept
    assert health["documents_undated"] == 0
    assert all(row["finished_at"] is not None for row in runs)
    assert runs[0]["stopped_because"] is None
    broken_off = [row for row in runs[1:] if row["accounts_read"] < row["accounts_due"]]
    assert all("process stopped" in row["stopped_because"] for row in broken_off)


def test_a_run_that_is_interrupted_at_the_terminal_keeps_what_it_read_and_says_so(scene: Scene) -> None:
    scene.start_fresh()
    scene.never_answer_for(scene.ids[-30:])
    process = start(["sync"], scene.folder, scene.settings)
    until(lambda: scene.sandbox.json("/sandbox/calls")["operations"].get("getAccount", 0) == ACCOUNTS)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode not in (0, 2)
    assert "Traceback" not in out + err
    with scene.store() as store:
        latest = store.read_rows("sync/runs")[0]
        read = len(store.read_rows("accounts/standing"))
    assert read == latest["accounts_read"]
    assert ACCOUNTS - CONCURRENCY <= read <= ACCOUNTS - 30
    assert latest["finished_at"] is not None
    assert latest["stopped_because"]
