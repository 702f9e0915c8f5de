"""Registry files as rows: CSV, JSON lines, Parquet and xlsx, with an error for a file of another kind.

An apostrophe that our own CSV export put before a sign is removed again; xlsx exports have none.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from workbench.bakkt.lossless_json import NotJsonError, read_json
from workbench.domain.errors import InputError
from workbench.domain.spreadsheets import undefused

ID_COLUMN = "clientAccountId"
_DELIMITERS = (",", ";", "\t", "|")
_HAS_A_DIGIT = re.compile(r"\d")
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"PK": "an xlsx or zip file",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "an RTF document",
    b"<": "a web page or XML",
    b"\x89PNG": "an image",
}

RegistryRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """A file's rows; ``first_line_is_an_id`` if it is a list of ids without a header."""

    rows: Sequence[RegistryRow]
    first_line_is_an_id: bool = False

    @property
    def columns(self) -> list[str]:
        """Every column of any row, in order of appearance."""
        return list(dict.fromkeys(name for row in self.rows for name in row))


def read_registry_file(filename: str, content: bytes) -> RegistryFile:
    """The rows of a file, by its extension. Raises InputError if the content does not match it or there are no rows."""
    readers: dict[str, Callable[[bytes], RegistryFile]] = {
        ".csv": _read_csv,
        ".tsv": _read_csv,
        ".txt": _read_csv,
        ".jsonl": _read_json_lines,
        ".ndjson": _read_json_lines,
        ".json": _read_json_lines,
        ".parquet": _read_parquet,
        ".xlsx": _read_xlsx,
    }
    path = PurePath(filename)
    reader = readers.get(path.suffix.lower())
    if reader is None:
        ending = f"ends in {path.suffix}" if path.suffix else "has no extension"
        raise InputError(
            f"A registry file must be .csv, .parquet, .jsonl or .xlsx; this one {ending}.",
            next_step="Save it as one of these.",
        )
    found = reader(content)
    if not found.rows:
        raise InputError(f"{path.name} has no rows.")
    return found


def _read_csv(content: bytes) -> RegistryFile:
    _refuse_other_file(content, "a CSV file")
    lines = csv.reader(io.StringIO(_text_of(content), newline=""), delimiter=_delimiter(content))
    try:
        table = [(lines.line_num, [undefused(cell).strip() for cell in line]) for line in lines]
    except csv.Error as error:
        raise InputError(f"This is not a CSV file: line {lines.line_num} cannot be read.") from error
    if not table:
        return RegistryFile([])
    header = table[0][1]
    if len(header) == 1 and _HAS_A_DIGIT.search(header[0]):
        return RegistryFile([{ID_COLUMN: "".join(cells)} for _, cells in table], first_line_is_an_id=True)
    return RegistryFile(list(_csv_rows(header, table[1:])))


def _csv_rows(header: Sequence[str], table: Sequence[tuple[int, list[str]]]) -> Iterator[RegistryRow]:
    """The rows by column. An empty line is a blank row in a one-column list and is skipped in a wider table."""
    for number, cells in table:
        if any(cells[len(header) :]):
            raise InputError(
                f"Line {number} has more cells than the header: an id with a comma in it needs quotes.",
                next_step="Correct the line. Nothing was imported.",
            )
        if cells or len(header) == 1:
            yield dict(zip(header, cells or [""], strict=False))


def _refuse_other_file(content: bytes, expected: str) -> None:
    start = content.lstrip()
    kind = next((words for head, words in _OTHER_FILES.items() if start.startswith(head)), None)
    if kind is None and b"\x00" in content:
        kind = "binary data, or text in UTF-16"
    if kind is not None:
        raise InputError(f"This is not {expected}: it is {kind}.", next_step="Choose another file.")


def _delimiter(content: bytes) -> str:
    """The most frequent delimiter in the header, because ids may contain any of them."""
    header = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(_DELIMITERS, key=header.count)


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "This file is not UTF-8 text, so accented characters in ids could be misread.",
            next_step="Save it as UTF-8 (in Excel: CSV UTF-8).",
        ) from error


def _read_json_lines(content: bytes) -> RegistryFile:
    _refuse_other_file(content, "a JSON file")
    text = _text_of(content).encode()
    if text.lstrip().startswith(b"["):
        values = _json(text, "The file")
        items = values if isinstance(values, list) else []
        return RegistryFile([_json_row(value, number) for number, value in enumerate(items, start=1)])
    lines = [(number, line) for number, line in enumerate(text.split(b"\n"), start=1) if line.strip()]
    return RegistryFile([_json_row(_json(line, f"Line {number}"), number) for number, line in lines])


def _json(text: bytes, what: str) -> object:
    try:
        return read_json(text)[1]
    except NotJsonError as error:
        raise InputError(
            f"{what} is not valid JSON: {error}.",
            next_step="A .jsonl file has one JSON value on each line.",
        ) from error


def _json_row(value: object, number: int) -> RegistryRow:
    if isinstance(value, dict):
        return value
    if value is None or isinstance(value, str | int):
        return {ID_COLUMN: value}
    raise InputError(f"Row {number} is neither a JSON object nor an id.")


def _read_parquet(content: bytes) -> RegistryFile:
    try:
        return RegistryFile(pq.read_table(pa.BufferReader(content)).to_pylist())
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("This is not a Parquet file, or it is incomplete.") from error


def _read_xlsx(content: bytes) -> RegistryFile:
    try:
        table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise InputError("This is not an xlsx file, or it is incomplete.") from error
    if not table:
        return RegistryFile([])
    header = [str(name).strip() for name in table[0]]
    filled = [line for line in table[1:] if len(header) == 1 or any(str(cell).strip() for cell in line)]
    return RegistryFile([dict(zip(header, line, strict=False)) for line in filled])
