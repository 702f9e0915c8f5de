"""Text files as lines of cells: their encoding, their separator, and quotes that never close."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from workbench.domain.errors import InputError
from workbench.registry.tables import Grid, Line, line_place, plain_name

_DELIMITERS = (",", ";", "\t", "|")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<sign>[^"\r\n]|\t)"?[ ,;\t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_UPRIGHTS = str.maketrans(dict.fromkeys("\u2502\u2503\u2551", "|"))
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"PK": "an xlsx or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls) or one with a password",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "an RTF document",
    b"<": "a web page or XML",
    b"\x89PNG": "an image",
}


def refuse_other_file(content: bytes, expected: str) -> None:
    """Raises InputError for content that is no text."""
    start = content.lstrip()
    kind = next((words for head, words in _OTHER_FILES.items() if start.startswith(head)), None)
    if kind is None and _encoding(content) in {None, "utf-8-sig"} and b"\x00" in content:
        kind = "binary data, or text in UTF-16 without its mark"
    if kind is not None:
        raise InputError(f"This is not {expected}: it is {kind}.", next_step="Choose another file.")


def text_of(content: bytes) -> str:
    """The text, in the encoding that its mark names, else in UTF-8. Raises InputError."""
    encoding = _encoding(content) or "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        named = "text in UTF-8" if encoding.startswith("utf-8") else f"whole text in {encoding.upper()}"
        raise InputError(
            f"This file is not {named}, so accented characters in ids could be misread.",
            next_step="Save it as UTF-8 (in Excel: CSV UTF-8).",
        ) from error


def _encoding(content: bytes) -> str | None:
    return next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)


def read_text_grid(content: bytes, heading: str) -> Grid:
    """The lines of a CSV file; ``heading`` is what the wanted column is called. Raises InputError."""
    refuse_other_file(content, "a CSV file")
    text = text_of(content)
    told = _SEPARATOR_LINE.match(text)
    body = text[told.end() :] if told else text
    delimiter = told["sign"] if told else _delimiter(body, heading)
    if delimiter == "|":
        body = body.translate(_UPRIGHTS)
    lines = list(_lines(body, delimiter, skipped=1 if told else 0))
    doubts = _doubts_about_quotes(lines, delimiter)
    return Grid(lines, line_place, is_text=True, doubts=doubts)


def _delimiter(text: str, heading: str) -> str:
    """The most frequent delimiter in the header, because ids may contain any of them."""
    lines = [line for line in _LINE_BREAK.split(text) if line.strip()]
    wanted = plain_name(heading)
    header = next((line for line in lines if wanted in plain_name(line)), lines[0] if lines else "")
    header = header.translate(_UPRIGHTS)
    return max(_DELIMITERS, key=header.count)


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    """Each line with the number on which it begins: a quoted cell may go over several."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(number, reader.line_num + skipped, error) from error
        yield Line(number, cells)


def _unreadable(number: int, last: int, error: csv.Error) -> InputError:
    if "unexpected end of data" in str(error):
        what = f"A quote opens in line {number} and never closes"
    elif "expected after" in str(error):
        what = f"A quote opens in line {number} and closes in the middle of a cell, in line {last}"
    else:
        what = f"This is not a CSV file: line {number} cannot be read"
    return InputError(f"{what}. Nothing was imported.", next_step="Correct the line.")


def _doubts_about_quotes(lines: list[Line], delimiter: str) -> tuple[str, ...]:
    """Two stray quotes swallow what stands between them without breaking any rule of CSV."""
    width = max((len(line.cells) for line in lines), default=0)
    swallowed = [
        line.number
        for line in lines
        if width > 1
        for cell in line.cells
        if isinstance(cell, str) and any(part.count(delimiter) >= width - 1 for part in _LINE_BREAK.split(cell)[1:])
    ]
    return tuple(f"A quote in line {number} holds what looks like further lines of the table." for number in swallowed)
