"""Whether a JPEG without an end mark is whole: a decoder shows a cut picture too, with grey or guessed rows."""

import io
import random
from collections.abc import Sequence

from PIL import Image

from workbench.files.pictures.sizes import is_too_large

_END = b"\xff\xd9"
_PROGRESSIVE = frozenset({0xC2, 0xCA})
_FRAMES = frozenset({0xC0, 0xC1, *_PROGRESSIVE})
_SCAN = 0xDA
_RESTARTS = range(0xD0, 0xD8)
_COEFFICIENTS = 64
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


def _filler(data: bytes) -> bytes:
    """Data that a decoder takes for a part of the picture, with every restart that it may wait for."""
    return b"".join(data + bytes([0xFF, marker]) for marker in _RESTARTS)


_NOISE = random.Random(1)  # noqa: S311 -- the same bytes each time
_FILLERS = (
    b"",
    *(_filler(bytes([byte]) * 64) for byte in (0x00, 0x33, 0x55, 0xAA, 0xCC, 0xFE)),
    *(_filler(bytes(_NOISE.randrange(255) for _ in range(64))) for _ in range(2)),
)


def are_scans_complete(segments: Sequence[tuple[int, bytes]]) -> bool:
    """Whether the scans, by marker and body, hold every coefficient of every component in full precision."""
    frame = next(((marker, body) for marker, body in segments if marker in _FRAMES), None)
    if frame is None:
        return False
    marker, body = frame
    wanted = {(component, place) for component in body[6::3] for place in range(_COEFFICIENTS)}
    held: set[tuple[int, int]] = set()
    for kind, scan in segments:
        if kind == _SCAN:
            held |= _held(scan, is_progressive=marker in _PROGRESSIVE)
    return wanted <= held


def _held(scan: bytes, *, is_progressive: bool) -> set[tuple[int, int]]:
    """The coefficients that are in full precision after this scan."""
    components, (first, last, approximation) = scan[1:-3:2], scan[-3:]
    places = range(first, last + 1) if is_progressive else range(_COEFFICIENTS)
    is_precise = not is_progressive or approximation & 0x0F == 0
    return {(component, place) for component in components for place in places} if is_precise else set()


def is_data_whole(content: bytes) -> bool:
    """Whether the picture stays the same whatever follows its data: then no decoder reads beyond it."""
    try:
        return len({_pixels(content + filler + _END) for filler in _FILLERS}) == 1
    except _DECODE_ERRORS:
        return False


def _pixels(content: bytes) -> int:
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        if is_too_large(image):
            raise ValueError
        return hash(image.tobytes())
