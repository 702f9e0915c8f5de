"""Table 6: what people on the pages notice of clients that read everything. ``python -m benchmarks.clients``.

Ten clients ask the API for 100,000 rows, each again as soon as it has them; ten people use the pages as in table 3.
Rounds with and without the clients alternate on one server.
"""

import argparse
import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from benchmarks.large_desk import DESKS, desk_of
from benchmarks.reporting import Table, Target, percentile, publish, significant, spread, targets_table
from benchmarks.screens import PACKAGES, Crowd, measure_crowd, served, some_ids, visits_of
from benchmarks.servers import Server
from workbench.client.server_file import read_address

ACCOUNTS = 100_000
PEOPLE = 10
CLIENTS = 10
TIMES_SLOWER_AT_MOST = 2.0
QUERY = "/api/v1/queries/funnel/accounts"
"""One row for each account that entered."""
ARROW = "application/vnd.apache.arrow.stream"


@dataclass(slots=True)
class Reading:
    """What the clients of one round got: the seconds and bytes of each answer."""

    seconds: list[float] = field(default_factory=list)
    bytes_read: list[int] = field(default_factory=list)


def main() -> None:
    args = _parse_args()
    with TemporaryDirectory(dir=args.folder) as folder:
        quiet, busy, readings = asyncio.run(_measure(desk_of(args.folder, ACCOUNTS), Path(folder), args.rounds))
    ratio = percentile(_all(busy), 0.95) / percentile(_all(quiet), 0.95)
    targets = [Target("p95 with clients, times that without", ratio, TIMES_SLOWER_AT_MOST, " ×")]
    tables = [_table(quiet, busy, readings), targets_table(targets)]
    publish("clients", "python -m benchmarks.clients", tables, PACKAGES)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds with and without clients")
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    return parser.parse_args()


async def _measure(desk: Path, folder: Path, rounds: int) -> tuple[list[Crowd], list[Crowd], list[Reading]]:
    database = Path(shutil.copy(desk, folder / "workbench.duckdb"))
    visits = visits_of(some_ids(database))
    quiet, busy, readings = list[Crowd](), list[Crowd](), list[Reading]()
    with served("workbench", folder) as server:
        await measure_crowd(server, visits, PEOPLE)  # every page was opened once before the rounds
        for _ in range(rounds):
            quiet.append(await measure_crowd(server, visits, PEOPLE))
            async with _clients_at(server, database) as reading:
                busy.append(await measure_crowd(server, visits, PEOPLE))
            readings.append(reading)
    return quiet, busy, readings


@asynccontextmanager
async def _clients_at(server: Server, database: Path) -> AsyncIterator[Reading]:
    """Clients that read until the block ends."""
    reading = Reading()
    headers = {"Authorization": f"Bearer {_token_of(database)}", "Accept": ARROW}
    clients = [asyncio.create_task(_read_on(server, headers, reading)) for _ in range(CLIENTS)]
    yield reading
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


async def _read_on(server: Server, headers: Mapping[str, str], reading: Reading) -> None:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as http:
        while True:
            began, size = time.perf_counter(), 0
            async with http.stream("GET", QUERY, headers=headers) as answer:
                if answer.raise_for_status().headers["Content-Type"] != ARROW:
                    raise RuntimeError(f"{QUERY} did not answer with rows.")
                async for part in answer.aiter_raw():
                    size += len(part)
            reading.seconds.append(time.perf_counter() - began)
            reading.bytes_read.append(size)


def _all(crowds: list[Crowd]) -> list[float]:
    return [each for crowd in crowds for each in crowd.milliseconds]


def _table(quiet: list[Crowd], busy: list[Crowd], readings: list[Reading]) -> Table:
    answers = [one for reading in readings for one in reading.seconds]
    sizes = [one for reading in readings for one in reading.bytes_read]
    return Table(
        f"{PEOPLE} people and {CLIENTS} clients at {ACCOUNTS:,} accounts",
        ("", "reruns", "p50 ms", "p95 ms", "p95 ms of each round", "CPU of the server", "peak memory MB"),
        [_row("people alone", quiet), _row("people and clients", busy)],
        (
            f"The clients had {len(answers)} answers of {significant(sizes[0] / 2**20)} MB, "
            f"each in {spread(answers)} s, and asked again at once.",
        ),
    )


def _row(words: str, crowds: list[Crowd]) -> list[str]:
    milliseconds = _all(crowds)
    return [
        words,
        str(len(milliseconds)),
        significant(percentile(milliseconds, 0.5)),
        significant(percentile(milliseconds, 0.95)),
        spread([percentile(crowd.milliseconds, 0.95) for crowd in crowds]),
        f"{100 * sum(crowd.server_share for crowd in crowds) / len(crowds):.0f} %",
        significant(max(crowd.peak_mb for crowd in crowds)),
    ]


if __name__ == "__main__":
    main()
