"""One DuckDB file: opened once, one writer at a time, a cursor per reader, every failure as a StoreError."""

import os
import re
import shutil
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

from workbench.domain.errors import HarmedFileError, InputError, StoreError, WorkbenchError
from workbench.store.engine.failures import error_from_system, file_error, harmed

MEMORY = Path(":memory:")
MEMORY_MB = 512
"""How much memory DuckDB takes for tables and queries; what does not fit spills to a folder beside the file."""
INDEX_BYTES_PER_ROW = 40
"""What an index takes of memory for each of its rows. DuckDB can neither spill it nor commit where it does not fit, so
it comes on top."""
_COMMITS_PER_LIMIT = 64
"""After how many commits the limit is set again: tables grow."""
_HINT = "Dates are YYYY-MM-DD, path is individual or entity, hours and days are numbers."
_CONNECTION_CLOSED = "No open result set"
"""DuckDB's message to a thread that reads while another closes the connection."""
_OTHER_KIND = "Extension "
"""DuckDB looks for an extension that reads the file: it is SQLite's, for one."""
_OUT_OF_MEMORY = "Out of Memory"
_IS_NEWER = ("file with version number", "created with a newer version", "was created with version")
_HOLDER = re.compile(r"held in (?P<program>[^()]*)\(PID (?P<pid>\d+)\)")
_FileIdentity = tuple[int, int]
_open_here: set[_FileIdentity] = set()
"""Files open in this process: DuckDB would open one twice, and then two write locks would not exclude each other."""
_opening = threading.Lock()


