"""The clients compared in table 1, one per process: ``python -m benchmarks.peers NAME ORDER``.

ORDER is a JSON file: url, ids, in_flight, folder. Resource usage is printed as one line of JSON. Imports, which
every peer pays once, are not measured.
"""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import uvloop

from benchmarks.calls import ACCOUNT_PATHS, KEY, paths_of

Pull: TypeAlias = Callable[[], int]
"""The function to measure; it returns how many requests were sent."""


@dataclass(frozen=True, slots=True)
class Order:
    url: str
    ids: list[str]
    in_flight: int
    folder: Path

    @property
    def paths(self) -> list[str]:
        return paths_of(self.ids)


@dataclass(frozen=True, slots=True)
class Usage:
    """The resources that one peer used; CPU covers all threads, memory is the peak."""

    accounts: int
    requests: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


def ours(order: Order) -> Pull:
    return _our_sync(order, with_document_dates=False)


def ours_with_document_dates(order: Order) -> Pull:
    return _our_sync(order, with_document_dates=True)


def _our_sync(order: Order, *, with_document_dates: bool) -> Pull:
    """Run a first sync. Without document dates it stops once all accounts are landed, as if the dates were known.

    By then one batch of requests for dates has been sent, as many as can be in flight.
    """
    from pydantic import SecretStr

    from workbench.bakkt.client import BakktClient
    from workbench.bakkt.wire.connection import BakktConnection
    from workbench.sandbox import SandboxOptions
    from workbench.store import Source, Store
    from workbench.sync import SyncOrder, SyncProgress, run_sync

    store = Store.open(order.folder / "ours.duckdb", Source(order.url, ""))
    store.land_registry(order.ids, "file")
    connection = BakktConnection(order.url, SecretStr("sandbox-key"), SandboxOptions().partner_id)
    seen: list[SyncProgress] = []

    def is_enough() -> bool:
        return not with_document_dates and bool(seen) and seen[-1].accounts_done == len(order.ids)

    async def pull() -> int:
        async with BakktClient(connection, requests_per_second=None, concurrency=order.in_flight) as client:
            sync_order = SyncOrder(everything=True, concurrency=order.in_flight)
            progress = await run_sync(client, store, sync_order, seen.append, is_enough)
        if progress.accounts_read != len(order.ids):
            raise RuntimeError(f"{progress.accounts_read} of {len(order.ids)} accounts were read")
        return progress.requests

    return lambda: uvloop.run(pull())


def raw_httpx2(order: Order) -> Pull:
    """Fetch the same responses and discard them, with the client that the workbench uses."""
    import httpx2

    async def pull() -> int:
        limits = httpx2.Limits(max_connections=order.in_flight, max_keepalive_connections=order.in_flight)
        async with httpx2.AsyncClient(base_url=order.url, headers=KEY, limits=limits, timeout=60) as client:

            async def fetch(path: str) -> None:
                (await client.get(path)).raise_for_status()

            return await _fetch_all(order, fetch)

    return lambda: uvloop.run(pull())


def raw_pyreqwest(order: Order) -> Pull:
    """Fetch the same responses and discard them."""
    from pyreqwest.client import ClientBuilder

    async def pull() -> int:
        builder = ClientBuilder().default_headers(KEY).max_connections(order.in_flight)
        async with builder.build() as client:

            async def fetch(path: str) -> None:
                answer = await client.get(order.url + path).build().send()
                await answer.bytes()

            return await _fetch_all(order, fetch)

    return lambda: uvloop.run(pull())


def raw_aiohttp(order: Order) -> Pull:
    """Fetch the same responses and discard them."""
    import aiohttp

    async def pull() -> int:
        connector = aiohttp.TCPConnector(limit=order.in_flight)
        async with aiohttp.ClientSession(order.url, headers=KEY, connector=connector) as session:

            async def fetch(path: str) -> None:
                async with session.get(path) as answer:
                    await answer.read()

            return await _fetch_all(order, fetch)

    return lambda: uvloop.run(pull())


async def _fetch_all(order: Order, fetch: Callable[[str], Any]) -> int:
    waiting = iter(order.paths)

    async def work() -> int:
        sent = 0
        for path in waiting:
            await fetch(path)
            sent += 1
        return sent

    return sum(await asyncio.gather(*(work() for _ in range(order.in_flight))))


