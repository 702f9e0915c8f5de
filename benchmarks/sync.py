"""Table 1: loading accounts into a database, compared with other tools. ``python -m benchmarks.sync``.

Peers run one after the other, each in its own process; within a round they all read the same sandbox at the
same latency, without a rate limit. With as many requests in flight as the workbench has, the peers that the target
compares run in several rounds; all else runs once, as its runs hardly differ.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import servers
from benchmarks.due import count_due_requests, rows_written_by_an_idle_sync
from benchmarks.large_desk import DESKS, SIZES
from benchmarks.peers import Usage
from benchmarks.reporting import Table, Target, publish, significant, spread, targets_table
from benchmarks.servers import Server

SANDBOX_PORT = 8780
REPLAY_PORT = 8781
LATENCY = 0.02
DEFAULT_IN_FLIGHT, MORE_IN_FLIGHT = 32, 128
"""What the workbench has in flight unless a setting says otherwise, and as much as its setting allows."""
PACKAGES = ("duckdb", "httpx2", "aiohttp", "pyreqwest", "dlt", "requests", "pandas")
COMPARED = ("ours", "raw_httpx2")
"""Those of the target, which run in every round."""
NAMES = (*COMPARED, "raw_pyreqwest", "raw_aiohttp", "threads_and_pandas", "dlt_tuned", "dlt_default")
ACCOUNTS_OF_SLOW = {"threads_and_pandas": 1500, "dlt_tuned": 600, "dlt_default": 60}
"""Enough accounts to keep a slow peer busy for 5 to 10 seconds, far longer than it takes to start."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of one peer, with the CPU time of the server meanwhile."""

    used: Usage
    server_cpu_seconds: float

    @property
    def accounts_per_second(self) -> float:
        return self.used.accounts / self.used.seconds

    @property
    def cpu_ms_per_account(self) -> float:
        return 1000 * self.used.cpu_seconds / self.used.accounts

    @property
    def server_share(self) -> float:
        """Share of one core that the server used; 1 means that it is saturated."""
        return self.server_cpu_seconds / self.used.seconds


Outcomes = dict[str, list[Outcome]]
"""The runs of each peer."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All runs: the peers by what is in flight, some on the replay, ours with document dates and on many accounts."""

    peers: dict[int, Outcomes]
    replayed: Outcomes
    with_dates: Outcome
    large: Outcome


def main() -> None:
    args = _parse_args()
    found = _compare_all(args.accounts, args.rounds, args.large_accounts)
    idle = asyncio.run(rows_written_by_an_idle_sync(args.idle_accounts))
    due = count_due_requests(args.due_accounts, args.folder)
    tables = [
        *(_peers_table(outcomes, in_flight) for in_flight, outcomes in found.peers.items()),
        _server_table(found.peers[MORE_IN_FLIGHT], found.replayed),
        _dates_table(found.with_dates),
        _large_table(found.large),
        idle.as_table(),
        due.as_table(),
    ]
    targets = [
        Target(
            f"first sync at {1000 * LATENCY:.0f} ms, {DEFAULT_IN_FLIGHT} in flight, ratio to raw httpx2",
            _rate(found.peers[DEFAULT_IN_FLIGHT]["ours"]) / _rate(found.peers[DEFAULT_IN_FLIGHT]["raw_httpx2"]),
            0.85,
            " ×",
            is_at_most=False,
        ),
        Target("requests of a due run, ratio to those needed", due.share, 1.05, " ×"),
        Target("rows that an idle sync writes besides its run and read times", idle.other_rows, 0),
    ]
    publish("sync", _command(args), [*tables, targets_table(targets)], PACKAGES)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--large-accounts", type=int, default=10_000)
    parser.add_argument("--idle-accounts", type=int, default=1000)
    parser.add_argument("--due-accounts", type=int, default=SIZES[0])
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    return parser.parse_args()


def _command(args: argparse.Namespace) -> str:
    return f"python -m benchmarks.sync --accounts {args.accounts} --rounds {args.rounds}"


def _compare_all(accounts: int, rounds: int, large_accounts: int) -> Comparison:
    """The sandbox has all accounts of the large sync; the peers read the first of them."""
    with TemporaryDirectory() as folder, servers.sandbox(SANDBOX_PORT, max(accounts, large_accounts)) as server:
        all_ids = server.registered_ids()
        ids = all_ids[:accounts]
        server.set_latency(LATENCY)
        peers = {
            DEFAULT_IN_FLIGHT: _compare(server, ids, DEFAULT_IN_FLIGHT, rounds),
            MORE_IN_FLIGHT: _compare(server, ids, MORE_IN_FLIGHT, 1),
        }
        with_dates = _run_peer("ours_with_document_dates", server, ids, DEFAULT_IN_FLIGHT)
        recording = Path(folder) / "recording.json"
        server.set_latency(0)
        large = _run_peer("ours", server, all_ids[:large_accounts], DEFAULT_IN_FLIGHT)
        servers.record(server, ids, recording)
        return Comparison(peers, _compare_on_replay(recording, ids), with_dates, large)


