"""The check as users meet it: in a separate process, with a time limit, and messages that never quote the file."""

import struct
import zlib

import pytest
from PIL import Image

from tests.support.hostile_files import REFUSED, jpeg_of_claims, script, stream
from tests.support.sample_files import exif, jpeg, pdf, png_chunk, png_claiming, saved
from workbench.domain.errors import InputError
from workbench.files.checking import CheckedFile, check_file
from workbench.files.kinds import FileKind

A4_AT_1200_DPI, A3_AT_1200_DPI = (9921, 14031), (14031, 19843)
LIMIT = 15_000_000


def refusal(content: bytes, limit: int = LIMIT, timeout_seconds: float = 60) -> InputError:
    with pytest.raises(InputError) as refused:
        check_file(content, limit, timeout_seconds=timeout_seconds)
    return refused.value


@pytest.mark.slow
def test_a_picture_comes_back_clean_with_its_hash_and_what_was_removed() -> None:
    checked = check_file(jpeg(exif=exif()), LIMIT)
    assert (checked.kind, checked.content_type, checked.pixels) == (FileKind.JPEG, "image/jpeg", (48, 32))
    assert checked.removed == "location and 3 other metadata entries removed"
    assert b"Phone" not in checked.content
    assert check_file(jpeg(), LIMIT).sha256 == check_file(jpeg(comment=b"x"), LIMIT).sha256
    assert "Phone" not in repr(checked)


def test_a_pdf_comes_back_as_it_is() -> None:
    content = pdf()
    assert check_file(content, LIMIT) == CheckedFile(
        FileKind.PDF, content, check_file(content, LIMIT).sha256, pixels=None, pages=1
    )


def test_a_script_is_refused_with_its_reason_and_a_way_out() -> None:
    error = refusal(script())
    assert error.title == "The PDF contains a script"
    assert "Print it to a new PDF" in error.next_step


def test_the_kind_is_named_and_the_files_own_text_is_not() -> None:
    error = refusal(REFUSED["HEIC"][0])
    assert "a HEIC image" in error.message
    error = refusal(b"<svg>John Quill 219-09-9881</svg>")
    assert "Quill" not in f"{error.title}{error.message}{error.next_step}{error!r}"


def test_a_file_over_the_limit_is_not_even_looked_at() -> None:
    content = jpeg() + bytes(16_000_000)
    error = refusal(content, timeout_seconds=0)
    assert (error.title, error.message) == ("The file is too large", "Files can be up to 15 MB.")
    assert refusal(b"", timeout_seconds=0).title == "The file is empty"


def test_a_check_that_takes_too_long_is_a_refusal() -> None:
    assert refusal(pdf(), timeout_seconds=0.01).title == "The file could not be checked"


@pytest.fixture(scope="module")
def without_end() -> str:
    """Two gigabytes, compressed a thousandfold to two megabytes: the same block of a megabyte again and again."""
    size, times = 1_000_000, 2000
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(size)) + packer.flush(zlib.Z_FULL_FLUSH)
    adler_of_zeros = (size * times % 65_521) << 16 | 1
    packed = b"\x78\xda" + block * times + packer.flush() + struct.pack(">I", adler_of_zeros)
    return packed.decode("latin-1")


@pytest.mark.slow
@pytest.mark.parametrize("about", ["/Type /ObjStm /N 1 /First 4", "", "/DecodeParms << /Predictor 12 /Columns 99 >>"])
def test_a_pdf_that_unpacks_without_end_costs_no_more_than_the_worker(without_end: str, about: str) -> None:
    bomb = stream(f"{about} /Filter /FlateDecode", without_end)
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>"
    assert refusal(pdf("/X 4 0 R", bomb, page=page)).title == "The file could not be checked"


@pytest.mark.slow
@pytest.mark.parametrize("size", [A4_AT_1200_DPI, A3_AT_1200_DPI])
def test_a_fine_scan_in_black_and_white_is_taken_and_shown(size: tuple[int, int]) -> None:
    """A4 takes 17 MB as the picture has it, with a bit for each pixel."""
    width, height = size
    checked = check_file(png_claiming(width, height, bytes((width + 7) // 8 + 1) * height), LIMIT)
    assert (checked.pixels, checked.preview[:2]) == (size, b"\xff\xd8")


@pytest.mark.slow
def test_a_scan_as_fine_is_taken_in_grey_and_refused_in_colour() -> None:
    assert check_file(saved(Image.new("L", A4_AT_1200_DPI), "JPEG"), LIMIT).pixels == A4_AT_1200_DPI
    assert refusal(jpeg_of_claims(*A4_AT_1200_DPI)).title == "The picture is too large to open"


@pytest.mark.slow
def test_a_picture_that_unpacks_without_end_is_refused() -> None:
    rows = bytes(2_501) * 20_000
    assert refusal(png_claiming(20_000, 20_000, rows)).title == "The picture is too large to open"
    profile = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(50_000_000)))
    plain = png_claiming(8, 8, bytes(2) * 8)
    assert check_file(plain[:33] + profile + plain[33:], LIMIT).removed == "1 metadata entry removed"
