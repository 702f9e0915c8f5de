"""What the numbers of a share rest on, and when they are too few."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.words import plural

SMALL_SAMPLE = 30

Row = Mapping[str, Any]


def counted(row: Row) -> int:
    """Return the base of ``share_of_entered``: the mature accounts, without those undated in the step."""
    dated: int = row["entered_dated"]
    return dated


def is_small(row: Row) -> bool:
    """Whether a share rests on too few accounts; ``is_few`` says so where the query has it."""
    return bool(row["is_few"]) if "is_few" in row else counted(row) < SMALL_SAMPLE


def comparable(row: Row, before: Row | None) -> Row | None:
    """The row of the other period; None if there is none, or either is of too few for a difference to mean anything."""
    return None if before is None or is_small(row) or is_small(before) else before


def is_undated(row: Row) -> bool:
    """Return whether no mature account is dated in the step, so that a share would mean nothing."""
    return bool(row["undated"]) and not row["accounts_mature"]


def points_between(share: float, before: float) -> int:
    """Return the difference in percentage points, as the rounded shares show it."""
    return round(100 * share) - round(100 * before)


def compared_words(share: float, before: float) -> str:
    """ "4 points more than", "the same as": a share beside the one before, which is named next."""
    points = points_between(share, before)
    return f"{plural(abs(points), 'point')} {'more' if points > 0 else 'less'} than" if points else "the same as"


def points_apart(share: float | None, before: float | None) -> str:
    """ "+3 pts", "−4 pts", "±0 pts": how far a share is from the one before; empty if either is missing."""
    if share is None or before is None:
        return ""
    points = points_between(share, before)
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    return f"{sign}{abs(points)} pts"
