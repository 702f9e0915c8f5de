"""The registry: the list of accounts, from the client's own systems (GUIDE, "There is no list endpoint")."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from workbench.bakkt.instants import read_instant
from workbench.domain.errors import InputError
from workbench.domain.facts import KybStart
from workbench.registry.files import ID_COLUMN, RegistryFile, RegistryRow, read_registry_file
from workbench.store import Store

KYB_COLUMN = "kybTriggeredAt"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LARGEST_EXACT_NUMBER = 10**15
"""Spreadsheets keep fifteen digits of a number, so a longer id has already been altered."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of importing a registry file; ``column`` is the one that was read."""

    new: int
    known: int
    blank: int
    duplicate: int
    column: str
    first_line_is_an_id: bool = False
    kyb_starts: int = 0


def import_accounts(store: Store, filename: str, content: bytes, column: str | None = None) -> ImportReport:
    """Registers the ids of a CSV, Parquet, JSON lines or xlsx file.

    The ids are in ``column``, else in clientAccountId, else in the only column. An optional column kybTriggeredAt
    says when this company triggered KYB screening of an entity, which Bakkt does not report.
    Raises InputError if the file does not match its extension or has an invalid id; then nothing is imported.
    """
    file = read_registry_file(filename, content)
    chosen = _choose_column(file, column)
    texts = [_id_text(row.get(chosen), number) for number, row in enumerate(file.rows, start=1)]
    kyb_starts = list(_kyb_starts(file, texts))
    given = [text for text in texts if text]
    ids = list(dict.fromkeys(given))
    new = store.land_registry(ids, "file")
    kept = store.land_kyb_starts(kyb_starts, "the registry file") if kyb_starts else 0
    return ImportReport(
        new=new,
        known=len(ids) - new,
        blank=len(texts) - len(given),
        duplicate=len(given) - len(ids),
        column=chosen,
        first_line_is_an_id=file.first_line_is_an_id,
        kyb_starts=kept,
    )


def _choose_column(file: RegistryFile, wanted: str | None) -> str:
    columns = file.columns
    found = _find_column(columns, wanted or ID_COLUMN)
    if found is not None:
        return found
    listed = ", ".join(columns)
    if wanted is not None:
        raise InputError(f"There is no column {wanted}.", next_step=f"The columns are: {listed}.")
    if len(columns) == 1:
        return columns[0]
    raise InputError(
        f"The file needs a {ID_COLUMN} column.",
        next_step=f"Add one, or say which column holds the ids: {listed}.",
    )


def _find_column(columns: Sequence[str], wanted: str) -> str | None:
    """The column with that name, else one that differs only in case, spaces, hyphens or underscores."""
    if wanted in columns:
        return wanted
    return next((name for name in columns if _plain(name) == _plain(wanted)), None)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _id_text(value: object, number: int) -> str:
    """The id as text, empty for a blank cell. Spreadsheets turn 1001 into 1001.0, so that is undone."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        value = _decoded(value, number)
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT_NUMBER:
        value = int(value)
    if isinstance(value, float):
        raise InputError(
            f"Row {number} contains a number that is not an id, or is too long for a spreadsheet to store exactly.",
            next_step="Format the column as text and save the file again. Nothing was imported.",
        )
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f"Row {number} has no valid id in this column. Nothing was imported.")
    return _usable(str(value).strip(), number)


def _decoded(value: bytes, number: int) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"Row {number} contains binary data. Nothing was imported.") from error


def _usable(text: str, number: int) -> str:
    if any(unicodedata.category(letter) in _INVISIBLE for letter in text):
        raise InputError(
            f"The id in row {number} contains a line break or another invisible character. Nothing was imported."
        )
    return text


def _kyb_starts(file: RegistryFile, texts: Sequence[str]) -> Iterator[tuple[str, KybStart]]:
    column = _find_column(file.columns, KYB_COLUMN)
    for number, (row, text) in enumerate(zip(file.rows, texts, strict=True), start=1):
        started_at = _kyb_moment(row, column, number)
        if text and started_at is not None:
            yield text, KybStart(started_at)


def _kyb_moment(row: RegistryRow, column: str | None, number: int) -> datetime | None:
    value = row.get(column) if column else None
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    moment = read_instant(value.isoformat() if isinstance(value, datetime) else value)
    if moment is None:
        raise InputError(
            f"Row {number}: {KYB_COLUMN} is not a date-time like 2026-11-01T09:30:00Z. Nothing was imported."
        )
    return moment
