"""Registry files as spreadsheets, databases and people leave them: what is understood, said, asked and refused."""

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from typer.testing import Result

from tests.support.running import command
from tests.support.stores import new_store
from workbench.domain.errors import InputError
from workbench.registry.importing import look_at_import, register
from workbench.registry.number_formats import shown_number
from workbench.registry.tables import Choice
from workbench.registry.understanding import Understanding
from workbench.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    yield store
    store.close()


def parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    """Sheets by name; a pair is a number and its format, a name that begins with an underscore is hidden."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write_number(at, column, cell[0], book.add_format({"num_format": cell[1]}))
                    elif cell is not None:
                        sheet.write(at, column, cell)
            if name.startswith("_"):
                sheet.hide()
    return file.getvalue()


def formula_text() -> bytes:
    """A cell with the text ="0012345", as a CSV file leaves it that was opened as text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        book.add_worksheet().write_column(0, 0, ["clientAccountId", '="0012345"'])
    return file.getvalue()


UUID_TEXT = "0b6f0d3e-7c1a-4f5e-9a55-1d2c3b4a5f60"
UNDERSTOOD: dict[str, tuple[str, bytes, list[str]]] = {
    "a cover sheet first": (
        "a.xlsx",
        workbook(cover=[["Customer export"], ["Internal use"]], list=[["clientAccountId", "name"], ["QA-1", "Ann"]]),
        ["QA-1"],
    ),
    "a title above the header": ("a.xlsx", workbook(s=[["To watch"], [], ["clientAccountId"], ["QA-1"]]), ["QA-1"]),
    "a title above the header of a wide csv": ("a.csv", b"To watch;;\n\nname;Client Account ID\nAnn;QA-1\n", ["QA-1"]),
    "an empty list on a sheet before": (
        "a.xlsx",
        workbook(old=[["clientAccountId"]], new=[["clientAccountId"], ["QA-1"]]),
        ["QA-1"],
    ),
    "a list that does not begin in the first cell": (
        "a.xlsx",
        workbook(s=[[], [None, None, "clientAccountId"], [None, None, "QA-1"]]),
        ["QA-1"],
    ),
    "the header on each page": ("a.csv", b"clientAccountId,n\nQA-1,1\nclientAccountId,n\nQA-2,2\n", ["QA-1", "QA-2"]),
    "a second id column that is empty": ("a.csv", b"clientAccountId,n,clientAccountId\nQA-1,x,\n", ["QA-1"]),
    "a first id column that is empty": ("a.csv", b"client_account_id,n,clientAccountId\n,x,QA-1\n", ["QA-1"]),
    "two id columns that agree": ("a.xlsx", workbook(s=[["clientAccountId", "Client Account Id"], ["A", "A"]]), ["A"]),
    "two spellings of the key": ("a.jsonl", b'{"clientAccountId":"A"}\n{"client_account_id":"B"}\n', ["A", "B"]),
    "formulas around text": ("a.csv", b'clientAccountId,n\n="0012345",x\n="0012346",y\n', ["0012345", "0012346"]),
    "formulas around text, quoted": ("a.csv", b'clientAccountId,n\n"=""0012345""",x\n', ["0012345"]),
    "formulas around text in a sheet": ("a.xlsx", formula_text(), ["0012345"]),
    "the apostrophe of our exports": ("a.csv", b"clientAccountId,n\n'+12025550143,x\n", ["+12025550143"]),
    "the apostrophe of our exports, saved as xlsx": (
        "a.xlsx",
        workbook(s=[["clientAccountId"], ["'+12025550143"]]),
        ["+12025550143"],
    ),
    "the apostrophe before a number": ("a.csv", b"clientAccountId,n\n'0012345,x\n", ["0012345"]),
    "leading zeros by format": ("a.xlsx", workbook(s=[["clientAccountId"], [(1234, "00000000")]]), ["00001234"]),
    "a prefix by format": ("a.xlsx", workbook(s=[["clientAccountId"], [(12, '"QA-"0000')], [7]]), ["QA-0012", "7"]),
    "hyphens by format": (
        "a.xlsx",
        workbook(s=[["x", "clientAccountId"], [1, (123456789, "000-00-0000")]]),
        ["123-45-6789"],
    ),
    "words for nothing": (
        "a.csv",
        b"clientAccountId,n\nQA-1,a\n#N/A,b\nNULL,c\n\\N,d\n<NA>,e\n#REF!,f\n-,g\n",
        ["QA-1"],
    ),
    "words for nothing in a sheet": (
        "a.xlsx",
        workbook(s=[["clientAccountId"], ["QA-1"], ["#N/A"], ["None"]]),
        ["QA-1"],
    ),
    "a listing of psql": ("a.txt", b"clientAccountId\n---------------\nQA-1\nQA-2\n(2 rows)\n", ["QA-1", "QA-2"]),
    "a wide listing of psql": (
        "a.txt",
        b" name | clientAccountId \n------+-----------------\n Ann  | QA-1\n Bo   | QA-2\n(2 Zeilen)\n\n",
        ["QA-1", "QA-2"],
    ),
    "a listing of mysql": (
        "a.txt",
        b"+------+-----------------+\n| name | clientAccountId |\n+------+-----------------+\n| Ann  | QA-1 |\n"
        b"+------+-----------------+\n1 row in set (0.00 sec)\n",
        ["QA-1"],
    ),
    "a listing in a box": (
        "a.txt",
        "┌─────────────────┐\n│ clientAccountId │\n├─────────────────┤\n│ QA-1 │\n└─────────────────┘\n".encode(),
        ["QA-1"],
    ),
    "a table in Markdown": ("a.txt", b"| clientAccountId | n |\n|---|---|\n| QA-1 | x |\n", ["QA-1"]),
    "UUIDs": ("a.parquet", parquet(clientAccountId=pa.array([UUID(UUID_TEXT).bytes], pa.uuid()), n=["x"]), [UUID_TEXT]),
    "decimals without a fraction": (
        "a.parquet",
        parquet(clientAccountId=pa.array([Decimal(10001), None], pa.decimal128(38, 0))),
        ["10001"],
    ),
    "decimals with an empty fraction": (
        "a.parquet",
        parquet(clientAccountId=pa.array([Decimal("10001.00")], pa.decimal128(12, 2))),
        ["10001"],
    ),
    "whole numbers that a data frame made floating": (
        "a.parquet",
        parquet(clientAccountId=[1001.0, float("nan")]),
        ["1001"],
    ),
    "large text, views and bytes": (
        "a.parquet",
        parquet(clientAccountId=pa.array(["QA-1"], pa.large_string())),
        ["QA-1"],
    ),
    "a line that names the separator": ("a.csv", b"sep=;\r\nclientAccountId;name\r\nQA-1;Ann, B\r\n", ["QA-1"]),
    "a line that names the tab": ("a.csv", b"sep=\t\nclientAccountId\tname\nQA-1\tAnn\n", ["QA-1"]),
    "UTF-16 as Excel writes it": ("a.txt", "name\tclientAccountId\r\nZoë\tQA-é\r\n".encode("utf-16"), ["QA-é"]),
    "UTF-16 in the other order": ("a.csv", "\ufeffclientAccountId,n\nQA-1,x\n".encode("utf-16-be"), ["QA-1"]),
    "JSON in UTF-16": ("a.jsonl", '{"clientAccountId": "QA-1"}\n'.encode("utf-16"), ["QA-1"]),
    "blanks that are not seen": (
        "a.csv",
        "clientAccountId,n\n\u00a0QA-1\u200b,x\n\ufeffQA-2 ,y\n".encode(),
        ["QA-1", "QA-2"],
    ),
    "a heading unlike the ids": ("a.csv", b"customer\nA-1\nA-2\n", ["A-1", "A-2"]),
    "no heading, digits": ("a.csv", b"A-1\nA-2\n", ["A-1", "A-2"]),
    "no heading, digits, in a sheet": ("a.xlsx", workbook(s=[["A-1"], ["A-2"]]), ["A-1", "A-2"]),
    "a heading of two words": ("a.csv", b"customer no\nann-lee\nbo\n", ["ann-lee", "bo"]),
    "a quoted cell of two lines": (
        "a.csv",
        b'clientAccountId,note,x\nQA-1,"called\nback",1\nQA-2,ok,2\n',
        ["QA-1", "QA-2"],
    ),
}


