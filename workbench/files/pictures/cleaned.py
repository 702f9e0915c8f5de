"""The result of cleaning a picture: the same picture, and what was removed."""

from dataclasses import dataclass, field


class MalformedPicture(Exception):
    """The picture does not follow its format, so nothing can be removed part by part."""


@dataclass(frozen=True, slots=True)
class CleanedPicture:
    """``content`` shows the same picture; the count is of removed metadata entries besides a location."""

    content: bytes = field(repr=False)
    has_location: bool = False
    metadata_count: int = 0
    trailing_bytes: int = 0


@dataclass(slots=True)
class RemovedMetadata:
    """Collects what is removed from one picture."""

    has_location: bool = False
    metadata_count: int = 0
    orientation: int = 1

    def add(self, metadata_count: int = 1, *, has_location: bool = False) -> None:
        self.metadata_count += metadata_count
        self.has_location |= has_location
