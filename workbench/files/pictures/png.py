"""PNG: chunks that are part of the picture stay, all others are removed.

Pillow would write 16-bit colours as 8-bit, other frames into an animation, and no gamma or primaries.
"""

import struct
import zlib
from collections.abc import Iterator

from workbench.files.pictures.cleaned import CleanedPicture, MalformedPicture, RemovedMetadata
from workbench.files.pictures.colours import is_colour_profile
from workbench.files.pictures.exif import orientation_only, record_exif, record_xmp
from workbench.files.pictures.sizes import MAX_DECODED_BYTES

_BEGINNING = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND\xaeB`\x82"
_PICTURE = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"),
        *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs"),
    }
)
_DATA = b"IDAT"
_PART_BYTES, _UNPACKED_AT_ONCE = 65_536, 1_000_000
_MAX_UNPACKED_BYTES = 3 * MAX_DECODED_BYTES
"""A sample of 16 bits takes twice what a decoder holds of it; what unpacks to more is refused anyway."""
_MAX_PROFILE_BYTES = 1_000_000


def clean_png(content: bytes) -> CleanedPicture:
    """Raises MalformedPicture if the chunks cannot be parsed."""
    leavings, position = RemovedMetadata(), len(_BEGINNING)
    kept: list[tuple[bytes, bytes]] = []
    for name, body in _chunks(content):
        position += len(body) + 12
        if _is_kept(name, body):
            kept.append((name, body))
        else:
            _note(name, body, leavings)
    exif = orientation_only(leavings.orientation)
    if exif:
        kept.insert(1, (b"eXIf", exif))
    behind_data = _length_behind_data(b"".join(body for name, body in kept if name == _DATA))
    picture = _BEGINNING + b"".join(_chunk(*one) for one in _without_end_of_data(kept, behind_data))
    return CleanedPicture(
        picture,
        leavings.has_location,
        leavings.metadata_count,
        trailing_bytes=max(0, len(content) - position) + behind_data,
        is_end_added=position > len(content),
    )


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each chunk up to the last, which may be missing or cut."""
    position, name = len(_BEGINNING), b""
    while name != b"IEND":
        if position + len(_END) > len(content):
            if not _END.startswith(content[position:]):
                raise MalformedPicture
            yield b"IEND", b""
            return
        length, name = struct.unpack_from(">L4s", content, position)
        end = position + 8 + length
        if end + 4 > len(content) or not name.isalpha():
            raise MalformedPicture
        body = content[position + 8 : end]
        is_vital = name[:1].isupper()
        if is_vital and int.from_bytes(content[end : end + 4]) != zlib.crc32(name + body):
            raise MalformedPicture
        yield name, body
        position = end + 4


def _length_behind_data(packed: bytes) -> int:
    """How many bytes follow the end of the compressed picture, which no decoder shows."""
    inflater, read, unpacked = zlib.decompressobj(), 0, 0
    try:
        while not inflater.eof and read < len(packed) and unpacked < _MAX_UNPACKED_BYTES:
            part = packed[read : read + _PART_BYTES]
            read += len(part)
            while part and not inflater.eof:
                unpacked += len(inflater.decompress(part, _UNPACKED_AT_ONCE))
                part = inflater.unconsumed_tail
    except zlib.error:
        return 0
    return len(inflater.unused_data) + len(packed) - read if inflater.eof else 0


def _without_end_of_data(chunks: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    """The chunks without so many bytes at the end of their data; those of which nothing is left go."""
    kept: list[tuple[bytes, bytes]] = []
    for name, body in reversed(chunks):
        cut = min(length, len(body)) if name == _DATA else 0
        length -= cut
        if not cut or cut < len(body):
            kept.append((name, body[: len(body) - cut]))
    return kept[::-1]


def _is_kept(name: bytes, body: bytes) -> bool:
    if name[:1].isupper() and name not in _PICTURE:
        raise MalformedPicture
    return name in _PICTURE and (name != b"iCCP" or _is_profile(body))


def _is_profile(body: bytes) -> bool:
    _, _, packed = body.partition(b"\0")
    try:
        return is_colour_profile(zlib.decompressobj().decompress(packed[1:], _MAX_PROFILE_BYTES))
    except zlib.error:
        return False


def _note(name: bytes, body: bytes, leavings: RemovedMetadata) -> None:
    if name == b"eXIf":
        record_exif(body, leavings)
    elif name == b"iTXt" and body.startswith(b"XML:com.adobe.xmp\0"):
        record_xmp(body, leavings)
    else:
        leavings.add()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", len(body), name) + body + struct.pack(">L", zlib.crc32(name + body))
