"""The process that checks one file, with limited memory and time and no permission to write files."""

import contextlib
import json
import logging
import resource
import sys

from workbench.files.examining import examine
from workbench.files.reasons import FileRefused, Reason

MAX_MEMORY_BYTES = 1_500_000_000
MAX_CPU_SECONDS = 30
_LIMITS = (
    (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
    (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)


def main() -> None:
    """Reads the file from standard input; writes one line of JSON followed by the content that may be sent."""
    _limit_itself()
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


def _limit_itself() -> None:
    """Sets the limits; one that the system does not support is skipped."""
    for kind, most in _LIMITS:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
