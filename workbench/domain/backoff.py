"""Pauses that double with each failure in a row."""

from dataclasses import dataclass

_DOUBLINGS = 30
"""More would overflow; every pause has long reached its limit by then."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses in seconds: ``first`` after one failure, then twice as long after each further one, up to ``longest``."""

    first: float
    longest: float

    def after(self, failures_in_a_row: int) -> float:
        return min(self.longest, self.first * 2.0 ** min(failures_in_a_row - 1, _DOUBLINGS))
