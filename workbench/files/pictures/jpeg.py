"""JPEG: every segment that is not part of the picture or its colours is removed.

Pillow would compress the picture again, which changes its pixels.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.files.pictures.cleaned import CleanedPicture, MalformedPicture, RemovedMetadata
from workbench.files.pictures.colours import is_colour_profile
from workbench.files.pictures.exif import HEADER, orientation_only, record_exif, record_xmp
from workbench.files.pictures.jpeg_ends import are_scans_complete, is_data_whole

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_JFIF, _ICC, _ADOBE, _XMP = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe", b"http://ns.adobe.com/xap/1.0/\0"
_PICTURE = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, _SCAN, *(m for m in range(0xC0, 0xD0) if m != 0xC8)})
_JFIF_BODY = 14
_ICC_NUMBERS = 2
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True, slots=True)
class _Segment:
    """``scan`` is the compressed picture data after a start-of-scan marker."""

    marker: int
    body: bytes
    scan: bytes = b""

    def written(self) -> bytes:
        return struct.pack(">BBH", 0xFF, self.marker, len(self.body) + 2) + self.body + self.scan


def clean_jpeg(content: bytes) -> CleanedPicture:
    """Raises MalformedPicture if the segments cannot be parsed."""
    reader = _Reader(content)
    segments, removed = list(reader), RemovedMetadata()
    profile = _is_profile_readable(segments)
    kept = [one.written() for one in (_kept(segment, removed, has_profile=profile) for segment in segments) if one]
    exif = orientation_only(removed.orientation)
    if exif:
        kept.insert(1 if segments[0].marker == _APP0 else 0, _Segment(_APP1, HEADER + exif).written())
    picture = b"".join([b"\xff\xd8", *kept, b"\xff\xd9"])
    return CleanedPicture(
        picture,
        removed.has_location,
        removed.metadata_count,
        trailing_bytes=len(content) - reader.position,
        is_end_added=reader.is_end_missing,
    )


def is_jpeg_whole(content: bytes) -> bool:
    """Whether the segments can be parsed up to the end marker, or nothing but the marker is missing."""
    reader = _Reader(content)
    try:
        segments = [(one.marker, one.body) for one in reader]
    except MalformedPicture:
        return False
    if not content.startswith(b"\xff\xd8"):
        return False
    return not reader.is_end_missing or (are_scans_complete(segments) and is_data_whole(content.rstrip(b"\xff")))


class _Reader:
    """The segments of one file up to its end marker, or to the end of a scan that nothing follows.

    ``position`` is then just after it.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.position = 2
        self.is_end_missing = False

    def __iter__(self) -> Iterator[_Segment]:
        while not self.is_end_missing and (marker := self._marker()) != _END:
            body = self._body()
            yield _Segment(marker, body, self._scan() if marker == _SCAN else b"")

    def _marker(self) -> int:
        content = self._content
        if self.position < len(content) and content[self.position] != 0xFF:
            raise MalformedPicture
        while self.position < len(content) and content[self.position] == 0xFF:
            self.position += 1
        if self.position >= len(content):
            raise MalformedPicture
        self.position += 1
        return content[self.position - 1]

    def _body(self) -> bytes:
        start = self.position
        if start + 2 > len(self._content):
            raise MalformedPicture
        length = int.from_bytes(self._content[start : start + 2])
        self.position = start + length
        if length < 2 or self.position > len(self._content):
            raise MalformedPicture
        return self._content[start + 2 : self.position]

    def _scan(self) -> bytes:
        start = self.position
        found = _NEXT_MARKER.search(self._content, start)
        self.is_end_missing = found is None
        self.position = found.start() if found else len(self._content)
        return self._content[start : self.position] if found else self._content[start:].rstrip(b"\xff")


def _kept(segment: _Segment, removed: RemovedMetadata, *, has_profile: bool) -> _Segment | None:
    marker, body = segment.marker, segment.body
    if marker in _PICTURE:
        return segment
    if marker == _APP0 and body.startswith(_JFIF) and len(body) >= _JFIF_BODY:
        return _Segment(_APP0, body[: _JFIF_BODY - 2] + b"\0\0")
    is_colour = (marker == _APP14 and body.startswith(_ADOBE)) or (marker == _APP2 and body.startswith(_ICC))
    if is_colour and (marker == _APP14 or has_profile):
        return segment
    if marker != _COMMENT and not _APP0 <= marker <= _APP15:
        raise MalformedPicture
    _record_removed(marker, body, removed)
    return None


def _record_removed(marker: int, body: bytes, removed: RemovedMetadata) -> None:
    if marker == _APP1 and body.startswith(HEADER):
        record_exif(body[len(HEADER) :], removed)
    elif marker == _APP1 and body.startswith(_XMP):
        record_xmp(body, removed)
    else:
        removed.add()


def _is_profile_readable(segments: list[_Segment]) -> bool:
    """Whether the embedded colour profile is valid."""
    parts = [one.body for one in segments if one.marker == _APP2 and one.body.startswith(_ICC)]
    profile = b"".join(part[len(_ICC) + _ICC_NUMBERS :] for part in parts)
    return is_colour_profile(profile)
