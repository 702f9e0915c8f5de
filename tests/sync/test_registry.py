"""Registry files: every format, every kind of error, and no import of a refused file."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.stores import new_store
from tests.support.tables import select
from workbench.domain.errors import InputError
from workbench.registry.importing import import_accounts
from workbench.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    yield store
    store.close()


def registered(store: Store) -> list[str]:
    return sorted(row["client_account_id"] for row in store.read_rows("sync/due"))


def parquet(**columns: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def xlsx(*rows: Sequence[object]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


def lines(*values: object) -> bytes:
    return "\n".join(json.dumps(value) for value in values).encode()


def quoted(cell: str) -> bytes:
    inside = cell.replace('"', '""')
    return f'"{inside}",1\n'.encode()


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "invented")
    return file.getvalue()


STRANGE = ["ACC 1/é", "a'b", 'say "hi"', "x" * 300, "é" * 300, "=SUM(A1)", "a,b;c|d", "佐藤", "../..", "%_", "007"]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)

FILES = {
    "registry.csv": b"clientAccountId\nA-1\nA-2\n",
    "REGISTRY.CSV": b"name,clientAccountId\nx,A-1\ny,A-2\n",
    "bom.csv": "﻿clientAccountId,naïve\nA-1,x\nA-2,y\n".encode(),
    "semicolon.csv": b"name;clientAccountId\r\nx;A-1\r\ny;A-2\r\n",
    "tab.tsv": b"name\tclientAccountId\nx\tA-1\ny\tA-2\n",
    "pipe.txt": b"name|clientAccountId\nx|A-1\ny|A-2",
    "other-name.csv": b"customer\nA-1\nA-2\n",
    "registry.jsonl": lines({"clientAccountId": "A-1", "name": "x"}, {"clientAccountId": "A-2"}),
    "registry.ndjson": lines("A-1", "A-2"),
    "registry.json": json.dumps(["A-1", "A-2"]).encode(),
    "objects.json": json.dumps([{"clientAccountId": "A-1"}, {"clientAccountId": "A-2"}], indent=2).encode(),
    "registry.parquet": parquet(clientAccountId=["A-1", "A-2"], age=[1, 2]),
    "dictionary.parquet": parquet(clientAccountId=pa.array(["A-1", "A-2"]).dictionary_encode()),
    "registry.xlsx": xlsx(["name", "clientAccountId"], ["x", "A-1"], ["y", "A-2"]),
}


@pytest.mark.parametrize("filename", FILES)
def test_each_format_is_read(store: Store, filename: str) -> None:
    report = import_accounts(store, filename, FILES[filename])
    assert (report.new, report.known, report.blank, report.duplicate) == (2, 0, 0, 0)
    assert registered(store) == ["A-1", "A-2"]


def test_new_known_blank_and_duplicate_rows_are_counted(store: Store) -> None:
    store.land_registry(["old"], "file")
    content = b"clientAccountId,name\nold,x\nnew,x\nnew,x\n,x\n   ,x\nold,x\n"
    report = import_accounts(store, "a.csv", content)
    assert (report.new, report.known, report.blank, report.duplicate) == (1, 1, 2, 2)
    assert report.column == "clientAccountId"


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.csv", b"clientAccountId\nA\n\n\nB\n"),
        ("a.xlsx", xlsx(["clientAccountId"], ["A"], [None], ["  "], ["B"])),
        ("a.jsonl", lines("A", None, " ", "B")),
        ("a.parquet", parquet(clientAccountId=["A", None, "", "B"])),
    ],
)
def test_blank_rows_are_counted_in_every_format(store: Store, filename: str, content: bytes) -> None:
    report = import_accounts(store, filename, content)
    assert (report.new, report.blank) == (2, 2)


def test_strange_ids_come_out_as_they_went_in(store: Store) -> None:
    for filename, content in {
        "a.jsonl": lines(*({"clientAccountId": each} for each in STRANGE)),
        "a.parquet": parquet(clientAccountId=STRANGE),
        "a.xlsx": xlsx(["clientAccountId"], *([each] for each in STRANGE if not each.startswith("="))),
        "a.csv": (
            "clientAccountId,n\n" + "".join(f'"{each.replace(chr(34), chr(34) * 2)}",1\n' for each in STRANGE)
        ).encode(),
    }.items():
        import_accounts(store, filename, content)
    assert registered(store) == sorted(STRANGE)


def test_numbers_that_a_spreadsheet_made_of_ids_are_ids_again(store: Store) -> None:
    import_accounts(store, "a.xlsx", xlsx(["clientAccountId"], [1001], [1002.0], ["1003"], ["0042"]))
    assert registered(store) == ["0042", "1001", "1002", "1003"]


def test_whole_numbers_of_parquet_and_json_are_ids(store: Store) -> None:
    import_accounts(store, "a.parquet", parquet(clientAccountId=pa.array([1001, None, 1002])))
    import_accounts(store, "a.jsonl", lines({"clientAccountId": 1003}, 1004))
    assert registered(store) == ["1001", "1002", "1003", "1004"]


def test_the_named_column_is_read(store: Store) -> None:
    report = import_accounts(store, "a.csv", b"clientAccountId,theirs\nx,A\ny,B\n", "theirs")
    assert report.column == "theirs"
    assert registered(store) == ["A", "B"]


def test_importing_again_changes_nothing(store: Store) -> None:
    import_accounts(store, "a.csv", FILES["registry.csv"])
    report = import_accounts(store, "a.csv", FILES["registry.csv"])
    assert (report.new, report.known) == (0, 2)


WRONG = {
    "an image": ("a.csv", PNG),
    "an image called xlsx": ("a.xlsx", PNG),
    "an image called parquet": ("a.parquet", PNG),
    "an image called jsonl": ("a.jsonl", PNG),
    "a page": ("a.csv", b"<!doctype html>\n<html>\n<body>Sign in</body>\n"),
    "a PDF": ("a.csv", b"%PDF-1.4\n%text\nendobj\n"),
    "a spreadsheet called csv": ("a.csv", xlsx(["clientAccountId"], ["A"])),
    "a csv called xlsx": ("a.xlsx", b"clientAccountId\nA\n"),
    "a csv called parquet": ("a.parquet", b"clientAccountId\nA\n"),
    "a cut Parquet": ("a.parquet", FILES["registry.parquet"][:-20]),
    "half a Parquet": ("a.parquet", FILES["registry.parquet"][:50]),
    "a zip that is no xlsx": ("a.xlsx", zipped("readme.txt")),
    "a cut xlsx": ("a.xlsx", FILES["registry.xlsx"][:-100]),
    "UTF-16 without its mark": ("a.csv", "clientAccountId\nA\n".encode("utf-16-le")),
    "half of UTF-16": ("a.csv", "clientAccountId\nA\n".encode("utf-16")[:-1]),
    "Latin-1": ("a.csv", "clientAccountId\né\n".encode("latin-1")),
    "Latin-1 lines": ("a.jsonl", '{"clientAccountId": "é"}'.encode("latin-1")),
    "empty csv": ("a.csv", b""),
    "only a mark": ("a.csv", b"\xef\xbb\xbf"),
    "empty jsonl": ("a.jsonl", b""),
    "empty xlsx": ("a.xlsx", b""),
    "empty sheet": ("a.xlsx", xlsx()),
    "empty parquet": ("a.parquet", b""),
    "csv header only": ("a.csv", b"clientAccountId\n"),
    "xlsx header only": ("a.xlsx", xlsx(["clientAccountId", "name"])),
    "parquet without rows": ("a.parquet", parquet(clientAccountId=pa.array([], pa.string()))),
    "two columns, neither ours": ("a.csv", b"one,two\nA,B\n"),
    "two columns of parquet": ("a.parquet", parquet(one=["A"], two=["B"])),
    "a bad line": ("a.jsonl", b'{"clientAccountId": "A"}\n{"clientAccountId": \n'),
    "a list on a line": ("a.jsonl", b'{"clientAccountId": "A"}\n["B"]\n'),
    "a nested id": ("a.jsonl", b'{"clientAccountId": "A"}\n{"clientAccountId": {"id": "B"}}\n'),
    "a list as id": ("a.jsonl", b'{"clientAccountId": ["B"]}\n'),
    "a list in an object": ("a.json", b'{"accounts": ["A", "B"]}'),
    "a nested Parquet": ("a.parquet", parquet(clientAccountId=pa.array([{"id": "A"}]))),
    "half a character": ("a.jsonl", b'{"clientAccountId": "\\ud800"}\n{"clientAccountId": "A"}\n'),
    "a bell": ("a.csv", b"clientAccountId,n\nA,1\nB\x07,2\n"),
    "a line break in an id": ("a.csv", b'clientAccountId,n\nA,1\n"B\nC",2\n'),
    "a line break in JSON": ("a.jsonl", b'"A\\nB"\n'),
    "a quote that never ends": ("a.csv", b'clientAccountId,n\n"A,1\nB,2\n'),
    "a row longer than its header": ("a.csv", b"clientAccountId\nA\nACC,1\n"),
    "a field without end": ("a.csv", b"clientAccountId\n" + b"x" * 200_000 + b"\n"),
    "a number that lost its last digits": ("a.xlsx", xlsx(["clientAccountId"], ["A"], [12345678901234567])),
    "a time that is none": ("a.csv", b"clientAccountId,kybTriggeredAt\nA,2026-11-01\nB,yesterday\n"),
    "no ending": ("registry", b"clientAccountId\nA\n"),
    "another ending": ("a.docx", zipped("word/document.xml")),
}


@pytest.mark.many_cases
@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_imported(store: Store, kind: str) -> None:
    filename, content = WRONG[kind]
    with pytest.raises(InputError) as refused:
        import_accounts(store, filename, content)
    assert refused.value.message
    assert "Traceback" not in refused.value.message
    assert registered(store) == []
    assert store.read_rows("data/health")[0]["registered"] == 0


def test_a_bad_line_is_named_by_its_number(store: Store) -> None:
    with pytest.raises(InputError, match="3"):
        import_accounts(store, "a.jsonl", b'"A"\n"B"\n{oops\n"C"')


def test_a_column_that_is_not_there_is_answered_with_those_that_are(store: Store) -> None:
    with pytest.raises(InputError, match="nope") as refused:
        import_accounts(store, "a.csv", b"one,two\nA,B\n", "nope")
    assert "one, two" in refused.value.next_step
    assert registered(store) == []


def test_names_of_people_never_become_ids_because_the_first_line_lacks_the_column(store: Store) -> None:
    import_accounts(store, "a.jsonl", lines({"name": "Ann Test"}, {"clientAccountId": "A-2", "name": "Bo Test"}))
    assert registered(store) == ["A-2"]


def test_a_line_separator_inside_a_text_does_not_cut_a_line(store: Store) -> None:
    content = '{"name": "a\u2028b", "clientAccountId": "A"}\n{"clientAccountId": "B"}'.encode()
    import_accounts(store, "a.jsonl", content)
    assert registered(store) == ["A", "B"]


def test_a_fraction_is_not_a_blank(store: Store) -> None:
    try:
        report = import_accounts(store, "a.xlsx", xlsx(["clientAccountId"], [1.5], ["A"]))
    except InputError:
        assert registered(store) == []
    else:
        assert report.blank == 0
        assert registered(store) == ["1.5", "A"]


STARTED = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.csv", b"clientAccountId,kybTriggeredAt\nE,2026-11-01T07:30:00Z\nF,\n"),
        ("a.csv", b"clientAccountId,kybTriggeredAt\nE,2026-11-01T09:30:00+02:00\nF,\n"),
        ("a.csv", b"clientAccountId,kybTriggeredAt\nE,2026-11-01 07:30:00\nF,\n"),
        (
            "a.jsonl",
            lines({"clientAccountId": "E", "kybTriggeredAt": "2026-11-01T07:30:00Z"}, {"clientAccountId": "F"}),
        ),
        ("a.parquet", parquet(clientAccountId=["E", "F"], kybTriggeredAt=pa.array([STARTED, None]))),
        ("a.xlsx", xlsx(["clientAccountId", "kybTriggeredAt"], ["E", STARTED.replace(tzinfo=None)], ["F", None])),
    ],
)
def test_the_start_of_a_kyb_screen_comes_along(store: Store, filename: str, content: bytes) -> None:
    assert import_accounts(store, filename, content).kyb_starts == 1
    assert import_accounts(store, filename, content).kyb_starts == 0
    assert registered(store) == ["E", "F"]
    found = select(store, "select client_account_id, started_at from kyb_starts")
    assert found == [("E", STARTED.replace(tzinfo=None))]


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.csv", b"clientAccountId,kybTriggeredAt\nE,2026-11-01\n"),
        ("a.parquet", parquet(clientAccountId=["E"], kybTriggeredAt=pa.array([date(2026, 11, 1)]))),
        ("a.xlsx", xlsx(["clientAccountId", "kybTriggeredAt"], ["E", date(2026, 11, 1)])),
    ],
)
def test_a_day_is_taken_as_its_beginning(store: Store, filename: str, content: bytes) -> None:
    assert import_accounts(store, filename, content).kyb_starts == 1
