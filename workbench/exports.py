"""Tables as files that open in a spreadsheet without running anything (FACTS.md, "Exports")."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from workbench.domain.moments import naive
from workbench.domain.spreadsheets import defused

CSV_TYPE = "text/csv"
PARQUET_TYPE = "application/vnd.apache.parquet"
TEXT_TYPE = "text/plain"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_MAX_ROWS = 1_048_575

Rows: TypeAlias = pa.Table | pa.RecordBatchReader
"""A table, or its batches as they are read, so that a long list is never in memory as a whole."""


@dataclass(frozen=True, slots=True)
class About:
    """What rows are: the query, its definition, the filters that they were asked with, and of when they are."""

    query: str
    definition: str
    as_of: datetime
    filters: Mapping[str, object] = field(default_factory=dict)

    def lines(self) -> dict[str, str]:
        filters = {f"filter: {name}": str(value) for name, value in self.filters.items() if value is not None}
        return {"query": self.query, "definition": self.definition, **filters, "as of": _iso(self.as_of)}


_BATCH_ROWS = 10_000
_EXACT_IN_A_SPREADSHEET = 2**53
_LITERAL_CELLS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
    "in_memory": True,
}


def csv_bytes(rows: Rows) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads names in any script. All text is quoted; numbers are not."""
    file = io.BytesIO()
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([defused(name) for name in rows.schema.names])
    for batch in rows.to_batches(_BATCH_ROWS) if isinstance(rows, pa.Table) else rows:
        writer.writerows([_csv_cell(cell) for cell in row] for row in zip(*_python_columns(batch), strict=True))
    text.flush()
    return file.getvalue()


def about_bytes(about: About) -> bytes:
    """What rows are, as text: to keep beside a CSV file, which has no place for it."""
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in about.lines().items()).encode()


def parquet_bytes(rows: Rows, about: About | None = None) -> bytes:
    """Typed columns as they are; what they are is in the file's metadata."""
    schema = rows.schema.with_metadata(about.lines() if about else None)
    file = io.BytesIO()
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in rows.to_batches(_BATCH_ROWS) if isinstance(rows, pa.Table) else rows:
            writer.write_batch(batch.cast(schema))
    return file.getvalue()


def xlsx_bytes(rows: Rows, about: About | None = None) -> bytes:
    """A sheet of literal cells; times are text in UTC, so that no spreadsheet shifts them.

    A second sheet says what they are.
    """
    table = rows if isinstance(rows, pa.Table) else rows.read_all()
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _LITERAL_CELLS) as workbook:
        sheet = workbook.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.column_names, workbook.add_format({"bold": True}))
        for column, values in enumerate(_python_columns(table.slice(0, XLSX_MAX_ROWS))):
            for row, value in enumerate(values, start=1):
                _write_cell(sheet, row, column, value)
        if about is not None:
            _write_about(workbook.add_worksheet("about"), about)
    return file.getvalue()


def _write_about(sheet: xlsxwriter.worksheet.Worksheet, about: About) -> None:
    for row, (name, value) in enumerate(about.lines().items()):
        _write_cell(sheet, row, 0, name)
        _write_cell(sheet, row, 1, value)


def _csv_cell(value: Any) -> str | int | float:
    plain = _plain(value)
    return defused(plain) if isinstance(plain, str) else plain


def _plain(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else ""
    if isinstance(value, int):
        return value if abs(value) <= _EXACT_IN_A_SPREADSHEET else str(value)
    if isinstance(value, datetime):
        return _iso(value)
    return value.isoformat() if isinstance(value, date) else _text(value)


def _text(value: Any) -> str:
    return "; ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _iso(moment: datetime) -> str:
    return f"{naive(moment).isoformat(timespec='seconds')}Z"


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Any) -> None:
    plain = _plain(value)
    if isinstance(plain, str):
        sheet.write_string(row, column, plain[:32_767])
    else:
        sheet.write_number(row, column, plain)


def _python_columns(data: pa.Table | pa.RecordBatch) -> list[list[Any]]:
    return [column.to_pylist() for column in data.columns]
