"""Counts how often functions are called, in whatever thread a page runs."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def counted_calls(*functions: Callable[..., Any]) -> Iterator[Counter[str]]:
    """Count the calls of these functions by their names, in threads started inside the block."""
    names = {function.__code__: function.__name__ for function in functions}
    counts: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in names:
            counts[names[frame.f_code]] += 1

    threading.setprofile(note)
    try:
        yield counts
    finally:
        threading.setprofile(None)
