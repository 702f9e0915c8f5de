"""Landing the registry: which accounts there are, which import added them, and which were taken out again.

Every landing function works inside the caller's transaction. Landing the same thing twice changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

import duckdb

from workbench.domain.moments import naive
from workbench.domain.text import bare_id
from workbench.store.derived.taken_out import find_taken_out, last_change_number, mark_taken_out
from workbench.store.engine.keys import Keys, insert_rows
from workbench.store.engine.staging import schema, staged, table_of

BY_EVENT = "event"
_IDS = schema(client_account_id="text")
_REGISTRY = schema(client_account_id="text", is_read="flag")
_IMPORTS = schema(
    import_id="text",
    imported_at="time",
    imported_by="text",
    file_name="text",
    sheet="text",
    id_column="text",
    ids="count",
    registered="count",
)


@dataclass(frozen=True, slots=True)
class ImportOfIds:
    """An import of account ids, as it is kept in the log."""

    import_id: str
    imported_at: datetime
    imported_by: str
    file_name: str
    sheet: str
    id_column: str


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """Who takes ids out of the registry or puts them back, and why. ``import_id``: with which import."""

    changed_at: datetime
    changed_by: str
    reason: str
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class ImportTakenBack:
    """The ids that were taken out, and how many stay because something else names them too."""

    taken_out: tuple[str, ...]
    staying: int


def find_registered(cursor: duckdb.DuckDBPyConnection, client_account_ids: Sequence[str]) -> set[str]:
    """Which of these ids are registered and not taken out."""
    return Keys(client_account_ids).find_in(cursor, "registered")


def find_with_zeros(cursor: duckdb.DuckDBPyConnection, client_account_ids: Iterable[str]) -> set[str]:
    """Numbers among these ids that are registered with zeros in front: a spreadsheet may have cut those off."""
    numbers = [(one,) for one in client_account_ids if one.isdecimal()]
    with staged(cursor, incoming=table_of(_IDS, numbers)):
        rows = cursor.execute(
            "select incoming.client_account_id from incoming semi join ("
            "select ltrim(client_account_id, '0') as client_account_id from registered "
            "where starts_with(client_account_id, '0')) using (client_account_id)"
        ).fetchall()
    return {client_account_id for (client_account_id,) in rows}


def land_registry(
    cursor: duckdb.DuckDBPyConnection,
    client_account_ids: Iterable[str],
    origin: str,
    change: RegistryChange | None = None,
) -> int:
    """Adds ids that are not registered yet and puts back those that were taken out; returns how many both are.

    An event of Bakkt's puts no id back: it says nothing about whether the desk wants the account.
    """
    ids = list(dict.fromkeys(map(bare_id, client_account_ids)))
    ever = Keys(ids).find_in(cursor, "registry")
    new = [client_account_id for client_account_id in ids if client_account_id not in ever]
    out = [] if origin == BY_EVENT else find_taken_out(cursor, [one for one in ids if one in ever])
    if out:
        again = change or RegistryChange(datetime.now(UTC), origin, "Registered again")
        _land_changes(cursor, out, again, is_out=False)
    if new:
        read = Keys(new).find_in(cursor, "account_reads")
        with staged(cursor, incoming=table_of(_REGISTRY, [(one, one in read) for one in new])):
            cursor.execute(
                "insert into registry by name select client_account_id, $origin as origin, "
                "desk_now() as registered_at, is_read, $import_id as import_id from incoming",
                {"origin": origin, "import_id": change.import_id if change else None},
            )
    return len(new) + len(out)


def note_first_readings(cursor: duckdb.DuckDBPyConnection, client_account_ids: Sequence[str]) -> None:
    """Marks ids that were read for the first time."""
    if client_account_ids:
        Keys(client_account_ids).update(cursor, "registry", "is_read = true")


def land_import(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], about: ImportOfIds) -> int:
    """Registers the ids of an import and writes it into the log; returns how many were new or put back."""
    known = find_registered(cursor, ids)
    change = RegistryChange(about.imported_at, about.imported_by, f"Imported again: {about.file_name}", about.import_id)
    registered = land_registry(cursor, ids, "file", change)
    _confirm(cursor, list(known), about.import_id)
    insert_rows(cursor, "imports", _IMPORTS, [(*astuple(about), len(ids), registered)])
    return registered


def _confirm(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], import_id: str) -> None:
    """Notes, once for each, ids that a second import has named: taking back the first one alone must leave them."""
    with staged(cursor, incoming=table_of(_IDS, [(one,) for one in ids])):
        cursor.execute(
            "update registry set next_import_id = $import_id from incoming "
            "where registry.client_account_id = incoming.client_account_id and next_import_id is null",
            {"import_id": import_id},
        )


def take_out(cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], change: RegistryChange) -> list[str]:
    """Takes ids out of the registry; returns those that were in it. Their facts stay."""
    known = find_registered(cursor, list(dict.fromkeys(map(bare_id, ids))))
    if known:
        _land_changes(cursor, sorted(known), change, is_out=True)
    return sorted(known)


def take_import_back(cursor: duckdb.DuckDBPyConnection, import_id: str, change: RegistryChange) -> ImportTakenBack:
    """Takes out the ids that this import alone has named; from now on it names none."""
    rows = cursor.execute("select client_account_id from added_alone where import_id = ?", [import_id]).fetchall()
    named = cursor.execute("select count(*) from named_by_imports where import_id = ?", [import_id]).fetchone()
    taken = take_out(cursor, [client_account_id for (client_account_id,) in rows], change)
    cursor.execute("update registry set next_import_id = null where next_import_id = ?", [import_id])
    cursor.execute(
        "update imports set taken_back_at = ?, taken_back_by = ?, taken_back_reason = ? where import_id = ?",
        [naive(change.changed_at), change.changed_by, change.reason, import_id],
    )
    return ImportTakenBack(tuple(taken), (named[0] if named else 0) - len(taken))


def _land_changes(
    cursor: duckdb.DuckDBPyConnection, ids: Sequence[str], change: RegistryChange, *, is_out: bool
) -> None:
    with staged(cursor, incoming=table_of(_IDS, [(one,) for one in ids])):
        cursor.execute(
            "insert into registry_changes select client_account_id, $number, $is_out, $at, $by, $reason, $import_id "
            "from incoming",
            {
                "number": last_change_number(cursor) + 1,
                "is_out": is_out,
                "at": naive(change.changed_at),
                "by": change.changed_by,
                "reason": change.reason,
                "import_id": change.import_id,
            },
        )
    mark_taken_out(cursor, ids)
