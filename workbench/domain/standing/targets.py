"""When a standing is due (DESK.md, "Age, due, stuck")."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.domain.vocabulary import Standing

DUE_SOON_HOURS = 24
"""How long before its due time an account is due soon; in practice mode as much shorter as Bakkt is faster."""


@dataclass(frozen=True, slots=True)
class Target:
    """How long a standing may last, in force from ``valid_from`` on."""

    standing: Standing
    hours: float
    valid_from: datetime


def due_at(standing: Standing, entered_at: datetime, targets: Iterable[Target]) -> datetime | None:
    """When the account becomes past due; None for a final standing or one without a target.

    The target in force at ``entered_at`` holds, the first known one for older entries: changing a target never
    rewrites history.
    """
    if standing.is_final:
        return None
    history = sorted((t for t in targets if t.standing is standing), key=lambda target: target.valid_from)
    if not history:
        return None
    in_force = [target for target in history if target.valid_from <= entered_at] or history[:1]
    return entered_at + timedelta(hours=in_force[-1].hours)