def understood(store: Store, filename: str, content: bytes, choice: Choice | None = None) -> Understanding:
    return look_at_import(store, filename, content, choice or Choice())


@pytest.mark.parametrize("case", UNDERSTOOD)
def test_what_is_beyond_doubt_is_understood(store: Store, case: str) -> None:
    filename, content, ids = UNDERSTOOD[case]
    found = understood(store, filename, content)
    assert (list(found.ids), list(found.doubts)) == (ids, [])


SAID = {
    "words for nothing": "line 3, line 4, line 5, line 6, line 7 and 1 more",
    "a listing of psql": "line 2, line 5",
    "formulas around text": "line 2, line 3",
    "leading zeros by format": "A2",
    "the header on each page": "line 3",
    "a second id column that is empty": "more than once",
    "no heading, digits": "its first line was read as an id",
    "a heading unlike the ids": "taken for a heading",
}


@pytest.mark.parametrize("case", SAID)
def test_what_was_done_on_the_way_is_said_with_its_place(store: Store, case: str) -> None:
    filename, content, _ = UNDERSTOOD[case]
    assert SAID[case] in " ".join(understood(store, filename, content).notes)


def test_the_sheet_and_the_line_of_the_header_are_told(store: Store) -> None:
    found = understood(store, "a.xlsx", workbook(cover=[["Read me"]], list=[["Ids"], ["clientAccountId"], ["QA-1"]]))
    assert (found.sheet, found.header_line, found.column) == ("list", 2, "clientAccountId")


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a quote that never closes": ("a.csv", b'clientAccountId,note\nQA-1,"called back\nQA-2,ok\nQA-3,ok\n', "line 2"),
    "a quote that closes within a later line": (
        "a.csv",
        b'clientAccountId,note\nQA-1,"called\nQA-2,see "b\n',
        "line 2",
    ),
    "a quote that opens in the header": ("a.csv", b'clientAccountId,"note\nQA-1,x\n', "line 1"),
    "a quote below a line that names the separator": ("a.csv", b'sep=,\nclientAccountId,n\nQA-1,"x\n', "line 3"),
    "two id columns": ("a.csv", b"clientAccountId,n,clientAccountId\nQA-1,x,QB-1\n", "more than once"),
    "two id columns, each half full": ("a.csv", b"clientAccountId,clientAccountId\nQA-1,\n,QB-1\n", "more than once"),
    "two id columns of Parquet": (
        "a.parquet",
        parquet(clientAccountId=["A"], client_account_id=["B"]),
        "more than once",
    ),
    "two ids in one object": ("a.jsonl", b'{"clientAccountId":"A","client-account-id":"B"}\n', "more than once"),
    "scientific numbers": ("a.csv", b"clientAccountId,n\n1.23457E+12,x\n9.87654E+11,y\n", "line 2, line 3"),
    "scientific numbers of another country": ("a.csv", b"clientAccountId;n\n1,23457E+12;x\n", "line 2"),
    "scientific numbers in JSON": ("a.jsonl", b'{"clientAccountId": 1.23457E+12}\n', "ow 1"),
    "scientific text in a sheet": ("a.xlsx", workbook(s=[["clientAccountId"], ["A"], ["1.23E+12"]]), "A3"),
    "a column too narrow": ("a.csv", b"clientAccountId,n\n######,x\n", "line 2"),
    "a number format with a separator": ("a.xlsx", workbook(s=[["clientAccountId"], [(1234567, "#,##0")]]), "A2"),
    "a number format with a condition": (
        "a.xlsx",
        workbook(s=[["clientAccountId"], [(1234567, "[<=9999999]###-####;(###) ###-####")]]),
        "A2",
    ),
    "a date in a sheet": ("a.xlsx", workbook(s=[["n", "clientAccountId"], ["x", (45000, "d-mmm")]]), "B2"),
    "a number of seventeen digits": ("a.xlsx", workbook(s=[["clientAccountId"], [12345678901234567]]), "A2"),
    "decimals with a fraction": ("a.parquet", parquet(clientAccountId=[Decimal("1.50")]), "ow 1"),
    "lines of text alone": (
        "a.xlsx",
        workbook(s=[["Customer export"], ["Internal use"], ["Questions: data team"]]),
        "text",
    ),
    "lines of text under a title": ("a.csv", b"Customers\nCall Ann back\nAsk for Bo\n", "text"),
    "only words for nothing": ("a.csv", b"clientAccountId,n\nNULL,x\n,y\n", "no id"),
    "an old workbook": ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), ".xls"),
    "several sheets without the column": (
        "a.xlsx",
        workbook(a=[["x", "y"], [1, 2]], b=[["z"], ["QA-1"]]),
        "clientAccountId",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_known_is_refused_with_its_place(store: Store, case: str) -> None:
    filename, content, words = REFUSED[case]
    with pytest.raises(InputError) as refused:
        understood(store, filename, content)
    assert words in refused.value.message


DOUBTED: dict[str, tuple[str, bytes, str]] = {
    "a first line like the others": ("a.csv", b"QAA\nQAB\nQAC\n", "line 1"),
    "a first line of a sheet like the others": ("a.xlsx", workbook(s=[["QAA"], ["QAB"]]), "A1"),
    "a heading with a number": ("a.csv", b"Column1\nQA-1\nQA-2\n", "line 1"),
    "two sheets with ids": ("a.xlsx", workbook(a=[["clientAccountId"], ["A"]], b=[["clientAccountId"], ["B"]]), "a, b"),
    "a hidden sheet": ("a.xlsx", workbook(a=[["Read me"]], _b=[["clientAccountId"], ["B"]]), "hidden"),
    "a second list below": (
        "a.xlsx",
        workbook(s=[["clientAccountId", "n"], ["A", 1], [], ["n", "clientAccountId"], [1, "B"]]),
        "Line 4",
    ),
    "a quoted cell that swallows lines": ("a.csv", b'clientAccountId,n\nQA-1,"x\nQA-2,y"\nQA-3,z\n', "line 2"),
    "a total below": ("a.xlsx", workbook(s=[["clientAccountId"], ["A-1"], ["Total: 1"]]), "A3"),
    "a source below": ("a.csv", b"clientAccountId,n\nA-1,x\nExported by the data team,\n", "line 3"),
    "numbers of a data frame": ("a.csv", b"clientAccountId,n\n1001.0,x\n1002.0,y\n", "line 2, line 3"),
    "numbers with separators": ("a.csv", b'clientAccountId,n\n"1,234,567",x\n', "line 2"),
    "days that were ids": ("a.csv", b"clientAccountId,n\n4-Mar,x\nSep-02,x\n", "line 2, line 3"),
    "only signs": ("a.jsonl", b'{"clientAccountId": "---"}\n{"clientAccountId": "A"}\n', "row 1"),
}


@pytest.mark.parametrize("case", DOUBTED)
def test_what_looks_odd_is_a_doubt_that_names_its_place(store: Store, case: str) -> None:
    filename, content, words = DOUBTED[case]
    assert words in " ".join(understood(store, filename, content).doubts)


def test_looking_registers_nothing_and_counts_what_is_known(store: Store) -> None:
    store.land_registry(["QA-1"], "file")
    found = understood(store, "a.csv", b"clientAccountId,n\nQA-1,x\nQA-2,y\nQA-2,y\n,z\n")
    assert (found.new, found.known, found.duplicate, found.blank) == (1, 1, 1, 1)
    assert store.read_rows("data/health")[0]["registered"] == 1
    assert register(store, found, "Ann").new == 1
    assert store.read_rows("data/health")[0]["registered"] == 2


def test_numbers_that_are_registered_with_zeros_in_front_are_a_doubt(store: Store) -> None:
    store.land_registry(["0012345", "777"], "file")
    found = understood(store, "a.csv", b"clientAccountId,n\n12345,x\n777,y\n888,z\n")
    assert ["zeros" in doubt for doubt in found.doubts] == [True]
    assert found.doubts[0].endswith(": line 2.")


def test_the_first_five_ids_are_shown(store: Store) -> None:
    found = understood(store, "a.csv", b"clientAccountId,n\n" + b"".join(b"A-%d,x\n" % n for n in range(9)))
    assert list(found.first_ids) == ["A-0", "A-1", "A-2", "A-3", "A-4"]


def test_a_person_says_which_sheet_is_meant(store: Store) -> None:
    content = workbook(a=[["clientAccountId"], ["A"]], b=[["clientAccountId"], ["B"]])
    found = understood(store, "a.xlsx", content, Choice(sheet="b"))
    assert (list(found.ids), list(found.doubts)) == (["B"], [])
    with pytest.raises(InputError) as refused:
        understood(store, "a.xlsx", content, Choice(sheet="c"))
    assert "a, b" in refused.value.next_step


@pytest.mark.parametrize(("has_heading", "ids"), [(True, ["QAB", "QAC"]), (False, ["QAA", "QAB", "QAC"])])
def test_a_person_says_whether_the_first_line_is_a_heading(store: Store, has_heading: bool, ids: list[str]) -> None:
    found = understood(store, "a.csv", b"QAA\nQAB\nQAC\n", Choice(has_heading=has_heading))
    assert (list(found.ids), list(found.doubts)) == (ids, [])


def test_a_table_without_a_heading_is_read_by_the_number_of_its_column(store: Store) -> None:
    found = understood(store, "a.csv", b"Ann,QA-1\nBo,QA-2\n", Choice(column="2", has_heading=False))
    assert list(found.ids) == ["QA-1", "QA-2"]


def test_a_column_named_after_an_id_is_a_doubt(store: Store) -> None:
    assert understood(store, "a.csv", b"QA-1,Ann\nQA-2,Bo\n", Choice(column="QA-1")).doubts


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234, "General", "1234"),
        (1234, "0", "1234"),
        (5, "[$-409]000", "005"),
        (5, "[Red]000;[Blue]-000", "005"),
        (123, "00", "123"),
        (1234, r"\Q\A00000", "QA01234"),
        (1234, "0.00", None),
        (1234, "0.00E+00", None),
        (1234, "0%", None),
        (1234, "yyyy-mm-dd", None),
        (-5, "000", None),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: int, number_format: str, text: str | None) -> None:
    assert shown_number(value, number_format) == text


