"""Measures the cost of a sync when little has changed: requests of a due run, and rows written by an idle run.

Both are counts, so they do not depend on the machine. Responses are generated in process.
"""

import asyncio
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from pydantic import SecretStr

from benchmarks.calls import ACCOUNT_PATHS
from benchmarks.large_desk import DESKS, SOURCE, desk_of
from benchmarks.reporting import Table
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.sandbox import Sandbox, SandboxOptions, SandboxTransport
from workbench.store import Store
from workbench.sync import SyncOrder, SyncProgress, run_sync

OWN_TABLES = frozenset({"sync_runs", "accounts"})
"""The tables that an idle sync writes: its run, and on their rows when accounts were read."""


@dataclass(frozen=True, slots=True)
class DueRun:
    """``in_motion`` accounts are open or have a newer event than their last reading; all others were read recently."""

    accounts: int
    in_motion: int
    requests: int

    @property
    def needed(self) -> int:
        return len(ACCOUNT_PATHS) * self.in_motion

    @property
    def share(self) -> float:
        return self.requests / self.needed

    def as_table(self) -> Table:
        row = [f"{self.accounts:,}", f"{self.in_motion:,}", f"{self.needed:,}", f"{self.requests:,}"]
        columns = ("accounts", "in progress", "requests needed", "requests sent", "ratio")
        return Table("Requests of a due run", columns, [[*row, f"{self.share:.3f}"]])


@dataclass(frozen=True, slots=True)
class IdleSync:
    """Rows inserted or rewritten, by table, when Bakkt had nothing new."""

    accounts: int
    rows_written: dict[str, int]

    @property
    def other_rows(self) -> int:
        return sum(rows for table, rows in self.rows_written.items() if table not in OWN_TABLES)

    def as_table(self) -> Table:
        rows = [[table, f"{count:,}"] for table, count in self.rows_written.items() if count or table in OWN_TABLES]
        notes = (f"{len(self.rows_written)} tables checked; those with no rows written are left out.",)
        return Table(f"Rows written by a sync of {self.accounts:,} unchanged accounts", ("table", "rows"), rows, notes)


def count_due_requests(accounts: int, desks: Path = DESKS) -> DueRun:
    """Count the requests of a due run in a database where ``large_desk.SHARE_OPEN`` of the accounts are open."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(shutil.copy(desk_of(desks, accounts), folder)), SOURCE)
        in_motion = _count_in_motion(store)
        progress = asyncio.run(_sync(store, httpx2.MockTransport(_answer_for_any_account), SyncOrder()))
        store.close()
    return DueRun(accounts, in_motion, progress.requests)


def _count_in_motion(store: Store) -> int:
    with store.database.reader() as cursor:
        found = cursor.execute(
            "select count(*) from accounts_now join account_reads using (client_account_id) "
            "where not is_final or last_event_at > read_at"
        ).fetchall()
    return int(found[0][0])


async def rows_written_by_an_idle_sync(accounts: int) -> IdleSync:
    """Sync a sandbox twice and compare every row of every table, including its rowid, so that rewritten rows count."""
    noon = datetime.now(UTC)
    sandbox = Sandbox(SandboxOptions(accounts=accounts, now=lambda: noon))
    store = Store.in_memory()
    store.land_registry([row["clientAccountId"] for row in sandbox.registry()], "file")
    await _sync(store, SandboxTransport(sandbox), SyncOrder(everything=True))
    with store.database.reader() as cursor:
        tables = [name for (name,) in cursor.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        rows_now = {table: f"select {_rowid_column(table)} as place, * from {table}" for table in tables}
        for table, rows in rows_now.items():
            cursor.execute(f"create temp table {table}_before as {rows}")
        await _sync(store, SandboxTransport(sandbox), SyncOrder(everything=True))
        written = {
            table: cursor.execute(f"select count(*) from ({rows} except all from {table}_before)").fetchall()[0][0]
            for table, rows in rows_now.items()
        }
    store.close()
    return IdleSync(accounts, written)


def _rowid_column(table: str) -> str:
    """Rewritten rows get a new rowid. In tables that are always written, other rows move too, so rowids are ignored."""
    return "0" if table in OWN_TABLES else "rowid"


async def _sync(store: Store, transport: httpx2.AsyncBaseTransport, order: SyncOrder) -> SyncProgress:
    connection = BakktConnection("http://bakkt", SecretStr("sandbox-key"), SandboxOptions().partner_id)
    async with BakktClient(connection, transport=transport, requests_per_second=None) as client:
        return await run_sync(client, store, order)


def _answer_for_any_account(request: httpx2.Request) -> httpx2.Response:
    last = request.url.path.rpartition("/")[2]
    if last == "status":
        return httpx2.Response(200, content=json.dumps({"canTradeCrypto": False}))
    if last == "accountDocumentMetadata":
        return httpx2.Response(200, content=json.dumps({"documentMetadata": []}))
    created_at = datetime.now(UTC) - timedelta(days=1)
    value = {"id": "B", "status": "COMPLETE", "createdAt": created_at.isoformat(), "request": {"clientAccountId": last}}
    return httpx2.Response(200, content=json.dumps(value))
