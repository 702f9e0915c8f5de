"""Whether an open desk works: its database, inbox, Bakkt, last run and last event, one line each."""

import asyncio
from dataclasses import dataclass
from typing import Any

from workbench.access.audit_trail import read_last_row
from workbench.access.permitted import in_full
from workbench.bakkt.errors import BakktError
from workbench.desk import Desk
from workbench.domain.errors import StoreError
from workbench.settings import Settings
from workbench.sync.probing import ask_for_nobody


@dataclass(frozen=True, slots=True)
class CheckResult:
    subject: str
    is_ok: bool
    words: str


def examine_settings(settings: Settings) -> CheckResult:
    if settings.is_sandbox:
        return CheckResult("settings", True, "no credentials, so the embedded sandbox is used")
    rate = f"{settings.bakkt_requests_per_second:g} requests per second at most"
    return CheckResult("settings", True, f"{settings.bakkt_base_url}, {rate}")


def examine_desk(desk: Desk) -> list[CheckResult]:
    health = desk.store.read_rows("data/health")[0]
    runs = desk.store.read_rows("sync/runs")
    return [
        CheckResult("database", True, f"{desk.store.path}, {health['registered']:,} accounts registered"),
        _examine_inbox(desk),
        _examine_audit_trail(desk),
        _examine_bakkt(desk),
        _examine_last_run(runs[0] if runs else None),
        CheckResult(
            "last event",
            True,
            f"{health['last_event_at']:%Y-%m-%d %H:%M} UTC" if health["last_event_at"] else "none yet",
        ),
    ]


def _examine_inbox(desk: Desk) -> CheckResult:
    try:
        desk.inbox.check_writable()
    except StoreError as error:
        return CheckResult("inbox", False, f"{error.message} {error.next_step}")
    return CheckResult("inbox", True, "can be written")


def _examine_audit_trail(desk: Desk) -> CheckResult:
    """Whether it can be written; whether every row holds, ``audit verify`` says."""
    records = in_full(desk.store).audit
    try:
        last = read_last_row(records)
    except StoreError as error:
        return CheckResult("audit trail", False, f"{error.message} {error.next_step}")
    return CheckResult("audit trail", True, f"the last row is row {last.number:,}" if last else "empty")


def _examine_bakkt(desk: Desk) -> CheckResult:
    if desk.is_sandbox:
        return CheckResult("Bakkt", True, "embedded sandbox")
    try:
        asyncio.run(_call_bakkt(desk))
    except BakktError as error:
        return CheckResult("Bakkt", False, f"{error.title}: {error.message} {error.next_step}")
    return CheckResult("Bakkt", True, "reachable, API key accepted")


async def _call_bakkt(desk: Desk) -> None:
    async with desk.connect() as client:
        await ask_for_nobody(client)


def _examine_last_run(run: dict[str, Any] | None) -> CheckResult:
    if run is None:
        return CheckResult("last run", True, "none yet; import accounts, then sync")
    words = f"{run['started_at']:%Y-%m-%d %H:%M} UTC, {run['accounts_read']:,} read, {run['accounts_failed']:,} failed"
    is_ok = not run["accounts_failed"] and not run["stopped_because"]
    reason = f"; stopped: {run['stopped_because']}" if run["stopped_because"] else ""
    return CheckResult("last run", is_ok, words + reason)
