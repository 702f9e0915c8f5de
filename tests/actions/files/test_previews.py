"""What the page shows of a picture: a small still copy on white, upright, in the picture's colours."""

import io

import pytest
from PIL import Image

from tests.support.hostile_files import TAKEN
from tests.support.odd_pictures import ODD_PICTURES, REENCODED
from tests.support.sample_files import account_view, exif, saved
from workbench.files.examining import examine
from workbench.files.kinds import FileKind

RED, BLACK, WHITE = (255, 0, 0), (0, 0, 0), (255, 255, 255)
PICTURES = {
    **{name: content for name, (content, kind) in TAKEN.items() if kind is not FileKind.PDF},
    **{name: content for name, content in (ODD_PICTURES | REENCODED).items() if "BMP" not in name},
}


def preview(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(examine(content).preview))


def is_near(found: float | tuple[int, ...] | None, expected: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return max(abs(one - other) for one, other in zip(found, expected, strict=True)) <= 6


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
@pytest.mark.parametrize("size", [(40, 20), (9, 180), (4000, 300), (300, 5000)])
def test_a_picture_fits_the_page_and_keeps_its_shape(mode: str, size: tuple[int, int]) -> None:
    shown = preview(saved(Image.new(mode, size), "PNG"))
    assert shown.format == "JPEG"
    assert (shown.width <= 1460, shown.height <= 3000) == (True, True)
    assert shown.width / shown.height == pytest.approx(size[0] / size[1], rel=0.02)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (1, 3000), (7, 7), (168, 8), (3000, 149)])
def test_nothing_is_drawn_where_nothing_could_be_seen(size: tuple[int, int]) -> None:
    examined = examine(saved(Image.new("RGB", size), "PNG"))
    assert (examined.preview, examined.pixels) == (b"", size)


@pytest.mark.parametrize("name", PICTURES)
def test_each_kind_of_picture_that_is_large_enough_is_drawn(name: str) -> None:
    examined = examine(PICTURES[name])
    assert examined.pixels is not None
    assert (len(examined.preview) > 0) == (min(examined.pixels) >= 8)


def test_what_is_transparent_is_white_on_a_dark_page_too() -> None:
    picture = Image.new("RGBA", (40, 20), (*BLACK, 0))
    picture.paste((*RED, 255), (0, 0, 20, 20))
    shown = preview(saved(picture, "PNG"))
    assert is_near(shown.getpixel((5, 10)), RED)
    assert is_near(shown.getpixel((35, 10)), WHITE)
    indexed = Image.new("P", (40, 20), 1)
    indexed.putpalette([*RED, *RED])
    assert is_near(preview(saved(indexed, "PNG", transparency=1)).getpixel((5, 10)), WHITE)


def test_sixteen_bits_of_grey_are_not_all_white() -> None:
    shown = preview(saved(Image.new("I;16", (40, 20), 0x4000), "PNG"))
    assert shown.mode == "L"
    assert shown.getpixel((5, 5)) == pytest.approx(64, abs=2)


def test_a_picture_taken_with_a_turned_telephone_is_upright() -> None:
    picture = Image.new("RGB", (40, 20), BLACK)
    picture.paste(RED, (0, 0, 20, 20))
    shown = preview(saved(picture, "PNG", exif=exif(orientation=6)))
    assert shown.size == (20, 40)
    assert is_near(shown.getpixel((10, 5)), RED)
    assert not shown.getexif()


def test_of_an_animation_the_first_frame_is_drawn_and_all_are_counted() -> None:
    pictures = [Image.new("RGB", (40, 20), colour) for colour in (RED, BLACK, WHITE)]
    for kind in ("GIF", "PNG"):
        examined = examine(saved(pictures[0], kind, save_all=True, append_images=pictures[1:]))
        assert examined.frames == 3
        assert is_near(Image.open(io.BytesIO(examined.preview)).convert("RGB").getpixel((5, 5)), RED)


@pytest.mark.slow
def test_the_preview_of_the_largest_picture_is_small() -> None:
    """64 megapixels take 256 MB decoded; the page holds the preview alone."""
    examined = examine(saved(account_view("RGB", (8000, 8000)), "JPEG", quality=30))
    with Image.open(io.BytesIO(examined.preview)) as shown:
        assert shown.size == (1460, 1460)
    assert len(examined.preview) < 1_000_000
