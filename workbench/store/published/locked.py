"""Untrusted SQL on a published copy, in a database of its own that can reach nothing else."""

import threading
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.domain.errors import InputError, WorkbenchError
from workbench.store.published.copy import open_attached
from workbench.store.published.statement_rules import Names, read_names, refuse_other_than_select

MOST_ROWS = 10_000
MOST_SECONDS = 5.0
MOST_BYTES = 32_000_000
MEMORY_MB = 256
_BATCH_ROWS = 2_048
_THREADS = 2


class LockedCopy:
    """A copy that answers statements which only select, and then no longer than ``MOST_SECONDS``.

    ``as_of``: when it was published, UTC without a zone.
    """

    def __init__(self, folder: Path) -> None:
        self._connection = open_attached(folder)
        self._names: Names = read_names(self._connection)
        self.as_of: datetime = self._connection.execute("select desk_now()").fetchall()[0][0]
        lock(self._connection)

    def close(self) -> None:
        self._connection.close()

    def run(self, statement: str, seconds: float = MOST_SECONDS) -> tuple[pa.Table, bool]:
        """The first rows, and whether there are more. Raises InputError if it is refused, wrong or takes too long."""
        refuse_other_than_select(self._connection, statement, self._names)
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.start()
        try:
            self._connection.execute("begin transaction read only")
            return _first_rows(self._connection.execute(statement))
        except duckdb.InterruptException as error:
            raise too_slow(seconds) from error
        except duckdb.OutOfMemoryException as error:
            raise too_large() from error
        except duckdb.Error as error:
            raise InputError(str(error).strip()[:1000], title="The statement cannot be run") from error
        finally:
            timer.cancel()
            self._connection.rollback()


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From now on it reaches nothing but what is attached, and no statement can change that."""
    for setting in (
        f"memory_limit = '{MEMORY_MB}MB'",
        "temp_directory = ''",
        f"threads = {_THREADS}",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")


def _first_rows(cursor: duckdb.DuckDBPyConnection) -> tuple[pa.Table, bool]:
    reader = cursor.to_arrow_reader(_BATCH_ROWS)
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > MOST_BYTES:
            raise too_large()
        if rows > MOST_ROWS:
            break
    table = pa.Table.from_batches(batches, reader.schema)
    return _plain(table.slice(0, MOST_ROWS)), rows > MOST_ROWS


def _plain(table: pa.Table) -> pa.Table:
    """With a name of its own for each column, and text in place of what no table shows."""
    names: list[str] = []
    for name in table.column_names:
        again = sum(1 for other in names if other == name or other.startswith(f"{name}_"))
        names.append(f"{name}_{again}" if name in names else name)
    return pa.table([column if _is_plain(column.type) else _as_text(column) for column in table.columns], names=names)


def _is_plain(kind: pa.DataType) -> bool:
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_date)
    return any(check(kind) for check in checks) or (pa.types.is_timestamp(kind) and kind.tz is None)


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def too_slow(seconds: float) -> WorkbenchError:
    return InputError(
        f"It took longer than {seconds:g} s and was stopped.",
        title="The statement was stopped",
        next_step="Ask for fewer rows, or filter before joining.",
    )


def too_large() -> WorkbenchError:
    return InputError(
        f"It needed more than {MEMORY_MB} MB of memory, or its result is too large.",
        title="The statement was stopped",
        next_step="Ask for fewer rows or columns, or filter before joining.",
    )
