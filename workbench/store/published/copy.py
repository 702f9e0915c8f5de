"""A published copy that is queried: the catalogue's queries, and SQL."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from workbench.domain.errors import InputError, StoreError
from workbench.store.engine.binding import values_of
from workbench.store.engine.catalogue import find_query
from workbench.store.engine.database import translate_errors
from workbench.store.published.identity import refuse_other_desk
from workbench.store.published.manifest import DATABASE, is_current, read_manifest

HOW_TO_PUBLISH = "Publish one with `python -m workbench publish`."


class PublishedCopy:
    """The copy in a folder as it was when it was opened: a newer one is seen by opening it again.

    Raises StoreError if there is none or another version made it, InputError if it is not of the ``desk`` named.
    """

    def __init__(self, folder: Path, desk: str | None = None) -> None:
        self.folder = folder
        manifest = read_manifest(folder)
        if manifest is None or manifest.as_of is None:
            raise _no_copy(folder)
        if desk is not None:
            refuse_other_desk(manifest, folder, desk)
        if not is_current(manifest):
            raise StoreError(
                f"The copy in {folder} was published by another version of the workbench.",
                title="The published copy is from another version",
                next_step="Publish it again, or use the version that published it.",
            )
        self._connection = open_attached(folder)
        self.as_of: datetime = (self._connection.execute("select desk_now()").fetchone() or (manifest.as_of,))[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        """All rows of a catalogue query; times are naive UTC. Raises InputError, StoreError."""
        query = find_query(name)
        if query.searches_names:
            raise InputError(
                f"{name} looks for names, and the published copy has no names.",
                next_step="Ask the running workbench, or its database.",
            )
        with translate_errors(self.folder):
            values = values_of(self._connection, query, parameters)
            return self._connection.execute(query.sql, values).to_arrow_table()

    def sql(self, statement: str) -> pa.Table:
        """The rows of a statement. Raises InputError with DuckDB's words if it is wrong."""
        try:
            return self._connection.execute(statement).to_arrow_table()
        except duckdb.Error as error:
            raise InputError(str(error), title="The statement cannot be run") from error


def open_attached(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory of its own that reads the copy as it is now: one opened by its path would be shared."""
    if not (folder / DATABASE).exists():
        raise _no_copy(folder)
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    literal = str(folder / DATABASE).replace("'", "''")
    with translate_errors(folder / DATABASE):
        connection.execute(f"attach '{literal}' as desk (read_only)")
        connection.execute("use desk")
    return connection


def _no_copy(folder: Path) -> StoreError:
    return StoreError(f"There is no published copy in {folder}.", title="No published copy", next_step=HOW_TO_PUBLISH)
