"""Copies, outside the database, of what cannot be read again: actions, rulings, manual KYB and the registry.

A harmed database must not open an action again that was sent: what it lacks is put back from here at every start.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from workbench.domain.errors import StoreError
from workbench.domain.vocabulary import Outcome
from workbench.store.derived.states import derive
from workbench.store.derived.taken_out import mark_taken_out
from workbench.store.engine.harm import set_aside
from workbench.store.engine.keys import Keys
from workbench.store.engine.safe_files import Entry, ListFile
from workbench.store.engine.staging import count_of, schema, staged, table_of
from workbench.store.facts.documents import follow_documents

ACTIONS, LINK_ANSWERS = "actions", "link_answers"
KYB_TABLES = ("kyb_starts", "kyb_rulings", "kyb_ends", "owner_facts")
REGISTRY_CHANGES = "registry_changes"
_KEPT_TABLES = (*KYB_TABLES, REGISTRY_CHANGES)
_ROWS_AT_ONCE = 10_000
KEPT_DAYS = 30
"""Older actions that are closed are only counted in the anchor: they block nothing any more."""
_REGISTERED = "select client_account_id, origin, registered_at from registry where rowid >= ? order by rowid"
_STAGE = {
    Outcome.AWAITING_SECOND.value: -1,
    Outcome.SENT.value: 0,
    Outcome.UNKNOWN.value: 1,
    Outcome.REJECTED_LATER.value: 3,
}
_ANSWERED = 2
"""How far an action has come; an outcome that is not named is an answer."""
Rows = Mapping[str, Sequence[Entry]]
"""Rows by the table that they belong to."""
_REGISTRY = schema(client_account_id="text", origin="text", registered_at="text")


class RecordsCopy:
    """Rows of actions and KYB records, one an entry, with the action's newest row last."""

    def __init__(self, path: Path) -> None:
        self._file = ListFile(path)

    def keep_action(self, cursor: duckdb.DuckDBPyConnection, action_id: str) -> None:
        """Writes how an action stands now. Raises StoreError; then its request must not leave."""
        self._file.append(
            _entry(table, row)
            for table in (ACTIONS, LINK_ANSWERS)
            for row in _rows(cursor, f"select * from {table} where action_id = ?", [action_id])
        )

    def keep_kyb(self, cursor: duckdb.DuckDBPyConnection, client_account_id: str) -> None:
        """Writes all that people and actions recorded about an account's KYB."""
        self._file.append(
            _entry(table, row)
            for table in KYB_TABLES
            for row in _rows(cursor, f"select * from {table} where client_account_id = ?", [client_account_id])
        )

    def keep_registry_change(self, cursor: duckdb.DuckDBPyConnection, change_number: int) -> None:
        """Writes which ids were taken out of the registry or put back."""
        rows = _rows(cursor, f"select * from {REGISTRY_CHANGES} where change_number = ?", [change_number])
        self._file.append(_entry(REGISTRY_CHANGES, row) for row in rows)

    def lacking(self, cursor: duckdb.DuckDBPyConnection) -> Rows:
        """Rows by table that the database lacks, and actions whose outcome it does not know yet. Raises StoreError."""
        rows: dict[str, list[Entry]] = {}
        for entry in self._file.read()[0]:
            rows.setdefault(entry["table"], []).append(entry["row"])
        absent = {table: _absent(cursor, table, rows.get(table, [])) for table in (LINK_ANSWERS, *_KEPT_TABLES)}
        lacking = {ACTIONS: list(_actions_to_put_back(cursor, rows.get(ACTIONS, []))), **absent}
        return {table: some for table, some in lacking.items() if some}

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Writes the file anew, whatever became of it; a full disk is met again before the next action is sent."""
        with suppress(StoreError):
            self.renew(cursor)

    def renew(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Writes the file anew from the database, so that it does not grow for ever. Raises StoreError.

        A file with lines that cannot be read is set aside before: somebody may still make something of them.
        """
        if self._file.read()[1]:
            set_aside(self._file.path)
        recent = f"started_at > desk_now() - interval {KEPT_DAYS} day or closes_its_kind(outcome)"
        chosen = {
            ACTIONS: f"select * from actions where {recent}",
            LINK_ANSWERS: f"select link_answers.* from link_answers semi join (select * from actions where {recent}) "
            "as recent using (action_id)",
            **{table: f"select * from {table}" for table in _KEPT_TABLES},
        }
        self._file.replace(_entry(table, row) for table, sql in chosen.items() for row in _rows(cursor, sql))


