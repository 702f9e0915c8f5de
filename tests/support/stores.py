"""Stores copied from a database that was migrated once: migrating takes most of the time of opening one."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

from workbench.store import Source, Store
from workbench.store.engine.database import MEMORY, Database, log_of
from workbench.store.engine.migrations import migrate

_FOLDER = tempfile.TemporaryDirectory(prefix="migrated-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
_numbers = count()


def new_store() -> Store:
    """Return an empty store like ``Store.in_memory()``; ``tests/store/test_database.py`` compares the two."""
    return _copy_of(_migrated())


def filled_store(name: str, fill: Callable[[Store], None]) -> Store:
    """Return a store as ``fill`` leaves it, which runs once for this name: from then on the store is copied."""
    path = Path(_FOLDER.name) / f"{name}.duckdb"
    if not path.exists():
        _keep_filled(path, fill)
    return _copy_of(path)


class _CopiedDatabase(Database):
    """A copy of a database file that is gone once it is closed; to the store it is in memory, with no files beside it.

    Opening a copied file takes half the time of copying its tables into a database in memory.
    """

    def __init__(self, original: Path) -> None:
        self._file = Path(_FOLDER.name) / f"copy-{next(_numbers)}.duckdb"
        shutil.copyfile(original, self._file)
        super().__init__(self._file)
        self.path = MEMORY  # so that the store keeps no files beside it
        with self.reader() as cursor:
            cursor.execute("set threads = 1")  # for tables this small a second thread costs more than it saves

    def close(self) -> None:
        self.abandon()

    def abandon(self) -> None:
        super().abandon()
        for file in (self._file, log_of(self._file)):
            file.unlink(missing_ok=True)


def _copy_of(path: Path) -> Store:
    return Store(_CopiedDatabase(path))


def _keep_filled(path: Path, fill: Callable[[Store], None]) -> None:
    unfinished = path.with_suffix(".unfinished")
    shutil.copyfile(_migrated(), unfinished)
    database = Database(unfinished)
    database.path = MEMORY  # so that the store keeps no files beside it
    fill(Store(database))
    database.close()
    unfinished.rename(path)


def put_migrated_file(path: Path) -> Path:
    """Put the file there that opening an empty desk's database leaves, of no Bakkt environment yet; return the path."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(_of_nobody(), path)
    return path


@cache
def _migrated() -> Path:
    path = put_migrated_file(Path(_FOLDER.name) / "workbench.duckdb")
    Store.open(path, Source("memory", "")).close()
    return path


@cache
def _of_nobody() -> Path:
    path = Path(_FOLDER.name) / "of-nobody.duckdb"
    database = Database(path)
    migrate(database)
    database.close()
    return path
