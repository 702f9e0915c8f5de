"""Table 1: loading accounts into a database, compared with other tools. ``python -m benchmarks.sync``.

Peers run one after the other, each in its own process; within a round they all read the same sandbox at the
same latency, without a rate limit. At the latency of most targets, the peers that targets compare run in
several rounds; all else runs once, as its runs hardly differ.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections import defaultdict
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
IN_FLIGHT = 128
DEFAULT_IN_FLIGHT = 32
"""What the workbench has in flight unless a setting says otherwise."""
LATENCIES = (0.0, 0.02, 0.08)
PACKAGES = ("duckdb", "httpx2", "aiohttp", "pyreqwest", "dlt", "requests", "pandas")
TARGET_LATENCY = 0.02
REPLAY_LATENCIES = (0.0, TARGET_LATENCY)
"""The longest latency is left out: the sandbox's CPU usage shows that it is idle there."""
WITH_TARGETS = ("ours", "raw_httpx2", "raw_pyreqwest")
"""Those that also run with the workbench's own number in flight, and on the replay."""
NAMES = (*WITH_TARGETS, "raw_aiohttp", "threads_and_pandas", "dlt_tuned", "dlt_default")
ACCOUNTS_OF_SLOW = {
    "threads_and_pandas": (1500, 1500, 1200),
    "dlt_tuned": (1000, 1000, 800),
    "dlt_default": (1000, 100, 40),
}
"""Accounts at each latency: enough to keep a slow peer busy for 5 to 10 seconds, far longer than it takes to start."""


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


Outcomes = dict[tuple[float, str], list[Outcome]]


def main() -> None:
    args = _parse_args()
    outcomes, by_default, replayed, dates, large = _compare_all(args.accounts, args.rounds, args.large_accounts)
    idle = asyncio.run(rows_written_by_an_idle_sync(args.idle_accounts))
    due = count_due_requests(args.due_accounts, args.folder)
    tables = [
        _default_table(by_default),
        *(_latency_table(outcomes, latency) for latency in LATENCIES),
        _server_table(outcomes, replayed),
        _dates_table(dates),
        _large_table(large),
        idle.as_table(),
        due.as_table(),
    ]
    targets = [
        Target(
            "20 ms, 32 in flight: ratio to raw httpx2",
            _rate(by_default, TARGET_LATENCY, "ours") / _rate(by_default, TARGET_LATENCY, "raw_httpx2"),
            0.85,
            " ×",
            is_at_most=False,
        ),
        *_rate_targets(outcomes, replayed),
        Target(f"peak memory at {args.large_accounts:,} accounts", large.used.peak_mb, 500, " MB"),
        Target("requests of a due run, ratio to those needed", due.share, 1.05, " ×"),
        Target("rows that an idle sync writes besides its run and read times", idle.other_rows, 0),
    ]
    publish("sync", _command(args), [*tables, targets_table(targets)], PACKAGES)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--large-accounts", type=int, default=50_000)
    parser.add_argument("--idle-accounts", type=int, default=1000)
    parser.add_argument("--due-accounts", type=int, default=SIZES[0])
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    return parser.parse_args()


def _command(args: argparse.Namespace) -> str:
    return f"python -m benchmarks.sync --accounts {args.accounts} --rounds {args.rounds}"


def _compare_all(
    accounts: int, rounds: int, large_accounts: int
) -> tuple[Outcomes, Outcomes, Outcomes, Outcome, Outcome]:
    """Run all peers on a sandbox, the decisive ones on a replay too, a first sync with document dates, and a large one.

    The sandbox has all accounts of the large sync; the peers read the first of them.
    """
    with TemporaryDirectory() as folder, servers.sandbox(SANDBOX_PORT, max(accounts, large_accounts)) as server:
        all_ids = server.registered_ids()
        ids = all_ids[:accounts]
        outcomes = _compare(server, ids, rounds)
        server.set_latency(TARGET_LATENCY)
        by_default: Outcomes = defaultdict(list)
        for _ in range(rounds):
            for name in WITH_TARGETS:
                outcome = _run_peer(name, server, ids, DEFAULT_IN_FLIGHT)
                by_default[TARGET_LATENCY, name].append(outcome)
        dates = _run_peer("ours_with_document_dates", server, ids)
        recording = Path(folder) / "recording.json"
        server.set_latency(0)
        large = _run_peer("ours", server, all_ids[:large_accounts])
        servers.record(server, ids, recording)
        return outcomes, by_default, _compare_on_replay(recording, ids), dates, large


def _compare(server: Server, ids: list[str], rounds: int) -> Outcomes:
    outcomes: Outcomes = defaultdict(list)
    for latency in LATENCIES:
        server.set_latency(latency)
        for round_number in range(rounds if latency == TARGET_LATENCY else 1):
            for name in WITH_TARGETS if round_number else NAMES:
                outcomes[latency, name].append(_run_peer(name, server, ids[: _accounts_for(name, latency)]))
    return outcomes


def _accounts_for(name: str, latency: float) -> int | None:
    """Return how many accounts a slow peer gets; None for all."""
    given = ACCOUNTS_OF_SLOW.get(name)
    return given[LATENCIES.index(latency)] if given else None