class CommitWatch(Protocol):
    """Counts commits in the database and outside it."""

    def count(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Counts one more within the transaction that is about to be committed."""

    def add_events(self, added: int, last_received_at: datetime) -> None:
        """Takes note of events that the open transaction adds."""

    def committed(self, cursor: duckdb.DuckDBPyConnection, *, recount: bool) -> None:
        """Notes outside the database that it was committed; never raises."""


class Database:
    """A DuckDB connection that threads share, each with its own cursor.

    Turns every DuckDB failure into a StoreError that says what happened, what was kept and what to do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data_version = 0
        self.watch: CommitWatch | None = None
        self.memory_mb = MEMORY_MB
        self._write_lock = threading.RLock()
        with _opening:
            _refuse_open_file(path)
            self._connection = _connect(path)
            self._forget_open = weakref.finalize(self, _open_here.difference_update, _remember_open(path))

    @contextmanager
    def reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with translate_errors(self.path):
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    @contextmanager
    def writer(
        self, *, recount: bool = False, is_news: bool = True, is_watched: bool = True
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction: committed as a whole when the block ends, or not at all. Bumps ``data_version``.

        ``recount``: it writes what nobody could read again, so the watch counts the rows at once. Not ``is_news``: no
        page shows what it writes, so that the version stays. Not ``is_watched``: another file tells how far it came.
        """
        watch = self.watch if is_watched else None
        with self._write_lock, self.reader() as cursor:
            cursor.begin()
            try:
                yield cursor
                if watch is not None:
                    watch.count(cursor)
                cursor.commit()
            except BaseException:
                _roll_back(cursor)
                raise
            self.data_version += is_news
            if is_news and self.data_version % _COMMITS_PER_LIMIT == 0:
                with suppress(StoreError):  # it was committed; a lower limit can wait until what is in use is freed
                    self.limit_memory()
            if watch is not None:
                watch.committed(cursor, recount=recount)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other threads from writing within the block, which may use ``writer`` itself."""
        with self._write_lock:
            yield

    @contextmanager
    def alone_if_free(self) -> Iterator[bool]:
        """The same if nobody writes at this moment, and gives whether that is so: nobody waits."""
        is_free = self._write_lock.acquire(blocking=False)
        try:
            yield is_free
        finally:
            if is_free:
                self._write_lock.release()

    def write_if(
        self,
        is_needed: Callable[[duckdb.DuckDBPyConnection], object],
        write: Callable[[duckdb.DuckDBPyConnection], object],
        *,
        recount: bool = False,
    ) -> None:
        """One transaction if it is needed, else none: what is looked for again and again usually writes nothing."""
        with self.reader() as cursor:
            if not is_needed(cursor):
                return
        with self.writer(recount=recount) as cursor:
            write(cursor)

    def limit_memory(self, memory_mb: int | None = None) -> None:
        """Lets DuckDB use so much memory (as much as before), and what its indexes take."""
        self.memory_mb = memory_mb or self.memory_mb
        with self.reader() as cursor:
            (rows,) = cursor.execute(_INDEXED_ROWS).fetchone() or (0,)
            cursor.execute(f"set memory_limit = '{self.memory_mb + rows * INDEX_BYTES_PER_ROW // 1_000_000}MB'")

    def checkpoint(self) -> bool:
        """Moves the log into the file; whether the file now has everything that was committed before.

        It has not while somebody still reads what was changed since: the log stays, and the next checkpoint moves it.
        """
        with self._write_lock, self.reader() as cursor:
            try:
                cursor.execute("checkpoint")
            except duckdb.TransactionException:
                return False
            log = log_of(self.path)
            return not log.exists() or log.stat().st_size == 0

    def close(self) -> None:
        """Checkpoints the write-ahead log and closes the file."""
        with self._write_lock:
            with suppress(WorkbenchError):  # the log stays next to the file and is replayed at the next start
                self.checkpoint()
            self.abandon()

    def abandon(self) -> None:
        """Closes without writing, for a file that turned out not to be ours."""
        self._connection.close()
        self._forget_open()


_INDEXED_ROWS = """
select coalesce(sum(estimated_size), 0)::bigint
from duckdb_tables()
join duckdb_indexes() using (table_name)
"""


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Rolls back and ignores errors: after a failed commit there is no transaction, and the first error matters."""
    try:
        cursor.rollback()
    except duckdb.Error:
        return


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    os.umask(0o077)  # otherwise DuckDB creates its files and write-ahead log readable by everyone
    if path != MEMORY:
        _make_folder(path)
        _refuse_folder(path)
        _refuse_damaged_log(path)
    with translate_errors(path):
        connection = duckdb.connect(
            str(path),
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": f"{MEMORY_MB}MB",
                "temp_directory": "" if path == MEMORY else str(_spill_folder(path)),
                "wal_autocheckpoint": "256MB",  # with the default, a sync would wait for a checkpoint every few batches
            },
        )
        connection.execute("pragma disable_checkpoint_on_shutdown")
    if path != MEMORY:
        path.chmod(0o600)
        shutil.rmtree(_spill_folder(path), ignore_errors=True)  # left behind by a process that was killed
    return connection


def _spill_folder(path: Path) -> Path:
    """Where DuckDB keeps what does not fit into memory, while a query or a commit runs."""
    return path.with_name(f"{path.name}.spill")


_LOG_HEAD = bytes.fromhex("640062")
"""Every DuckDB write-ahead log begins with this version entry. DuckDB silently discards a log that does not."""


def log_of(path: Path) -> Path:
    """DuckDB's write-ahead log of this file."""
    return path.with_name(f"{path.name}.wal")


def _refuse_damaged_log(path: Path) -> None:
    log = log_of(path)
    if not log.exists():
        return
    try:
        with log.open("rb") as file:
            head = file.read(len(_LOG_HEAD))
    except OSError as error:
        raise error_from_system(log, error) from error
    if not _LOG_HEAD.startswith(head):
        raise HarmedFileError(
            f"{log} holds the database's latest changes and is damaged. Nothing was opened or overwritten.",
            title="The database's log is damaged",
            next_step="Copy both files, then move the .wal away and start again: actions and rulings are put back, "
            "events that the inbox still has are applied again, and `sync --all` reads the accounts again.",
        )


def _refuse_open_file(path: Path) -> None:
    if path != MEMORY and path.exists() and _identity(path) in _open_here:
        raise StoreError(
            f"{path} is already open in this process and cannot be opened twice.",
            title="The database is already open",
            next_step="Use the open desk or close it first.",
        )


def _remember_open(path: Path) -> set[_FileIdentity]:
    """Registers the file as open; returns what to remove when it is closed (nothing for a database in memory)."""
    files = set() if path == MEMORY else {_identity(path)}
    _open_here.update(files)
    return files


def _identity(path: Path) -> _FileIdentity:
    """The file's identity whatever its path: links lead to the same file."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise HarmedFileError(
            f"{path} is a folder.",
            title="The database is a folder",
            next_step="Set WORKBENCH_DATABASE to the path of a file in it.",
        )


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        known = file_error(path.parent, str(error))
        raise known or StoreError(
            f"The database folder {path.parent} cannot be created.",
            next_step="Set WORKBENCH_DATABASE to a writable path.",
        ) from error


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turns DuckDB's errors into StoreError, or InputError for a parameter of the wrong type."""
    try:
        yield
    except WorkbenchError:
        raise
    except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException) as error:
        if _CONNECTION_CLOSED in str(error):
            raise _closed() from error
        raise InputError("A parameter has an invalid value.", next_step=_HINT) from error
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise StoreError(
            f"{path} does not have the tables and views that this workbench expects. Nothing was overwritten.",
            title="The database does not match this workbench",
            next_step="Move it away and start again, or use the workbench version that created it.",
        ) from error
    except duckdb.Error as error:
        raise _store_error(path, str(error)) from error


def _closed() -> StoreError:
    return StoreError("The database was closed: the workbench is stopping.", next_step="Start it again.")


def _store_error(path: Path, full_message: str) -> StoreError:
    message = full_message.replace(str(path), "")
    if "Could not set lock" in message or "already open" in message.lower():
        return _locked(path, message)
    if "already closed" in message:
        return _closed()
    if any(words in message for words in _IS_NEWER):
        return StoreError(
            f"{path} was written by a newer version of DuckDB.",
            title="The database is newer than this workbench",
            next_step="Update the workbench. Nothing was changed.",
        )
    if _OUT_OF_MEMORY in message:
        return StoreError(
            "The database needed more memory than it may use. Nothing was changed; everything else goes on.",
            title="Not enough memory for this",
            next_step="Ask for less at once, or set DATABASE_MEMORY_MB higher and start the workbench again.",
        )
    if _OTHER_KIND in message:
        return harmed(path, StoreError)
    return file_error(path, message) or StoreError(
        f"{path} cannot be used ({message.strip().splitlines()[0][:200]}). Nothing was overwritten.",
        next_step="Try again; if it happens again, the words in brackets are DuckDB's.",
    )


def _locked(path: Path, message: str) -> StoreError:
    holder = _HOLDER.search(message)
    who = f"process {holder['pid']}" if holder else "another process"
    return StoreError(
        f"{path} is in use by {who}.",
        title="The workbench is running",
        next_step="Import, sync and replay on its Data page, or stop that process first.",
    )
