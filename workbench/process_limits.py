"""What a process of ours that works on other people's files or statements may use at most."""

import contextlib
import resource

MAX_MEMORY_BYTES = 1_500_000_000
MAX_CPU_SECONDS = 30
_LIMITS = (
    (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
    (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)


def limit_this_process() -> None:
    """Limits memory and time, and forbids writing files. A limit that the system does not support is skipped."""
    for kind, most in _LIMITS:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
