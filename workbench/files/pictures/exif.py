"""EXIF: camera metadata. All of it is removed except the orientation, which is needed to show the picture upright."""

import struct
import warnings

from PIL import ExifTags, Image

from workbench.files.pictures.cleaned import RemovedMetadata

HEADER = b"Exif\0\0"
_UPRIGHT = 1
_ORIENTATIONS = range(1, 9)
_SHORT = 3
_NOT_COUNTED = frozenset({ExifTags.Base.Orientation, ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop})


def record_exif(block: bytes, leavings: RemovedMetadata) -> None:
    """Counts the entries of an EXIF block (without its header); an unreadable block counts as one entry."""
    exif, located, tags = _read(block)
    leavings.add(sum(tag not in _NOT_COUNTED for tag in tags), has_location=located)
    if not tags:
        leavings.add(has_location=b"GPS" in block)
    orientation = exif.get(ExifTags.Base.Orientation)
    if isinstance(orientation, int) and orientation in _ORIENTATIONS:
        leavings.orientation = orientation


def _read(block: bytes) -> tuple[Image.Exif, bool, list[int]]:
    """The EXIF data, whether it has a location, and all its tags; empty for a damaged block."""
    exif = Image.Exif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exif.load(HEADER + block)
            return exif, bool(exif.get_ifd(ExifTags.IFD.GPSInfo)), [*exif, *exif.get_ifd(ExifTags.IFD.Exif)]
        except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error):
            return Image.Exif(), False, []


def record_xmp(block: bytes, leavings: RemovedMetadata) -> None:
    leavings.add(has_location=b"GPSLatitude" in block)


def orientation_only(orientation: int) -> bytes:
    """An EXIF block with only the orientation; empty for an upright picture."""
    if orientation == _UPRIGHT:
        return b""
    return struct.pack("<2sHLHHHLHHL", b"II", 42, 8, 1, ExifTags.Base.Orientation, _SHORT, 1, orientation, 0, 0)
