"""All tables, one after the other: ``python -m benchmarks``, as ``make bench`` runs it."""

import subprocess
import sys
import time

from benchmarks.servers import ROOT

TABLES = (
    ("sync",),
    ("queries",),
    ("screens", "--accounts", "100000"),
    ("profile",),
)


def main() -> None:
    began = time.monotonic()
    for table, *options in TABLES:
        subprocess.run([sys.executable, "-W", "ignore", "-m", f"benchmarks.{table}", *options], cwd=ROOT, check=True)
        print(f"--- {table}: {(time.monotonic() - began) / 60:.1f} minutes since the start", flush=True)


if __name__ == "__main__":
    main()
