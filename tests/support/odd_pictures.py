"""Valid pictures that few programs write, built byte by byte: depths, partial frames, colour tables, odd shapes."""

import struct
import zlib
from collections.abc import Iterable, Sequence

from tests.support.sample_files import png_chunk, srgb

GREY, TRUE_COLOUR, INDEXED, GREY_ALPHA, TRUE_COLOUR_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {GREY: 1, TRUE_COLOUR: 3, INDEXED: 1, GREY_ALPHA: 2, TRUE_COLOUR_ALPHA: 4}
_PNG_START = b"\x89PNG\r\n\x1a\n"
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
FRAME_SHAPE = struct.Struct(">LLLLLHHBB")
"""APNG: number, width, height, left, top, delay as a fraction, what becomes of the frame, how it is drawn."""


def png_of(
    depth: int, colour: int, *, size: tuple[int, int] = (12, 7), chunks: Iterable[bytes] = (), interlaced: bool = False
) -> bytes:
    """Return a PNG whose samples use all their bits."""
    header = struct.pack(">LLBBBBB", *size, depth, colour, 0, 0, interlaced)
    rows = _interlaced_rows(*size) if interlaced else _rows(depth, colour, *size)
    data = png_chunk(b"IDAT", zlib.compress(rows))
    return b"".join([_PNG_START, png_chunk(b"IHDR", header), *chunks, data, png_chunk(b"IEND", b"")])


def _rows(depth: int, colour: int, width: int, height: int) -> bytes:
    row_bytes = (width * depth * _CHANNELS[colour] + 7) // 8
    return b"".join(b"\0" + bytes((37 * x + 91 * y + 5) % 256 for x in range(row_bytes)) for y in range(height))


def _interlaced_rows(width: int, height: int) -> bytes:
    """Eight-bit grey, in the seven passes of Adam7."""
    return b"".join(
        b"\0" + bytes((37 * x + 91 * y) % 256 for x in range(left, width, step_x))
        for left, top, step_x, step_y in _ADAM7
        if left < width
        for y in range(top, height, step_y)
    )


def png_rows(content: bytes) -> bytes:
    """Return a PNG's samples as they were packed, without an image library."""
    position, packed = len(_PNG_START), b""
    while position < len(content):
        length, name = struct.unpack_from(">L4s", content, position)
        if name == b"IDAT":
            packed += content[position + 8 : position + 8 + length]
        position += 12 + length
    return zlib.decompress(packed)


def png_chunk_names(content: bytes) -> list[bytes]:
    position, names = len(_PNG_START), []
    while position < len(content):
        length, name = struct.unpack_from(">L4s", content, position)
        names.append(name)
        position += 12 + length
    return names


def palette(colours: int) -> bytes:
    return b"".join(bytes((index * 7 % 256, index * 31 % 256, 255 - index)) for index in range(colours))


