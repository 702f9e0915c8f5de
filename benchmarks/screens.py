"""Table 3: how long pages take, for one user and for many. ``python -m benchmarks.screens``.

Three servers run side by side and are measured in turn: the workbench, the workbench with constant query results
(``benchmarks/measured_app.py``), and an empty Streamlit page. Pages with constant data do not depend on the database
size: they always have the first one, and the browser measures them only there; the same goes for the smaller crowds.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

import httpx2
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.large_desk import DESKS, SIZES, SOURCE, desk_of
from benchmarks.reporting import Table, Target, percentile, publish, significant, spread, targets_table
from benchmarks.servers import Server, running_server
from benchmarks.visitors import Rerun, Visit, Visitor
from tests.support.chromium import installed_chromium
from workbench.store import Store

PACKAGES = ("streamlit", "uvloop", "duckdb", "pyarrow", "playwright", "websockets")
PORTS = {"workbench": 8790, "constant": 8791, "empty": 8792}
THINKING_SECONDS = 5.0
RERUNS = 6
CROWD_SECONDS = 12.0
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EMPTY = Visit("empty page", "")

Reruns = dict[tuple[str, str], list[Rerun]]
Loads = dict[tuple[str, str], list[float]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Concurrent users, each changing a filter of one page every five seconds, after a first change to warm up."""

    people: int
    cold_milliseconds: list[float]
    """The first rerun of each person, whose page nobody has opened yet."""
    milliseconds: list[float]
    memory_mb_a_person: float
    peak_mb: float
    server_share: float

    def as_row(self) -> list[str]:
        return [
            str(self.people),
            significant(percentile(self.cold_milliseconds, 0.95)),
            str(len(self.milliseconds)),
            significant(percentile(self.milliseconds, 0.5)),
            significant(percentile(self.milliseconds, 0.95)),
            significant(max(self.milliseconds)),
            f"{100 * self.server_share:.0f} %",
            significant(self.memory_mb_a_person),
            significant(self.peak_mb),
        ]


def main() -> None:
    args = _parse_args()
    tables, targets = [], list[Target]()
    for accounts in args.accounts:
        is_first = accounts == args.accounts[0]
        in_browser = tuple(PORTS) if is_first else ("workbench", "empty")
        crowds_of = args.people if is_first else args.people[-1:]
        desks = {"workbench": desk_of(args.folder, accounts), "constant": desk_of(args.folder, args.accounts[0])}
        found = _measure_desk(desks, accounts, args.rounds, in_browser, crowds_of)
        tables += found.tables
        targets += found.targets
    sizes = " ".join(map(str, args.accounts))
    publish("screens", f"python -m benchmarks.screens --accounts {sizes}", [*tables, targets_table(targets)], PACKAGES)


@dataclass(frozen=True, slots=True)
class DeskResults:
    tables: list[Table]
    targets: list[Target]


def _measure_desk(
    desks: Mapping[str, Path], accounts: int, rounds: int, in_browser: Sequence[str], crowds_of: Sequence[int]
) -> DeskResults:
    with TemporaryDirectory(dir=desks["workbench"].parent) as folder, ExitStack() as closing:
        copies = {name: Path(shutil.copy(desk, Path(folder) / f"{name}.duckdb")) for name, desk in desks.items()}
        visits, constant_visits = (visits_of(some_ids(copies[name])) for name in ("workbench", "constant"))
        servers = {name: closing.enter_context(served(name, Path(folder))) for name in PORTS}
        reruns = asyncio.run(_compare_reruns(servers, visits, constant_visits))
        crowds = [asyncio.run(measure_crowd(servers["workbench"], visits, people)) for people in crowds_of]
        seen_by = {name: servers[name] for name in in_browser}
        loads, filters = _compare_in_browser(seen_by, visits, rounds)
    return DeskResults(
        [
            _rerun_table(accounts, reruns, visits),
            _browser_table(accounts, loads, filters, visits, in_browser),
            _crowd_table(accounts, crowds),
        ],
        [
            *_rerun_targets(accounts, reruns, visits),
            *_load_targets(accounts, loads, visits),
            *_crowd_targets(accounts, crowds[-1]),
        ],
    )


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--people", type=int, nargs="+", default=[50])
    parser.add_argument("--rounds", type=int, default=4, help="number of first loads of each page")
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    return parser.parse_args()


