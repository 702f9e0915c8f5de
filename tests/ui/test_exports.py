import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.rounds import examples
from tests.support.stores import new_store
from tests.support.tables import change
from workbench.domain.spreadsheets import defused, undefused
from workbench.exports import csv_bytes, xlsx_bytes
from workbench.registry.importing import import_accounts
from workbench.store import Store

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


DEFUSED = {
    "=SUM(A1)": "'=SUM(A1)",
    "  =1": "  '=1",
    "\t=1": "'\t'=1",
    "\u3000＝1": "\u3000'＝1",
    "a;=1": "a;'=1",
    "a\t+1": "a\t'+1",
    "a|-1": "a|'-1",
    "a, @b": "a, '@b",
    "a\r\n=1": "a\r'\n'=1",
    'say "=1"': 'say "\'=1"',
    "a - b": "a '- b",
    "--1": "'--1",
    "'=1": "''=1",
}


@pytest.mark.parametrize("cell", DEFUSED)
def test_an_apostrophe_stands_before_each_sign_that_could_start_a_cell(cell: str) -> None:
    assert cells_of_csv(csv_bytes(table_of(cell))) == [DEFUSED[cell]]


@pytest.mark.parametrize("cell", HARMLESS)
def test_a_harmless_cell_is_left_alone(cell: str) -> None:
    assert defused(cell) == cell


def test_headers_are_defused_too() -> None:
    assert csv_bytes(pa.table({"=A1": [1]})).decode("utf-8-sig").startswith("\"'=A1")


SEPARATORS = ",;\t|: \n\r\v^~/&\u2028，；"
PARTS = st.sampled_from([*LIVE, *HARMLESS, *SEPARATORS, "=", "-", "'", '"', '""', "＝cmd()", "a", "5", " "])
NASTY = st.lists(st.one_of(PARTS, st.text(max_size=3)), max_size=8).map("".join)


def split_anywhere(text: str, separator: str) -> Iterator[str]:
    """Cells of a program that heeds no quotes."""
    for line in text.replace("\r", "\n").split("\n"):
        yield from line.split(separator)


def split_without_quotes(text: str, separator: str) -> Iterator[str]:
    """Cells of a program that drops every quote first."""
    yield from split_anywhere(text.replace('"', ""), separator)


def split_outside_quotes(text: str, separator: str) -> Iterator[str]:
    """Cells of a program for which every quote opens or closes a text, at any place."""
    cell, is_quoted = "", False
    for letter in text:
        if letter == '"':
            is_quoted = not is_quoted
        elif not is_quoted and letter in {separator, "\r", "\n"}:
            yield cell
            cell = ""
        else:
            cell += letter
    yield cell


def split_by_the_book(text: str, separator: str) -> Iterator[str]:
    """Cells of a program that heeds quotes at the start of a cell alone, as Python does."""
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        yield from row


def is_live(cell: str) -> bool:
    folded = unicodedata.normalize("NFKC", cell)
    trimmed = folded.lstrip("".join(c for c in folded if c.isspace() or unicodedata.category(c)[0] == "C"))
    return folded.startswith(("=", "+", "-", "@", "\t", "\r")) or trimmed.startswith(("=", "+", "-", "@"))


SPLITS = (split_anywhere, split_without_quotes, split_outside_quotes, split_by_the_book)
UNLIKE_THE_BOOK = {(split_by_the_book, separator) for separator in " \n\r"}
"""Python refuses these separators."""


@settings(max_examples=examples(250))
@given(first=NASTY, second=NASTY)
def test_no_cell_comes_alive_wherever_a_program_splits(first: str, second: str) -> None:
    text = csv_bytes(pa.table({"one": [first], "two": [second]})).decode("utf-8-sig")
    for split, separator in set(product(SPLITS, SEPARATORS)) - UNLIKE_THE_BOOK:
        cells = [cell.removeprefix('"').removeprefix(csv.excel.lineterminator) for cell in split(text, separator)]
        assert [cell for cell in cells if is_live(cell)] == [], (split.__name__, separator)


