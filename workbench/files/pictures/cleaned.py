"""The result of cleaning a picture: the same picture, and what was removed."""

from dataclasses import dataclass, field


class Unclean(Exception):
    """The picture does not follow its format, so nothing can be removed part by part."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """``content`` shows the same picture; the count is of removed metadata entries besides a location."""

    content: bytes = field(repr=False)
    has_location: bool = False
    notes: int = 0
    bytes_behind_end: int = 0


@dataclass(slots=True)
class Leavings:
    """Collects what is removed from one picture."""

    has_location: bool = False
    notes: int = 0
    orientation: int = 1

    def add(self, notes: int = 1, *, has_location: bool = False) -> None:
        self.notes += notes
        self.has_location |= has_location
