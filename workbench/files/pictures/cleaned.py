"""The result of cleaning a picture: the same picture, and what was removed."""

from dataclasses import dataclass, field


class MalformedPicture(Exception):
    """The picture does not follow its format, so nothing can be removed part by part."""


class CutPicture(MalformedPicture):
    """The file ends within a part of the picture, so a decoder would show less than there was."""


@dataclass(frozen=True, slots=True)
class CleanedPicture:
    """``content`` shows the same picture; the count is of removed metadata entries besides a location.

    ``is_end_added``: the end mark was missing, which is harmless only if the picture is whole.
    """

    content: bytes = field(repr=False)
    has_location: bool = False
    metadata_count: int = 0
    trailing_bytes: int = 0
    is_end_added: bool = False


@dataclass(slots=True)
class RemovedMetadata:
    """Collects what is removed from one picture."""

    has_location: bool = False
    metadata_count: int = 0
    orientation: int = 1

    def add(self, metadata_count: int = 1, *, has_location: bool = False) -> None:
        self.metadata_count += metadata_count
        self.has_location |= has_location
