"""A PDF is whole only if every page's contents and resources can be read to their end, however much can be repaired."""

import re
import zlib

import pytest

from tests.support.hostile_files import page_with
from tests.support.sample_files import (
    CATALOGUE,
    account_view,
    packed_pdf,
    pdf,
    pdf_image,
    pdf_stream,
    revised_pdf,
    rewritten_pdf,
    saved,
    statement_pdf,
    written_pdf,
)
from workbench.files.examining import examine
from workbench.files.reasons import FileRefused, Reason

STATEMENT = statement_pdf()
WRITINGS = {
    "classic": STATEMENT,
    "classic by another program": rewritten_pdf(STATEMENT),
    "object streams": rewritten_pdf(STATEMENT, packed=True),
    "linearized": rewritten_pdf(STATEMENT, linearized=True),
    "linearized with object streams": rewritten_pdf(STATEMENT, packed=True, linearized=True),
    "of Pillow": saved(
        account_view(size=(300, 200)), "PDF", save_all=True, append_images=[account_view("L", (300, 200))] * 5
    ),
    "revised": revised_pdf(STATEMENT, 3, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"),
}
PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
)
TEXT = b"q 300 0 0 200 0 0 cm /I Do Q"
PACKED = zlib.compress(bytes(range(256)) * 40)
PHOTO = saved(account_view(size=(300, 200)), "JPEG")


def refusal(content: bytes) -> Reason:
    with pytest.raises(FileRefused) as refused:
        examine(content)
    return refused.value.reason


def pages_of(content: bytes) -> int | None:
    return examine(content).pages


def one_page(contents: str, image: str) -> bytes:
    return pdf("", contents, image, page=PAGE)


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_pdf_of_six_pages_is_taken_whoever_wrote_it(writing: str) -> None:
    assert pages_of(WRITINGS[writing]) == 6


