"""What a failing file means for a person: a full disk, a read-only one, missing rights and damage are four things."""

from enum import Enum
from pathlib import Path

from workbench.domain.errors import HarmedFileError, StoreError


class FileFailure(Enum):
    """Why a file cannot be used; the value are words that the operating system, DuckDB or SQLite use for it."""

    FULL = ("No space left on device", "File too large", "Disk quota exceeded", "Out of disk space", "disk is full")
    READ_ONLY = ("Read-only file system", "readonly database", "read-only mode")
    NO_RIGHTS = ("ermission denied", "Operation not permitted")
    HARMED = (
        "not a valid DuckDB database file",
        "Corrupt database file",
        "Corrupt WAL file",
        "Could not read enough bytes",
        "Failure while replaying WAL",
        "file is not a database",
        "disk image is malformed",
        "file is encrypted",
    )


_NEVER_HARM = ("emory",)
"""A log that cannot be replayed for want of memory is whole."""


def failure_in(words: str) -> FileFailure | None:
    """Which failure an error's text tells of. A full disk is looked for first: it can also break off a replay."""
    found = [failure for failure in FileFailure if any(part in words for part in failure.value)]
    if not found or (found[0] is FileFailure.HARMED and any(part in words for part in _NEVER_HARM)):
        return None
    return found[0]


def file_error(path: Path, words: str) -> StoreError | None:
    """The error to show for a failure of this file; None if the words tell of none that is known."""
    failure = failure_in(words)
    if failure is FileFailure.FULL:
        return StoreError(
            "The disk is full: the last change was not saved, everything before it was.",
            title="The disk is full",
            next_step="Free some space, then try again.",
        )
    if failure is FileFailure.READ_ONLY:
        return StoreError(
            f"{path} is on a file system that is mounted read-only, so nothing can be saved there.",
            title="The disk is read-only",
            next_step="Look in the system's log for a disk error, mount the file system writable again, "
            "then start the workbench.",
        )
    if failure is FileFailure.NO_RIGHTS:
        return StoreError(
            f"This user may not open {path}.",
            title="The workbench may not use its files",
            next_step="Check who owns the file and its folder: the user that runs the workbench reads and writes both.",
        )
    return harmed(path) if failure is FileFailure.HARMED else None


def harmed(path: Path, kind: type[StoreError] = HarmedFileError) -> StoreError:
    """The error for a file that is none of ours any more, or never was: with another ``kind``, never set aside."""
    return kind(
        f"{path} cannot be read as a DuckDB database: it is damaged or another kind of file. Nothing was overwritten.",
        title="The database is damaged",
        next_step="Move the file and its .wal away and start again: account ids, actions and rulings are put back "
        "from the copies beside it, and `sync` reads everything again from Bakkt.",
    )


def error_from_system(path: Path, error: OSError) -> StoreError:
    """The error to show when the operating system refuses to read or write a file of the workbench."""
    known = file_error(path, str(error))
    return known or StoreError(
        f"{path} cannot be read or written ({error.strerror or type(error).__name__}).",
        next_step="Check the disk and the file, then try again.",
    )
