"""Odd but valid pictures are sent as they are: depth, colours, frames, times, transparency; and nothing beside them."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image, ImageSequence

from tests.support.odd_pictures import (
    A8R8G8B8,
    BITFIELDS,
    FRAME_SHAPE,
    ODD_PICTURES,
    ODD_PNG,
    REENCODED,
    RLE8,
    V4,
    V5,
    bmp_of,
    png_chunk_names,
    png_rows,
)
from tests.support.sample_files import account_view, exif, png_chunk, saved
from workbench.domain.errors import InputError
from workbench.files.checking import check_file
from workbench.files.examining import examine

SECRET = b"SECRET of Ada Quill"
LIMIT = 15_000_000


def frames(content: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(content)) as image:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


def saved_by_pillow(content: bytes) -> bytes:
    """Save the picture again with all that Pillow knows of it."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        told = {name: image.info[name] for name in ("transparency", "icc_profile", "loop") if name in image.info}
        moving = {"save_all": True} if getattr(image, "n_frames", 1) > 1 else {}
        image.save(written, image.format, **told, **moving)
    return written.getvalue()


@pytest.mark.parametrize("name", ODD_PICTURES)
def test_a_picture_with_nothing_beside_it_is_sent_byte_for_byte(name: str) -> None:
    found = examine(ODD_PICTURES[name])
    assert found.content == ODD_PICTURES[name]
    assert (found.notes, found.trailing_bytes, found.is_reencoded) == (0, 0, False)


@pytest.mark.parametrize("name", REENCODED)
def test_what_has_to_be_written_anew_keeps_its_pixels(name: str) -> None:
    found = examine(REENCODED[name])
    assert found.is_reencoded
    assert frames(found.content) == frames(REENCODED[name])


def test_samples_of_sixteen_bits_are_sent_with_all_their_bits() -> None:
    for name, channels in {"RGB": 3, "RGBA": 4}.items():
        sent = examine(ODD_PNG[f"PNG, 16-bit {name}"]).content
        assert struct.unpack_from(">BB", sent, 24) == (16, {"RGB": 2, "RGBA": 6}[name])
        assert struct.unpack_from(f">{channels}H", png_rows(sent), 1) == (0x052A, 0x4F74, 0x99BE, 0xE308)[:channels]


