"""What a sync costs where little has changed: requests of a due run, rows written by a run that finds nothing new.

Both are counts: they do not depend on the machine. Answers come from inside the process.
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

OWN_TABLES = frozenset({"sync_runs", "account_reads"})
"""What an idle sync may write: its run, and when each account was read."""


@dataclass(frozen=True, slots=True)
class DueRun:
    """``in_motion`` accounts are open, or Bakkt told of them since they were read; every other was read lately."""

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
        columns = ("accounts", "in motion", "requests those need", "requests sent", "ratio")
        return Table("A due run", columns, [[*row, f"{self.share:.3f}"]])


@dataclass(frozen=True, slots=True)
class IdleSync:
    """Rows that are new or were written again, by table, where Bakkt had nothing new."""

    accounts: int
    rows_written: dict[str, int]

    @property
    def other_rows(self) -> int:
        return sum(rows for table, rows in self.rows_written.items() if table not in OWN_TABLES)

    def as_table(self) -> Table:
        rows = [[table, f"{count:,}"] for table, count in self.rows_written.items() if count or table in OWN_TABLES]
        notes = (f"{len(self.rows_written)} tables looked at; those with no row written are left out.",)
        return Table(f"Rows written by a sync of {self.accounts:,} unchanged accounts", ("table", "rows"), rows, notes)


def count_due_requests(accounts: int, desks: Path = DESKS) -> DueRun:
    """Counts what a due run sends on a desk of which ``large_desk.SHARE_OPEN`` is in motion."""
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
    """Reads a sandbox twice and compares every row of every table, by its place too, so that rewriting counts."""
    noon = datetime.now(UTC)
    sandbox = Sandbox(SandboxOptions(accounts=accounts, now=lambda: noon))
    store = Store.in_memory()
    store.land_registry([row["clientAccountId"] for row in sandbox.registry()], "file")
    await _sync(store, SandboxTransport(sandbox), SyncOrder(everything=True))
    with store.database.reader() as cursor:
        tables = [name for (name,) in cursor.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        rows_now = {table: f"select {_place(table)} as place, * from {table}" for table in tables}
        for table, rows in rows_now.items():
            cursor.execute(f"create temp table {table}_before as {rows}")
        await _sync(store, SandboxTransport(sandbox), SyncOrder(everything=True))
        written = {
            table: cursor.execute(f"select count(*) from ({rows} except all from {table}_before)").fetchall()[0][0]
            for table, rows in rows_now.items()
        }
    store.close()
    return IdleSync(accounts, written)


def _place(table: str) -> str:
    """A row that was written again stands elsewhere; in tables that are written anyway others move with it."""
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
