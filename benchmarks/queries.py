"""Table 2: all catalogue queries and writes, on 100,000 and 1,000,000 accounts with eight events each.

``python -m benchmarks.queries`` creates missing databases. Each size is measured in a separate process
that opens the database once and runs each query warm. Times include converting the rows to an Arrow table. CPU is
that of the whole process, all threads together.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pyarrow as pa

from benchmarks.large_desk import (
    DESKS,
    SIZES,
    SOURCE,
    an_event,
    confirmed_again,
    desk_of,
    readings_again,
    settings_for,
)
from benchmarks.reporting import Table, Target, percentile, publish, significant, spread, targets_table
from benchmarks.servers import ROOT
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue
from workbench.ui.tables.pages import ROWS_A_PAGE

PACKAGES = ("duckdb", "pyarrow")
MIN_RUNS, MAX_RUNS = 3, 21
SECONDS_A_QUERY = 0.5
"""Slow queries run fewer times."""
WRITES = 8
BATCH = 1000
EVENTS_AT_ONCE = 16
ONE_ACCOUNT = "all queries of one account's page"
USED_UP_PAGE = "verification/used_up, a page"
EXPLORED = "explore/measure, last month by country"
MEASURES = ("reached", "time", "used_up", "stuck", "stayed", "after_reason", "reuploaded")
REASON = "DOCUMENT_VERIFICATION"
"""Measures of Explore, and the reason code that the one after a reason asks for."""
BATCH_NAME = f"land {BATCH:,} scattered accounts, all changed"
SAME_BATCH_NAME = f"land {BATCH:,} scattered accounts, none changed"
EVENT_NAME = "land one event"
EVENTS_NAME = f"land one event, {EVENTS_AT_ONCE} in a batch"
CHECKPOINT_NAME = "checkpoint, share of one batch"
SLOW_CPU_MS = 100
"""Of a query that takes longer at the largest size, the table says who asks it."""
MEMORY = ("after opening", "peak")
Results = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class QueryCall:
    """A query with its parameters; the row count in the table shows how much of the time is transfer."""

    label: str
    name: str
    parameters: Mapping[str, object]


def main() -> None:
    args = _parse_args()
    if args.desk is not None:
        print(json.dumps(_measure_desk(args.desk, args.page)))
        return
    sizes = sorted(args.accounts)
    page = queries_of_account_page(desk_of(args.folder, sizes[0]))
    results = {accounts: _measure_in_own_process(args.folder, accounts, page) for accounts in sizes}
    largest = results[max(results)]
    tables = [_table(results), _slow_table(largest), _memory_table(results), targets_table(_targets(largest))]
    given = " ".join(map(str, args.accounts))
    publish("queries", f"python -m benchmarks.queries --accounts {given}", tables, PACKAGES)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    parser.add_argument("--desk", type=Path, help="measure this database and print JSON")
    parser.add_argument("--page", nargs="*", default=[], help="the queries of one account's page, for --desk")
    return parser.parse_args()


def queries_of_account_page(path: Path) -> list[str]:
    """The queries with which the page of one account asks for it, each as often as it asks: seen while it runs."""
    from streamlit.testing.v1 import AppTest

    from workbench.desk import open_own_desk
    from workbench.ui.live.current_desk import set_desk

    with TemporaryDirectory(dir=path.parent) as folder:
        desk = open_own_desk(settings_for(Path(shutil.copy(path, folder))))
        asked: list[str] = []
        read = Store.read

        def noted(store: Store, name: str, **parameters: object) -> pa.Table:
            asked.extend([name] if set(parameters) == {"client_account_id"} else [])
            return read(store, name, **parameters)

        set_desk(desk)
        app = AppTest.from_file(str(ROOT / "workbench" / "ui" / "shell" / "main.py"), default_timeout=60).run()
        app.query_params["account"] = desk.store.read_rows("backlog/queue")[0]["client_account_id"]
        with patch.object(Store, "read", noted):
            app.switch_page(str(ROOT / "pages" / "customers.py")).run()
        desk.close()
    return asked


def _measure_in_own_process(folder: Path, accounts: int, page: Sequence[str]) -> Results:
    path = desk_of(folder, accounts)
    command = [sys.executable, "-m", "benchmarks.queries", "--desk", str(path), "--page", *page]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    results: Results = json.loads(done.stdout.splitlines()[-1])
    return results


def _measure_desk(path: Path, page: Sequence[str]) -> Results:
    """Measure a copy, so that rows landed here are not in the database of the next run."""
    with TemporaryDirectory(dir=path.parent) as folder:
        store = Store.open(Path(shutil.copy(path, folder)), SOURCE)
        just_opened, dice = _status_mb("VmRSS"), random.Random(7)
        ids = _some_ids(store, dice)
        results: Results = {call.label: _measure_query(store, call) for call in query_calls(ids[0])}
        _read_page(store, page, ids[0])
        results[ONE_ACCOUNT] = _timed(lambda: _read_page(store, page, dice.choice(ids)))
        results |= _measure_writes(store, ids, dice)
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        store.close()
    return {**results, MEMORY[0]: {"mb": just_opened}, MEMORY[1]: {"mb": highest}}


def _some_ids(store: Store, dice: random.Random) -> list[str]:
    """Ids drawn from all accounts, so that their rows lie scattered over the whole database."""
    with store.database.reader() as cursor:
        ids = cursor.execute("select client_account_id from accounts").to_arrow_table().column(0)
    return [ids[position].as_py() for position in dice.sample(range(len(ids)), min(len(ids), 10 * BATCH))]


def query_calls(client_account_id: str) -> Iterator[QueryCall]:
    """Every query of the catalogue, with parameters that it needs and with those that its targets name."""
    given: dict[str, object] = {
        "client_account_id": client_account_id,
        "client_account_ids": json.dumps([client_account_id]),
        "author": "Ann",
        "view": "late",
        "path": "individual",
        "step": "cleared",
        "hours": 24,
        "measure": "stuck",
    }
    for query in catalogue().values():
        if query.searches_names:
            for label, term in (("smith", "smith"), ("two words", "anna smith"), ("an id", client_account_id)):
                yield QueryCall(f"{query.name}, {label}", query.name, {"term": term})
        else:
            parameters = {name: given[name] for name, default in query.defaults.items() if default is None}
            yield QueryCall(query.name, query.name, parameters)
    yield QueryCall(USED_UP_PAGE, "verification/used_up", {"limit": ROWS_A_PAGE})
    for measure in MEASURES:
        chosen = {"measure": measure, "reason": REASON if measure == "after_reason" else None, "by": "country"}
        yield QueryCall(f"{EXPLORED}, {measure}", "explore/measure", {**chosen, **_last_month()})


def _last_month() -> dict[str, object]:
    until = datetime.now(UTC).date().replace(day=1)
    return {"since": (until - timedelta(days=1)).replace(day=1), "until": until}


def _measure_query(store: Store, call: QueryCall) -> dict[str, Any]:
    def ask() -> pa.Table:
        return store.read(call.name, **call.parameters)

    rows = ask().num_rows
    return {**_timed(ask), "rows": rows, "memory_mb": _memory_of(ask)}


def _read_page(store: Store, page: Sequence[str], client_account_id: str) -> None:
    for name in page:
        store.read(name, client_account_id=client_account_id)


def _measure_writes(store: Store, ids: list[str], dice: random.Random) -> Results:
    timed: dict[str, Timing] = defaultdict(Timing)
    for round_number in range(WRITES):
        batch = readings_again(store, dice.sample(ids, BATCH), datetime.now(UTC), dice)
        with timed[BATCH_NAME].once():
            store.land_readings(batch)
        same = [confirmed_again(reading, datetime.now(UTC)) for reading in batch]
        with timed[SAME_BATCH_NAME].once():
            store.land_readings(same)
        accounts = dice.sample(ids, 1 + EVENTS_AT_ONCE)
        events = [(each, an_event(f"{each}-{round_number}", datetime.now(UTC)), "{}") for each in accounts]
        with timed[EVENT_NAME].once():
            store.land_events(events[:1])
        with timed[EVENTS_NAME].once(of=EVENTS_AT_ONCE):
            store.land_events(events[1:])
    with timed[CHECKPOINT_NAME].once(of=WRITES):
        store.checkpoint()
    return {name: timing.as_result() for name, timing in timed.items()}


@dataclass(slots=True)
class Timing:
    """Wall and CPU milliseconds of several runs."""

    milliseconds: list[float] = field(default_factory=list)
    cpu_milliseconds: list[float] = field(default_factory=list)

    @contextmanager
    def once(self, of: int = 1) -> Iterator[None]:
        """Time one run that does the same ``of`` times; one of them is counted."""
        began, cpu_began = time.perf_counter(), time.process_time()
        yield
        self.milliseconds.append(1000 * (time.perf_counter() - began) / of)
        self.cpu_milliseconds.append(1000 * (time.process_time() - cpu_began) / of)

    def as_result(self) -> dict[str, Any]:
        return {"milliseconds": self.milliseconds, "cpu": self.cpu_milliseconds}


def _timed(do: Callable[[], object]) -> dict[str, Any]:
    """Time what was done before: several runs, fewer if they are slow."""
    timing = Timing()
    while len(timing.milliseconds) < MIN_RUNS or (
        len(timing.milliseconds) < MAX_RUNS and sum(timing.milliseconds) < 1000 * SECONDS_A_QUERY
    ):
        with timing.once():
            do()
    return timing.as_result()


def _memory_of(do: Callable[[], object]) -> float:
    """Return the peak increase in the process's memory during the call, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _status_mb("VmRSS")
    do()
    return _status_mb("VmHWM") - before


