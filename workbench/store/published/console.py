"""Untrusted SQL, each statement in a process of its own: it can be stopped at any moment, and shares nothing."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from workbench.domain.errors import BusyError, InputError, WorkbenchError
from workbench.store.published.locked import MOST_SECONDS, too_large, too_slow

MOST_AT_ONCE = 2
_GRACE_SECONDS = 1.0
_SECONDS_TO_START = 30.0
_ROOT = Path(__file__).parents[3]
_WORKER = (
    "import sys; sys.path.insert(0, sys.argv[1]); from workbench.store.published.statement_worker import main; main()"
)

_running = threading.BoundedSemaphore(MOST_AT_ONCE)


class Cancelled(InputError):
    """A person stopped the statement."""

    default_title = "The statement was stopped"


@dataclass(frozen=True, slots=True)
class StatementRows:
    """The first rows of a statement on the copy ``as_of``, UTC without a zone. ``is_cut``: there are more."""

    table: pa.Table = field(repr=False)
    as_of: datetime
    is_cut: bool
    seconds: float


class RunningStatement:
    """A statement that was started on the copy in a folder.

    Raises BusyError when it is made, if as many as may be are running.
    """

    def __init__(self, folder: Path, statement: str, seconds: float = MOST_SECONDS) -> None:
        if not _running.acquire(blocking=False):
            raise BusyError(
                f"{MOST_AT_ONCE} statements are running already.", next_step="Run it again in a few seconds."
            )
        self.statement = statement
        self._seconds = seconds
        self._asked = json.dumps({"folder": str(folder), "statement": statement, "seconds": seconds}).encode()
        self._outcome: StatementRows | WorkbenchError | None = None
        self._is_cancelled = self._is_late = False
        self._began = time.monotonic()
        self._ended: float | None = None
        self._process = _start_worker()
        self._thread = threading.Thread(target=self._run, name="statement", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:  # the system gives no thread
            self._end()
            raise _no_room() from error

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        return (self._ended or time.monotonic()) - self._began

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended, at the latest after these seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def cancel(self) -> None:
        self._is_cancelled = True
        self._process.kill()

    def result(self) -> StatementRows:
        """Waits for it. Raises InputError if it was refused, wrong or stopped."""
        self._thread.join()
        if isinstance(self._outcome, StatementRows):
            return self._outcome
        raise self._outcome or too_large()

    def _run(self) -> None:
        try:
            self._outcome = self._exchange()
        except OSError:  # it was killed before it had read the statement
            self._outcome = self._why_without_answer()
        finally:
            self._end()

    def _end(self) -> None:
        with self._process:  # closes its pipes, and waits for it
            self._process.kill()
        self._ended = time.monotonic()
        _running.release()

    def _exchange(self) -> StatementRows | WorkbenchError:
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        starting = self._killing_after(_SECONDS_TO_START)
        with self._process.stdin:
            self._process.stdin.write(self._asked)
        head = self._process.stdout.read(1)
        starting.cancel()
        running = self._killing_after(self._seconds + _GRACE_SECONDS)
        began = time.monotonic()
        with self._process.stdout:
            answer = (b"" if head == b"\n" else head or b"") + self._process.stdout.read()
        running.cancel()
        return self._outcome_of(answer, time.monotonic() - began)

    def _outcome_of(self, answer: bytes, seconds: float) -> StatementRows | WorkbenchError:
        line, _, rows = answer.partition(b"\n")
        try:
            told = json.loads(line)
            if "message" in told:
                return InputError(told["message"], title=told["title"], next_step=told["next_step"])
            with pa.ipc.open_stream(rows) as stream:
                as_of = datetime.fromisoformat(told["as_of"])
                return StatementRows(stream.read_all(), as_of, bool(told["is_cut"]), seconds)
        except (ValueError, OSError):  # it was killed, or ended by the system
            return self._why_without_answer()

    def _why_without_answer(self) -> WorkbenchError:
        if self._is_cancelled:
            return Cancelled("You stopped it.")
        return too_slow(self._seconds) if self._is_late else too_large()

    def _killing_after(self, seconds: float) -> threading.Timer:
        def kill() -> None:
            self._is_late = True
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        return timer


def _start_worker() -> "subprocess.Popen[bytes]":
    """A process without our environment. Raises BusyError if the system gives none."""
    try:
        return subprocess.Popen(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-I", "-c", _WORKER, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            bufsize=0,
        )
    except OSError as error:
        _running.release()
        raise _no_room() from error


def _no_room() -> BusyError:
    return BusyError("The machine has no room for another statement.", next_step="Run it again later.")
