"""The sheets of an xlsx file as lines of cells, with the formats that numbers are shown in."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from workbench.domain.errors import InputError
from workbench.registry.tables import Grid, Line, cell_place


def read_sheets(content: bytes) -> list[Grid]:
    """Every sheet, in order. Raises InputError if it is no xlsx file, or not a whole one."""
    try:
        return list(_sheets(content))
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise InputError("This is not an xlsx file, or it is incomplete.") from error


def _sheets(content: bytes) -> Iterator[Grid]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for position, about in enumerate(book.sheets_metadata):
        table = book.get_sheet_by_index(position).to_python(skip_empty_area=False)
        yield Grid(
            [Line(number, cells) for number, cells in enumerate(table, start=1)],
            cell_place,
            sheet=about.name,
            is_hidden=about.visible != SheetVisibleEnum.Visible,
            formats=partial(_formats_of_column, content, about.name),
        )


def _formats_of_column(content: bytes, sheet: str, position: int, first_line: int) -> Sequence[str] | None:
    """The number format of each cell from the first line on; None if the styles cannot be read."""
    from openpyxl import load_workbook  # loads in a quarter of a second, and most files need no formats

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of the file that are not read
            book = load_workbook(io.BytesIO(content), read_only=True)
            found = book[sheet]
            found.reset_dimensions()
            column = position + 1
            cells = found.iter_rows(min_row=first_line, min_col=column, max_col=column)
            return [str(getattr(line[0], "number_format", "General")) if line else "General" for line in cells]
    except Exception:  # noqa: BLE001 -- whatever a file does to the reader, its formats are not known then
        return None