def run(folder: Path, *arguments: str) -> Result:
    return command(arguments, folder, {"WORKBENCH_DATABASE": str(folder / "desk.duckdb")})


def registered(folder: Path) -> str:
    return run(folder, "query", "data/health", "--format", "json").stdout


@pytest.mark.slow
@pytest.mark.parametrize("case", DOUBTED)
def test_the_command_registers_nothing_odd_without_yes(tmp_path: Path, case: str) -> None:
    filename, content, words = DOUBTED[case]
    (tmp_path / filename).write_bytes(content)
    asked = run(tmp_path, "import-accounts", filename)
    assert asked.exit_code == 2
    assert words in asked.stderr
    assert "--yes" in asked.stderr
    assert '"registered": 0' in registered(tmp_path)
    assert run(tmp_path, "import-accounts", filename, "--yes").exit_code == 0
    assert '"registered": 0' not in registered(tmp_path)


@pytest.mark.slow
def test_the_command_says_what_it_understood(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"QAA\nQAB\n")
    asked = run(tmp_path, "import-accounts", "a.csv")
    assert "2 ids (no header): QAA, QAB. 2 new, 0 known, 0 blank, 0 duplicates." in asked.stdout
    assert "1 new, 0 known" in run(tmp_path, "import-accounts", "a.csv", "--heading").stdout


