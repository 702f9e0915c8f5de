"""Pauses after failures double up to a limit."""

import pytest

from workbench.domain.backoff import Backoff


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1), (3, 2), (6, 16), (7, 30), (10_000, 30)])
def test_a_pause_doubles_with_each_failure_in_a_row_up_to_the_longest(failures: int, seconds: float) -> None:
    assert Backoff(first=0.5, longest=30).after(failures) == seconds


def test_no_pause_is_longer_than_the_longest_even_the_first() -> None:
    assert Backoff(first=60, longest=5).after(1) == 5
