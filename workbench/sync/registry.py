"""The registry: which accounts there are, from the client's own systems (GUIDE, "There is no list endpoint")."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from workbench.bakkt.instants import read_instant
from workbench.domain.errors import InputError
from workbench.domain.facts import KybStart
from workbench.store import Store

ID_COLUMN = "clientAccountId"
KYB_COLUMN = "kybTriggeredAt"
_DELIMITERS = (",", ";", "\t", "|")
_HAS_A_DIGIT = re.compile(r"\d")
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f]")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a registry file's rows; ``column`` is the one that was read."""

    new: int
    known: int
    blank: int
    duplicate: int
    column: str
    kyb_starts: int = 0


def import_accounts(store: Store, filename: str, content: bytes, column: str | None = None) -> ImportReport:
    """Registers the ids of a CSV, Parquet, JSON lines or xlsx file.

    The ids stand in ``column``, else in clientAccountId, else in the only column. A column kybTriggeredAt, where there
    is one, says when this company triggered the KYB screen of an entity: Bakkt cannot be asked for it.
    Raises InputError where the file is not what it says or the column is not there; nothing is imported then.
    """
    rows = _reader_of(filename)(content)
    if not rows:
        raise InputError(f"{PurePath(filename).name} has no rows.")
    chosen = _choose_column(list(rows[0]), column)
    texts = [_id_text(row.get(chosen)) for row in rows]
    ids = list(dict.fromkeys(text for text in texts if text))
    _refuse_unusable(ids)
    kyb_starts = list(_kyb_starts(rows, texts))
    new = store.land_registry(ids, "file")
    kept = store.land_kyb_starts(kyb_starts, "the registry file") if kyb_starts else 0
    given = sum(1 for text in texts if text)
    return ImportReport(new, len(ids) - new, len(texts) - given, given - len(ids), chosen, kept)


def _reader_of(filename: str) -> Callable[[bytes], Sequence[Row]]:
    readers: dict[str, Callable[[bytes], Sequence[Row]]] = {
        ".csv": _read_csv,
        ".tsv": _read_csv,
        ".txt": _read_csv,
        ".jsonl": _read_json_lines,
        ".ndjson": _read_json_lines,
        ".json": _read_json_lines,
        ".parquet": _read_parquet,
        ".xlsx": _read_xlsx,
    }
    ending = PurePath(filename).suffix.lower()
    if ending not in readers:
        raise InputError(
            f"A registry file ends in .csv, .parquet, .jsonl or .xlsx, not in {ending or 'nothing'}.",
            next_step="Save it as one of these.",
        )
    return readers[ending]


def _read_csv(content: bytes) -> Sequence[Row]:
    if b"\x00" in content:
        raise InputError("This is not a CSV file: it holds binary data.")
    lines = csv.reader(io.StringIO(_text_of(content)), delimiter=_delimiter(content))
    try:
        table = [line for line in lines if line]
    except csv.Error as error:
        raise InputError(f"This is not a CSV file: line {lines.line_num} cannot be read.") from error
    if not table:
        return []
    header = [name.strip() for name in table[0]]
    if len(header) == 1 and _HAS_A_DIGIT.search(header[0]):
        header, table = [ID_COLUMN], [[ID_COLUMN], *table]
    return [dict(zip(header, line, strict=False)) for line in table[1:]]


def _delimiter(content: bytes) -> str:
    """The first of the usual delimiters that the header has; an id may hold any of them further down."""
    header = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(_DELIMITERS, key=header.count)


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "This file is not UTF-8 text, so ids with accents could come out wrong.",
            next_step="Save it as UTF-8 (in Excel: CSV UTF-8).",
        ) from error


def _read_json_lines(content: bytes) -> Sequence[Row]:
    text = _text_of(content)
    whole = _json_or_none(text)
    if isinstance(whole, list):
        return [_row_of(value, number) for number, value in enumerate(whole, start=1)]
    return [_row_of(_json_line(line, n), n) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _json_or_none(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_line(line: str, number: int) -> object:
    value = _json_or_none(line)
    if value is None and line.strip() != "null":
        raise InputError(f"Line {number} is not JSON.", next_step="A .jsonl file has one JSON value on each line.")
    return value


def _row_of(value: object, number: int) -> Row:
    if isinstance(value, dict):
        return value
    if value is None or isinstance(value, str | int):
        return {ID_COLUMN: value}
    raise InputError(f"Row {number} is neither an object nor an id.")


def _read_parquet(content: bytes) -> Sequence[Row]:
    try:
        rows: list[Row] = pq.read_table(pa.BufferReader(content)).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise InputError("This is not a Parquet file, or not a whole one.") from error
    return rows


def _read_xlsx(content: bytes) -> Sequence[Row]:
    try:
        table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise InputError("This is not an xlsx file, or not a whole one.") from error
    lines = [line for line in table if any(str(cell).strip() for cell in line)]
    header = [str(name).strip() for name in lines[0]] if lines else []
    return [dict(zip(header, line, strict=False)) for line in lines[1:]]


def _choose_column(columns: Sequence[str], wanted: str | None) -> str:
    if wanted is not None:
        if wanted in columns:
            return wanted
        raise InputError(f"There is no column {wanted}.", next_step=f"The columns are: {', '.join(columns)}.")
    if ID_COLUMN in columns:
        return ID_COLUMN
    if len(columns) == 1:
        return columns[0]
    raise InputError(
        f"There is no column {ID_COLUMN}, and more than one other.",
        next_step=f"Say which one holds the ids: {', '.join(columns)}.",
    )


def _id_text(value: object) -> str:
    """An id as text: spreadsheets turn 1001 into 1001.0, which no account is called."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return str(value).strip()


def _refuse_unusable(ids: Sequence[str]) -> None:
    unusable = next((number for number, text in enumerate(ids, start=1) if _UNUSABLE.search(text)), None)
    if unusable is not None:
        raise InputError(f"Id number {unusable} holds a line break or another control character; nothing was imported.")


def _kyb_starts(rows: Sequence[Row], texts: Sequence[str]) -> Iterator[tuple[str, KybStart]]:
    for row, text in zip(rows, texts, strict=True):
        started_at = _moment_of(row.get(KYB_COLUMN))
        if text and started_at is not None:
            yield text, KybStart(started_at)


def _moment_of(value: object) -> datetime | None:
    return read_instant(value.isoformat() if isinstance(value, datetime) else value)