def _status_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def _table(results: dict[int, Results]) -> Table:
    sizes = sorted(results)
    names = [name for name, measured in results[sizes[0]].items() if "milliseconds" in measured]
    heads = [f"{size:,}: {what}" for size in sizes for what in ("rows", "CPU ms", "ms", "p95", "memory MB")]
    rows = []
    for name in names:
        cells = [cell for size in sizes for cell in _cells(results[size][name])]
        rows.append([name, *cells, f"{significant(_growth(results, name))} ×"])
    notes = (
        "Warm, one process per size; growth is that of CPU. Times include converting all rows to an Arrow table, as "
        "pages get them. Memory is the peak increase of the process during the query.",
    )
    return Table("All queries and writes", ("query", *heads, "growth"), rows, notes)


def _cells(measured: dict[str, Any]) -> list[str]:
    times = measured["milliseconds"]
    rows = f"{measured['rows']:,}" if "rows" in measured else ""
    memory = significant(measured["memory_mb"]) if "memory_mb" in measured else ""
    return [rows, spread(measured["cpu"]), significant(median(times)), significant(percentile(times, 0.95)), memory]


def _growth(results: dict[int, Results], name: str) -> float:
    least, most = (_cpu_of(results[size][name]) for size in (min(results), max(results)))
    return most / least


