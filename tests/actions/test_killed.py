"""After a real ``kill -9`` between any two steps of a request, nothing stays ``sent`` and nothing is repeated."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.people import acting_as
from tests.support.programs import start_program
from tests.support.running import PATIENCE_SECONDS, ROOT, RunningSandbox, bare_environment, running_sandbox
from workbench.actions import Actions
from workbench.actions.request_link import request_link
from workbench.actions.second_person import confirm_as_second
from workbench.bakkt.client import BakktClient
from workbench.events import replay_events
from workbench.store import Source, Store

pytestmark = pytest.mark.slow

STEPS: dict[str, tuple[int, str]] = {
    "recorded": (0, "unknown"),
    "leaving": (0, "unknown"),
    "answered": (1, "unknown"),
    "completed": (1, "accepted"),
}
"""Maps each step to Bakkt's count and the outcome after the next start."""


@dataclass(frozen=True)
class Scene:
    database: Path
    sandbox: RunningSandbox
    accounts: list[str]
    last: str
    """A customer who may get one more link."""

    def open(self) -> Store:
        return Store.open(self.database, Source("killed", ""))

    def kill(self, account: str, step: str) -> int:
        words = [str(self.database), self.sandbox.address, account, step]
        killed = start_program("tests.support.killed_desk", words, ROOT, bare_environment())
        return killed.wait(PATIENCE_SECONDS)

    def asked(self, account: str) -> int:
        return int(self.sandbox.json("/sandbox/calls")["details"].get(account, 0))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A desk with customers whose links have expired, and a sandbox in its own process."""
    folder = tmp_path_factory.mktemp("killed")
    with running_sandbox(folder, "--accounts", "200", "--seed", "5") as sandbox:
        store = Store.open(folder / "desk.duckdb", Source("killed", ""))
        replay_events(store, [line.encode() for line in sandbox.text("/sandbox/events.jsonl").splitlines()])
        rows = store.read_rows("verification/backlog")
        store.close()
        may_ask = {one["client_account_id"] for one in sandbox.json("/sandbox/truth") if one["expirations_left"]}
        willing = [row for row in rows if row["link_state"] == "expired" and row["expirations_left"]]
        names = [row["client_account_id"] for row in willing if row["client_account_id"] in may_ask]
        last = next(row["client_account_id"] for row in rows if row["expirations_left"] == 1)
        yield Scene(folder / "desk.duckdb", sandbox, [name for name in names if name != last], last)


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_leaves_nothing_sent_and_repeats_nothing(scene: Scene, step: str) -> None:
    account = scene.accounts[list(STEPS).index(step)]
    calls, outcome = STEPS[step]
    assert scene.kill(account, step) == -9
    store = scene.open()
    rows = store.read_rows("actions/log", client_account_id=account)
    left = store.read_rows("accounts/link_request", client_account_id=account)[0]
    again = request_link(
        Actions(store, no_client, acting_as("Ann")), account, confirm_key=f"review of {step}", reason="Again"
    )
    store.close()
    assert [row["outcome"] for row in rows] == [outcome]
    assert left["lost_link_requests"] == (1 if outcome == "unknown" else 0)
    assert again.is_repeat
    assert scene.asked(account) == calls


def test_a_process_killed_between_the_second_persons_word_and_the_request_repeats_nothing(scene: Scene) -> None:
    assert scene.kill(scene.last, "confirmed") == -9
    store = scene.open()
    row = store.read_rows("actions/log", client_account_id=scene.last)[0]
    again = confirm_as_second(Actions(store, no_client, acting_as("Cy")), row["action_id"])
    store.close()
    assert (row["outcome"], row["actor"], row["second_actor"]) == ("unknown", "Ann", "Bo")
    assert again.blocker is not None
    assert again.blocker.code == "not_waiting"
    assert scene.asked(scene.last) == 0


def no_client() -> BakktClient:
    raise AssertionError("the same review confirmed again asks nothing")
