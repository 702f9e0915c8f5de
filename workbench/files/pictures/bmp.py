"""BMP has no metadata but may hold extra bytes: a plain file is trimmed to its picture, any other is re-encoded."""

import struct

from workbench.files.pictures.cleaned import CleanedPicture, MalformedPicture

_FILE_HEADER, _INFO_HEADER = 14, 40
_PLAIN = 0
_DEPTHS = frozenset({1, 4, 8, 24, 32})
_PALETTE_DEPTH = 8


def clean_bmp(content: bytes) -> CleanedPicture:
    """Raises Unclean unless the layout is plain: header, palette, rows."""
    if len(content) < _FILE_HEADER + _INFO_HEADER:
        raise MalformedPicture
    (offset,) = struct.unpack_from("<L", content, 10)
    header, width, height, _, depth, packing, _, _, _, colours = struct.unpack_from("<LllHHLLllL", content, 14)
    if header != _INFO_HEADER or packing != _PLAIN or depth not in _DEPTHS or width <= 0:
        raise MalformedPicture
    palette = (colours or 2**depth) if depth <= _PALETTE_DEPTH else colours
    end = offset + (width * depth + 31) // 32 * 4 * abs(height)
    if offset != _FILE_HEADER + _INFO_HEADER + 4 * palette or end > len(content):
        raise MalformedPicture
    plain = content[:2] + struct.pack("<L", end) + bytes(4) + content[10:end]
    return CleanedPicture(plain, trailing_bytes=len(content) - end)