def _compare(server: Server, ids: list[str], in_flight: int, rounds: int) -> Outcomes:
    outcomes: Outcomes = defaultdict(list)
    for round_number in range(rounds):
        for name in COMPARED if round_number else NAMES:
            outcomes[name].append(_run_peer(name, server, ids[: ACCOUNTS_OF_SLOW.get(name)], in_flight))
    return outcomes


def _compare_on_replay(recording: Path, ids: list[str]) -> Outcomes:
    with servers.replay(REPLAY_PORT, recording, LATENCY) as server:
        return {name: [_run_peer(name, server, ids, MORE_IN_FLIGHT)] for name in (*COMPARED, "raw_pyreqwest")}


def _run_peer(name: str, server: Server, ids: list[str], in_flight: int) -> Outcome:
    with TemporaryDirectory() as folder:
        order = Path(folder) / "order.json"
        order.write_text(json.dumps({"url": server.url, "ids": ids, "in_flight": in_flight, "folder": folder}))
        server_cpu_began = server.cpu_seconds
        command = [sys.executable, "-m", "benchmarks.peers", name, str(order)]
        done = subprocess.run(command, cwd=servers.ROOT, stdout=subprocess.PIPE, text=True, check=True)
        used = Usage(**json.loads(done.stdout.splitlines()[-1]))
        outcome = Outcome(used, server.cpu_seconds - server_cpu_began)
        print(f"  {name}: {outcome.accounts_per_second:.0f} accounts/s", file=sys.stderr, flush=True)
        return outcome


def _rate(runs: Sequence[Outcome]) -> float:
    return median(one.accounts_per_second for one in runs)


def _peers_table(outcomes: Outcomes, in_flight: int) -> Table:
    ours = _rate(outcomes["ours"])
    rows = [
        [
            name,
            f"{runs[0].used.accounts:,}",
            str(len(runs)),
            spread([one.accounts_per_second for one in runs]),
            f"{significant(ours / _rate(runs))} ×",
            f"{runs[0].used.requests / runs[0].used.accounts:.2f}",
            spread([one.cpu_ms_per_account for one in runs]),
            spread([one.used.peak_mb for one in runs]),
            spread([100 * one.server_share for one in runs]),
        ]
        for name, runs in outcomes.items()
    ]
    columns = (
        "peer",
        "accounts",
        "runs",
        "accounts/s",
        "ours is faster by",
        "requests per account",
        "CPU ms per account",
        "peak MB",
        "server CPU, % of a core",
    )
    return Table(f"A first sync at {1000 * LATENCY:.0f} ms added latency, {in_flight} in flight", columns, rows)


def _server_table(outcomes: Outcomes, replayed: Outcomes) -> Table:
    rows = [
        [
            name,
            spread([one.accounts_per_second for one in outcomes[name]]),
            spread([one.accounts_per_second for one in runs]),
            spread([100 * one.server_share for one in runs]),
        ]
        for name, runs in replayed.items()
    ]
    columns = ("peer", "accounts/s, sandbox", "accounts/s, replay", "replay CPU, % of a core")
    notes = (
        "The replay only sends the sandbox's recorded responses: if a peer is no faster on it, the "
        f"sandbox was not the bottleneck. At {1000 * LATENCY:.0f} ms, {MORE_IN_FLIGHT} in flight.",
    )
    return Table("Is the server the bottleneck?", columns, rows, notes)


def _dates_table(dates: Outcome) -> Table:
    used = dates.used
    row = [f"{used.requests:,}", f"{used.requests / used.accounts:.2f}", significant(dates.accounts_per_second)]
    notes = (
        "Above, ours stops once all accounts are landed, as if document dates were known: each is read only once, "
        "with one request, and no other peer reads them (one batch already in flight is counted). "
        f"This is the first sync including them, at {1000 * LATENCY:.0f} ms.",
    )
    return Table("A first sync with document dates", ("requests", "requests per account", "accounts/s"), [row], notes)


def _large_table(large: Outcome) -> Table:
    used = large.used
    row = [f"{used.accounts:,}", significant(large.accounts_per_second), significant(large.cpu_ms_per_account)]
    columns = ("accounts", "accounts/s", "CPU ms per account", "peak MB")
    return Table("A large first sync, 0 ms", columns, [[*row, significant(used.peak_mb)]])


if __name__ == "__main__":
    main()
