"""Runs all benchmarks in sequence: ``python -m benchmarks``, as ``make bench`` does.

The databases are created in a temporary folder and shared by all benchmarks of the run.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.large_desk import DESKS, SIZES, desk_of
from benchmarks.reporting import Table, Target, publish_total, significant, targets_table
from benchmarks.servers import ROOT

TABLES = ("sync", "queries", "screens", "events", "profile", "clients")
MINUTES_TO_REACH = 20.0


def main() -> None:
    DESKS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=DESKS) as folder:
        desks = Path(folder)
        minutes = {"databases": _minutes_of("databases", partial(_make_databases, desks))}
        minutes |= {table: _minutes_of(table, partial(_run, table, desks)) for table in TABLES}
    total = sum(minutes.values())
    rows = [[table, significant(one)] for table, one in minutes.items()]
    tables = [
        Table("Minutes", ("table", "minutes"), [*rows, ["all", significant(total)]]),
        targets_table([Target("minutes of a full run", total, MINUTES_TO_REACH)]),
    ]
    publish_total(total, tables)


def _minutes_of(what: str, do: Callable[[], object]) -> float:
    began = time.monotonic()
    do()
    minutes = (time.monotonic() - began) / 60
    print(f"--- {what}: {minutes:.1f} minutes", flush=True)
    return minutes


def _make_databases(desks: Path) -> None:
    for accounts in SIZES:
        desk_of(desks, accounts)


def _run(table: str, desks: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{table}", "--folder", str(desks)]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
