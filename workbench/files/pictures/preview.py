"""A still copy of a picture for the page, drawn in the worker, so that the page decodes nothing from outside."""

import io

from PIL import ExifTags, Image, ImageOps

PREVIEW_BOX = (1460, 3000)
"""Twice the width of the page's column: an A4 page is sharp in it."""
SHORTEST_SIDE = 8
LONGEST_RATIO = 20


def draw_preview(frame: Image.Image) -> bytes:
    """A JPEG on white, upright, within the box; empty for a picture in which nothing could be seen."""
    if not _is_recognisable(*frame.size):
        return b""
    upright = ImageOps.exif_transpose(_shrunk(_on_white(frame), frame.getexif().get(ExifTags.Base.Orientation, 1)))
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=92, subsampling=0, **_profile_of(frame))
    return written.getvalue()


def _is_recognisable(width: int, height: int) -> bool:
    short, long = sorted((width, height))
    return short >= SHORTEST_SIDE and long <= LONGEST_RATIO * short


def _on_white(frame: Image.Image) -> Image.Image:
    """The frame in eight bits, without transparency."""
    if frame.mode.startswith("I"):
        return frame.point(lambda value: value * (1 / 256)).convert("L")
    if frame.mode == "1":
        return frame.convert("L")
    if frame.has_transparency_data:
        flat = Image.new("RGBA", frame.size, "white")
        flat.alpha_composite(frame.convert("RGBA"))
        return flat.convert("RGB")
    return frame if frame.mode in {"L", "RGB"} else frame.convert("RGB")


def _shrunk(picture: Image.Image, orientation: int) -> Image.Image:
    scale = min(1.0, *(most / side for most, side in zip(PREVIEW_BOX, picture.size, strict=True)))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, reducing_gap=2.0)
    small.getexif()[ExifTags.Base.Orientation] = orientation
    return small


def _profile_of(frame: Image.Image) -> dict[str, object]:
    """The colour profile, where it is still the right one."""
    profile = frame.info.get("icc_profile")
    return {"icc_profile": profile} if profile and frame.mode in {"L", "RGB", "RGBA"} else {}
