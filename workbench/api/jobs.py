"""What takes longer than an answer: syncs, replays and publishing, one at a time each, with their progress."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from workbench.desk import Desk
from workbench.domain.errors import BusyError, WorkbenchError
from workbench.events import ReplayReport
from workbench.store.published.publishing import Published
from workbench.sync import SyncProgress

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """One sync, replay or publishing. ``error`` is why it ended early."""

    job_id: str = field(default_factory=lambda: uuid4().hex)
    is_finished: bool = False
    lines_done: int = 0
    progress: SyncProgress | None = None
    report: ReplayReport | None = None
    published: Published | None = None
    error: WorkbenchError | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.job_id,
            "is_finished": self.is_finished,
            "lines_done": self.lines_done,
            "progress": _in_json(asdict(self.progress)) if self.progress else None,
            "report": asdict(self.report) if self.report else None,
            "published": _in_json(asdict(self.published)) if self.published else None,
            "error": _error_in_json(self.error) if self.error else None,
        }


class Jobs:
    """The newest jobs of this process. Older ones are forgotten."""

    MOST_KEPT = 20

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._replays = threading.Lock()

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def start_sync(self, desk: Desk, *, everything: bool, client_account_id: str | None) -> Job:
        """Starts a sync. Raises BusyError if one is going."""
        job = Job()
        started = threading.Event()
        thread = threading.Thread(
            target=self._sync, args=(desk, job, started, everything, client_account_id), daemon=True
        )
        thread.start()
        started.wait()
        if isinstance(job.error, BusyError):
            raise job.error
        return self._keep(job)

    def start_replay(self, desk: Desk, lines: list[bytes]) -> Job:
        """Starts replaying an archive. Raises BusyError if another is being replayed."""
        if not self._replays.acquire(blocking=False):
            raise BusyError("An archive is already being replayed.", next_step="Try again when it is done.")
        job = self._keep(Job())
        threading.Thread(target=self._replay, args=(desk, job, lines), daemon=True).start()
        return job

    def start_publish(self, desk: Desk, folder: Path | None) -> Job:
        """Starts publishing a copy; the job fails with BusyError if another process is publishing there."""
        job = self._keep(Job())

        def run() -> None:
            job.published = desk.publish(folder)

        threading.Thread(target=_run, args=(job, run), daemon=True).start()
        return job

    def _keep(self, job: Job) -> Job:
        with self._lock:
            self._jobs[job.job_id] = job
            for old in list(self._jobs)[: -self.MOST_KEPT]:
                del self._jobs[old]
        return job

    def _sync(
        self, desk: Desk, job: Job, started: threading.Event, everything: bool, client_account_id: str | None
    ) -> None:
        def watch(progress: SyncProgress) -> None:
            job.progress = progress
            started.set()

        def run() -> None:
            job.progress = desk.sync.run(everything=everything, client_account_id=client_account_id, watch=watch)

        _run(job, run)
        started.set()

    def _replay(self, desk: Desk, job: Job, lines: list[bytes]) -> None:
        def counted() -> Iterator[bytes]:
            for line in lines:
                yield line
                job.lines_done += 1

        def run() -> None:
            job.report = desk.replay_events(counted())

        try:
            _run(job, run)
        finally:
            self._replays.release()


def _run(job: Job, do: Callable[[], None]) -> None:
    try:
        do()
    except WorkbenchError as error:
        job.error = error
    except Exception as error:  # noqa: BLE001 -- whoever waits for the job must learn that it ended
        log.error("A job of the API ended early: %s", type(error).__name__)
        job.error = WorkbenchError(f"It ended with an unexpected error ({type(error).__name__}).")
    finally:
        job.is_finished = True


def _in_json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _value_in_json(value) for name, value in values.items()}


def _value_in_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def _error_in_json(error: WorkbenchError) -> dict[str, str]:
    return {"kind": type(error).__name__, "title": error.title, "message": error.message, "next_step": error.next_step}