class RegistryCopy:
    """The registered account ids, in the order of the registry, where rows are only ever added."""

    def __init__(self, path: Path) -> None:
        self._file = ListFile(path)
        self._copied = 0

    @property
    def size(self) -> int:
        """In bytes, for the anchor: a file of another size was harmed."""
        return self._file.path.stat().st_size if self._file.exists else 0

    def begin(self, cursor: duckdb.DuckDBPyConnection, size: int | None) -> None:
        """Writes the file anew unless it has the size that it had; later calls of ``follow`` add to it."""
        if size is None or self.size != size:
            with suppress(StoreError):
                self._file.replace(_rows(cursor, _REGISTERED, [0]))
        self._copied = count_of(cursor, "select count(*) from registry")

    def follow(self, cursor: duckdb.DuckDBPyConnection, registered: int) -> None:
        """Adds the rows that came since. Raises StoreError."""
        if registered <= self._copied:
            return
        self._file.append(_rows(cursor, _REGISTERED, [self._copied]))
        self._copied = registered

    def put_back(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Registers the ids that the database lacks."""
        entries, _ = self._file.read()
        rows = {entry["client_account_id"]: (entry["origin"], entry["registered_at"]) for entry in entries}
        with staged(cursor, incoming=table_of(_REGISTRY, [(account, *rest) for account, rest in rows.items()])):
            cursor.execute(
                "insert into registry by name "
                "select client_account_id, origin, registered_at::timestamp as registered_at, "
                "client_account_id in (select client_account_id from account_reads) as is_read "
                "from incoming anti join registry using (client_account_id)"
            )


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
    found = cursor.execute(sql, values)
    names = [column[0] for column in found.description]
    while rows := found.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            yield dict(zip(names, map(_as_json, row), strict=True))


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _entry(table: str, row: Mapping[str, Any]) -> Entry:
    return {"table": table, "row": row}


def _actions_to_put_back(cursor: duckdb.DuckDBPyConnection, rows: Iterable[Entry]) -> Iterator[Entry]:
    """The newest row of each action that the database lacks or knows less far."""
    known = dict(cursor.execute("select action_id, outcome from actions").fetchall())
    newest = {row["action_id"]: row for row in rows}
    for action_id, row in newest.items():
        if action_id not in known or _stage(known[action_id]) < _stage(row["outcome"]):
            yield row


def _stage(outcome: str) -> int:
    return _STAGE.get(outcome, _ANSWERED)


def put_back(cursor: duckdb.DuckDBPyConnection, lacking: Rows) -> None:
    """Adds rows that the database lacks and rederives their accounts."""
    for row in lacking.get(ACTIONS, []):
        cursor.execute("delete from actions where action_id = ?", [row["action_id"]])
    for table, rows in lacking.items():
        _insert(cursor, table, rows)
    accounts = list(dict.fromkeys(row["client_account_id"] for rows in lacking.values() for row in rows))
    derive(cursor, accounts)
    mark_taken_out(cursor, accounts)
    follow_documents(cursor, Keys(accounts))


def _absent(cursor: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Entry]) -> list[Entry]:
    """The rows that the table lacks, each once."""
    known = {_identity(row) for row in _rows(cursor, f"select * from {table}")} if rows else set()
    return list({_identity(row): row for row in rows if _identity(row) not in known}.values())


def _identity(row: Entry) -> tuple[tuple[str, object], ...]:
    """A row by what it says, whatever columns came later."""
    return tuple(sorted((name, value) for name, value in row.items() if value is not None))


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Entry]) -> None:
    columns = [name for name, *_ in cursor.execute(f"describe {table}").fetchall()]
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        cursor.execute(
            f"insert into {table} ({', '.join(columns)}) values ({marks})", [row.get(name) for name in columns]
        )
