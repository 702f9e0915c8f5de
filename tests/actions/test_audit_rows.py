"""What an action leaves in the audit trail: a row before anything is sent, and one with the outcome."""

import pytest

from tests.support.action_work import lost, seen
from tests.support.link_harness import LinkHarness
from tests.support.people import person
from tests.support.settling import settle_unknown
from tests.support.trails import FullDisk, Notebook
from workbench.access.acting import Acting
from workbench.access.policy import Role
from workbench.domain.errors import StoreError, WorkbenchError
from workbench.domain.vocabulary import ActionKind, Outcome

ANN = person("Ann", Role.AGENT)


def told_by(harness: LinkHarness, notebook: Notebook) -> list[tuple[str, str, str, str]]:
    """Let Ann work, and write down what she does."""
    harness.actions = harness.actions.acted_by(Acting(ANN, notebook))
    return notebook.rows


def test_a_link_that_is_requested_leaves_a_row_before_and_one_with_the_outcome(harness: LinkHarness, name: str) -> None:
    rows = told_by(harness, Notebook())
    before_sending: list[int] = []
    harness.wire.before = lambda: before_sending.append(len(rows))
    harness.ask(name)
    assert before_sending[0] == 1
    assert rows == [("Ann", "request a link", name, "allowed"), ("Ann", "request a link", name, "accepted")]


def test_a_refusal_of_bakkts_is_the_outcome(harness: LinkHarness, name: str) -> None:
    rows = told_by(harness, Notebook())
    harness.add_fault(kind="status", status=404)
    harness.ask(name)
    assert [row[3] for row in rows] == ["allowed", "refused"]


def test_what_a_rule_blocks_is_told_and_sends_nothing(harness: LinkHarness, name: str) -> None:
    harness.ask(name)
    rows, asked = told_by(harness, Notebook()), harness.asked()
    harness.ask(name)
    assert harness.asked() == asked
    assert [row[3] for row in rows] == ["allowed", "blocked"]


def test_confirming_the_same_review_again_is_told_as_a_repeat(harness: LinkHarness, name: str) -> None:
    rows = told_by(harness, Notebook())
    harness.ask(name, "one review")
    harness.ask(name, "one review")
    assert [row[3] for row in rows] == ["allowed", "accepted", "allowed", "repeated"]


def test_a_request_that_could_not_be_begun_has_failed(harness: LinkHarness, name: str) -> None:
    rows, asked = told_by(harness, Notebook()), harness.asked()
    with harness.store.database.writer() as cursor:
        cursor.execute("alter table actions rename to away")
    with pytest.raises(StoreError):
        harness.ask(name)
    assert harness.asked() == asked
    assert [row[3] for row in rows] == ["allowed", "failed"]


def test_settling_an_action_that_there_is_not_has_failed(harness: LinkHarness) -> None:
    rows = told_by(harness, Notebook())
    with pytest.raises(WorkbenchError):
        harness.actions.settle_by_person("none", Outcome.NOT_SENT, "Bakkt wrote so")
    assert [row[3] for row in rows] == ["allowed", "failed"]


def test_without_the_trail_nothing_is_sent(harness: LinkHarness, name: str) -> None:
    told_by(harness, FullDisk())
    with pytest.raises(StoreError):
        harness.ask(name)
    assert (harness.asked(), harness.log(name)) == (0, [])


def test_an_outcome_that_cannot_be_written_takes_nothing_back(harness: LinkHarness, name: str) -> None:
    class FullAfterOne(Notebook):
        def record(self, *row: object) -> None:
            if self.rows:
                raise StoreError("The disk is full.")
            self.rows.append(row)  # type: ignore[arg-type]

    told_by(harness, FullAfterOne())
    assert harness.ask(name).outcome is Outcome.ACCEPTED


@pytest.mark.slow
def test_a_person_who_settles_is_named_and_so_is_the_workbench(harness: LinkHarness, name: str) -> None:
    by_hand, by_reading = lost(harness, ActionKind.TRIGGER_KYB, name), lost(harness, ActionKind.UPDATE_ACCOUNT, name)
    assert by_reading
    rows = told_by(harness, Notebook())
    harness.actions.settle_by_person(by_hand, Outcome.NOT_SENT, "Bakkt wrote so")
    settle_unknown(harness.actions, {ActionKind.UPDATE_ACCOUNT: seen})
    assert rows == [
        ("Ann", "settle an action whose answer was lost", f"{name} {by_hand}", "allowed"),
        ("Ann", "settle an action whose answer was lost", f"{name} {by_hand}", "not_sent"),
        ("workbench", "update an account", name, "accepted"),
    ]
