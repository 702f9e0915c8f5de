"""A database file that is only read, by a process that is not its workbench."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from workbench.domain.errors import StoreError
from workbench.store.engine.binding import run_query
from workbench.store.engine.database import translate_errors
from workbench.store.engine.migrations import migration_numbers


def read_source(cursor: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The address and the partner id of the Bakkt environment that fills the database; empty in a new one."""
    return cursor.execute("select address, partner_id from source").fetchone() or ()


class ReadOnlyFile:
    """Catalogue queries on a file that nothing writes meanwhile. Raises StoreError if it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise StoreError(
                f"There is no database at {path}.", next_step="Start the workbench, or set WORKBENCH_DATABASE."
            )
        with translate_errors(path):
            self._connection = duckdb.connect(str(path), read_only=True)
            self._refuse_other_version()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Raises StoreError for what goes wrong within the block."""
        with translate_errors(self.path):
            yield self._connection

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        """All rows of a catalogue query; times are naive UTC. Raises InputError, StoreError."""
        with translate_errors(self.path):
            return run_query(self._connection, name, parameters)

    def source(self) -> tuple[str, ...]:
        """Whose data it is: the address and the partner id. Raises StoreError."""
        with translate_errors(self.path):
            return read_source(self._connection)

    def _refuse_other_version(self) -> None:
        found = self._connection.execute("select version from schema_versions").fetchall()
        different = {number for (number,) in found} ^ migration_numbers()
        if different:
            self.close()
            raise StoreError(
                f"{self.path} and this workbench differ in schema version {max(different)}.",
                title="The database is from another version",
                next_step="Start the workbench once, which upgrades it, or update this one.",
            )
