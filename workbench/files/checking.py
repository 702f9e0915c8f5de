"""Checking an upload before sending, in a separate process so that no file can bring the workbench down."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.errors import InputError
from workbench.files.examined import ExaminedFile, deserialize
from workbench.files.kinds import FileKind
from workbench.files.reasons import Reason, refusal_text

MEGABYTE = 1_000_000
TIMEOUT_SECONDS = 120.0
_FOLDER = Path(__file__).parents[2]
_WORKER_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from workbench.files.worker import main; main()"
"""Loads only this package, because importing the whole workbench would take longer than the check."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The part of an upload that may be sent: ``content`` without metadata, and its ``sha256``.

    ``preview`` shows a picture's first frame in the page; it is empty where nothing could be seen.
    """

    kind: FileKind
    content: bytes = field(repr=False)
    sha256: str
    pixels: tuple[int, int] | None = None
    frames: int = 1
    preview: bytes = field(default=b"", repr=False)
    pages: int | None = None
    removed: str = ""

    @property
    def content_type(self) -> str:
        return self.kind.content_type


def check_file(content: bytes, limit: int, *, timeout_seconds: float = TIMEOUT_SECONDS) -> CheckedFile:
    """The file as it may be sent, checked by content. ``limit`` is in bytes.

    Raises InputError with title, reason and next step; none of them quotes the file.
    """
    if not content:
        raise _refusal(Reason.EMPTY, "", limit)
    if len(content) > limit:
        raise _refusal(Reason.TOO_BIG, "", limit)
    facts, files = _run_worker(content, timeout_seconds)
    if "reason" in facts:
        raise _refusal(Reason(str(facts["reason"])), str(facts["found"]), limit)
    examined = deserialize(facts, files)
    if len(examined.content) > limit:  # re-encoding can make a picture larger
        raise _refusal(Reason.TOO_BIG, "", limit)
    return _checked(examined)


def _run_worker(content: bytes, timeout_seconds: float) -> tuple[dict[str, object], bytes]:
    """The worker's answer; a worker that crashes or takes too long means a refusal."""
    too_much: tuple[dict[str, object], bytes] = {"reason": Reason.TOO_MUCH_WORK.value, "found": ""}, b""
    try:
        worker = subprocess.run(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-I", "-c", _WORKER_CODE, str(_FOLDER)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return too_much
    line, _, files = worker.stdout.partition(b"\n")
    return (json.loads(line), files) if worker.returncode == 0 and line else too_much


def _checked(examined: ExaminedFile) -> CheckedFile:
    return CheckedFile(
        kind=examined.kind,
        content=examined.content,
        sha256=hashlib.sha256(examined.content).hexdigest(),
        pixels=examined.pixels,
        frames=examined.frames,
        preview=examined.preview,
        pages=examined.pages,
        removed=removed_in_words(examined),
    )


def removed_in_words(examined: ExaminedFile) -> str:
    """What was removed or mended: "location and 3 other metadata entries removed"; empty if nothing was."""
    removed = [
        "location" if examined.has_location else "",
        _metadata_in_words(examined),
        "data before its start" if examined.leading_bytes else "",
        "data after its end" if examined.trailing_bytes else "",
    ]
    mended = [
        f"{words} removed" if (words := _enumerated([part for part in removed if part])) else "",
        "missing end mark added" if examined.is_end_added else "",
        "re-encoded without its metadata" if examined.is_reencoded else "",
    ]
    return "; ".join(filter(None, mended))


def _metadata_in_words(examined: ExaminedFile) -> str:
    if not examined.notes:
        return ""
    other = "other " if examined.has_location else ""
    return f"{examined.notes} {other}metadata {'entries' if examined.notes > 1 else 'entry'}"


def _enumerated(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return f"{', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]}" if parts else ""


def _refusal(reason: Reason, found: str, limit: int) -> InputError:
    words = refusal_text(reason, found, limit)
    return InputError(words.message, title=words.title, next_step=words.next_step)
