"""What carries no content before a file's head or behind its end is cut off, and a missing end mark is added."""

import io
import re

import pytest
from pikepdf import Pdf

from tests.support.hostile_files import archive
from tests.support.sample_files import pdf, rewritten_pdf, statement_pdf
from workbench.domain.errors import InputError
from workbench.files.checking import CheckedFile, check_file
from workbench.files.kinds import FileKind

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
CUT_MARKS = [b"", b"\n", b"\r\n\r\n", b"\n%", b"\n%%E", b"\n%%EO", b"\n\x1a"]


def checked(content: bytes) -> CheckedFile:
    return check_file(content, LIMIT)


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as refused:
        check_file(content, LIMIT)
    return refused.value.title


def mistakes_in(sent: bytes) -> list[str]:
    with Pdf.open(io.BytesIO(sent)) as opened:
        return [*map(str, opened.get_warnings()), *opened.check_pdf_syntax()]


def counted_from_the_first_byte(content: bytes, before: bytes) -> bytes:
    """The PDF behind those bytes, as a program writes it that sends them first."""
    moved = re.sub(rb"(\d{10}) (\d{5} n)", lambda at: b"%010d " % (int(at[1]) + len(before)) + at[2], content)
    end = re.sub(rb"startxref\n(\d+)", lambda at: b"startxref\n%d" % (int(at[1]) + len(before)), moved)
    return before + end


@pytest.mark.parametrize("name", BEFORE)
def test_what_stands_before_the_head_of_a_pdf_is_cut_off(name: str) -> None:
    found = checked(BEFORE[name] + STATEMENT)
    assert (found.kind, found.pages, found.removed) == (FileKind.PDF, 6, "data before its start removed")
    assert found.content == STATEMENT


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
