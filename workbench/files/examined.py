"""The result of an examination, passed from the worker process to its caller."""

import json
from dataclasses import dataclass, field

from workbench.files.kinds import FileKind


@dataclass(frozen=True, slots=True)
class Examined:
    """``content`` is what may be sent; the count is of removed metadata entries besides a location."""

    kind: FileKind
    content: bytes = field(repr=False)
    pixels: tuple[int, int] | None = None
    pages: int | None = None
    has_location: bool = False
    notes: int = 0
    bytes_behind_end: int = 0
    is_written_anew: bool = False

    def packed(self) -> bytes:
        facts = {
            "kind": self.kind.value,
            "pixels": self.pixels,
            "pages": self.pages,
            "has_location": self.has_location,
            "notes": self.notes,
            "bytes_behind_end": self.bytes_behind_end,
            "is_written_anew": self.is_written_anew,
        }
        return json.dumps(facts).encode() + b"\n" + self.content


def unpacked(facts: dict[str, object], content: bytes) -> Examined:
    pixels = facts["pixels"]
    return Examined(
        kind=FileKind(str(facts["kind"])),
        content=content,
        pixels=(int(pixels[0]), int(pixels[1])) if isinstance(pixels, list) else None,
        pages=int(str(facts["pages"])) if facts["pages"] is not None else None,
        has_location=facts["has_location"] is True,
        notes=int(str(facts["notes"])),
        bytes_behind_end=int(str(facts["bytes_behind_end"])),
        is_written_anew=facts["is_written_anew"] is True,
    )
