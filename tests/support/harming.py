"""Ways to harm the files of a desk between a kill and the next start, as a disk or a person does."""

import random
from collections.abc import Callable
from pathlib import Path

NOISE = random.Random(7).randbytes(1 << 16)
HEADER_BYTES = 3 * 4096
"""DuckDB's file begins with three headers of this size."""


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def cut(path: Path) -> None:
    """Leave the first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_in_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def fill_with_noise(path: Path) -> None:
    path.write_bytes(NOISE)


def spoil_the_middle(path: Path) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + NOISE[:500] + content[middle + 500 :])


def spoil_every_block(path: Path) -> None:
    """Leave the headers, and damage every block that they point to."""
    content = bytearray(path.read_bytes())
    for start in range(HEADER_BYTES, len(content), 1 << 18):
        content[start + 1000 : start + 1500] = NOISE[:500]
    path.write_bytes(content)


def zero_the_header(path: Path) -> None:
    path.write_bytes(bytes(HEADER_BYTES) + path.read_bytes()[HEADER_BYTES:])


def put_a_folder_there(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def _of(suffix: str, harm: Callable[[Path], None]) -> Callable[[Path], None]:
    """The harm for a file beside the database, if it is there."""

    def harm_beside(database: Path) -> None:
        file = database.with_name(f"{database.stem}{suffix}")
        if file.exists():
            harm(file)

    return harm_beside


LOG_HARMS: dict[str, Callable[[Path], None]] = {
    "log emptied": _of(".duckdb.wal", empty),
    "log gone": _of(".duckdb.wal", remove),
    "log cut": _of(".duckdb.wal", cut),
    "log all noise": _of(".duckdb.wal", fill_with_noise),
    "log spoilt in the middle": _of(".duckdb.wal", spoil_the_middle),
}
FILE_HARMS: dict[str, Callable[[Path], None]] = {
    "database gone": _of(".duckdb", remove),
    "database emptied": _of(".duckdb", empty),
    "database cut": _of(".duckdb", cut_in_header),
    "database header zeroed": _of(".duckdb", zero_the_header),
    "database all noise": _of(".duckdb", fill_with_noise),
    "database spoilt in every block": _of(".duckdb", spoil_every_block),
    "a folder instead of the database": _of(".duckdb", put_a_folder_there),
}
INBOX_HARMS: dict[str, Callable[[Path], None]] = {
    "inbox gone": _of(".inbox.sqlite", remove),
    "inbox all noise": _of(".inbox.sqlite", fill_with_noise),
    "inbox log emptied": _of(".inbox.sqlite-wal", empty),
    "inbox log cut": _of(".inbox.sqlite-wal", cut),
    "inbox log gone": _of(".inbox.sqlite-wal", remove),
    "inbox log spoilt in the middle": _of(".inbox.sqlite-wal", spoil_the_middle),
}
BESIDE_HARMS: dict[str, Callable[[Path], None]] = {
    "anchor gone": _of(".anchor.json", remove),
    "anchor all noise": _of(".anchor.json", fill_with_noise),
    "records gone": _of(".records.jsonl", remove),
    "records all noise": _of(".records.jsonl", fill_with_noise),
    "registry copy gone": _of(".registry.jsonl", remove),
    "registry copy cut": _of(".registry.jsonl", cut),
}
"""Each name tells what is done, to the files of the database that is given."""
