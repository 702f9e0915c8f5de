"""The period before each: one rule on every page."""

from datetime import date

import pytest

from workbench.ui.explore.periods import period_of
from workbench.ui.funnel.codes import FunnelCodes

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("first", "last", "since", "until"),
    [
        ("2026-11-01", "2026-11-30", "2026-10-01", "2026-11-01"),
        ("2026-03-01", "2026-03-31", "2026-02-01", "2026-03-01"),
        ("2026-01-01", "2026-01-31", "2025-12-01", "2026-01-01"),
        ("2024-02-01", "2024-02-29", "2024-01-01", "2024-02-01"),
        ("2024-02-01", "2024-02-28", "2024-01-04", "2024-02-01"),
        ("2026-11-02", "2026-11-30", "2026-10-04", "2026-11-02"),
        ("2026-10-01", "2026-11-30", "2026-08-01", "2026-10-01"),
        ("2026-11-29", "2026-11-29", "2026-11-28", "2026-11-29"),
    ],
)
def test_the_period_before_is_the_month_before_a_month_and_else_as_many_days(
    first: str, last: str, since: str, until: str
) -> None:
    expected = (date.fromisoformat(since), date.fromisoformat(until))
    compared = FunnelCodes(since=first, until=last, compare="before").compared
    asked = period_of(f"{first}..{last}", TODAY)
    assert compared
    assert asked
    assert asked.before
    assert (compared.since, compared.until) == expected
    assert (asked.before.since, asked.before.until) == expected
