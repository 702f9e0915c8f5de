"""How long KYB screens took, and what that means for a new one."""

import math
from collections.abc import Sequence


def consequence_of(decided_hours: Sequence[float]) -> str:
    """What starting the screen means, with the usual time as counted: half were quicker, one in ten took longer."""
    before = "Bakkt screens the business and its owners. It cannot be called back, and papers that lack cost days."
    if not decided_hours:
        return f"{before} How long it takes is not known here yet: no screen was decided so far."
    half, most = quantile(decided_hours, 0.5), quantile(decided_hours, 0.9)
    screens = f"{len(decided_hours)} decided {'screen' if len(decided_hours) == 1 else 'screens'}"
    return f"{before} Usual time: {_span(half)} in the middle, nine of ten within {_span(most)} ({screens})."


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _span(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"
