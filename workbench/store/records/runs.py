"""The records of sync runs: begun before the first request, ended whatever happens, with failures by account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.domain.moments import naive
from workbench.store.engine.keys import insert_rows
from workbench.store.engine.staging import schema


@dataclass(frozen=True, slots=True)
class Run:
    """One sync run. Counts are of accounts; ``requests`` counts every attempt."""

    run_id: str
    started_at: datetime
    scope: str
    accounts_due: int = 0
    accounts_read: int = 0
    accounts_failed: int = 0
    accounts_changed: int = 0
    requests: int = 0
    finished_at: datetime | None = None
    stopped_because: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one account could not be read in a run; contains no personal data."""

    client_account_id: str
    title: str
    reason: str
    failed_at: datetime


_FAILURES = schema(run_id="text", client_account_id="text", title="text", reason="text", failed_at="time")
_RUNS = schema(
    run_id="text",
    started_at="time",
    finished_at="time",
    scope="text",
    accounts_due="count",
    accounts_read="count",
    accounts_failed="count",
    accounts_changed="count",
    requests="count",
    stopped_because="text",
)


def begin_run(cursor: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Writes the run's row and ends runs that a killed process left open."""
    cursor.execute(
        "update sync_runs set finished_at = $now, stopped_because = 'the process stopped before the run finished' "
        "where finished_at is null",
        {"now": naive(run.started_at)},
    )
    _insert(cursor, run)


def end_run(cursor: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Replaces the run's row with its final counts."""
    cursor.execute("delete from sync_runs where run_id = $run_id", {"run_id": run.run_id})
    _insert(cursor, run)


def land_failures(cursor: duckdb.DuckDBPyConnection, run_id: str, failures: Sequence[Failure]) -> None:
    rows = [(run_id, f.client_account_id, f.title, f.reason, f.failed_at) for f in failures]
    insert_rows(cursor, "sync_failures", _FAILURES, rows)


def _insert(cursor: duckdb.DuckDBPyConnection, run: Run) -> None:
    insert_rows(cursor, "sync_runs", _RUNS, [[getattr(run, name) for name in _RUNS.names]])