def test_every_form_of_a_sign_that_unicode_knows_is_defused() -> None:
    every = map(chr, [*range(0xD800), *range(0xE000, 0x110000)])
    signs = [one for one in every if unicodedata.normalize("NFKC", one).startswith(("=", "+", "-", "@"))]
    assert [one for one in signs if defused(one) != f"'{one}"] == []


@given(NASTY)
def test_what_was_defused_comes_back_as_it_was(text: str) -> None:
    assert undefused(defused(text)) == text


@pytest.mark.parametrize("text", ["O'-Brien", "'x", "a'=b", "=1 '=1", "''", "'"])
def test_a_text_that_was_never_defused_is_left_alone(text: str) -> None:
    assert undefused(text) == text


NO_IDS = re.compile(
    r"null|none|nil|nan|nat|na|n/a|undefined|[<(\[](null|na|none)[>)\]]|\\n|\d(\.\d+)?e[+-]\d+|#.*", re.IGNORECASE
)
"""Words for nothing, and numbers that a spreadsheet wrote: an import takes none of these for an id."""


MARKS_WITHOUT_SHAPE = "\u034f\u17b4\u17b5\u180b\u180c\u180d" + "".join(map(chr, range(0xFE00, 0xFE10)))
"""At the ends of an id an import takes them for blanks."""


def is_an_id(text: str) -> bool:
    refused = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    is_clean = text == text.strip(MARKS_WITHOUT_SHAPE).strip() and refused.isdisjoint(map(unicodedata.category, text))
    return bool(text) and is_clean and NO_IDS.fullmatch(text) is None


IDS = st.one_of(NASTY, st.text(), st.from_regex(r"\A[-+=@;|'\"a]{1,6}\Z")).filter(is_an_id)


@pytest.fixture(scope="module")
def registering() -> Iterator[Store]:
    """A store for all examples, each of which empties the registry."""
    store = new_store()
    yield store
    store.close()


@pytest.mark.parametrize(("ending", "export"), [(".csv", csv_bytes), (".xlsx", xlsx_bytes)])
@settings(max_examples=examples(20))
@given(ids=st.lists(IDS, min_size=1, max_size=40, unique=True))
def test_our_import_reads_the_ids_that_our_export_wrote(
    registering: Store, ending: str, export: Callable[[pa.Table], bytes], ids: list[str]
) -> None:
    change(registering, "delete from registry")
    content = export(pa.table({"client_account_id": ids, "name": ["=1;-2" for _ in ids]}))
    import_accounts(registering, f"accounts{ending}", content)
    assert sorted(row["client_account_id"] for row in registering.read_rows("sync/due")) == sorted(ids)


def test_csv_opens_in_excel_as_utf8() -> None:
    assert csv_bytes(table_of("佐藤")).startswith(b"\xef\xbb\xbf")


def test_numbers_times_and_flags_keep_their_meaning() -> None:
    table = pa.table(
        {
            "hours": [-5.5],
            "days": [Decimal(-3)],
            "ratio": [float("-inf")],
            "at": pa.array([datetime(2026, 11, 22, 9, 5, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "is_met": [True],
            "nothing": pa.array([None], pa.string()),
        }
    )
    assert csv_bytes(table).decode("utf-8-sig").splitlines()[1] == '-5.5,-3,"","2026-11-22T09:05:00Z","true",""'


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


def test_rows_that_come_in_batches_make_the_same_files() -> None:
    table = pa.table({"name": ["佐藤", "=1", None], "hours": [1.5, None, 3.0]})
    for rows in (table, table.slice(0, 0)):
        assert csv_bytes(rows.to_reader(max_chunksize=2)) == csv_bytes(rows)
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table.to_reader(max_chunksize=2)))).active
    assert sheet is not None
    assert [tuple(cell.value for cell in row) for row in sheet] == [
        ("name", "hours"),
        ("佐藤", 1.5),
        ("=1", ""),
        ("", 3),
    ]


def test_an_empty_table_has_its_headers() -> None:
    empty = table_of("x").slice(0, 0)
    assert csv_bytes(empty).decode("utf-8-sig") == '"cell"\r\n'
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(empty))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["cell"]
