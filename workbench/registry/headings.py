"""Where in a file the list begins: its sheet, its header, and whether a first line is a heading or an id."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.domain.errors import InputError
from workbench.domain.spreadsheets import undefused
from workbench.domain.text import bare_id
from workbench.registry.tables import Choice, Grid, Line, Table, is_blank, is_named, plain_name

ID_COLUMN = "clientAccountId"
_HEADING_WORD = re.compile(
    r"(?<![^\W_])(?:account|accounts|client|column|customer|customers|field|id|ids|identifier|key|no|nr|number|party|ref|"
    r"reference|user|users)s?\d*(?![^\W_])",
    re.IGNORECASE,
)
_WORDS_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_A_DIGIT = re.compile(r"\d")


def find_table(grids: Sequence[Grid], choice: Choice) -> Table:
    """The table that holds the ids. Raises InputError if there is none, or no telling which column is meant."""
    filled = [grid for grid in grids if grid.filled_lines]
    if not filled:
        raise InputError("The file has no rows.")
    offered = _of_sheet(filled, choice.sheet)
    if choice.has_heading is False:
        return _without_heading(offered, choice.column)
    tables = list(_below_headings(offered, choice.column or ID_COLUMN, is_exact=choice.column is not None))
    if tables:
        return _only_one(tables, choice)
    if choice.column is not None:
        raise InputError(f"There is no column {choice.column}.", next_step=f"The columns are: {_listed(offered)}.")
    if len(offered) == 1 and len(offered[0].used_columns) == 1:
        return _list_of_one_column(offered[0], choice)
    raise InputError(
        f"The file needs a {ID_COLUMN} column.",
        next_step=f"Add one, or say which column holds the ids: {_listed(offered)}.",
    )


def positions_of(columns: Sequence[str], wanted: str, *, is_exact: bool) -> list[int]:
    """The columns of that name, or of one that differs only in case, blanks, hyphens or underscores.

    ``is_exact``: one column that has the very name is meant alone.
    """
    exact = [position for position, name in enumerate(columns) if name == wanted]
    if is_exact and len(exact) == 1:
        return exact
    return [position for position, name in enumerate(columns) if plain_name(name) == plain_name(wanted)]


def _of_sheet(grids: Sequence[Grid], wanted: str | None) -> Sequence[Grid]:
    if wanted is None:
        return grids
    found = [grid for grid in grids if grid.sheet and grid.sheet.strip().casefold() == wanted.strip().casefold()]
    if found:
        return found
    sheets = ", ".join(grid.sheet for grid in grids if grid.sheet)
    raise InputError(
        f"There is no sheet {wanted} with anything in it.",
        next_step=f"The sheets are: {sheets}." if sheets else "Only xlsx files have sheets.",
    )


def _listed(grids: Sequence[Grid]) -> str:
    headers = [(grid.sheet, ", ".join(filter(None, _names(grid.filled_lines[0])))) for grid in grids]
    return "; ".join(f"{sheet}: {names}" for sheet, names in headers) if len(headers) > 1 else headers[0][1]


def _names(line: Line) -> list[str]:
    return ["" if cell is None else bare_id(undefused(str(cell))) for cell in line.cells]


@dataclass(frozen=True, slots=True)
class _Found:
    table: Table
    is_hidden: bool
    has_ids: bool


def _below_headings(grids: Sequence[Grid], wanted: str, *, is_exact: bool) -> Iterator[_Found]:
    for grid in grids:
        for at, line in enumerate(grid.lines):
            columns = _names(line)
            positions = positions_of(columns, wanted, is_exact=is_exact)
            if positions:
                table = _table(grid, at, columns, positions)
                has_ids = any(not is_blank(row.cell(position)) for row in table.rows for position in positions)
                yield _Found(table, grid.is_hidden, has_ids)
                break


def _table(grid: Grid, at: int, columns: Sequence[str], positions: Sequence[int]) -> Table:
    """The rows below this line. A blank line is a blank row in a list of one column and is skipped in a wider table."""
    is_list = len(grid.used_columns) == 1
    rows = [line for line in grid.lines[at + 1 :] if is_list or not all(map(is_blank, line.cells))]
    if grid.is_text:
        _refuse_longer_lines(rows, len(columns))
    header_line = grid.lines[at].number
    return Table(
        columns,
        positions,
        rows,
        grid.place,
        header_line,
        grid.is_text,
        grid.sheet,
        doubts=[*grid.doubts, *_doubts_about_second_headers(rows, columns, positions)],
        formats=grid.formats,
    )


def _refuse_longer_lines(rows: Sequence[Line], width: int) -> None:
    longer = next((line for line in rows if not all(map(is_blank, line.cells[width:]))), None)
    if longer is not None:
        raise InputError(
            f"Line {longer.number} has more cells than the header: an id with a comma in it needs quotes.",
            next_step="Correct the line. Nothing was imported.",
        )


def _doubts_about_second_headers(
    rows: Sequence[Line], columns: Sequence[str], positions: Sequence[int]
) -> Iterator[str]:
    """A second table below, whose ids are in another column."""
    name = plain_name(columns[positions[0]])
    for row in rows:
        if any(
            at not in positions and isinstance(cell, str) and is_named(cell, name) for at, cell in enumerate(row.cells)
        ):
            yield f"Line {row.number} has the heading {columns[positions[0]]} again, in another column."


def _only_one(found: Sequence[_Found], choice: Choice) -> Table:
    """The sheet that has ids under the heading; the first shown one of several, with a doubt."""
    filled = sorted((one for one in found if one.has_ids), key=lambda one: one.is_hidden) or list(found)
    first = filled[0]
    table = replace(first.table, other_sheets=[one.table.sheet for one in filled[1:]])
    doubts = list(table.doubts)
    if table.other_sheets:
        sheets = ", ".join([table.sheet, *table.other_sheets])
        doubts.append(f"More than one sheet has the column: {sheets}. Only {table.sheet} was read.")
    elif first.is_hidden and choice.sheet is None:
        doubts.append(f"The sheet {table.sheet} is hidden.")
    if choice.column is not None and choice.has_heading is None and plain_name(choice.column) != plain_name(ID_COLUMN):
        doubts += _doubts_about_named_heading(table)
    return replace(table, doubts=doubts)


def _doubts_about_named_heading(table: Table) -> Iterator[str]:
    position = table.id_columns[0]
    below = [text for row in table.rows if (text := _text(row.cell(position)))]
    judged = _judge(table.columns[position], below)
    if judged.is_sure and not judged.is_heading:
        yield f"Line {table.header_line} was taken for headings, but its cell in this column looks like an id."


def _without_heading(grids: Sequence[Grid], column: str | None) -> Table:
    """All lines, with the columns called by their number."""
    if len(grids) > 1:
        raise InputError("Say which sheet holds the ids.", next_step=f"The sheets are: {_sheets(grids)}.")
    grid = grids[0]
    used = grid.used_columns
    names = [str(position + 1) for position in range(used[-1] + 1)]
    if column is None and len(used) > 1:
        raise InputError("Say which column holds the ids, by its number.", next_step=f"They are: {', '.join(names)}.")
    if column is not None and column not in names:
        raise InputError(f"There is no column {column}.", next_step=f"Without a heading they are: {', '.join(names)}.")
    position = used[0] if column is None else int(column) - 1
    return _table_of_lines(grid, position)


def _sheets(grids: Sequence[Grid]) -> str:
    return ", ".join(grid.sheet for grid in grids)


def _table_of_lines(grid: Grid, position: int, notes: Sequence[str] = (), doubts: Sequence[str] = ()) -> Table:
    names = [str(at + 1) for at in range(max(len(line.cells) for line in grid.lines))]
    return Table(
        names,
        [position],
        grid.lines,
        grid.place,
        is_text=grid.is_text,
        sheet=grid.sheet,
        is_by_heading=False,
        notes=notes,
        doubts=[*grid.doubts, *doubts],
        formats=grid.formats,
    )


def _list_of_one_column(grid: Grid, choice: Choice) -> Table:
    """A list whose first line is a heading or an id already."""
    position = grid.used_columns[0]
    first, *below = [text for line in grid.filled_lines if (text := _text(line.cell(position)))]
    judged = _Judged(True, True) if choice.has_heading else _judge(first, below)
    at = next(at for at, line in enumerate(grid.lines) if not is_blank(line.cell(position)))
    place = grid.place(grid.lines[at].number, position)
    taken = "a heading" if judged.is_heading else "an id"
    doubts = (
        [] if judged.is_sure else [f"The first line ({place}) may be a heading or an id. It was taken for {taken}."]
    )
    if not judged.is_heading:
        notes = ["The file has no header, so its first line was read as an id."] if judged.is_sure else []
        return _table_of_lines(grid, position, notes, doubts)
    table = _table(grid, at, _names(grid.lines[at]), [position])
    notes = [f"The first line ({place}) was taken for a heading."] if judged.is_sure else []
    return replace(table, is_by_heading=choice.has_heading is True, notes=notes, doubts=[*table.doubts, *doubts])


def _text(cell: object) -> str:
    return "" if cell is None else bare_id(str(cell))


@dataclass(frozen=True, slots=True)
class _Judged:
    is_heading: bool
    is_sure: bool


def _judge(first: str, below: Sequence[str]) -> _Judged:
    """Whether a first line is a heading, by its words and by whether it looks like the lines below it."""
    has_digit = _A_DIGIT.search(first) is not None
    is_like_the_rest = _shape(first) in {_shape(text) for text in below}
    if has_digit:
        is_worded = _has_heading_word(first) and not is_like_the_rest and bool(below)
        return _Judged(is_heading=is_worded, is_sure=not is_worded)
    if below and (_has_heading_word(first) or all(map(_A_DIGIT.search, below))):
        return _Judged(is_heading=True, is_sure=True)
    return _Judged(is_heading=bool(below) and not is_like_the_rest, is_sure=False)


def _has_heading_word(text: str) -> bool:
    return _HEADING_WORD.search(_WORDS_JOINED.sub(" ", text)) is not None


def _shape(text: str) -> str:
    """Letters and digits as one sign each, so that QA-17 and QA-4 are alike."""
    return re.sub(r"9+", "9", re.sub(r"\d", "9", re.sub(r"[^\W\d_]+", "A", text)))
