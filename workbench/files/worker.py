"""The process that checks one file, with limited memory and time and no permission to write files."""

import json
import logging
import sys

from workbench.files.examining import examine
from workbench.files.reasons import FileRefused, Reason
from workbench.process_limits import limit_this_process


def main() -> None:
    """Reads the file from standard input; writes one line of JSON followed by the content that may be sent."""
    limit_this_process()
    logging.disable()
    try:
        answer = examine(sys.stdin.buffer.read()).serialize()
    except FileRefused as refused:
        answer = _refusal(refused)
    except (MemoryError, RecursionError):
        answer = _refusal(FileRefused(Reason.TOO_MUCH_WORK))
    sys.stdout.buffer.write(answer)


def _refusal(refused: FileRefused) -> bytes:
    return json.dumps({"reason": refused.reason.value, "found": refused.found}).encode() + b"\n"