def threads_and_pandas(order: Order) -> Pull:
    """A common first version: requests in threads, ``json_normalize``, one table per kind of response."""
    import duckdb
    import pandas as pd
    import requests
    from requests.adapters import HTTPAdapter

    def pull() -> int:
        session = requests.Session()
        session.headers.update(KEY)
        session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=order.in_flight))
        paths = order.paths
        with ThreadPoolExecutor(order.in_flight) as pool:
            answers = list(pool.map(lambda path: session.get(order.url + path).json(), paths))
        connection = duckdb.connect(str(order.folder / "threads.duckdb"))
        for position, name in enumerate(("accounts", "statuses", "documents")):
            connection.register("frame", pd.json_normalize(answers[position :: len(ACCOUNT_PATHS)]))
            connection.execute(f"create table {name} as select * from frame")
        connection.close()
        return len(paths)

    return pull


def dlt_default(order: Order) -> Pull:
    return _dlt(order, is_parallelized=False)


def dlt_tuned(order: Order) -> Pull:
    """dlt tuned as its performance documentation advises: parallel resources, more workers, large buffers, Parquet."""
    tuning = {
        "EXTRACT__WORKERS": str(order.in_flight),
        "EXTRACT__MAX_PARALLEL_ITEMS": str(2 * order.in_flight),
        "EXTRACT__NEXT_ITEM_MODE": "fifo",
        "DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
        "NORMALIZE__LOADER_FILE_FORMAT": "parquet",
        "LOAD__WORKERS": "2",
    }
    os.environ.update(tuning)
    return _dlt(order, is_parallelized=True)


def _dlt(order: Order, *, is_parallelized: bool) -> Pull:
    """dlt's REST source: the ids as a resource, and the three read requests resolved from each.

    Its JSON writer fails on integers beyond 64 bits. Some accounts have one in ``riskModel``, so it is removed.
    """
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
        "DLT_DATA_DIR": str(order.folder),
    }
    import dlt
    from dlt.sources.rest_api import rest_api_resources

    def ids() -> Iterator[list[dict[str, str]]]:
        yield [{"id": quote(each, safe="")} for each in order.ids]

    registry = dlt.resource(name="registry")(ids)

    def resource_of(name: str, path: str) -> dict[str, Any]:
        endpoint = {"path": path.format("{resources.registry.id}"), "paginator": "single_page"}
        steps = [{"map": _without_risk_model}]
        return {"name": name, "endpoint": endpoint, "parallelized": is_parallelized, "processing_steps": steps}

    names = ("account", "status", "documents")
    resources = rest_api_resources(
        {
            "client": {"base_url": order.url, "headers": KEY},
            "resources": [registry(), *map(resource_of, names, ACCOUNT_PATHS)],
        }
    )

    def pull() -> int:
        destination = dlt.destinations.duckdb(str(order.folder / "dlt.duckdb"))
        pipeline = dlt.pipeline("peers", destination=destination, pipelines_dir=str(order.folder / "pipelines"))
        pipeline.run(resources, write_disposition="replace")
        return len(ACCOUNT_PATHS) * len(order.ids)

    return pull


def _without_risk_model(answer: dict[str, Any]) -> dict[str, Any]:
    answer.pop("riskModel", None)
    return answer


PEERS = {
    peer.__name__: peer
    for peer in (
        ours,
        ours_with_document_dates,
        raw_httpx2,
        raw_pyreqwest,
        raw_aiohttp,
        threads_and_pandas,
        dlt_default,
        dlt_tuned,
    )
}


def _measure(pull: Pull, order: Order) -> Usage:
    began, began_cpu = time.perf_counter(), time.process_time()
    requests = pull()
    return Usage(
        accounts=len(order.ids),
        requests=requests,
        seconds=time.perf_counter() - began,
        cpu_seconds=time.process_time() - began_cpu,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _read_order(path: Path) -> Order:
    told = json.loads(path.read_text())
    return Order(told["url"], told["ids"], told["in_flight"], Path(told["folder"]))


if __name__ == "__main__":
    given = _read_order(Path(sys.argv[2]))
    print(json.dumps(asdict(_measure(PEERS[sys.argv[1]](given), given))))
