"""Runs all benchmarks in sequence: ``python -m benchmarks``, as ``make bench`` does.

The databases are created in a temporary folder and shared by all benchmarks of the run.
"""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.large_desk import DESKS
from benchmarks.reporting import Table, Target, publish_total, significant, targets_table
from benchmarks.servers import ROOT

TABLES = ("sync", "queries", "screens", "events", "profile", "clients")
MINUTES_TO_REACH = 20.0


def main() -> None:
    DESKS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=DESKS) as folder:
        minutes = {table: _minutes_of(table, Path(folder)) for table in TABLES}
    total = sum(minutes.values())
    rows = [[table, significant(one)] for table, one in minutes.items()]
    tables = [
        Table("Minutes", ("table", "minutes"), [*rows, ["all", significant(total)]]),
        targets_table([Target("minutes of a full run", total, MINUTES_TO_REACH)]),
    ]
    publish_total(total, tables)


def _minutes_of(table: str, desks: Path) -> float:
    began = time.monotonic()
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{table}", "--folder", str(desks)]
    subprocess.run(command, cwd=ROOT, check=True)
    minutes = (time.monotonic() - began) / 60
    print(f"--- {table}: {minutes:.1f} minutes", flush=True)
    return minutes


if __name__ == "__main__":
    main()