def test_an_apng_is_sent_with_its_three_frames() -> None:
    sent = examine(ODD_PNG["APNG"]).content
    assert png_chunk_names(sent) == [b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT", b"IEND"]
    starts = [at for at in range(len(sent)) if sent[at : at + 4] == b"fcTL"]
    assert [FRAME_SHAPE.unpack_from(sent, at + 8)[:2] for at in starts] == [(8, 6), (3, 2), (4, 4)]
    with Image.open(io.BytesIO(sent)) as image:
        shown = [(frame.info["duration"], frame.info["disposal"], frame.info["blend"]) for frame in iterated(image)]
        assert (image.info["loop"], shown) == (3, [(100, 0, 0), (250, 1, 1), (1500, 2, 0)])


def test_a_gif_of_partial_frames_is_sent_with_times_and_disposals() -> None:
    with Image.open(io.BytesIO(examine(ODD_PICTURES["GIF of partial frames"]).content)) as image:
        shown = [(frame.info["duration"], vars(frame)["disposal_method"]) for frame in iterated(image)]
        assert (image.size, image.info["loop"], shown) == ((16, 12), 5, [(100, 1), (250, 2), (70, 3)])


def iterated(image: Image.Image) -> ImageSequence.Iterator:
    return ImageSequence.Iterator(image)


@pytest.mark.parametrize("depth", [1, 4, 8, 16, 24, 32])
def test_a_bmp_is_sent_with_its_depth_and_its_first_pixel(depth: int) -> None:
    sent = examine(ODD_PICTURES[f"BMP, {depth} bits, top row first"]).content
    assert struct.unpack_from("<H", sent, 28) == (depth,)
    colours = {1: (255, 0, 0), 4: (255, 0, 0), 8: (244, 85, 77), 16: (98, 0, 90), 24: (85, 48, 11), 32: (85, 48, 11)}
    with Image.open(io.BytesIO(sent)) as image:
        assert image.convert("RGB").getpixel((0, 0)) == colours[depth]


def test_a_transparent_bmp_stays_transparent_and_keeps_its_profile() -> None:
    sent = examine(ODD_PICTURES["BMP, 32 bits with alpha and a colour profile"]).content
    with Image.open(io.BytesIO(sent)) as image:
        assert (image.mode, image.getpixel((0, 4))) == ("RGBA", (85, 48, 11, 122))
    place, length = struct.unpack_from("<LL", sent, 14 + 112)
    profile = sent[14 + place :]
    assert (len(profile), profile[36:40]) == (length, b"acsp")


def in_png(chunk: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content[:33] + chunk + content[33:]


def in_gif(block: bytes) -> Callable[[bytes], bytes]:
    def hide(content: bytes) -> bytes:
        at = content.index(b"\x21\xf9")
        return content[:at] + block + content[at:]

    return hide


GIF_SECRET = bytes([len(SECRET)]) + SECRET + b"\0"
HIDDEN: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "PNG text": ("PNG", in_png(png_chunk(b"tEXt", b"Author\0" + SECRET))),
    "PNG text of any language": ("PNG", in_png(png_chunk(b"iTXt", b"Author\0\0\0\0\0" + SECRET))),
    "PNG camera data": ("PNG", in_png(png_chunk(b"eXIf", exif(orientation=1).tobytes()[6:]))),
    "PNG time": ("PNG", in_png(png_chunk(b"tIME", b"\x07\xea\x0b\x01\x0a\0\0"))),
    "PNG chunk of one program": ("PNG", in_png(png_chunk(b"prVt", SECRET))),
    "PNG behind its end": ("PNG", lambda content: content + SECRET),
    "GIF comment": ("GIF", in_gif(b"\x21\xfe" + GIF_SECRET)),
    "GIF text": ("GIF", in_gif(b"\x21\x01\x0c" + bytes(12) + GIF_SECRET)),
    "GIF block of one program": ("GIF", in_gif(b"\x21\xff\x0bXMP DataXMP" + GIF_SECRET)),
    "GIF behind its end": ("GIF", lambda content: content + SECRET),
    "BMP behind its end": ("BMP", lambda content: content + SECRET),
}
PLACES = [
    (name, place) for place, (kind, _) in HIDDEN.items() for name in ODD_PICTURES if name.removeprefix("A")[:3] == kind
]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_what_is_hidden_beside_a_picture_goes_and_the_picture_stays(name: str, place: str) -> None:
    found = examine(HIDDEN[place][1](ODD_PICTURES[name]))
    assert found.content == ODD_PICTURES[name]
    assert (found.notes or found.trailing_bytes) > 0


@pytest.mark.parametrize("hidden", [(SECRET,), (SECRET[:5], SECRET[5:]), (b"", SECRET)])
def test_what_is_hidden_behind_the_data_of_a_png_goes(hidden: tuple[bytes, ...]) -> None:
    """First within the last chunk of data, then in chunks of its own."""
    content = saved(account_view(), "PNG")
    (length,) = struct.unpack_from(">L", content, 33)
    data, end = content[41 : 41 + length], content[41 + length + 4 :]
    assert png_chunk_names(content) == [b"IHDR", b"IDAT", b"IEND"]
    chunks = b"".join(png_chunk(b"IDAT", part) for part in (data + hidden[0], *hidden[1:]))
    found = examine(content[:33] + chunks + end)
    assert (found.content, found.trailing_bytes) == (content, len(SECRET))


def test_the_unused_fields_of_a_long_bmp_header_hide_nothing() -> None:
    content = bmp_of(32, packing=BITFIELDS, masks=A8R8G8B8, header=V4)
    assert examine(content[:74] + SECRET + content[74 + len(SECRET) :]).content == content


def test_room_before_the_rows_of_a_transparent_bmp_goes_and_the_picture_stays_transparent() -> None:
    content = ODD_PICTURES["BMP, 32 bits with alpha"]
    start = int.from_bytes(content[10:14], "little")
    roomy = content[:10] + struct.pack("<L", start + len(SECRET)) + content[14:start] + SECRET + content[start:]
    assert frames(roomy) == frames(content)
    assert examine(roomy).content == content


@pytest.mark.parametrize("profile", [SECRET, b"\0\0\0\x13" + SECRET[4:]])
def test_a_bmp_profile_that_is_none_goes(profile: bytes) -> None:
    content = bmp_of(32, packing=BITFIELDS, masks=A8R8G8B8, header=V5, profile=profile)
    found = examine(content)
    assert SECRET[4:] not in found.content
    assert (found.trailing_bytes, frames(found.content)) == (len(SECRET), frames(content))


@pytest.mark.parametrize(
    "name",
    [
        "PNG, 16-bit RGB",
        "PNG, 16-bit RGBA",
        "PNG with gamma, primaries and significant bits",
        "APNG",
        "GIF of partial frames",
        "BMP, 4 bits",
        "BMP, 16 bits",
        "BMP, 32 bits with alpha",
    ],
)
def test_pillow_alone_would_lose_a_part_of_the_picture(name: str) -> None:
    """Why there is a cleaner for each kind. When this fails, Pillow has learned it, and the cleaner may go."""
    content = ODD_PICTURES[name]
    again = saved_by_pillow(content)
    assert (depth_of(again), b"gAMA" in again, frames(again)) != (
        depth_of(content),
        b"gAMA" in content,
        frames(content),
    )


def depth_of(content: bytes) -> int:
    """Bits of a sample in a PNG, of a pixel in a BMP."""
    return content[28] if content.startswith(b"BM") else content[24] if content.startswith(b"\x89PNG") else 8


@pytest.mark.slow
def test_a_packed_bmp_that_unpacks_beyond_the_limit_is_refused() -> None:
    """80 KB of run lengths are 20 MB of pixels."""
    rows = (b"\xff\x07" * 19 + b"\x9b\x07\0\0") * 4_000 + b"\0\1"
    content = bmp_of(8, size=(5_000, 4_000), packing=RLE8, data=rows)
    with pytest.raises(InputError) as refused:
        check_file(content, LIMIT)
    assert (len(content) < LIMIT, refused.value.title) == (True, "The file is too large")
