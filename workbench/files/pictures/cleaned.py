"""What the cleaning of a picture gives: the same picture, and what was beside it."""

from dataclasses import dataclass, field


class Unclean(Exception):
    """The parts of a picture are not where its format has them, so nothing can be taken out part by part."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """``content`` shows the very same picture. ``notes`` counts what was taken out besides a location."""

    content: bytes = field(repr=False)
    has_location: bool = False
    notes: int = 0
    bytes_behind_end: int = 0


@dataclass(slots=True)
class Leavings:
    """What is taken out of one picture, as it is found."""

    has_location: bool = False
    notes: int = 0
    orientation: int = 1

    def add(self, notes: int = 1, *, has_location: bool = False) -> None:
        self.notes += notes
        self.has_location |= has_location
