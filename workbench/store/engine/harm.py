"""Opening a database whose files may be harmed: what cannot be read is set aside, never deleted."""

import fcntl
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from workbench.domain.errors import HarmedFileError, StoreError
from workbench.store.engine.database import Database, log_of
from workbench.store.engine.failures import error_from_system


@dataclass(slots=True)
class Harm:
    """What was wrong with the files, in words, and the names under which they were set aside."""

    words: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def open_whole(path: Path) -> tuple[Database, Harm]:
    """Opens a database that is known to have been here, without what is harmed of it.

    First the log is set aside, then, if that does not help, the file. Raises StoreError for every other failure: a
    file that is locked, newer or not allowed to be read is not harmed.
    """
    harm = Harm()
    if not path.exists():
        _give_up_file(path, harm, "the database file is gone")
        return Database(path), harm
    try:
        return Database(path), harm
    except HarmedFileError:
        _refuse_locked(path)
    if log_of(path).exists():
        _set_aside(log_of(path), harm, "the database's log is damaged")
        try:
            return Database(path), harm
        except HarmedFileError:
            harm.words.clear()
    _give_up_file(path, harm, "the database file is damaged")
    return Database(path), harm


def _give_up_file(path: Path, harm: Harm, words: str) -> None:
    if log_of(path).exists():  # it continues a file that is not there, and would be discarded
        _set_aside(log_of(path), harm)
    if path.exists():
        _set_aside(path, harm)
    harm.words.append(words)


def _set_aside(path: Path, harm: Harm, words: str = "") -> None:
    harm.set_aside.append(set_aside(path).name)
    harm.words += [words] if words else []


def set_aside(path: Path) -> Path:
    """Renames a harmed file, or folder, so that nothing opens it again; returns its new path. Raises StoreError."""
    aside = path.with_name(f"{path.name}.harmed-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    try:
        return path.rename(aside)
    except OSError as error:
        raise error_from_system(path, error) from error


def _refuse_locked(path: Path) -> None:
    """Raises StoreError if another process has the file: what it is writing may look harmed from here."""
    if path.is_dir():
        return
    try:
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(descriptor)
    except BlockingIOError as error:
        raise StoreError(
            f"{path} is in use by another process.",
            title="The workbench is running",
            next_step="Use that one, or stop it first.",
        ) from error
    except OSError as error:
        raise error_from_system(path, error) from error