def some_ids(desk: Path) -> list[str]:
    store = Store.open(desk, SOURCE)
    ids = store.read("backlog/queue").column("client_account_id").to_pylist()
    store.close()
    return random.Random(7).sample(ids, 200)


def visits_of(ids: list[str]) -> list[Visit]:
    views = [f"view={view}" for view in ("late_us", "open", "late_bakkt", "last", "due", "verification")]
    windows = tuple(f"Within {days} days" for days in (30, 7, 14, 60, 90))
    terms = ("smith", "anna", "schmidt", "acc-0001", "johnson", "nowak", "garcia")
    addresses = [f"account={each}" for each in ids]
    return [
        Visit("Backlog", "", choices=views, query=views[0]),
        Visit("Verification", "verification"),
        Visit("Funnel", "funnel", "wb-funnel-window", windows),
        Visit("Customers, search", "customers", "wb-search", terms),
        Visit("Customers, one account", "customers", choices=addresses, query=addresses[0]),
        Visit("Data", "data"),
    ]


@contextmanager
def served(name: str, folder: Path) -> Iterator[Server]:
    script = "benchmarks/blank/page.py" if name == "empty" else "benchmarks/measured_app.py"
    port, database = PORTS[name], folder / f"{name}.duckdb"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        script,
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    url, environment = f"http://127.0.0.1:{port}", _environment(name, database)
    with running_server(command, url, "/_stcore/health", environment) as server:
        yield server


def _environment(name: str, database: Path) -> Mapping[str, str]:
    ours = {
        "WORKBENCH_DATABASE": str(database),
        "BAKKT_BASE_URL": SOURCE.address,
        "BAKKT_API_KEY": "unused",
        "BAKKT_PARTNER_ID": SOURCE.partner_id,
    }
    return {**os.environ, **ours, **({"CONSTANT_DATA": "1"} if name == "constant" else {})}


async def _compare_reruns(servers: Mapping[str, Server], visits: list[Visit], constant_visits: list[Visit]) -> Reruns:
    """Measure each page's reruns on each server in turn; ``changed`` is the workbench right after its data changed."""
    reruns: Reruns = defaultdict(list)
    workbench = servers["workbench"].url
    async with httpx2.AsyncClient() as http, Visitor(servers["empty"].url, EMPTY) as empty:
        for visit, same in zip(visits, constant_visits, strict=True):
            async with Visitor(workbench, visit) as real, Visitor(servers["constant"].url, same) as constant:
                for _ in range(RERUNS):
                    reruns["empty", visit.page].append(await _rerun(empty, servers["empty"]))
                    reruns["constant", visit.page].append(await _rerun(constant, servers["constant"]))
                    reruns["workbench", visit.page].append(await _rerun(real, servers["workbench"]))
                    await http.post(f"{workbench}/data-changed")
                    reruns["changed", visit.page].append(await _rerun(real, servers["workbench"]))
    return reruns


async def _rerun(visitor: Visitor, server: Server) -> Rerun:
    """One rerun with the CPU time that the server used for it; nobody else is there."""
    before = server.cpu_seconds
    rerun = await visitor.change_filter()
    return replace(rerun, cpu_milliseconds=1000 * (server.cpu_seconds - before))


