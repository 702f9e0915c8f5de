"""Stores in memory, copied from a database that was migrated once: migrating takes most of the time of opening one."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from workbench.store import Source, Store
from workbench.store.engine.database import MEMORY, Database

_FOLDER = tempfile.TemporaryDirectory(prefix="migrated-")


def new_store() -> Store:
    """Return an empty store like ``Store.in_memory()``; ``tests/store/test_database.py`` compares the two."""
    return _copy_of(_migrated())


def filled_store(name: str, fill: Callable[[Store], None]) -> Store:
    """Return a store as ``fill`` leaves it, which runs once for this name: from then on the store is copied."""
    path = Path(_FOLDER.name) / f"{name}.duckdb"
    if not path.exists():
        _keep_filled(path, fill)
    return _copy_of(path)


def _copy_of(path: Path) -> Store:
    database = Database(MEMORY)
    with database.reader() as cursor:
        cursor.execute("set threads = 1")  # for tables this small a second thread costs more than it saves
        cursor.execute(f"attach '{path}' as kept (read_only)")
        cursor.execute("copy from database kept to memory")
        cursor.execute("detach kept")
    return Store(database)


def _keep_filled(path: Path, fill: Callable[[Store], None]) -> None:
    store, unfinished = new_store(), path.with_suffix(".unfinished")
    fill(store)
    with store.database.reader() as cursor:
        cursor.execute(f"attach '{unfinished}' as kept")
        cursor.execute("copy from database memory to kept")
        cursor.execute("checkpoint kept")
        cursor.execute("detach kept")
    store.close()
    unfinished.rename(path)


@cache
def _migrated() -> Path:
    path = Path(_FOLDER.name) / "workbench.duckdb"
    Store.open(path, Source("memory", "")).close()
    return path