def _cpu_of(measured: dict[str, Any]) -> float:
    return float(median(measured["cpu"]))


def _slow_table(largest: Results) -> Table:
    slow = {name: _cpu_of(one) for name, one in largest.items() if "rows" in one and _cpu_of(one) > SLOW_CPU_MS}
    rows = [
        [name, significant(cpu), ", ".join(_asked_by(name)) or "the command line alone"] for name, cpu in slow.items()
    ]
    return Table(
        f"Over {SLOW_CPU_MS} CPU ms at the largest size, and who asks it", ("query", "CPU ms", "asked by"), rows
    )


def _asked_by(label: str) -> list[str]:
    """The modules that name the query."""
    name = label.partition(",")[0]
    sources = [*(ROOT / "pages").glob("*.py"), *(ROOT / "workbench").rglob("*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in sources if f'"{name}"' in path.read_text(encoding="utf-8"))


def _memory_table(results: dict[int, Results]) -> Table:
    rows = [[f"{size:,}", *(significant(one[key]["mb"]) for key in MEMORY)] for size, one in sorted(results.items())]
    return Table("Process memory", ("accounts", *(f"{key}, MB" for key in MEMORY)), rows)


def _targets(largest: Results) -> list[Target]:
    """In CPU ms; landing counts its share of the checkpoint."""
    bounds = {
        SAME_BATCH_NAME: 20,
        EVENT_NAME: 6,
        EVENTS_NAME: 5,
        ONE_ACCOUNT: 13,
        "quality/incomplete_accounts": 40,
        USED_UP_PAGE: 150,
        "sync/due": 30,
        "backlog/queue": 25,
        **{name: 60 for name in largest if name.startswith("accounts/search")},
        **{name: 400 for name in largest if name.startswith(EXPLORED)},
    }
    landing = _cpu_of(largest[BATCH_NAME]) + _cpu_of(largest[CHECKPOINT_NAME])
    return [
        Target(BATCH_NAME, landing, 180, " CPU ms"),
        *(Target(name, _cpu_of(largest[name]), bound, " CPU ms") for name, bound in bounds.items()),
    ]


if __name__ == "__main__":
    main()