async def measure_crowd(server: Server, visits: list[Visit], people: int) -> Crowd:
    dice = random.Random(7)
    before_mb = server.memory_mb
    ends_at = 0.0
    async with asyncio.TaskGroup() as group:
        visitors = [Visitor(server.url, dice.choice(visits)) for _ in range(people)]
        cold = [(await visitor.__aenter__()).first_milliseconds for visitor in visitors]
        for visitor in visitors:
            await visitor.change_filter()
        cpu_began, began = server.cpu_seconds, time.monotonic()
        ends_at = began + CROWD_SECONDS
        tasks = [group.create_task(_work(visitor, ends_at, dice.random())) for visitor in visitors]
    share = (server.cpu_seconds - cpu_began) / (time.monotonic() - began)
    grown_mb = server.memory_mb - before_mb
    for visitor in visitors:
        await visitor.__aexit__(None, None, None)
    warm = [each for task in tasks for each in task.result()]
    return Crowd(people, cold, warm, grown_mb / people, server.peak_memory_mb, share)


async def _work(visitor: Visitor, ends_at: float, head_start: float) -> list[float]:
    milliseconds = []
    await asyncio.sleep(head_start * THINKING_SECONDS)
    while time.monotonic() < ends_at:
        milliseconds.append((await visitor.change_filter()).milliseconds)
        await asyncio.sleep(THINKING_SECONDS)
    return milliseconds


def _compare_in_browser(servers: Mapping[str, Server], visits: list[Visit], rounds: int) -> tuple[Loads, Loads]:
    """Measure first loads with an empty browser cache, and one changed filter each, in milliseconds."""
    loads: Loads = defaultdict(list)
    filters: Loads = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=CHROMIUM_FLAGS)
        for _ in range(rounds):
            for visit in visits:
                for name, server in servers.items():
                    shown = EMPTY if name == "empty" else visit
                    load, changed = _load_and_filter(browser, server.url, shown)
                    loads[name, visit.page].append(load)
                    filters[name, visit.page] += changed
        browser.close()
    return loads, filters


