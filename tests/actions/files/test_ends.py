"""What carries no content before a file's head or behind its end is cut off, and a missing end mark is added."""

import io
import re

import pytest
from pikepdf import Pdf
from PIL import Image, ImageSequence

from tests.support.hostile_files import archive
from tests.support.odd_pictures import ODD_PNG
from tests.support.sample_files import (
    account_view,
    bmp,
    gif,
    jpeg,
    pdf,
    pdf_image,
    pdf_stream,
    png,
    rewritten_pdf,
    saved,
    statement_pdf,
)
from workbench.domain.errors import InputError
from workbench.files.checking import CheckedFile, check_file
from workbench.files.examining import examine
from workbench.files.kinds import FileKind
from workbench.files.reasons import FileRefused, Reason

LIMIT = 15_000_000
STATEMENT = statement_pdf()
PRINTER_JOB = b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n"
BEFORE = {
    "a line break": b"\r\n",
    "blank lines": b" \n\t\n\x0c",
    "zeros": bytes(128),
    "the mark of UTF-8": b"\xef\xbb\xbf",
    "a printer's job": PRINTER_JOB,
}
BEHIND = {
    "the end of a file under DOS": b"\r\n\x1a",
    "the end of a file under Unix": b"\n\x04",
    "a printer's job": b"\n\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X",
}
SIZE = (200, 150)
JPEGS = {
    "plain": saved(account_view(size=SIZE), "JPEG", quality=90),
    "grey": saved(account_view("L", SIZE), "JPEG"),
    "CMYK": saved(account_view("CMYK", SIZE), "JPEG"),
    "progressive": saved(account_view(size=SIZE), "JPEG", progressive=True),
    "with restarts": saved(account_view(size=SIZE), "JPEG", restart_marker_blocks=4),
    "with a restart for each row": saved(account_view("L", SIZE), "JPEG", restart_marker_rows=1),
}
CUT_MARKS = [b"", b"\n", b"\r\n\r\n", b"\n%", b"\n%%E", b"\n%%EO", b"\n\x1a"]


def checked(content: bytes) -> CheckedFile:
    return check_file(content, LIMIT)


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as refused:
        check_file(content, LIMIT)
    return refused.value.title


def frames(content: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(content)) as image:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


def is_refused(content: bytes) -> bool:
    try:
        examine(content)
    except FileRefused as refused:
        return refused.reason is Reason.BROKEN
    return False


def mistakes_in(sent: bytes) -> list[str]:
    with Pdf.open(io.BytesIO(sent)) as opened:
        return [*map(str, opened.get_warnings()), *opened.check_pdf_syntax()]


def counted_from_the_first_byte(content: bytes, before: bytes) -> bytes:
    """The PDF behind those bytes, as a program writes it that sends them first."""
    moved = re.sub(rb"(\d{10}) (\d{5} n)", lambda at: b"%010d " % (int(at[1]) + len(before)) + at[2], content)
    end = re.sub(rb"startxref\n(\d+)", lambda at: b"startxref\n%d" % (int(at[1]) + len(before)), moved)
    return before + end


@pytest.mark.many_cases
@pytest.mark.parametrize("name", BEFORE)
def test_what_stands_before_the_head_of_a_pdf_is_cut_off(name: str) -> None:
    found = checked(BEFORE[name] + STATEMENT)
    assert (found.kind, found.pages, found.removed) == (FileKind.PDF, 6, "data before its start removed")
    assert found.content == STATEMENT


@pytest.mark.slow
@pytest.mark.parametrize("name", BEFORE)
def test_a_pdf_whose_index_counts_what_stood_before_it_stays_sound(name: str) -> None:
    found = checked(counted_from_the_first_byte(STATEMENT, BEFORE[name]))
    assert (found.content[:5], found.pages, mistakes_in(found.content)) == (b"%PDF-", 6, [])
    packed = checked(BEFORE[name] + rewritten_pdf(STATEMENT, packed=True))
    assert (packed.pages, mistakes_in(packed.content)) == (6, [])


@pytest.mark.parametrize("name", BEHIND)
def test_what_stands_behind_the_end_of_a_pdf_is_cut_off(name: str) -> None:
    found = checked(STATEMENT.rstrip() + BEHIND[name])
    assert (found.pages, found.removed) == (6, "data after its end removed")
    assert found.content.rstrip() == STATEMENT.rstrip()


@pytest.mark.many_cases
@pytest.mark.parametrize("cut", CUT_MARKS)
def test_a_pdf_without_its_end_mark_gets_one(cut: bytes) -> None:
    found = checked(STATEMENT.removesuffix(b"\n%%EOF\n") + cut)
    assert (found.content, found.pages) == (STATEMENT, 6)
    assert found.removed.endswith("missing end mark added")


def test_all_of_it_at_once_is_mended_and_said() -> None:
    odd = counted_from_the_first_byte(STATEMENT, b"\r\n").removesuffix(b"\n%%EOF\n") + b"\x1a"
    found = checked(odd)
    assert (found.pages, mistakes_in(found.content)) == (6, [])
    assert found.removed == "data before its start and data after its end removed; missing end mark added"


