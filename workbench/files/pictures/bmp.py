"""BMP: header, colours and rows stay, anything between and behind them is removed; RLE and OS/2 are re-encoded.

Pillow would write 4 bits a pixel as 8, 16 as 24, and an opaque picture for a transparent one.
"""

import struct

from workbench.files.pictures.cleaned import CleanedPicture, MalformedPicture
from workbench.files.pictures.colours import is_colour_profile

_FILE_HEADER, _INFO, _V4, _V5 = 14, 40, 108, 124
_PLAIN, _BITFIELDS = 0, 3
_DEPTHS = {_PLAIN: frozenset({1, 4, 8, 16, 24, 32}), _BITFIELDS: frozenset({16, 32})}
_PALETTE_DEPTH = 8
_MASKS_END = _INFO + 16
_PROFILE = struct.Struct("<3L4x")
"""At the end of a V5 header: intent, and where its colour profile is and how long."""
_SRGB, _EMBEDDED, _CALIBRATED = b"BGRs", b"DEBM", bytes(4)


def clean_bmp(content: bytes) -> CleanedPicture:
    """Raises MalformedPicture unless the layout is plain: header, masks, palette, rows."""
    if len(content) < _FILE_HEADER + _INFO:
        raise MalformedPicture
    (offset,) = struct.unpack_from("<L", content, 10)
    header, width, height, _, depth, packing, _, _, _, colours = struct.unpack_from(
        "<LllHHLLllL", content, _FILE_HEADER
    )
    if header not in {_INFO, _V4, _V5} or depth not in _DEPTHS.get(packing, ()) or width <= 0:
        raise MalformedPicture
    palette = (colours or 2**depth) if depth <= _PALETTE_DEPTH else colours
    masks = 12 if header == _INFO and packing == _BITFIELDS else 0
    start = _FILE_HEADER + header + masks + 4 * palette
    end = offset + (width * depth + 31) // 32 * 4 * abs(height)
    if offset < start or end > len(content):
        raise MalformedPicture
    about, profile = _clean_header(content, start + end - offset)
    picture = about + content[_FILE_HEADER + header : start] + content[offset:end] + profile
    plain = content[:2] + struct.pack("<LLL", _FILE_HEADER + len(picture), 0, start) + picture
    gap = offset - start
    return CleanedPicture(plain, metadata_count=int(gap > 0), trailing_bytes=len(content) - gap - len(plain))


def _clean_header(content: bytes, profile_start: int) -> tuple[bytes, bytes]:
    """The header, and its colour profile, which goes behind the rows; a profile that is none becomes sRGB."""
    header = content[_FILE_HEADER:][: content[_FILE_HEADER]]
    if len(header) == _INFO:
        return header, b""
    space = header[_MASKS_END : _MASKS_END + 4]
    if space == _EMBEDDED and len(header) == _V5:
        intent, place, length = _PROFILE.unpack(header[_V4:])
        profile = content[_FILE_HEADER + place :][:length]
        if is_colour_profile(profile):
            own = _PROFILE.pack(intent, profile_start - _FILE_HEADER, length)
            return header[:_MASKS_END] + space + bytes(_V4 - _MASKS_END - 4) + own, profile
    kept = header[:_V4] if space == _CALIBRATED else header[:_MASKS_END] + _SRGB
    return kept.ljust(len(header), b"\0"), b""
