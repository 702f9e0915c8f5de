import csv
import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.exports import csv_bytes, defused, xlsx_bytes

LIVE = (
    "=SUM(A1)",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\x00=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "\u3000＝1",
    '=HYPERLINK("http://x","y")',
    "\tplain",
)
HARMLESS = (
    "O'Brien",
    "<b>Bob</b>",
    "佐藤",
    "*bold* [x](http://y)",
    "a=b",
    "1-2",
    "محمد",
    "http://example.com",
    "007",
    "",
)


def table_of(*cells: object) -> pa.Table:
    return pa.table({"cell": pa.array(cells)})


def cells_of_csv(content: bytes) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]


@pytest.mark.parametrize("cell", LIVE)
def test_a_live_cell_is_defused_in_csv(cell: str) -> None:
    assert cells_of_csv(csv_bytes(table_of(cell))) == [f"'{cell}"]


@pytest.mark.parametrize("cell", HARMLESS)
def test_a_harmless_cell_is_left_alone(cell: str) -> None:
    assert defused(cell) == cell


def test_headers_are_defused_too() -> None:
    assert csv_bytes(pa.table({"=A1": [1]})).decode("utf-8-sig").startswith("'=A1")


@given(st.text())
def test_no_text_begins_like_a_formula_once_defused(text: str) -> None:
    safe = defused(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert safe in {text, f"'{text}"}


def test_csv_opens_in_excel_as_utf8() -> None:
    assert csv_bytes(table_of("佐藤")).startswith(b"\xef\xbb\xbf")


def test_numbers_times_and_flags_keep_their_meaning() -> None:
    table = pa.table(
        {
            "hours": [-5.5],
            "at": pa.array([datetime(2026, 11, 22, 9, 5, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "is_met": [True],
            "nothing": pa.array([None], pa.string()),
        }
    )
    assert csv_bytes(table).decode("utf-8-sig").splitlines()[1] == "-5.5,2026-11-22T09:05:00Z,true,"


@pytest.mark.parametrize("cell", [*LIVE, *HARMLESS])
def test_xlsx_holds_no_formula_and_no_link(cell: str) -> None:
    content = xlsx_bytes(table_of(cell, "end"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet["A2"].data_type in {"s", "n"}
    assert sheet["A2"].hyperlink is None
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert not [name for name in parts.namelist() if "hyperlink" in name.lower()]


def test_xlsx_keeps_text_that_looks_like_a_number_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table_of("007")))).active
    assert sheet is not None
    assert sheet["A2"].value == "007"


def test_xlsx_keeps_every_digit_of_a_long_number() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table_of(9007199254740993)))).active
    assert sheet is not None
    assert sheet["A2"].value == "9007199254740993"


def test_an_empty_table_has_its_headers() -> None:
    empty = table_of("x").slice(0, 0)
    assert csv_bytes(empty).decode("utf-8-sig") == "cell\r\n"
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(empty))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["cell"]
