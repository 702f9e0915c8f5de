"""The two ways of a command to the desk: through the workbench that runs on the database, else the file itself.

DuckDB lets one process open a file. The way that was taken is said on standard error.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import typer

from workbench.access.audit_trail import check_file
from workbench.access.customer_asked_about import customer_asked_about, with_customer
from workbench.access.policy import Act
from workbench.cli import doctor
from workbench.cli.opening import acted_by_user, open_desk_for_command
from workbench.client.server import Server, find_server
from workbench.desk import Desk
from workbench.events import ReplayReport
from workbench.events.archive import UnreadableLine
from workbench.examination import CheckResult
from workbench.registry.tables import Choice
from workbench.registry.words import import_sentence, understood_sentence
from workbench.settings import Settings
from workbench.store.published.publishing import Published
from workbench.sync import SyncProgress

Watch = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class ImportTold:
    """What an import did, or would do if somebody confirms it."""

    is_imported: bool
    sentence: str
    notes: Sequence[str]
    doubts: Sequence[str]


class Way(Protocol):
    """What commands ask, whichever way they go."""

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table: ...

    def import_accounts(self, name: str, content: bytes, choice: Choice, *, is_confirmed: bool) -> ImportTold: ...

    def replay_events(self, file: Path) -> ReplayReport: ...

    def publish(self, folder: Path | None) -> Published: ...


@contextmanager
def open_way(settings: Settings) -> Iterator[Way]:
    """The way to the desk. Raises SettingsError, StoreError."""
    server = find_server(settings)
    if server is not None:
        _say(server)
        with server:
            yield _ThroughServer(server)
        return
    desk = open_desk_for_command(settings)
    try:
        yield _ThroughFile(acted_by_user(desk))
    finally:
        desk.close()


def sync(
    settings: Settings, *, everything: bool, client_account_id: str | None, watch: Watch
) -> tuple[SyncProgress, list[dict[str, Any]]]:
    """Reads accounts from Bakkt; returns the run's progress, and the failures if there are any."""
    server = find_server(settings)
    if server is not None:
        _say(server)
        with server:
            return _sync_through(server, everything=everything, client_account_id=client_account_id, watch=watch)
    from workbench.embedded_sandbox import open_with_sandbox  # a second of imports that most commands do not need

    desk, sandbox = open_with_sandbox(settings)
    try:
        sync = acted_by_user(desk).sync
        progress = sync.run(everything=everything, client_account_id=client_account_id, watch=watch)
        return progress, [] if progress.is_clean else desk.store.read_rows("sync/failures")
    finally:
        desk.close()
        if sandbox is not None:
            sandbox.close()


def examine(settings: Settings) -> list[CheckResult]:
    """What the running workbench says of itself, else what the files say. Raises SettingsError."""
    server = find_server(settings)
    if server is None:
        return doctor.examine(settings)
    _say(server)
    with server:
        found = [CheckResult(**one) for one in server.doctor()]
    return [CheckResult("workbench", True, f"runs at {server.url}"), *found]


@dataclass(frozen=True, slots=True)
class AuditTold:
    """Whether the audit trail holds, in a sentence, and what is wrong with it, a line each."""

    holds: bool
    sentence: str
    findings: Sequence[str]


def check_audit_trail(settings: Settings, since: int) -> AuditTold:
    """Checks the audit trail; a file is only read for it. Raises SettingsError, StoreError."""
    server = find_server(settings)
    if server is not None:
        _say(server)
        with server:
            return AuditTold(**server.check_audit_trail(since))
    found = check_file(settings.workbench_database, since)
    return AuditTold(found.holds, found.sentence, [finding.words for finding in found.findings])


class _ThroughFile:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        customer = customer_asked_about(self._desk.store, name, parameters)
        self._desk.acting.begin_reading(Act.EXPORT, with_customer(customer, name))
        return self._desk.store.read(name, **parameters)

    def import_accounts(self, name: str, content: bytes, choice: Choice, *, is_confirmed: bool) -> ImportTold:
        understood = self._desk.look_at_import(name, content, choice)
        if understood.doubts and not is_confirmed:
            return ImportTold(False, understood_sentence(understood), understood.notes, understood.doubts)
        report = self._desk.register(understood)
        return ImportTold(True, import_sentence(report), understood.notes, understood.doubts)

    def replay_events(self, file: Path) -> ReplayReport:
        with file.open("rb") as lines:
            return self._desk.replay_events(lines)

    def publish(self, folder: Path | None) -> Published:
        return self._desk.publish(folder)


class _ThroughServer:
    def __init__(self, server: Server) -> None:
        self._server = server

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        return self._server.query(name, parameters)

    def import_accounts(self, name: str, content: bytes, choice: Choice, *, is_confirmed: bool) -> ImportTold:
        asked = {"file_name": name, "sheet": choice.sheet, "column": choice.column}
        given = {key: value for key, value in asked.items() if value}
        if choice.has_heading is not None:
            given["heading"] = str(choice.has_heading).lower()
        return ImportTold(**self._server.import_accounts(content, given | {"confirmed": str(is_confirmed).lower()}))

    def replay_events(self, file: Path) -> ReplayReport:
        report = self._server.replay(file.read_bytes())["report"]
        unreadable = tuple(UnreadableLine(**line) for line in report.pop("unreadable"))
        return ReplayReport(**report, unreadable=unreadable)

    def publish(self, folder: Path | None) -> Published:
        told = self._server.publish(str(folder) if folder else None)
        return Published(
            Path(told["folder"]), datetime.fromisoformat(told["as_of"]), told["accounts"], told["size_bytes"]
        )


def _sync_through(
    server: Server, *, everything: bool, client_account_id: str | None, watch: Watch
) -> tuple[SyncProgress, list[dict[str, Any]]]:
    def watch_job(job: Mapping[str, Any]) -> None:
        if job["progress"]:
            watch(_progress_of(job["progress"]))

    asked = {"everything": str(everything).lower()}
    job = server.sync(asked | ({"client_account_id": client_account_id} if client_account_id else {}), watch_job)
    progress = _progress_of(job["progress"])
    return progress, [] if progress.is_clean else server.query("sync/failures", {}).to_pylist()


def _progress_of(told: Mapping[str, Any]) -> SyncProgress:
    known = {one.name for one in fields(SyncProgress)}
    values = {name: value for name, value in told.items() if name in known}
    return SyncProgress(**values | {"started_at": datetime.fromisoformat(told["started_at"])})


def _say(server: Server) -> None:
    typer.echo(f"Through the workbench that runs at {server.url}.", err=True)
