"""The inbox's SQLite file: its tables, and how it is opened so that a harmed one is noticed and set aside."""

import os
import sqlite3
from pathlib import Path

from workbench.events.inbox_anchor import InboxTally
from workbench.store.engine.failures import FileFailure, failure_in
from workbench.store.engine.harm import set_aside

_BUSY_SECONDS = 0.5
_SQLITE_HEAD = b"SQLite format 3\0"
_MALFORMED = "database disk image is malformed"
_TABLES = """
create table if not exists deliveries (received_us integer primary key autoincrement, raw blob not null);
create table if not exists tally (
    one integer primary key check (one = 1), kept integer, forgotten integer, forgotten_us integer
);
insert or ignore into tally values (1, 0, 0, 0);
create table if not exists write_checks (checked_us integer);
create table if not exists refusals (
    day text, reason text, refused integer, last_us integer, primary key (day, reason)
);
"""


def connect_whole(path: Path | None, *, is_known: bool) -> tuple[sqlite3.Connection, str, str]:
    """A connection, what was harmed in words, and what was set aside.

    Only a file that an anchor tells of is set aside: another may be anybody's.
    """
    if path is None or not is_known:
        return _connect(path), "", ""
    words = "the inbox's log is incomplete" if path.exists() else "the inbox is gone"
    try:
        _refuse_other_head(path)
        return _connect(path), words, ""
    except sqlite3.DatabaseError as error:
        if failure_in(str(error)) is not FileFailure.HARMED:
            raise
    aside = [set_aside(file).name for file in (path, *_logs_of(path)) if file.exists()]
    return _connect(path), "the inbox is damaged", ", ".join(aside)


def _refuse_other_head(path: Path) -> None:
    """SQLite reads the first page from the log if it is there, and would not see that the file itself is harmed."""
    if path.exists():
        with path.open("rb") as file:
            head = file.read(len(_SQLITE_HEAD))
        if not _SQLITE_HEAD.startswith(head):
            raise sqlite3.DatabaseError(_MALFORMED)


def _logs_of(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm")]


def _connect(path: Path | None) -> sqlite3.Connection:
    """A connection to the file, whose pages are whole."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        _sync_folder(path.parent)
    connection = sqlite3.connect(path or ":memory:", timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.executescript(_TABLES)
        found = connection.execute("pragma quick_check(1)").fetchone()
        if found != ("ok",):
            raise sqlite3.DatabaseError(_MALFORMED)
    except BaseException:
        connection.close()
        raise
    return connection


def read_counts(connection: sqlite3.Connection, last_us: int) -> InboxTally:
    """What the file itself counts, given its latest receipt."""
    kept, forgotten, forgotten_us = connection.execute("select kept, forgotten, forgotten_us from tally").fetchone()
    return InboxTally(kept, last_us, forgotten, forgotten_us)


def _sync_folder(folder: Path) -> None:
    """Syncs the folder: a new file survives a crash only once its folder entry is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
