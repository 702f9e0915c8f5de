"""Stores in memory, copied from a database that was migrated once: migrating takes most of the time of opening one."""

import tempfile
from functools import cache
from pathlib import Path

from workbench.store import Source, Store
from workbench.store.engine.database import MEMORY, Database

_FOLDER = tempfile.TemporaryDirectory(prefix="migrated-")


def new_store() -> Store:
    """Return an empty store like ``Store.in_memory()``; ``tests/store/test_database.py`` compares the two."""
    database = Database(MEMORY)
    with database.reader() as cursor:
        cursor.execute(f"attach '{_migrated()}' as migrated (read_only)")
        cursor.execute("copy from database migrated to memory")
        cursor.execute("detach migrated")
        cursor.execute("set threads = 1")  # for tables this small a second thread costs more than it saves
    return Store(database)


@cache
def _migrated() -> Path:
    path = Path(_FOLDER.name) / "workbench.duckdb"
    Store.open(path, Source("memory", "")).close()
    return path
