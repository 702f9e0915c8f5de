"""Kill -9 under load, then harm the files: no answered event is lost without a word, nothing is sent to Bakkt twice."""

import random
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.harming import BESIDE_HARMS, FILE_HARMS, INBOX_HARMS, LOG_HARMS
from tests.support.kill_load import Load, under_load, wait_for_server
from tests.support.killable_receiver import SOURCE, serve
from tests.support.programs import preloaded_processes
from tests.support.rounds import KILL_ROUNDS
from tests.support.running import credentials, free_port, until
from tests.support.tables import select
from workbench.desk import Desk, open_own_desk
from workbench.domain.actions import Blocker, Plan
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.settings import Settings, read_settings
from workbench.store import Begun, Completion, ReadRows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(2400),  # many rounds, each starting a process; every wait has its own limit
]

ALL_HARMS = LOG_HARMS | FILE_HARMS | INBOX_HARMS | BESIDE_HARMS
TOGETHER = [("log gone", "inbox log emptied"), ("database gone", "inbox gone"), ("log cut", "records gone")]
"""Two files harmed at once, as when a disk is."""
PLANS = [(name,) for name in ALL_HARMS] + TOGETHER
LEAST_ROUNDS = 4
MOST_ANSWERS = 60


@pytest.fixture(autouse=True)
def plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script as ``__main__``, and a forked process would run it first."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def free(_read: ReadRows) -> Blocker | None:
    return None


@dataclass
class Rounds:
    """The results of several rounds."""

    settings: Settings
    answered: set[str] = field(default_factory=set)
    confirmed: dict[str, Plan] = field(default_factory=dict)
    rounds: int = 0
    total_answered: int = 0
    told: int = 0
    lost: int = 0
    lost_without_a_word: int = 0
    unsaid: list[tuple[str, ...]] = field(default_factory=list)
    """After which harms events were lost without a word."""
    doubled: int = 0
    sent_again: int = 0
    harms: set[str] = field(default_factory=set)

    def check(self, desk: Desk, harms: tuple[str, ...]) -> None:
        """Compare what is there with what was answered and sent; what was lost with a word is not asked for again."""
        desk.background.applier.apply_waiting()
        ids = [request_id for (request_id,) in select(desk.store, "select request_id from events")]
        told = sum(row["events_missing"] for row in desk.store.read_rows("data/losses"))
        desk.store.dismiss_losses("Ann", datetime.now(UTC))
        lost = self.answered - set(ids)
        self.answered -= lost
        self.rounds, self.harms = self.rounds + 1, self.harms | set(harms)
        self.told, self.lost = self.told + told, self.lost + len(lost)
        if len(lost) > told:
            self.unsaid.append(harms)
        self.lost_without_a_word += max(0, len(lost) - told)
        self.doubled += len(ids) - len(set(ids))
        self.sent_again += sum(self._would_send(desk, plan) for plan in self.confirmed.values())

    def confirm(self, desk: Desk, number: int) -> None:
        """Send one action for a customer of this round."""
        plan = Plan(ActionKind.REQUEST_LINK, f"ROUND-{number}", f"review {number}")
        assert self._would_send(desk, plan)
        desk.store.complete_action(plan.confirm_key, Completion(Outcome.ACCEPTED), datetime.now(UTC))
        self.confirmed[plan.confirm_key] = plan

    def _would_send(self, desk: Desk, plan: Plan) -> bool:
        """Whether confirming this review sends a request."""
        begun = desk.store.begin_action(plan.confirm_key, plan, "Ann", datetime.now(UTC), free)
        return isinstance(begun, Begun) and begun.is_new

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds of kill -9 and {len(self.harms)} kinds of harm, {self.total_answered} deliveries "
            f"answered, {self.lost} lost and {self.told} told, {self.lost_without_a_word} without a word, "
            f"{self.doubled} doubled; {len(self.confirmed)} actions, {self.sent_again} sent again"
        )


def plans_of(rounds: int) -> list[tuple[str, ...]]:
    """Return which files are harmed in each round: every kind in turn, in another order each time."""
    dice, plans = random.Random(11), list[tuple[str, ...]]()
    while len(plans) < rounds:
        plans += dice.sample(PLANS, len(PLANS))
    return plans[:rounds]


def rounds_of_harming(folder: Path, rounds: int) -> Rounds:
    database, dice = folder / "desk.duckdb", random.Random(4)
    named = credentials(SOURCE.address, WORKBENCH_DATABASE=database, BAKKT_PARTNER_ID=SOURCE.partner_id)
    tally = Rounds(read_settings(named, Path("no-such-file")))
    processes = preloaded_processes()
    for number, harms in enumerate(plans_of(rounds)):
        port, answered = free_port(), set[str]()
        server = processes.Process(target=serve, args=(database, port, "ours"), daemon=True)
        server.start()
        wait_for_server(port)
        with under_load(port, answered, f"h{number}") as load:
            wait_for_answers(load, dice.randint(1, MOST_ANSWERS))
            server.kill()
        server.join()
        tally.answered |= answered
        tally.total_answered += len(answered)
        for name in harms:
            ALL_HARMS[name](database)
        desk = open_own_desk(tally.settings)
        tally.check(desk, harms)
        tally.confirm(desk, number)
        leave(desk, is_clean=bool(number % 2))
    return tally


def wait_for_answers(load: Load, wanted: int) -> None:
    until(lambda: len(load.answered) >= wanted)


def leave(desk: Desk, *, is_clean: bool) -> None:
    """Stop as the server does, or leave the latest changes in the log alone."""
    if is_clean:
        desk.close()
    else:
        desk.store.database.abandon()
        desk.inbox.close()


@pytest.mark.soak
def test_nothing_answered_is_lost_without_a_word_and_nothing_sent_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = rounds_of_harming(tmp_path, max(LEAST_ROUNDS, KILL_ROUNDS))
    with capsys.disabled():
        print(f"\n{tally}")
    assert tally.unsaid == []
    assert tally.lost_without_a_word == 0
    assert tally.doubled == 0
    assert tally.sent_again == 0
    assert tally.total_answered > tally.rounds
    assert len(tally.harms) >= min(tally.rounds, 10)