@pytest.mark.parametrize("percent", [30, 50, 95])
@pytest.mark.parametrize("writing", WRITINGS)
def test_a_pdf_that_was_cut_is_refused(writing: str, percent: int) -> None:
    content = WRITINGS[writing]
    assert refusal(content[: len(content) * percent // 100]) in {Reason.BROKEN, Reason.SECOND_FILE}


@pytest.mark.parametrize("percent", [30, 50, 95])
@pytest.mark.parametrize("writing", WRITINGS)
def test_an_end_behind_the_cut_does_not_make_it_whole(writing: str, percent: int) -> None:
    """qpdf opens most of these and shows the pages that are left."""
    content = WRITINGS[writing]
    kept = content[: len(content) * percent // 100]
    assert refusal(kept + b"\nendstream\nendobj\nstartxref\n0\n%%EOF\n") is Reason.BROKEN


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_pdf_that_lost_a_part_of_its_middle_is_refused(writing: str) -> None:
    content = WRITINGS[writing]
    middle = len(content) // 2
    assert refusal(content[:middle] + content[middle + 3000 :]) is Reason.BROKEN


@pytest.mark.parametrize("number", [4, 5, 6, 7])
def test_a_pdf_that_lost_a_page_its_text_or_an_image_is_refused(number: int) -> None:
    """A disk or a download may leave zeros instead of an object; every other object can be read."""
    start = STATEMENT.index(b"\n%d 0 obj" % number)
    assert refusal(STATEMENT[:start] + bytes(12) + STATEMENT[start + 12 :]) is Reason.BROKEN


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7])
def test_a_pdf_that_refers_to_what_is_no_longer_in_it_is_refused(number: int) -> None:
    start = STATEMENT.index(b"\n%d 0 obj" % number)
    end = STATEMENT.index(b"endobj\n", start)
    assert refusal(STATEMENT[:start] + STATEMENT[end:]) is Reason.BROKEN


def test_a_reference_to_nothing_is_refused_where_the_index_was_rebuilt() -> None:
    """The rebuilt index lists what is in the file alone, so it does not show that the font is missing."""
    start = STATEMENT.index(b"\n3 0 obj")
    end = STATEMENT.index(b"endobj\n", start) + len(b"endobj\n")
    without_font = STATEMENT[:start] + b"\n" + STATEMENT[end:]
    assert refusal(re.sub(rb"startxref\n\d+\n", b"startxref\n1\n", without_font)) is Reason.BROKEN
    assert pages_of(re.sub(rb"startxref\n\d+\n", b"startxref\n1\n", STATEMENT)) == 6


@pytest.mark.parametrize("reference", ["[9 0 R]", "[99999 0 R]"])
def test_a_reference_to_nothing_in_a_list_is_one_too_where_the_index_was_rebuilt(reference: str) -> None:
    """qpdf makes nothing of these, so no object that it knows is missing."""
    content = pdf("", reference)
    assert pages_of(content) == 1
    assert refusal(re.sub(rb"startxref\n\d+\n", b"startxref\n1\n", content)) is Reason.BROKEN


def test_a_reference_in_text_is_none_even_where_the_index_was_rebuilt() -> None:
    content = pdf("", "<< /Title (as in 99 0 R) >> % 98 0 R", trailer="/Info 4 0 R")
    assert pages_of(re.sub(rb"startxref\n\d+\n", b"startxref\n1\n", content)) == 1


def test_a_page_that_is_listed_and_missing_is_refused() -> None:
    pages = "<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>"
    assert refusal(written_pdf([CATALOGUE.format(more=""), pages, PAGE])) is Reason.BROKEN


def test_an_end_that_does_not_say_where_the_index_is_is_refused() -> None:
    assert refusal(re.sub(rb"startxref\n\d+\n", b"", STATEMENT)) is Reason.BROKEN


def test_a_script_in_an_object_stream_is_found_even_if_a_later_revision_replaced_it() -> None:
    assert refusal(revised_pdf(packed_pdf({4: "<< /S /JavaScript >>"}), 4, "<< >>")) is Reason.SCRIPT


def test_contents_that_end_early_are_refused_and_whole_ones_taken() -> None:
    image = pdf_image("/DCTDecode", PHOTO)
    assert pages_of(one_page(pdf_stream("/Filter /FlateDecode", PACKED), image)) == 1
    assert refusal(one_page(pdf_stream("/Filter /FlateDecode", PACKED[: len(PACKED) // 2]), image)) is Reason.BROKEN
    assert refusal(one_page(pdf_stream("/Filter /FlateDecode", b"not packed"), image)) is Reason.BROKEN
    assert refusal(one_page(pdf_stream("", TEXT).replace("/Length 28", "/Length 90"), image)) is Reason.BROKEN


@pytest.mark.parametrize("filters", ["/DCTDecode", "[/DCTDecode]", "[/FlateDecode /DCTDecode]"])
def test_a_photo_that_ends_early_is_refused_and_a_whole_one_taken(filters: str) -> None:
    def packed(photo: bytes) -> bytes:
        return zlib.compress(photo) if "Flate" in filters else photo

    text = pdf_stream("", TEXT)
    assert pages_of(one_page(text, pdf_image(filters, packed(PHOTO)))) == 1
    assert refusal(one_page(text, pdf_image(filters, packed(PHOTO[: len(PHOTO) // 2])))) is Reason.BROKEN


def test_what_no_page_shows_may_be_damaged() -> None:
    damaged = pdf_stream("/Filter /FlateDecode", b"not packed")
    assert pages_of(pdf("/Metadata 4 0 R", damaged)) == 1
    assert pages_of(pdf("", damaged, page=PAGE.replace("/Contents 4 0 R", "/Metadata 4 0 R"))) == 1


def test_small_mistakes_of_writers_are_taken_as_long_as_nothing_is_lost() -> None:
    content = one_page(pdf_stream("", TEXT), pdf_image("/DCTDecode", PHOTO))
    wrong = {
        "the index stands elsewhere": re.sub(rb"startxref\n\d+", b"startxref\n7", content),
        "all positions are off": content.replace(b"%PDF-1.7", b"%PDF-1.7  "),
        "a stream is longer than it says": content.replace(b"/Length 28", b"/Length 20"),
        "the number of pages is wrong": content.replace(b"/Count 1", b"/Count 7"),
        "the lines end as on Windows": pdf().replace(b"\n", b"\r\n"),
        "a name is no Unicode text": page_with("/Annots [<< /Subtype /#B2#CE /#CB#CE 1 >>]"),
        "a font was never written": pdf(page=PAGE.replace("/XObject << /I 5 0 R >>", "/Font << /F1 9 0 R >>")),
    }
    assert {name: pages_of(one) for name, one in wrong.items()} == dict.fromkeys(wrong, 1)


@pytest.mark.parametrize("behind", [b"\n", b"\r\n\r\n", b"   ", bytes(512), b"%%EOF\n"])
def test_blanks_that_scanners_write_behind_the_end_are_taken(behind: bytes) -> None:
    assert pages_of(STATEMENT + behind) == 6


def test_an_action_is_judged_by_what_it_does_wherever_its_name_stands() -> None:
    assert pages_of(pdf("/OpenAction << /S 4 0 R /D [3 0 R /Fit] >>", "/GoTo")) == 1
    assert pages_of(pdf("/OpenAction null")) == 1
    assert refusal(pdf("/OpenAction << /S 4 0 R >>", "/Named")) is Reason.ACTION
    assert refusal(pdf("/X << /S 4 0 R >>", "/Movie")) is Reason.MEDIA