def test_the_command_takes_the_sheet(tmp_path: Path) -> None:
    content = workbook(a=[["clientAccountId"], ["A"]], b=[["clientAccountId"], ["B"], ["C"]])
    (tmp_path / "a.xlsx").write_bytes(content)
    result = run(tmp_path, "import-accounts", "a.xlsx", "--sheet", "b")
    assert "2 new, 0 known, 0 blank, 0 duplicates (sheet b, column clientAccountId)." in result.stdout


@pytest.mark.slow
def test_commands_take_back_an_import_and_take_out_an_id(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"clientAccountId\nA\nB\nC\n")
    import_id = run(tmp_path, "import-accounts", "a.csv").stdout.split("Import ")[1].split(".")[0]
    assert run(tmp_path, "take-out-accounts", "A").exit_code == 2
    assert "1 id taken out" in run(tmp_path, "take-out-accounts", "A", "--reason", "A mistake").stdout
    assert '"registered": 2' in registered(tmp_path)
    assert "2 ids taken out" in run(tmp_path, "take-back-import", import_id, "--reason", "Wrong file").stdout
    assert '"registered": 0' in registered(tmp_path)
    assert run(tmp_path, "take-back-import", import_id, "--reason", "Again").exit_code == 2
    assert "3 new, 0 known" in run(tmp_path, "import-accounts", "a.csv").stdout
