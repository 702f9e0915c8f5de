"""What the numbers of a share rest on, and when they are too few."""

from collections.abc import Mapping
from typing import Any

SMALL_SAMPLE = 30

Row = Mapping[str, Any]


def counted(row: Row) -> int:
    """Return the base of ``share_of_entered``: the mature accounts, without those undated in the step."""
    dated: int = row["entered_dated"]
    return dated


def is_small(row: Row) -> bool:
    return counted(row) < SMALL_SAMPLE


def is_undated(row: Row) -> bool:
    """Return whether no mature account is dated in the step, so that a share would mean nothing."""
    return bool(row["undated"]) and not row["accounts_mature"]


def points_apart(share: float | None, before: float | None) -> str:
    """ "+3 pts", "−4 pts", "±0 pts": how far a share is from the one before; empty if either is missing."""
    if share is None or before is None:
        return ""
    points = round(100 * share) - round(100 * before)
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    return f"{sign}{abs(points)} pts"
