"""Table 4: a hundred events per second with ten browsers open. ``python -m benchmarks.events``.

The sandbox posts signed party events about its accounts to the workbench, and the responses it got are
compared with the database after the server has stopped. Ten Chromium tabs show the pages, which refresh
automatically; one more user, without a browser, changes a filter every second.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from playwright.async_api import async_playwright

from benchmarks.calls import KEY
from benchmarks.large_desk import DESKS
from benchmarks.reporting import Table, Target, percentile, publish, significant, targets_table
from benchmarks.screens import CHROMIUM_FLAGS, SETTLED
from benchmarks.servers import Server, running_server
from benchmarks.visitors import Visit, Visitor
from tests.support.chromium import installed_chromium
from workbench.events import Applier
from workbench.events.inbox import Inbox
from workbench.sandbox import SandboxOptions
from workbench.store import Source, Store

PACKAGES = ("streamlit", "starlette", "uvicorn", "duckdb", "playwright")
SANDBOX_PORT, DESK_PORT = 8794, 8795
SIGNED_WITH = "of-this-benchmark-alone"
BROWSERS = 10
PATHS = ("", "verification", "funnel", "customers", "data")
SECONDS_TO_DRAIN = 60
BACKLOG = Visit("Backlog", "", choices=("view=late_us", "view=open", "view=late_bakkt"), query="view=late_us")


@dataclass(frozen=True, slots=True)
class EventResults:
    """The response to each event, and how fast pages reran meanwhile."""

    sent: list[dict[str, Any]]
    rerun_milliseconds: list[float]
    server_share: float

    @property
    def answered(self) -> list[dict[str, Any]]:
        return [event for event in self.sent if 200 <= (event["status"] or 0) < 300]

    @property
    def answer_milliseconds(self) -> list[float]:
        return [1000 * event["answer_seconds"] for event in self.answered]


def main() -> None:
    args = _parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=args.folder) as folder:
        database = Path(folder) / "workbench.duckdb"
        with _sandbox(args.accounts) as sandbox:
            source = Source(sandbox.url, SandboxOptions().partner_id)
            _fill_database(sandbox, database)
            with _desk(sandbox, database) as desk:
                results = asyncio.run(_measure(sandbox, desk, args.seconds, args.rate))
        stored = _stored_counts(database, source)
    tables = [_table(results, stored, args), targets_table(_targets(results, stored))]
    publish("events", "python -m benchmarks.events", tables, PACKAGES)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--folder", type=Path, default=DESKS)
    return parser.parse_args()


@contextmanager
def _sandbox(accounts: int) -> Iterator[Server]:
    options = {
        "port": SANDBOX_PORT,
        "accounts": accounts,
        "events-to": f"http://127.0.0.1:{DESK_PORT}/webhooks/bakkt",
        "events-secret": SIGNED_WITH,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "workbench", "sandbox", *words]
    with running_server(command, f"http://127.0.0.1:{SANDBOX_PORT}", "/openapi.yaml") as server:
        yield server


@contextmanager
def _desk(sandbox: Server, database: Path) -> Iterator[Server]:
    script = ["-m", "streamlit", "run", "app.py", "--server.port", str(DESK_PORT), "--server.headless", "true"]
    url = f"http://127.0.0.1:{DESK_PORT}"
    with running_server([sys.executable, *script], url, "/_stcore/health", _environment(sandbox, database)) as server:
        yield server


def _environment(sandbox: Server, database: Path) -> Mapping[str, str]:
    options = SandboxOptions()
    ours = {
        "WORKBENCH_DATABASE": str(database),
        "BAKKT_BASE_URL": sandbox.url,
        "BAKKT_API_KEY": options.api_key,
        "BAKKT_PARTNER_ID": options.partner_id,
        "WEBHOOK_SCHEME": "hmac",
        "WEBHOOK_SECRETS": SIGNED_WITH,
        "SYNC_INTERVAL_MINUTES": "0",
    }
    return {**os.environ, **ours}


def _fill_database(sandbox: Server, database: Path) -> None:
    """Fill the database by importing and syncing every account once."""
    registry = database.with_name("registry.csv")
    registry.write_text(httpx2.get(f"{sandbox.url}/sandbox/registry.csv", headers=KEY).raise_for_status().text)
    environment = {**_environment(sandbox, database), "BAKKT_REQUESTS_PER_SECOND": "100000", "BAKKT_CONCURRENCY": "128"}
    for words in (["import-accounts", str(registry)], ["sync"]):
        command = [sys.executable, "-m", "workbench", *words]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def _measure(sandbox: Server, desk: Server, seconds: float, rate: float) -> EventResults:
    async with async_playwright() as playwright, httpx2.AsyncClient(base_url=sandbox.url, timeout=30) as http:
        browser = await playwright.chromium.launch(executable_path=installed_chromium(), args=CHROMIUM_FLAGS)
        for number in range(BROWSERS):
            context = await browser.new_context(viewport={"width": 1366, "height": 768})
            page = await context.new_page()
            await page.goto(f"{desk.url}/{PATHS[number % len(PATHS)]}")
            await page.wait_for_selector(SETTLED)
        await http.delete("/sandbox/sent")
        cpu_began, began = desk.cpu_seconds, time.monotonic()
        await http.post("/sandbox/load", json={"eventsPerSecond": rate})
        reruns = await _change_filters(desk, until=began + seconds)
        await http.post("/sandbox/load", json={"eventsPerSecond": 0})
        share = (desk.cpu_seconds - cpu_began) / (time.monotonic() - began)
        sent = await _wait_until_drained(http)
        await browser.close()
    return EventResults(sent, reruns, share)


async def _change_filters(desk: Server, until: float) -> list[float]:
    milliseconds = []
    async with Visitor(desk.url, BACKLOG) as visitor:
        while time.monotonic() < until:
            milliseconds.append((await visitor.change_filter()).milliseconds)
            await asyncio.sleep(1)
    return milliseconds


async def _wait_until_drained(http: httpx2.AsyncClient) -> list[dict[str, Any]]:
    """Return the sent events once none is in flight."""
    gives_up_at = time.monotonic() + SECONDS_TO_DRAIN
    while time.monotonic() < gives_up_at:
        results = (await http.get("/sandbox/sent")).raise_for_status().json()
        if not results["waiting"]:
            return list(results["sent"])
        await asyncio.sleep(0.5)
    raise TimeoutError("The sandbox could not deliver all its events.")


def _stored_counts(database: Path, source: Source) -> Counter[str]:
    """Count how often each requestId is in the events table, after the inbox is applied."""
    store, inbox = Store.open(database, source), Inbox.beside(database)
    applier = Applier(store, inbox, lambda _ids, _counted: None)
    while applier.apply_waiting():
        pass
    with store.database.reader() as cursor:
        rows = cursor.execute("select request_id from events").fetchall()
    inbox.close()
    store.close()
    return Counter(request_id for (request_id,) in rows)


def _count_lost(results: EventResults, stored: Counter[str]) -> int:
    return sum(1 for event in results.answered if event["request_id"] not in stored)


def _count_duplicates(results: EventResults, stored: Counter[str]) -> int:
    return sum(1 for event in results.sent if stored[event["request_id"]] > 1)


def _table(results: EventResults, stored: Counter[str], args: argparse.Namespace) -> Table:
    answers, reruns = results.answer_milliseconds, results.rerun_milliseconds
    columns = (
        "events sent",
        "2xx responses",
        "lost",
        "duplicates",
        "response p50 ms",
        "p99",
        "max",
        "rerun of Backlog p50 ms",
        "p95",
        "reruns",
        "server's CPU",
    )
    row = [
        f"{len(results.sent):,}",
        f"{len(results.answered):,}",
        str(_count_lost(results, stored)),
        str(_count_duplicates(results, stored)),
        *(significant(percentile(answers, share)) for share in (0.5, 0.99, 1)),
        *(significant(percentile(reruns, share)) for share in (0.5, 0.95)),
        str(len(reruns)),
        f"{100 * results.server_share:.0f} %",
    ]
    notes = (
        f"{args.rate:g} events per second for {args.seconds:g} s on {args.accounts:,} accounts; {BROWSERS} Chromium "
        "tabs open on the same two cores. The response time is the sandbox's, from sending to the full response.",
    )
    return Table("Events while people use the pages", columns, [row], notes)


def _targets(results: EventResults, stored: Counter[str]) -> list[Target]:
    return [
        Target("events acknowledged but lost", _count_lost(results, stored), 0),
        Target("events stored twice", _count_duplicates(results, stored), 0),
        Target("p99 response time", percentile(results.answer_milliseconds, 0.99), 1000, " ms"),
    ]


if __name__ == "__main__":
    main()
