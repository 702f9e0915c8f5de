"""The process that runs one statement on a published copy, with limited memory and no permission to write files.

It reads the folder and the statement from standard input as JSON, writes a line feed when it is ready to run it, then
one line of JSON and the rows as an Arrow stream.
"""

import contextlib
import json
import logging
import os
import sys
from pathlib import Path

import pyarrow as pa

from workbench.domain.errors import WorkbenchError
from workbench.process_limits import limit_this_process
from workbench.store.published.locked import LockedCopy, too_large

_NICER_BY = 5


def main() -> None:
    logging.disable()
    asked = json.load(sys.stdin)
    try:
        copy = LockedCopy(Path(asked["folder"]))
        limit_this_process()
        with contextlib.suppress(OSError):
            os.nice(_NICER_BY)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
        rows, is_cut = copy.run(asked["statement"], asked["seconds"])
    except WorkbenchError as error:
        _answer({"title": error.title, "message": error.message, "next_step": error.next_step})
    except MemoryError:
        _answer({"title": too_large().title, "message": too_large().message, "next_step": too_large().next_step})
    else:
        _answer({"is_cut": is_cut, "as_of": copy.as_of.isoformat()}, rows)
    sys.stdout.buffer.flush()
    os._exit(0)  # what DuckDB would still tidy up, the system does at once


def _answer(facts: dict[str, object], rows: pa.Table | None = None) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    if rows is not None:
        with pa.ipc.new_stream(sys.stdout.buffer, rows.schema) as stream:
            stream.write_table(rows)
