"""The result of an examination, passed from the worker process to its caller."""

import json
from dataclasses import dataclass, field

from workbench.files.kinds import FileKind


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """``content`` is what may be sent, ``preview`` what the page shows of it; the count is of removed metadata entries
    besides a location.
    """

    kind: FileKind
    content: bytes = field(repr=False)
    pixels: tuple[int, int] | None = None
    frames: int = 1
    preview: bytes = field(default=b"", repr=False)
    pages: int | None = None
    has_location: bool = False
    notes: int = 0
    leading_bytes: int = 0
    trailing_bytes: int = 0
    is_end_added: bool = False
    is_reencoded: bool = False

    def serialize(self) -> bytes:
        facts = {
            "kind": self.kind.value,
            "pixels": self.pixels,
            "frames": self.frames,
            "preview_bytes": len(self.preview),
            "pages": self.pages,
            "has_location": self.has_location,
            "notes": self.notes,
            "bytes_before_head": self.leading_bytes,
            "bytes_behind_end": self.trailing_bytes,
            "is_end_added": self.is_end_added,
            "is_written_anew": self.is_reencoded,
        }
        return json.dumps(facts).encode() + b"\n" + self.preview + self.content


def deserialize(facts: dict[str, object], files: bytes) -> ExaminedFile:
    pixels, preview_bytes = facts["pixels"], int(str(facts["preview_bytes"]))
    return ExaminedFile(
        kind=FileKind(str(facts["kind"])),
        content=files[preview_bytes:],
        pixels=(int(pixels[0]), int(pixels[1])) if isinstance(pixels, list) else None,
        frames=int(str(facts["frames"])),
        preview=files[:preview_bytes],
        pages=int(str(facts["pages"])) if facts["pages"] is not None else None,
        has_location=facts["has_location"] is True,
        notes=int(str(facts["notes"])),
        leading_bytes=int(str(facts["bytes_before_head"])),
        trailing_bytes=int(str(facts["bytes_behind_end"])),
        is_end_added=facts["is_end_added"] is True,
        is_reencoded=facts["is_written_anew"] is True,
    )