@pytest.mark.slow
@pytest.mark.parametrize("name", BEHIND)
def test_a_second_file_stays_refused_whatever_stands_before_it(name: str) -> None:
    assert refusal(STATEMENT + BEHIND[name] + archive()) == "The file contains a second file"
    assert refusal(STATEMENT + BEHIND[name] + b"<html>") == "The file contains a second file"
    assert refusal(STATEMENT.removesuffix(b"\n%%EOF\n") + b"\n<html>") == "The file contains a second file"


def test_a_web_page_before_a_pdf_stays_refused() -> None:
    assert refusal(b"\r\n<html>\r\n" + STATEMENT) == "This file type is not accepted"
    assert refusal(b"HTTP/1.1 200 OK\r\n\r\n" + STATEMENT) == "This file type is not accepted"


def test_a_pdf_that_was_cut_before_its_index_stays_refused() -> None:
    assert refusal(STATEMENT[: STATEMENT.rindex(b"startxref")]) == "The file cannot be read"
    assert refusal(STATEMENT[: STATEMENT.rindex(b"trailer")]) == "The file cannot be read"


def test_a_revision_that_was_cut_is_called_damaged() -> None:
    assert refusal(STATEMENT + b"4 0 obj\n<< /Type /Page") == "The file cannot be read"


def test_the_next_step_for_a_file_that_only_seems_damaged_helps() -> None:
    with pytest.raises(InputError) as refused:
        check_file(pdf()[:-30], LIMIT)
    assert "print it to a new PDF" in refused.value.next_step


@pytest.mark.many_cases
@pytest.mark.parametrize("picture", [jpeg(), png(), gif(), bmp()])
def test_what_stands_before_the_head_of_a_picture_is_cut_off(picture: bytes) -> None:
    whole = checked(picture)
    found = checked(b"\r\n" + picture)
    assert (found.kind, found.content) == (whole.kind, whole.content)
    assert "data before its start" in found.removed


@pytest.mark.many_cases
@pytest.mark.parametrize("missing", [1, 2])
@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_without_its_end_mark_gets_one(name: str, missing: int) -> None:
    found = checked(JPEGS[name][:-missing])
    assert found.removed == "missing end mark added"
    assert found.content == examine(JPEGS[name]).content
    assert found.content.endswith(b"\xff\xd9")


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_that_was_cut_is_refused_unless_every_pixel_is_there(name: str) -> None:
    content = JPEGS[name]
    scan, length = content.index(b"\xff\xda"), len(content)
    cuts = [scan + (length - scan) * part // 20 for part in range(1, 20)]
    assert all(is_refused(content[:cut]) for cut in cuts)
    for cut in range(length - 12, length - 2):
        assert is_refused(content[:cut]) or frames(examine(content[:cut]).content) == frames(content)


def test_a_jpeg_that_was_cut_before_a_restart_is_refused() -> None:
    content = JPEGS["with a restart for each row"]
    restarts = [found.start() for found in re.finditer(rb"\xff[\xd0-\xd7]", content)]
    assert len(restarts) == 18
    assert all(is_refused(content[:at]) and is_refused(content[: at + 2]) for at in restarts)


def test_a_progressive_jpeg_that_was_cut_between_two_scans_is_refused() -> None:
    """A decoder shows all of it, in lower quality."""
    content = JPEGS["progressive"]
    markers = [found.start() for found in re.finditer(rb"\xff[\xc4\xda]", content)]
    assert len(markers) > 12
    assert all(is_refused(content[:at]) for at in markers)


@pytest.mark.slow
def test_a_gif_without_its_end_mark_gets_one_and_keeps_its_frames() -> None:
    for content in (gif(), gif(4)):
        for missing in (1, 2):
            found = checked(content[:-missing])
            assert (found.content, found.frames) == (examine(content).content, len(frames(content)))
            assert found.removed == "1 metadata entry removed; missing end mark added"


def test_a_gif_that_was_cut_in_a_frame_is_refused() -> None:
    content = gif(4)
    starts = [found.start() for found in re.finditer(rb"\x21\xf9\x04", content)]
    inside = [*range(len(content) - 30, len(content) - 2, 3), *[at + 3 for at in starts], *[at + 8 for at in starts]]
    assert all(is_refused(content[:cut]) for cut in inside)


@pytest.mark.many_cases
@pytest.mark.parametrize("missing", [1, 4, 5, 8, 12])
@pytest.mark.parametrize("content", [png(), ODD_PNG["APNG"]])
def test_a_png_without_its_end_mark_gets_one(content: bytes, missing: int) -> None:
    found = checked(content[:-missing])
    assert (found.content, found.removed) == (examine(content).content, "missing end mark added")


def test_a_png_that_lost_more_than_its_end_mark_is_refused() -> None:
    content = png()
    for missing in range(13, len(content) - 8):
        cut = content[:-missing]
        assert is_refused(cut) or frames(examine(cut).content) == frames(content)
    assert is_refused(content[:-40])
    moving = ODD_PNG["APNG"]
    assert is_refused(moving[: moving.rindex(b"fcTL") - 4])


@pytest.mark.parametrize("missing", [1, 2])
def test_a_photo_in_a_pdf_may_lack_its_end_mark_and_nothing_else(missing: int) -> None:
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
    )

    def with_photo(photo: bytes) -> bytes:
        return pdf("", pdf_stream("", b"/I Do"), pdf_image("/DCTDecode", photo), page=page)

    for photo in JPEGS.values():
        assert examine(with_photo(photo[:-missing])).pages == 1
        assert is_refused(with_photo(photo[:-200]))
