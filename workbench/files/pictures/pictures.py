"""Pictures: fully decoded, stripped of everything but the picture, and re-encoded only if that fails."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps, ImageSequence

from workbench.files.examined import ExaminedFile
from workbench.files.kinds import FileKind
from workbench.files.pictures.bmp import clean_bmp
from workbench.files.pictures.cleaned import CleanedPicture, CutPicture, MalformedPicture
from workbench.files.pictures.gif import clean_gif
from workbench.files.pictures.jpeg import clean_jpeg, is_jpeg_whole
from workbench.files.pictures.png import clean_png
from workbench.files.pictures.preview import draw_preview
from workbench.files.pictures.sizes import is_too_large
from workbench.files.reasons import FileRefused, Reason

_CLEANERS: dict[FileKind, Callable[[bytes], CleanedPicture]] = {
    FileKind.JPEG: clean_jpeg,
    FileKind.PNG: clean_png,
    FileKind.GIF: clean_gif,
    FileKind.BMP: clean_bmp,
}
_SAVE_OPTIONS: dict[FileKind, dict[str, object]] = {FileKind.JPEG: {"quality": 95, "subsampling": 0}}
_KEPT_INFO = frozenset({"transparency", "icc_profile", "dpi", "gamma"})
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_PARSE_ERRORS = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError),
    *(struct.error, zlib.error),
)


def examine_picture(kind: FileKind, content: bytes) -> ExaminedFile:
    """The picture alone, fully decoded. Raises FileRefused."""
    try:
        cleaned = _CLEANERS[kind](content)
        decoded = _decode(kind, cleaned.content)
        if cleaned.is_end_added and kind is FileKind.JPEG and not is_jpeg_whole(content):
            raise FileRefused(Reason.BROKEN)
    except CutPicture:
        raise FileRefused(Reason.BROKEN) from None
    except (MalformedPicture, FileRefused) as error:
        if isinstance(error, FileRefused) and error.reason is not Reason.BROKEN:
            raise
        return _reencode(kind, content)
    return ExaminedFile(
        kind,
        cleaned.content,
        pixels=decoded.pixels,
        frames=decoded.frames,
        preview=decoded.preview,
        has_location=cleaned.has_location,
        notes=cleaned.metadata_count,
        trailing_bytes=cleaned.trailing_bytes,
        is_end_added=cleaned.is_end_added,
    )


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Width and height, the number of frames, and the first as a preview."""

    pixels: tuple[int, int]
    frames: int
    preview: bytes


def _decode(kind: FileKind, content: bytes) -> _Decoded:
    """Decodes every frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=[kind.value]) as image:
                if is_too_large(image):
                    raise FileRefused(Reason.TOO_MANY_PIXELS)
                image.load()
                preview = _preview_of(image)
                for frame in ImageSequence.Iterator(image):
                    frame.load()
                return _Decoded(image.size, _frames_in(image), preview)
        except _BOMBS:
            raise FileRefused(Reason.TOO_MANY_PIXELS) from None
        except _PARSE_ERRORS:
            raise FileRefused(Reason.BROKEN) from None


def _preview_of(image: Image.Image) -> bytes:
    """Empty if it cannot be drawn: a picture without a preview may still be sent."""
    try:
        return draw_preview(image)
    except (*_PARSE_ERRORS, MemoryError):
        return b""


def _frames_in(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


def _reencode(kind: FileKind, content: bytes) -> ExaminedFile:
    """Re-encodes a still picture that decodes but does not follow its format."""
    decoded = _decode(kind, content)
    written = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[kind.value]) as image:
            if decoded.frames > 1:
                raise FileRefused(Reason.BROKEN)
            located, tags = _metadata_of(image)
            upright = ImageOps.exif_transpose(image)
            upright.info = {name: value for name, value in image.info.items() if name in _KEPT_INFO}
            upright.save(written, kind.value, exif=b"", **_SAVE_OPTIONS.get(kind, {}))
    except _PARSE_ERRORS:
        raise FileRefused(Reason.BROKEN) from None
    return ExaminedFile(
        kind,
        written.getvalue(),
        pixels=decoded.pixels,
        preview=decoded.preview,
        has_location=located,
        notes=tags,
        is_reencoded=True,
    )


def _metadata_of(image: Image.Image) -> tuple[bool, int]:
    exif = image.getexif()
    return bool(exif.get_ifd(ExifTags.IFD.GPSInfo)), len(exif)