class _Tab:
    """A browser tab that counts finished script runs from the server's messages."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._times_ended = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._note))

    def _note(self, payload: str | bytes) -> None:
        args = ForwardMsg.FromString(payload if isinstance(payload, bytes) else payload.encode())
        if args.WhichOneof("type") == "script_finished" and args.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._times_ended += 1

    def milliseconds_until_answered(self, act: Callable[[], object]) -> float:
        """Return the time from the action until the script has rerun and the browser has drawn the result."""
        ended_before, began = self._times_ended, time.perf_counter()
        act()
        while self._times_ended == ended_before:
            self.page.wait_for_timeout(1)
        self.page.wait_for_selector(SETTLED)
        self.page.wait_for_function("() => document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
        self.page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        return 1000 * (time.perf_counter() - began)


def _load_and_filter(browser: Browser, url: str, visit: Visit) -> tuple[float, list[float]]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    tab = _Tab(context.new_page())
    address = f"{url}/{visit.path}{'?' if visit.query else ''}{visit.query}"
    load = tab.milliseconds_until_answered(lambda: tab.page.goto(address))
    changed = [_change_filter(tab, visit)] if visit.widget else []
    context.close()
    return load, changed


def _change_filter(tab: _Tab, visit: Visit) -> float:
    widget = tab.page.locator(f".st-key-{visit.widget}")
    if visit.widget == "wb-search":
        return tab.milliseconds_until_answered(lambda: widget.locator("input").fill(visit.choices[1]))
    widget.locator("input").click()
    choice = tab.page.get_by_role("option", name=visit.choices[1], exact=True)
    return tab.milliseconds_until_answered(choice.click)


def _median_of(reruns: Reruns, name: str, page: str) -> float:
    return median(one.milliseconds for one in reruns[name, page])


def _rerun_table(accounts: int, reruns: Reruns, visits: list[Visit]) -> Table:
    rows = []
    for visit in visits:
        times = [spread([one.milliseconds for one in reruns[name, visit.page]]) for name in RERUN_KINDS]
        ratio = _median_of(reruns, "workbench", visit.page) / _median_of(reruns, "constant", visit.page)
        cpu = [
            significant(mean([one.cpu_milliseconds for one in reruns[name, visit.page]]))
            for name in ("constant", "workbench", "changed")
        ]
        kilobytes = median(one.bytes_received for one in reruns["workbench", visit.page]) / 1024
        elements = median(one.elements for one in reruns["workbench", visit.page])
        rows.append(
            [visit.page, *times, f"{significant(ratio)} ×", *cpu, significant(kilobytes), significant(elements)]
        )
    cpu_columns = ("CPU ms, constant data", "CPU ms", "CPU ms, data just changed")
    columns = ("page", *RERUN_KINDS.values(), "ratio to constant", *cpu_columns, "KB sent", "elements")
    return Table(f"Rerun over the websocket after a changed filter, {accounts:,} accounts, ms", columns, rows)


RERUN_KINDS = {
    "empty": "empty page",
    "constant": "constant data",
    "workbench": "the page",
    "changed": "the page, data just changed",
}


def _rerun_targets(accounts: int, reruns: Reruns, visits: list[Visit]) -> list[Target]:
    another_view = [one.cpu_milliseconds for one in reruns["changed", "Backlog"]]
    return [
        Target(
            f"another view of Backlog at {accounts:,}, with the counts of all views",
            mean(another_view),
            60 if accounts <= 100_000 else 120,
            " CPU ms",
        ),
        *(
            Target(
                f"rerun of {visit.page} at {accounts:,}, ratio to constant data",
                _median_of(reruns, "workbench", visit.page) / _median_of(reruns, "constant", visit.page),
                2,
                " ×",
            )
            for visit in visits
        ),
    ]


def _browser_table(accounts: int, loads: Loads, filters: Loads, visits: list[Visit], servers: Sequence[str]) -> Table:
    with_filter = [name for name in servers if name != "empty"]
    rows = []
    for visit in visits:
        changed = [spread(filters[name, visit.page]) if visit.widget else "" for name in with_filter]
        rows.append([visit.page, *(spread(loads[name, visit.page]) for name in servers), *changed])
    columns = ("page", *(f"load{SERVER_WORDS[name]}" for name in servers))
    filter_columns = (f"filter{SERVER_WORDS[name]}" for name in with_filter)
    notes = (
        "Chromium with an empty cache; from the action until the script has ended, no placeholder is "
        "left and the next frame is drawn. The search waits 300 ms for more input.",
    )
    return Table(f"In Chromium, {accounts:,} accounts, ms", (*columns, *filter_columns), rows, notes)


SERVER_WORDS = {"workbench": "", "constant": ", constant data", "empty": ", empty page"}


def _load_targets(accounts: int, loads: Loads, visits: list[Visit]) -> list[Target]:
    return [
        Target(
            f"first load of {visit.page} at {accounts:,}, ratio to an empty page",
            median(loads["workbench", visit.page]) / median(loads["empty", visit.page]),
            2,
            " ×",
        )
        for visit in visits
    ]


def _crowd_table(accounts: int, crowds: list[Crowd]) -> Table:
    columns = (
        "users",
        "first page, p95 ms",
        "warm reruns",
        "p50 ms",
        "p95 ms",
        "max ms",
        "server CPU",
        "memory MB per user",
        "peak MB",
    )
    rows = [crowd.as_row() for crowd in crowds]
    return Table(f"Concurrent users, one filter change every five seconds, {accounts:,} accounts", columns, rows)


def _crowd_targets(accounts: int, crowd: Crowd) -> list[Target]:
    who = f"{crowd.people} users at {accounts:,} accounts"
    return [
        Target(f"{who}, p50", percentile(crowd.milliseconds, 0.5), 60, " ms"),
        Target(f"{who}, p95", percentile(crowd.milliseconds, 0.95), 200, " ms"),
        Target(f"{who}, peak memory of the server", crowd.peak_mb, 900, " MB"),
    ]


if __name__ == "__main__":
    main()
