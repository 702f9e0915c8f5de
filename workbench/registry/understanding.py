"""What an import understands of a file, before anything is registered: the same for the page and the command."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from workbench.bakkt.instants import read_instant
from workbench.domain.errors import InputError
from workbench.domain.facts import KybStart
from workbench.registry.cells import LARGEST_EXACT_NUMBER, CellReading, Left, Odd, Wrong, read_cell
from workbench.registry.files import read_registry_file
from workbench.registry.headings import positions_of
from workbench.registry.number_formats import shown_number
from workbench.registry.tables import Choice, Line, Table, is_named, plain_name
from workbench.store import Store

KYB_COLUMN = "kybTriggeredAt"
PLACES_NAMED = 5
IDS_SHOWN = 5

_REFUSALS = {
    Wrong.REWRITTEN: (
        "A spreadsheet has rewritten what stood in {places}, so that the id cannot be known",
        "Format the column as text, put in the ids again and save the file.",
    ),
    Wrong.TOO_LONG: (
        "{places} contains a number that is not an id, or is too long for a spreadsheet to store exactly",
        "Format the column as text, put in the ids again and save the file.",
    ),
    Wrong.NO_ID: ("{places} contains no valid id", "Choose another column, or correct the file."),
    Wrong.BINARY: ("{places} contains binary data", "Choose another column."),
    Wrong.INVISIBLE: (
        "The id in {places} contains a line break or another invisible character",
        "Correct the file.",
    ),
}
_LEFT_WORDS = {
    Left.NOTHING: "A word for nothing, such as NULL or #N/A, counts as blank: {places}.",
    Left.FRAME: "The frame of a listing counts as blank: {places}.",
    Left.HEADING: "The heading stands there again and counts as blank: {places}.",
}
_ODD_WORDS = {
    Odd.NUMBER: "Looks like a number that a spreadsheet has rewritten: {places}.",
    Odd.DAY: "Looks like a date: {places}.",
    Odd.SIGNS: "Has neither a letter nor a digit: {places}.",
    Odd.TOTAL: "Looks like the end of a list, not like an id: {places}.",
}
_UNGUARDED = 'Read without the signs that keep a spreadsheet from changing an id, such as ="…": {places}.'
_SHOWN = "Read as the spreadsheet shows it, which is not the number in the cell: {places}."
_WITHOUT_ZEROS = "Registered already with zeros in front, which a spreadsheet may have cut off: {places}."
_TEXT = "Looks like a line of text, not like an id: {places}."


@dataclass(frozen=True, slots=True)
class Understanding:
    """The ids of a file, where they were found, and what is odd about it.

    ``notes`` say what was done beyond doubt, ``doubts`` what a person should look at first; each is a sentence.
    ``header_line`` is None if there is no header, or none with a line of its own.
    """

    file_name: str
    column: str
    ids: Sequence[str]
    new: int
    known: int
    blank: int
    duplicate: int
    sheet: str = ""
    header_line: int | None = None
    has_header: bool = True
    other_sheets: Sequence[str] = ()
    is_by_heading: bool = True
    """Whether the column was found by its name; else the first line may be a heading or an id."""
    notes: Sequence[str] = ()
    doubts: Sequence[str] = ()
    kyb_starts: Sequence[tuple[str, KybStart]] = ()

    @property
    def first_ids(self) -> Sequence[str]:
        return self.ids[:IDS_SHOWN]


def understand(filename: str, content: bytes, choice: Choice, store: Store) -> Understanding:
    """Reads a registry file. Raises InputError if it does not match its extension or has an invalid id.

    The ids are in the chosen column, else in clientAccountId, else in the only column. An optional column
    kybTriggeredAt says when this company triggered KYB screening of an entity, which Bakkt does not report.
    """
    table = read_registry_file(filename, content, choice)
    cells = _CellsRead.of(table)
    cells.refuse_wrong()
    given = [reading.text for reading in cells.readings if reading.text]
    if not given:
        raise InputError(f"There is no id in the column {_name(table)}. Nothing was imported.")
    ids = list(dict.fromkeys(given))
    known = store.find_registered(ids)
    without_zeros = store.find_with_zeros([one for one in ids if one not in known])
    return Understanding(
        filename,
        _name(table),
        ids,
        new=len(ids) - len(known),
        known=len(known),
        blank=len(cells.readings) - len(given),
        duplicate=len(given) - len(ids),
        sheet=table.sheet,
        header_line=table.header_line,
        has_header=not _is_numbered(table),
        other_sheets=table.other_sheets,
        is_by_heading=table.is_by_heading and not _is_numbered(table),
        notes=[*cells.table.notes, *cells.notes()],
        doubts=[*cells.table.doubts, *cells.doubts(without_zeros)],
        kyb_starts=list(_kyb_starts(table, [reading.text for reading in cells.readings])),
    )


def _is_numbered(table: Table) -> bool:
    return table.header_line is None and list(table.columns) == [str(at + 1) for at in range(len(table.columns))]


def _name(table: Table) -> str:
    return table.columns[table.id_columns[0]]


@dataclass(frozen=True, slots=True)
class _CellsRead:
    """The cells of the id column, one a row, each with its place in the file."""

    table: Table
    position: int
    readings: Sequence[CellReading]
    shown: Sequence[int] = ()
    """Rows whose number was read as it is shown."""

    @classmethod
    def of(cls, table: Table) -> "_CellsRead":
        if not table.id_columns:
            raise InputError("The file has no rows.")
        columns = [_read_column(table, position) for position in table.id_columns]
        return columns[0] if len(columns) == 1 else _one_of(table, columns)

    def refuse_wrong(self) -> None:
        """Raises InputError for the first kind of cell that cannot be used, with the places of all of that kind."""
        for wrong, (words, next_step) in _REFUSALS.items():
            rows = [row for row, reading in enumerate(self.readings) if reading.wrong is wrong]
            if rows:
                places = self.places(rows)
                message = words.format(places=places)
                raise InputError(f"{message[0].upper()}{message[1:]}. Nothing was imported.", next_step=next_step)

    def notes(self) -> Iterator[str]:
        for left, words in _LEFT_WORDS.items():
            yield from self._said(words, [reading.left is left for reading in self.readings])
        yield from self._said(_UNGUARDED, [reading.is_unguarded for reading in self.readings])
        if self.shown:
            yield _SHOWN.format(places=self.places(self.shown))

    def doubts(self, without_zeros: Collection[str]) -> Iterator[str]:
        yield from self._said(_WITHOUT_ZEROS, [reading.text in without_zeros for reading in self.readings])
        for odd, words in _ODD_WORDS.items():
            yield from self._said(words, [reading.odd is odd for reading in self.readings])
        yield from self._doubts_about_lines_of_text()

    def _doubts_about_lines_of_text(self) -> Iterator[str]:
        """Lines of text among the ids; refused where no heading says that these are ids."""
        rows = [row for row, reading in enumerate(self.readings) if reading.odd is Odd.TEXT]
        if rows and not self.table.is_by_heading:
            raise InputError(
                f"Lines of text are no ids: {self.places(rows)}. Nothing was imported.",
                next_step="Say which column holds the ids, or put clientAccountId above them.",
            )
        if rows:
            yield _TEXT.format(places=self.places(rows))

    def _said(self, words: str, is_meant: Sequence[bool]) -> Iterator[str]:
        rows = [row for row, meant in enumerate(is_meant) if meant]
        if rows:
            yield words.format(places=self.places(rows))

    def places(self, rows: Sequence[int]) -> str:
        """The first few places, and how many more there are."""
        named = [self.table.place(self.table.rows[row].number, self.position) for row in rows[:PLACES_NAMED]]
        more = len(rows) - len(named)
        return ", ".join(named) + (f" and {more:,} more" if more else "")


def _read_column(table: Table, position: int) -> _CellsRead:
    heading = plain_name(table.columns[position])
    cells = [row.cell(position) for row in table.rows]
    readings = [_without_heading(read_cell(cell, is_in_text=table.is_text), heading) for cell in cells]
    numbers = [row for row, cell in enumerate(cells) if _is_whole(cell)] if table.formats else []
    formats = table.formats(position, table.rows[0].number) if table.formats and numbers else None
    shown = []
    for row in numbers:
        text = None if formats is None else shown_number(_whole(cells[row]), _format_at(formats, table, row))
        if text != readings[row].text:
            readings[row] = CellReading(wrong=Wrong.REWRITTEN) if text is None else CellReading(text)
            shown.append(row)
    return _CellsRead(table, position, readings, shown)


def _is_whole(cell: object) -> bool:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return abs(cell) < LARGEST_EXACT_NUMBER and float(cell).is_integer()


def _whole(cell: object) -> int:
    return int(cell) if isinstance(cell, int | float) else 0


def _format_at(formats: Sequence[str], table: Table, row: int) -> str:
    at = table.rows[row].number - table.rows[0].number
    return formats[at] if at < len(formats) else "General"


def _without_heading(reading: CellReading, heading: str) -> CellReading:
    """Exports of several pages have the header on each."""
    is_heading = bool(reading.text) and is_named(reading.text, heading)
    return CellReading(left=Left.HEADING) if is_heading else reading


def _one_of(table: Table, columns: Sequence[_CellsRead]) -> _CellsRead:
    """The column that is meant, if the others are empty or the same. Raises InputError if there is no telling."""
    filled = [column for column in columns if any(reading != CellReading() for reading in column.readings)]
    if len(filled) == 1:
        return _with_note(filled[0], "{name} is in the header more than once; only one of these columns has ids.")
    rows = list(zip(*(column.readings for column in columns), strict=True))
    if all(len(set(row)) == 1 for row in rows):
        return _with_note(columns[0], "{name} is in the header more than once, with the same ids.")
    if table.has_own_keys and all(len({one for one in row if one != CellReading()}) <= 1 for row in rows):
        merged = [next((one for one in row if one != CellReading()), CellReading()) for row in rows]
        return replace(columns[0], readings=merged)
    names = ", ".join(dict.fromkeys(table.columns[column.position] for column in columns))
    raise InputError(
        f"The id column is in the header more than once ({names}), with different contents. Nothing was imported.",
        next_step="Give the columns different names, or remove all but one.",
    )


def _with_note(column: _CellsRead, words: str) -> _CellsRead:
    table = column.table
    note = words.format(name=table.columns[column.position])
    return replace(column, table=replace(table, notes=[*table.notes, note]))


def _kyb_starts(table: Table, texts: Sequence[str]) -> Iterator[tuple[str, KybStart]]:
    positions = positions_of(table.columns, KYB_COLUMN, is_exact=True)
    for row, text in zip(table.rows, texts, strict=True):
        started_at = _kyb_moment(table, row, positions[0]) if positions else None
        if text and started_at is not None:
            yield text, KybStart(started_at)


def _kyb_moment(table: Table, row: Line, position: int) -> datetime | None:
    value = row.cell(position)
    if isinstance(value, str):
        reading = read_cell(value)
        value = None if reading == CellReading() or reading.left else reading.text or value
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    moment = read_instant(value.isoformat() if isinstance(value, datetime) else value)
    if moment is None:
        place = table.place(row.number, position)
        raise InputError(
            f"{place[0].upper()}{place[1:]}: {KYB_COLUMN} is not a date-time like 2026-11-01T09:30:00Z. "
            "Nothing was imported."
        )
    return moment
