"""Registry files as a table: CSV, JSON lines, Parquet and xlsx, with an error for a file of another kind."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.bakkt.lossless_json import NotJsonError, read_json
from workbench.domain.errors import InputError
from workbench.registry.headings import ID_COLUMN, find_table, positions_of
from workbench.registry.tables import Choice, Line, Table, plain_name, row_place
from workbench.registry.text_files import read_text_grid, refuse_other_file, text_of
from workbench.registry.workbooks import read_sheets

_TEXT = {".csv", ".tsv", ".txt"}
_JSON = {".jsonl", ".ndjson", ".json"}


def read_registry_file(filename: str, content: bytes, choice: Choice) -> Table:
    """The table of a file, by its extension. Raises InputError if it holds something else, or no rows."""
    path = PurePath(filename)
    table = _read(path.suffix.lower(), content, choice)
    if not table.rows:
        raise InputError(f"{path.name} has no rows.")
    return table


def _read(suffix: str, content: bytes, choice: Choice) -> Table:
    if suffix in _TEXT:
        return find_table([read_text_grid(content, choice.column or ID_COLUMN)], choice)
    if suffix == ".xlsx":
        return find_table(read_sheets(content), choice)
    if suffix in _JSON:
        return _read_json_lines(content, choice)
    if suffix == ".parquet":
        return _read_parquet(content, choice)
    ending = f"ends in {suffix}" if suffix else "has no extension"
    raise InputError(
        f"A registry file must be .csv, .parquet, .jsonl or .xlsx; this one {ending}.",
        next_step="Save it as one of these.",
    )


def _read_json_lines(content: bytes, choice: Choice) -> Table:
    refuse_other_file(content, "a JSON file")
    text = text_of(content).encode()
    if text.lstrip().startswith(b"["):
        values = _json(text, "The file")
        items = list(enumerate(values, start=1)) if isinstance(values, list) else []
    else:
        lines = [(number, line) for number, line in enumerate(text.split(b"\n"), start=1) if line.strip()]
        items = [(number, _json(line, f"Line {number}")) for number, line in lines]
    rows = [(number, _json_row(value, number)) for number, value in items]
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    return _table(columns, [Line(number, [row.get(name) for name in columns]) for number, row in rows], choice)


def _json(text: bytes, what: str) -> object:
    try:
        return read_json(text)[1]
    except NotJsonError as error:
        raise InputError(
            f"{what} is not valid JSON: {error}.",
            next_step="A .jsonl file has one JSON value on each line.",
        ) from error


def _json_row(value: object, number: int) -> Mapping[str, object]:
    if isinstance(value, dict):
        return value
    if value is None or isinstance(value, str | int):
        return {ID_COLUMN: value}
    raise InputError(f"Row {number} is neither a JSON object nor an id.")


def _read_parquet(content: bytes, choice: Choice) -> Table:
    try:
        table = pq.read_table(pa.BufferReader(content))
        columns = [column.to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("This is not a Parquet file, or it is incomplete.") from error
    rows = [Line(number, cells) for number, cells in enumerate(zip(*columns, strict=True), start=1)]
    return _table(table.column_names, rows, choice, has_own_keys=False)


def _table(columns: Sequence[str], rows: Sequence[Line], choice: Choice, *, has_own_keys: bool = True) -> Table:
    if choice.sheet is not None:
        raise InputError("This file has no sheets.", next_step="Only xlsx files have sheets.")
    found = _id_columns(columns, choice)
    is_named = choice.column is not None or any(plain_name(columns[at]) == plain_name(ID_COLUMN) for at in found)
    return Table(columns, found, rows, row_place, has_own_keys=has_own_keys, is_by_heading=is_named)


def _id_columns(columns: Sequence[str], choice: Choice) -> Sequence[int]:
    found = positions_of(columns, choice.column or ID_COLUMN, is_exact=choice.column is not None)
    if found or not columns:
        return found
    listed = ", ".join(columns)
    if choice.column is not None:
        raise InputError(f"There is no column {choice.column}.", next_step=f"The columns are: {listed}.")
    if len(columns) == 1:
        return [0]
    raise InputError(
        f"The file needs a {ID_COLUMN} column.",
        next_step=f"Add one, or say which column holds the ids: {listed}.",
    )
