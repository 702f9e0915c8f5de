"""What a registry file holds, before anything is made of it: lines of cells, and tables with a header."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_BLANKS_IN_A_NAME = 40
Place = Callable[[int, int], str]
"""Names a cell by the number of its line and the position of its column, as the file's own program does."""
Formats = Callable[[int, int], Sequence[str] | None]
"""The number formats of a column's cells, from a line on; None if they cannot be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line, with its number in the file."""

    number: int
    cells: Sequence[object]

    def cell(self, position: int) -> object:
        return self.cells[position] if position < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Grid:
    """A text file or a sheet: lines of which any may be the header. ``doubts``: what looks odd in the file itself."""

    lines: Sequence[Line]
    place: Place
    sheet: str = ""
    is_hidden: bool = False
    is_text: bool = False
    """Whether it is a text file, where a line longer than the header has a separator in a cell."""
    doubts: Sequence[str] = ()
    formats: Formats | None = None

    @property
    def filled_lines(self) -> list[Line]:
        return [line for line in self.lines if not all(map(is_blank, line.cells))]

    @property
    def used_columns(self) -> list[int]:
        """The positions of columns with anything in them."""
        return sorted({at for line in self.lines for at, cell in enumerate(line.cells) if not is_blank(cell)})


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a header, and the positions of the columns that may hold the ids: more than one if the name recurs.

    Without a header, ``header_line`` is None and the columns are called by their number.
    """

    columns: Sequence[str]
    id_columns: Sequence[int]
    rows: Sequence[Line]
    place: Place
    header_line: int | None = None
    is_text: bool = False
    sheet: str = ""
    other_sheets: Sequence[str] = ()
    """Sheets that have the column too."""
    has_own_keys: bool = False
    """Whether each row names its own columns, as in JSON, so that two spellings need not be two columns."""
    is_by_heading: bool = True
    """Whether the column was found by its name; else it is the only one of the file."""
    notes: Sequence[str] = ()
    doubts: Sequence[str] = ()
    formats: Formats | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says of a file: the sheet, the column, whether the first line is a heading. None: not said."""

    sheet: str | None = None
    column: str | None = None
    has_heading: bool | None = None


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain_name(name: str) -> str:
    """A column's name without what people write differently: case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_-]", "", name).casefold()


def is_named(text: str, name: str) -> bool:
    """Whether a cell's text is this plain name; most texts are told apart by their length, which is fast."""
    return len(name) <= len(text) <= len(name) + _BLANKS_IN_A_NAME and plain_name(text) == name


def line_place(number: int, _: int) -> str:
    return f"line {number}"


def row_place(number: int, _: int) -> str:
    return f"row {number}"


def cell_place(number: int, position: int) -> str:
    """A1 for the first cell of the first line."""
    letters, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{number}"