def _compare_on_replay(recording: Path, ids: list[str]) -> Outcomes:
    outcomes: Outcomes = defaultdict(list)
    for latency in REPLAY_LATENCIES:
        with servers.replay(REPLAY_PORT, recording, latency) as server:
            for name in WITH_TARGETS:
                outcomes[latency, name].append(_run_peer(name, server, ids))
    return outcomes


def _run_peer(name: str, server: Server, ids: list[str], in_flight: int = IN_FLIGHT) -> Outcome:
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


def _rate(outcomes: Outcomes, latency: float, name: str) -> float:
    return median(one.accounts_per_second for one in outcomes[latency, name])


def _latency_table(outcomes: Outcomes, latency: float) -> Table:
    ours = _rate(outcomes, latency, "ours")
    rows = []
    for name in NAMES:
        runs = outcomes[latency, name]
        rows.append(
            [
                name,
                f"{runs[0].used.accounts:,}",
                str(len(runs)),
                spread([one.accounts_per_second for one in runs]),
                f"{significant(ours / _rate(outcomes, latency, name))} ×",
                f"{runs[0].used.requests / runs[0].used.accounts:.2f}",
                spread([one.cpu_ms_per_account for one in runs]),
                spread([one.used.peak_mb for one in runs]),
                spread([100 * one.server_share for one in runs]),
            ]
        )
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
    return Table(f"Sync at {1000 * latency:.0f} ms added latency, {IN_FLIGHT} in flight", columns, rows)


def _default_table(by_default: Outcomes) -> Table:
    rows = [
        [
            name,
            spread([one.accounts_per_second for one in runs]),
            f"{significant(_rate(by_default, TARGET_LATENCY, 'ours') / _rate(by_default, TARGET_LATENCY, name))} ×",
            spread([one.cpu_ms_per_account for one in runs]),
        ]
        for (_, name), runs in by_default.items()
    ]
    columns = ("peer", "accounts/s", "ours is faster by", "CPU ms per account")
    title = f"A first sync as it is set up, {1000 * TARGET_LATENCY:.0f} ms added latency, {DEFAULT_IN_FLIGHT} in flight"
    return Table(title, columns, rows)


def _server_table(outcomes: Outcomes, replayed: Outcomes) -> Table:
    rows = [
        [
            f"{1000 * latency:.0f} ms",
            name,
            spread([one.accounts_per_second for one in outcomes[latency, name]]),
            spread([one.accounts_per_second for one in runs]),
            spread([100 * one.server_share for one in runs]),
        ]
        for (latency, name), runs in replayed.items()
    ]
    columns = ("latency", "peer", "accounts/s, sandbox", "accounts/s, replay", "replay CPU, % of a core")
    notes = (
        "The replay only sends the sandbox's recorded responses: if a peer is no faster on it, the "
        "sandbox was not the bottleneck. "
        f"At {1000 * LATENCIES[-1]:.0f} ms the sandbox's CPU usage above shows that it is idle.",
    )
    return Table("Is the server the bottleneck?", columns, rows, notes)


def _dates_table(dates: Outcome) -> Table:
    used = dates.used
    row = [f"{used.requests:,}", f"{used.requests / used.accounts:.2f}", significant(dates.accounts_per_second)]
    notes = (
        "Above, ours stops once all accounts are landed, as if document dates were known: each is read only once, "
        "with one request, and no other peer reads them (one batch already in flight is counted). "
        f"This is the first sync including them, at {1000 * TARGET_LATENCY:.0f} ms.",
    )
    return Table("A first sync with document dates", ("requests", "requests per account", "accounts/s"), [row], notes)


def _large_table(large: Outcome) -> Table:
    used = large.used
    row = [f"{used.accounts:,}", significant(large.accounts_per_second), significant(large.cpu_ms_per_account)]
    columns = ("accounts", "accounts/s", "CPU ms per account", "peak MB")
    return Table("A large first sync, 0 ms", columns, [[*row, significant(used.peak_mb)]])


def _rate_targets(outcomes: Outcomes, replayed: Outcomes) -> list[Target]:
    best_dlt = max(_rate(outcomes, TARGET_LATENCY, name) for name in ("dlt_default", "dlt_tuned"))
    cpu = median(one.cpu_ms_per_account for one in outcomes[0.02, "ours"])
    return [
        Target("20 ms: ratio to raw client", _share_of_raw(outcomes, 0.02), 0.75, " ×", is_at_most=False),
        Target("20 ms: ratio to raw client, on replay", _share_of_raw(replayed, 0.02), 0.75, " ×", is_at_most=False),
        Target("20 ms: ratio to best dlt", _rate(outcomes, 0.02, "ours") / best_dlt, 10, " ×", is_at_most=False),
        Target("80 ms: ratio to raw client", _share_of_raw(outcomes, 0.08), 0.9, " ×", is_at_most=False),
        Target("CPU per account at 20 ms", cpu, 0.5, " ms"),
    ]


def _share_of_raw(outcomes: Outcomes, latency: float) -> float:
    return _rate(outcomes, latency, "ours") / _rate(outcomes, latency, "raw_pyreqwest")


if __name__ == "__main__":
    main()