PNG_COLOURS = (
    png_chunk(b"gAMA", struct.pack(">L", 100_000)),
    png_chunk(b"cHRM", struct.pack(">8L", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
    png_chunk(b"sBIT", bytes((5, 6, 5))),
)
"""How the samples are to be shown: linear light, primaries, significant bits."""


def animated_png() -> bytes:
    """Return an APNG of three frames; the last two cover a part, are drawn over or replace, and go again."""
    frames = [(8, 6, 0, 0, 1, 10, 0, 0), (3, 2, 4, 1, 1, 4, 1, 1), (4, 4, 2, 2, 3, 2, 2, 0)]
    header = png_chunk(b"IHDR", struct.pack(">LLBBBBB", 8, 6, 8, TRUE_COLOUR_ALPHA, 0, 0, 0))
    parts, number = [_PNG_START, header, png_chunk(b"acTL", struct.pack(">LL", len(frames), 3))], 0
    for place, frame in enumerate(frames):
        data = zlib.compress(_rows(8, TRUE_COLOUR_ALPHA, *frame[:2]))
        parts.append(png_chunk(b"fcTL", FRAME_SHAPE.pack(number, *frame)))
        parts.append(png_chunk(b"fdAT", struct.pack(">L", number + 1) + data) if place else png_chunk(b"IDAT", data))
        number += 2 if place else 1
    return b"".join([*parts, png_chunk(b"IEND", b"")])


def partial_gif() -> bytes:
    """Return a GIF that plays five times; its frames have their own colours, times, place and way to go."""
    screen = struct.pack("<HHBBB", 16, 12, 0xF6, 0, 0) + palette(128)
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", 5) + b"\0"
    frames = [_gif_frame(0, 0, 16, 12, 10, 1), _gif_frame(3, 2, 5, 4, 25, 2, own=True), _gif_frame(8, 6, 8, 6, 7, 3)]
    return b"GIF89a" + screen + loop + b"".join(frames) + b"\x3b"


def _gif_frame(left: int, top: int, width: int, height: int, hundredths: int, goes: int, *, own: bool = False) -> bytes:
    """One frame, in which the colour 0 is transparent; ``goes`` is its disposal method."""
    control = b"\x21\xf9\x04" + struct.pack("<BHBB", goes << 2 | 1, hundredths, 0, 0)
    own_colours = palette(128)[::-1] if own else b""
    shape = b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0x86 if own else 0)
    pixels = bytes((x * 5 + left) % 128 for x in range(width * height))
    return control + shape + own_colours + b"\x07" + _gif_blocks(_unpacked_lzw(pixels)) + b"\0"


def _unpacked_lzw(pixels: bytes) -> bytes:
    """LZW in which each code is one pixel of seven bits: the table is cleared before codes need nine bits."""
    parts = [pixels[start : start + 100] for start in range(0, len(pixels), 100)]
    return b"".join(b"\x80" + part for part in parts) + b"\x81"


def _gif_blocks(data: bytes) -> bytes:
    parts = [data[start : start + 255] for start in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts)


INFO, V4, V5 = 40, 108, 124
PLAIN, RLE8, RLE4, BITFIELDS = 0, 1, 2, 3


def bmp_of(
    depth: int,
    *,
    size: tuple[int, int] = (11, 5),
    packing: int = PLAIN,
    masks: Sequence[int] = (),
    top_down: bool = False,
    header: int = INFO,
    data: bytes | None = None,
    profile: bytes = b"",
) -> bytes:
    """Return a BMP. ``masks`` say which bits are red, green, blue and alpha."""
    width, height = size
    colours = palette_bmp(depth)
    row_bytes = (width * depth + 31) // 32 * 4
    rows = bytes((37 * at + 11) % 256 for at in range(row_bytes * height)) if data is None else data
    more = struct.pack(f"<{len(masks)}L", *masks) if header == INFO else _long_header(header, masks, len(profile), rows)
    offset = 14 + 40 + len(more) + len(colours)
    info = (40 if header == INFO else header, width, -height if top_down else height, 1, depth, packing, len(rows))
    start = struct.pack("<2sLHHL", b"BM", offset + len(rows) + len(profile), 0, 0, offset)
    about = struct.pack("<LllHHLLllLL", *info, 3780, 3780, len(colours) // 4, 0)
    return start + about + more + colours + rows + profile


def _long_header(header: int, masks: Sequence[int], profile_bytes: int, rows: bytes) -> bytes:
    given = struct.pack("<4L", *masks, *[0] * (4 - len(masks)))
    space = b"DEBM" if profile_bytes else b"BGRs"
    more = given + space + bytes(48)
    if header == V5:
        more += struct.pack("<4L", 4, header + len(rows), profile_bytes, 0)
    return more


def palette_bmp(depth: int) -> bytes:
    colours = palette(2**depth) if depth <= 8 else b""
    return b"".join(colours[at : at + 3] + b"\0" for at in range(0, len(colours), 3))


def old_bmp() -> bytes:
    """Return a BMP with the header of OS/2."""
    rows = bytes((37 * at + 11) % 256 for at in range(36 * 5))
    start = struct.pack("<2sLHHL", b"BM", 26 + len(rows), 0, 0, 26)
    return start + struct.pack("<LHHHH", 12, 11, 5, 1, 24) + rows


RLE8_ROWS = b"".join(b"\x05" + bytes([row]) + b"\x00\x06\x01\x02\x03\x04\x05\x06\0\0" for row in range(5)) + b"\0\1"
RLE4_ROWS = b"".join(b"\x05" + bytes([17 * row]) + b"\x00\x06\x12\x34\x56\0\0\0" for row in range(5)) + b"\0\1"

R5G6B5, X8R8G8B8, A8R8G8B8 = (0xF800, 0x7E0, 0x1F), (0xFF, 0xFF00, 0xFF0000), (0xFF0000, 0xFF00, 0xFF, 0xFF000000)


ODD_PNG: dict[str, bytes] = {
    **{f"PNG, {depth}-bit grey": png_of(depth, GREY) for depth in (1, 2, 4, 8, 16)},
    **{f"PNG, {depth}-bit grey with alpha": png_of(depth, GREY_ALPHA) for depth in (8, 16)},
    **{f"PNG, {depth}-bit RGB": png_of(depth, TRUE_COLOUR) for depth in (8, 16)},
    **{f"PNG, {depth}-bit RGBA": png_of(depth, TRUE_COLOUR_ALPHA) for depth in (8, 16)},
    **{
        f"PNG, {depth}-bit palette with alpha": png_of(
            depth, INDEXED, chunks=[png_chunk(b"PLTE", palette(2**depth)), png_chunk(b"tRNS", b"\0\x80")]
        )
        for depth in (1, 2, 4, 8)
    },
    "PNG, 16-bit RGB with a transparent colour": png_of(
        16, TRUE_COLOUR, chunks=[png_chunk(b"tRNS", struct.pack(">3H", 0x052A, 0x4F74, 0x99BE))]
    ),
    "PNG with gamma, primaries and significant bits": png_of(8, TRUE_COLOUR, chunks=PNG_COLOURS),
    "PNG, interlaced": png_of(8, GREY, interlaced=True),
    "APNG": animated_png(),
}
ODD_BMP: dict[str, bytes] = {
    **{f"BMP, {depth} bits": bmp_of(depth) for depth in (1, 4, 8, 16, 24, 32)},
    **{f"BMP, {depth} bits, top row first": bmp_of(depth, top_down=True) for depth in (1, 4, 8, 16, 24, 32)},
    "BMP, 16 bits by masks": bmp_of(16, packing=BITFIELDS, masks=R5G6B5),
    "BMP, 32 bits with alpha": bmp_of(32, packing=BITFIELDS, masks=A8R8G8B8, header=V4),
    "BMP, 32 bits with alpha and a colour profile": bmp_of(
        32, packing=BITFIELDS, masks=A8R8G8B8, header=V5, profile=srgb()
    ),
}
ODD_PICTURES: dict[str, bytes] = {**ODD_PNG, "GIF of partial frames": partial_gif(), **ODD_BMP}
"""Pictures without anything beside the picture: what is sent is every byte of them."""

REENCODED: dict[str, bytes] = {
    "BMP, 8 bits, RLE": bmp_of(8, packing=RLE8, data=RLE8_ROWS),
    "BMP, 4 bits, RLE": bmp_of(4, packing=RLE4, data=RLE4_ROWS),
    "BMP of OS/2": old_bmp(),
}
