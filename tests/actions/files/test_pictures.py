"""Metadata is removed from images and counted; the pixels and the orientation stay the same."""

import io

import pytest
from PIL import Image, ImageCms, ImageOps, ImageSequence

from tests.support.hostile_files import TAKEN
from tests.support.sample_files import (
    ORIENTATION,
    account_view,
    bmp,
    exif,
    gif,
    jpeg,
    jpeg_segment,
    png,
    png_with_texts,
    saved,
    srgb,
)
from workbench.files.checking import removed_in_words
from workbench.files.examining import examine
from workbench.files.kinds import FileKind

PICTURES = [name for name, (_, kind) in TAKEN.items() if kind is not FileKind.PDF]

AS_DECODERS_READ_THEM = {
    "JPEG with broken notes": jpeg(),
    "JPEG without its end mark": jpeg(),
    "PNG with a note that is a bomb": png(),
}
"""Images that Pillow can only read once they are mended."""


def frames(content: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(content)) as image:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("name", PICTURES)
def test_every_pixel_stays_as_it_was(name: str) -> None:
    content = TAKEN[name][0]
    found = examine(content)
    assert frames(found.content) == frames(AS_DECODERS_READ_THEM.get(name, content))
    assert not found.is_reencoded


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_was_sent_has_nothing_left_to_take_out(name: str) -> None:
    once = examine(TAKEN[name][0])
    again = examine(once.content)
    assert again.content == once.content
    assert removed_in_words(again) == ""


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_which_side_is_up_is_all_that_stays_of_the_notes(kind: str, orientation: int) -> None:
    content = saved(account_view(), kind, exif=exif(orientation=orientation))
    with Image.open(io.BytesIO(examine(content).content)) as sent, Image.open(io.BytesIO(content)) as before:
        notes = dict(sent.getexif())
        assert notes == ({ORIENTATION: orientation} if orientation > 1 else {})
        assert ImageOps.exif_transpose(sent).tobytes() == ImageOps.exif_transpose(before).tobytes()


def test_a_location_and_other_notes_are_counted_in_words() -> None:
    assert removed_in_words(examine(jpeg(exif=exif()))) == "location and 3 other metadata entries removed"
    assert removed_in_words(examine(jpeg(exif=exif(located=False)))) == "3 metadata entries removed"
    assert removed_in_words(examine(jpeg(comment=b"x"))) == "1 metadata entry removed"
    assert removed_in_words(examine(jpeg())) == ""
    assert removed_in_words(examine(png_with_texts())) == "location and 5 other metadata entries removed"
    assert removed_in_words(examine(gif())) == "1 metadata entry removed"
    assert removed_in_words(examine(bmp() + b"MZ")) == "data after its end removed"


def test_a_location_in_xmp_is_one_too() -> None:
    xmp = jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='1'/>")
    assert examine(b"\xff\xd8" + xmp + jpeg()[2:]).has_location


def test_a_thumbnail_of_the_uncut_picture_goes_too() -> None:
    hidden = b"UNCUT" * 30
    jfif = jpeg_segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\7\7" + hidden[:147])
    original = jpeg()
    with_thumbnail = b"\xff\xd8" + jfif + original[2 + 18 :]
    assert frames(with_thumbnail) == frames(original)
    assert b"UNCUT" not in examine(with_thumbnail).content


def test_colours_stay_with_their_profile() -> None:
    for kind in ("JPEG", "PNG"):
        content = saved(account_view(), kind, icc_profile=srgb())
        with Image.open(io.BytesIO(examine(content).content)) as sent:
            assert ImageCms.ImageCmsProfile(io.BytesIO(sent.info["icc_profile"])).profile


def test_notes_between_the_scans_of_a_progressive_picture_are_found() -> None:
    content = jpeg(progressive=True)
    at = content.rindex(b"\xff\xda")
    noted = content[:at] + jpeg_segment(0xFE, b"SECRET") + content[at:]
    found = examine(noted)
    assert (found.notes, found.content) == (1, examine(content).content)


def test_a_loop_stays_and_other_programs_blocks_go() -> None:
    content = gif(3)
    at = content.index(b"\x21\xf9")
    foreign = b"\x21\xff\x0bXMP DataXMP" + b"\x06secret\0"
    found = examine(content[:at] + foreign + content[at:])
    assert b"secret" not in found.content
    assert b"NETSCAPE2.0" in found.content


def test_the_room_beside_a_bmp_picture_goes() -> None:
    content = bmp()
    hidden = b"SECRET--"
    offset = int.from_bytes(content[10:14], "little") + len(hidden)
    roomy = content[:10] + offset.to_bytes(4, "little") + content[14:54] + hidden + content[54:]
    assert frames(roomy) == frames(content)
    found = examine(roomy)
    assert found.content == content
    assert removed_in_words(found) == "1 metadata entry removed"
