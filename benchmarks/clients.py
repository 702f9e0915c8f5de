"""Table 6: what people on the pages notice of clients that read everything. ``python -m benchmarks.clients``.

Ten clients ask the API for 100,000 rows, each again as soon as it has them; ten people use the pages as in table 3.
Rounds without clients, with clients that ask alike, and with clients that ask for three queries in three formats
alternate on one server.
"""

import argparse
import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from benchmarks.large_desk import DESKS, SOURCE, desk_of
from benchmarks.reporting import Table, Target, percentile, publish, significant, spread, targets_table
from benchmarks.screens import PACKAGES, Crowd, measure_crowd, served, some_ids, visits_of
from benchmarks.servers import Server
from workbench.client.server_file import read_address
from workbench.store import Store

ACCOUNTS = 100_000
PEOPLE = 10
CLIENTS = 10
TIMES_SLOWER_AT_MOST = 2.0
QUERIES = ("funnel/accounts", "accounts/standing", "kyb/checklist")
"""One row for each account that entered, for each account, and for each line of a checklist."""
ARROW = "application/vnd.apache.arrow.stream"
FORMATS = (ARROW, "application/json", "text/csv")

Call = tuple[str, str]
"""A query and a media type."""
ALONE = "people alone"
CALLS: Mapping[str, Sequence[Call]] = {
    "people and clients that ask alike": [(QUERIES[0], ARROW)] * CLIENTS,
    "people and clients that ask differently": list(islice(cycle(product(QUERIES, FORMATS)), CLIENTS)),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much one answer is."""

    rows: int
    bytes: int


@dataclass(slots=True)
class Reading:
    """What the clients of one round got: the seconds of each whole answer, and all rows, of cut answers too."""

    answer_seconds: list[float] = field(default_factory=list)
    rows: float = 0.0
    seconds: float = 0.0


Rounds = Mapping[str, list[tuple[Crowd, Reading]]]


def main() -> None:
    args = _parse_args()
    with TemporaryDirectory(dir=args.folder) as folder:
        rounds = asyncio.run(_measure(desk_of(args.folder, ACCOUNTS), Path(folder), args.rounds))
    alone = percentile(_all(rounds[ALONE]), 0.95)
    targets = [
        Target(
            f"{words}, p95, times that alone", percentile(_all(rounds[words]), 0.95) / alone, TIMES_SLOWER_AT_MOST, " ×"
        )
        for words in CALLS
    ]
    publish("clients", "python -m benchmarks.clients", [_table(rounds), targets_table(targets)], PACKAGES)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2, help="rounds without and with each kind of clients")
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    return parser.parse_args()


async def _measure(desk: Path, folder: Path, times: int) -> Rounds:
    database = Path(shutil.copy(desk, folder / "workbench.duckdb"))
    visits, rows = visits_of(some_ids(database)), _rows_of(database)
    rounds: Rounds = {words: [] for words in (ALONE, *CALLS)}
    with served("workbench", folder) as server:
        await measure_crowd(server, visits, PEOPLE)  # every page was opened once before the rounds
        token = _token_of(database)
        sizes = {call: await _size_of(server, token, call, rows[call[0]]) for call in product(QUERIES, FORMATS)}
        for _ in range(times):
            for words, found in rounds.items():
                async with _clients_at(server, token, CALLS.get(words, ()), sizes) as reading:
                    found.append((await measure_crowd(server, visits, PEOPLE), reading))
    return rounds


def _rows_of(database: Path) -> dict[str, int]:
    store = Store.open(database, SOURCE)
    rows = {name: store.read(name).num_rows for name in QUERIES}
    store.close()
    return rows


async def _size_of(server: Server, token: str, call: Call, rows: int) -> Size:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as http:
        return Size(rows, len((await http.get(_path(call), headers=_headers(token, call))).raise_for_status().content))


def _path(call: Call) -> str:
    return f"/api/v1/queries/{call[0]}"


def _headers(token: str, call: Call) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": call[1]}


@asynccontextmanager
async def _clients_at(
    server: Server, token: str, calls: Sequence[Call], sizes: Mapping[Call, Size]
) -> AsyncIterator[Reading]:
    """A client for each call, which asks again and again until the block ends."""
    reading, began = Reading(), time.perf_counter()
    clients = [asyncio.create_task(_read_on(server, token, call, sizes[call], reading)) for call in calls]
    yield reading
    reading.seconds = time.perf_counter() - began
    for client in clients:
        client.cancel()
    ended = await asyncio.gather(*clients, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


def _token_of(database: Path) -> str:
    address = read_address(database)
    if address is None:
        raise RuntimeError("The workbench did not write where it listens.")
    return address.token


async def _read_on(server: Server, token: str, call: Call, size: Size, reading: Reading) -> None:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as http:
        while True:
            began = time.perf_counter()
            async with http.stream("GET", _path(call), headers=_headers(token, call)) as answer:
                if answer.raise_for_status().headers["Content-Type"].partition(";")[0] != call[1]:
                    raise RuntimeError(f"{call[0]} did not answer with rows.")
                async for part in answer.aiter_raw():
                    reading.rows += size.rows * len(part) / size.bytes
            reading.answer_seconds.append(time.perf_counter() - began)


def _all(found: Sequence[tuple[Crowd, Reading]]) -> list[float]:
    return [each for crowd, _ in found for each in crowd.milliseconds]


def _table(rounds: Rounds) -> Table:
    return Table(
        f"{PEOPLE} people and {CLIENTS} clients at {ACCOUNTS:,} accounts",
        (
            *("", "reruns", "p50 ms", "p95 ms", "p95 ms of each round", "CPU of the server", "peak memory MB"),
            *("rows a second", "seconds an answer"),
        ),
        [_row(words, found) for words, found in rounds.items()],
        (
            f"Alike: {QUERIES[0]} as Arrow. Differently: {', '.join(QUERIES)} as Arrow, JSON and CSV. Each client asks "
            "again as soon as it has all rows.",
        ),
    )


def _row(words: str, found: Sequence[tuple[Crowd, Reading]]) -> list[str]:
    milliseconds, crowds = _all(found), [crowd for crowd, _ in found]
    seconds = [one for _, reading in found for one in reading.answer_seconds]
    rows_a_second = sum(reading.rows for _, reading in found) / sum(reading.seconds for _, reading in found)
    return [
        words,
        str(len(milliseconds)),
        significant(percentile(milliseconds, 0.5)),
        significant(percentile(milliseconds, 0.95)),
        spread([percentile(crowd.milliseconds, 0.95) for crowd in crowds]),
        f"{100 * sum(crowd.server_share for crowd in crowds) / len(crowds):.0f} %",
        significant(max(crowd.peak_mb for crowd in crowds)),
        significant(rows_a_second) if rows_a_second else "",
        spread(seconds) if seconds else "",
    ]


if __name__ == "__main__":
    main()
