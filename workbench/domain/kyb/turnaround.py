"""How long KYB screens took, and what that means for a new one."""

import math
from collections.abc import Sequence

from workbench.domain.moments import duration


def consequence_of(decided_hours: Sequence[float]) -> str:
    """What triggering KYB screening means, with the median and the 90th percentile of past durations."""
    before = "Bakkt screens the business and its owners. It cannot be undone; missing documents cost days."
    if not decided_hours:
        return f"{before} The usual time is not known yet: no screening has been decided so far."
    half, most = quantile(decided_hours, 0.5), quantile(decided_hours, 0.9)
    screenings = f"{len(decided_hours)} decided {'screening' if len(decided_hours) == 1 else 'screenings'}"
    return f"{before} Usually {duration(half)}, 90% within {duration(most)} ({screenings})."


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
