"""Small files beside the database that a crash leaves whole: one value, or a list that grows by lines.

Each value carries a checksum, so that what is damaged is not taken for what was written.
"""

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from workbench.store.engine.failures import error_from_system

Entry = Mapping[str, Any]


def write_value(path: Path, value: Entry, *, is_synced: bool = True) -> None:
    """Replaces the file as a whole: whoever reads it sees the old or the new value. Raises StoreError."""
    _replace(path, [_line(value)], is_synced=is_synced)


def read_value(path: Path) -> Entry | None:
    """The value in the file; None if there is no file or it is damaged. Raises StoreError."""
    entries, _ = ListFile(path).read()
    return entries[0] if len(entries) == 1 else None


def create_file(path: Path, content: bytes) -> None:
    """Writes a new file that its owner alone can read; on disk when this returns. Raises OSError if there is one."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class ListFile:
    """Entries, one a line, in a file that only its owner reads. An entry is on disk when ``append`` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def append(self, entries: Iterable[Entry]) -> None:
        """Adds entries at the end. Raises StoreError."""
        try:
            _write(
                self.path, chain([""], map(_line, entries)), os.O_APPEND
            )  # "": a crash may have cut the last line off
        except OSError as error:
            raise error_from_system(self.path, error) from error

    def read(self) -> tuple[list[Entry], int]:
        """The entries that are whole, and how many lines are not. Raises StoreError."""
        try:
            content = self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return [], 0
        except OSError as error:
            raise error_from_system(self.path, error) from error
        lines = [line for line in content.split(b"\n") if line]
        entries = list(_whole(lines))
        return entries, len(lines) - len(entries)

    def replace(self, entries: Iterable[Entry]) -> None:
        """Replaces all entries at once. Raises StoreError."""
        _replace(self.path, map(_line, entries))


def _replace(path: Path, lines: Iterable[str], *, is_synced: bool = True) -> None:
    beside = path.with_name(f"{path.name}.new")
    try:
        _write(beside, lines, os.O_TRUNC, is_synced=is_synced)
        beside.replace(path)
    except OSError as error:
        raise error_from_system(path, error) from error


def _write(path: Path, lines: Iterable[str], flag: int, *, is_synced: bool = True) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(f"{line}\n".encode() for line in lines)
        file.flush()
        if is_synced:
            os.fsync(descriptor)


def _line(entry: Entry) -> str:
    text = json.dumps(entry, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}"


def _whole(lines: Iterable[bytes]) -> Iterator[Entry]:
    for line in lines:
        checksum, _, text = line.partition(b" ")
        if checksum == f"{zlib.crc32(text):08x}".encode():
            entry: Entry = json.loads(text)
            yield entry
