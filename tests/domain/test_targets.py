"""DESK.md, "Age, due, stuck": the target in force at entry decides."""

from datetime import timedelta

import pytest

from tests.support.facts import LONG_AGO, TARGET_HOURS, ago
from workbench.domain.standing.targets import Target, due_at
from workbench.domain.vocabulary import Standing

HISTORY = [
    Target(Standing.SUBMITTED, 24, ago(100)),
    Target(Standing.SUBMITTED, 48, ago(50)),
    Target(Standing.SUBMITTED, 12, ago(10)),
    Target(Standing.VERIFICATION, 72, ago(100)),
]


@pytest.mark.parametrize(("entered", "hours"), [(200, 24), (100, 24), (51, 24), (50, 48), (11, 48), (10, 12), (0, 12)])
def test_the_target_in_force_at_entry_holds_and_the_first_for_older_entries(entered: float, hours: float) -> None:
    for history in (HISTORY, HISTORY[::-1]):
        assert due_at(Standing.SUBMITTED, ago(entered), history) == ago(entered) + timedelta(hours=hours)


def test_changing_a_target_never_rewrites_history() -> None:
    before = due_at(Standing.SUBMITTED, ago(60), HISTORY)
    assert due_at(Standing.SUBMITTED, ago(60), [*HISTORY, Target(Standing.SUBMITTED, 1, ago(0))]) == before


@pytest.mark.parametrize("standing", ["active", "rejected", "liquidated", "closed"])
def test_a_final_standing_is_never_due_whatever_targets_say(standing: str) -> None:
    assert due_at(Standing(standing), ago(5), [Target(Standing(standing), 1, LONG_AGO)]) is None


def test_every_standing_that_is_not_final_has_a_target() -> None:
    assert set(TARGET_HOURS) == {standing for standing in Standing if not standing.is_final}
    assert due_at(Standing.SUSPENDED, ago(5), HISTORY) is None
