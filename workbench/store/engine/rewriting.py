"""Writes a database file anew, so that nothing is left in it of values that were changed or deleted.

DuckDB leaves old values in parts of the file that it may use again later.
"""

import logging
import os
from pathlib import Path

import duckdb

logger = logging.getLogger(__name__)


def mark_for_rewriting(database: Path) -> None:
    """From now on the file is due, until it has been rewritten: at this start or a later one."""
    _mark(database).touch(mode=0o600)


def is_due_for_rewriting(database: Path) -> bool:
    return _mark(database).exists()


def rewrite(database: Path) -> None:
    """Rewrites a closed file whose log is empty. If that fails, the file stays as it is, and due."""
    copy = database.with_name(f"{database.name}.copy")
    try:
        copy.unlink(missing_ok=True)
        _copy(database, copy)
        os.replace(copy, database)
        _mark(database).unlink()
    except (OSError, duckdb.Error) as error:
        logger.warning(
            "the database file could not be rewritten (%s); the next start tries again", type(error).__name__
        )


def _mark(database: Path) -> Path:
    return database.with_name(f"{database.name}.rewrite")


def _copy(database: Path, copy: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach {_quoted(database)} as old (read_only)")
        connection.execute(f"attach {_quoted(copy)} as new")
        connection.execute("copy from database old to new")
        connection.execute("checkpoint new")
        connection.execute("detach new")
        connection.execute("detach old")
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
