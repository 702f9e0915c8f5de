"""Pictures: fully decoded, stripped of everything but the picture, and re-encoded only if that fails."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable

from PIL import ExifTags, Image, ImageOps, ImageSequence

from workbench.files.examined import Examined
from workbench.files.kinds import FileKind
from workbench.files.pictures.bmp import clean_bmp
from workbench.files.pictures.cleaned import Cleaned, Unclean
from workbench.files.pictures.gif import clean_gif
from workbench.files.pictures.jpeg import clean_jpeg
from workbench.files.pictures.png import clean_png
from workbench.files.reasons import Reason, Unfit

MOST_PIXELS = 64_000_000
"""An A4 page at 800 dpi."""
MOST_PIXELS_MOVING = 2 * MOST_PIXELS
MOST_FRAMES = 200
_CLEANERS: dict[FileKind, Callable[[bytes], Cleaned]] = {
    FileKind.JPEG: clean_jpeg,
    FileKind.PNG: clean_png,
    FileKind.GIF: clean_gif,
    FileKind.BMP: clean_bmp,
}
_SAVED_WITH: dict[FileKind, dict[str, object]] = {FileKind.JPEG: {"quality": 95, "subsampling": 0}}
_OF_THE_PICTURE = frozenset({"transparency", "icc_profile", "dpi", "gamma"})
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BREAKS = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError),
    *(struct.error, zlib.error),
)


def examine_picture(kind: FileKind, content: bytes) -> Examined:
    """The picture alone, fully decoded. Raises Unfit."""
    try:
        cleaned = _CLEANERS[kind](content)
        pixels = _decode(kind, cleaned.content)
    except (Unclean, Unfit) as problem:
        if isinstance(problem, Unfit) and problem.reason is not Reason.BROKEN:
            raise
        return _write_anew(kind, content)
    return Examined(
        kind,
        cleaned.content,
        pixels=pixels,
        has_location=cleaned.has_location,
        notes=cleaned.notes,
        bytes_behind_end=cleaned.bytes_behind_end,
    )


def _decode(kind: FileKind, content: bytes) -> tuple[int, int]:
    """Width and height, after decoding every frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=[kind.value]) as image:
                _refuse_too_many_pixels(image)
                for frame in ImageSequence.Iterator(image):
                    frame.load()
                return image.size
        except _BOMBS:
            raise Unfit(Reason.TOO_MANY_PIXELS) from None
        except _BREAKS:
            raise Unfit(Reason.BROKEN) from None


def _refuse_too_many_pixels(image: Image.Image) -> None:
    pixels, frames = image.width * image.height, int(getattr(image, "n_frames", 1))
    if pixels > MOST_PIXELS or frames > MOST_FRAMES or (frames > 1 and pixels * frames > MOST_PIXELS_MOVING):
        raise Unfit(Reason.TOO_MANY_PIXELS)


def _write_anew(kind: FileKind, content: bytes) -> Examined:
    """Re-encodes a still picture that decodes but does not follow its format."""
    pixels = _decode(kind, content)
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[kind.value]) as image:
            if int(getattr(image, "n_frames", 1)) > 1:
                raise Unfit(Reason.BROKEN)
            located, tags = _notes_of(image)
            upright = ImageOps.exif_transpose(image)
            upright.info = {name: value for name, value in image.info.items() if name in _OF_THE_PICTURE}
            upright.save(written, kind.value, exif=b"", **_SAVED_WITH.get(kind, {}))
    except _BREAKS:
        raise Unfit(Reason.BROKEN) from None
    return Examined(kind, written.getvalue(), pixels=pixels, has_location=located, notes=tags, is_written_anew=True)


def _notes_of(image: Image.Image) -> tuple[bool, int]:
    exif = image.getexif()
    return bool(exif.get_ifd(ExifTags.IFD.GPSInfo)), len(exif)
