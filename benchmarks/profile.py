"""Table 5: where a sync and a rerun spend CPU time, by module. ``python -m benchmarks.profile``.

cProfile covers every thread; calls outside Python (DuckDB, sockets) are listed separately. The profiler
makes Python code about twice as slow, so compare shares, not times.
"""

import argparse
import cProfile
import pstats
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import servers
from benchmarks.large_desk import DESKS, SIZES, desk_of, settings_for
from benchmarks.peers import Order, ours
from benchmarks.reporting import Table, publish, significant

PACKAGES = ("duckdb", "httpx2", "streamlit")
SANDBOX_PORT = 8782
SYNC_ACCOUNTS = 3000
RERUNS = 10
MODULES_SHOWN = 12
FUNCTIONS_SHOWN = 8
_WAITING = ("'acquire'", "time.sleep", "select.", "_queue.SimpleQueue")
"""Calls in which an idle thread waits; the time that uvloop waits is attributed to asyncio's runner."""
_IN_C = ("duckdb", "pyarrow", "uvloop", "blake2", "_json")

FunctionKey = tuple[str, int, str]
Calls = Mapping[FunctionKey, tuple[int, int, float, float, object]]


def main() -> None:
    desk = desk_of(_ask_for_folder(), SIZES[0])
    tables = [*_profile_tables("a first sync", _profile_sync()), *_profile_tables("a rerun", _profile_rerun(desk))]
    publish("profile", "python -m benchmarks.profile", tables, PACKAGES)


def _ask_for_folder() -> Path:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=DESKS, help="folder of the benchmark databases")
    folder: Path = parser.parse_args().folder
    return folder


def _profile_sync() -> Calls:
    with tempfile.TemporaryDirectory() as folder, servers.sandbox(SANDBOX_PORT, SYNC_ACCOUNTS) as server:
        pull = ours(Order(server.url, server.registered_ids(), 128, Path(folder)))
        with _profile_all_threads() as profiles:
            pull()
    return _merge(profiles)


def _profile_rerun(database: Path) -> Calls:
    """Profile reruns of the app in this process, without a browser or a websocket."""
    from streamlit.testing.v1 import AppTest

    from workbench.desk import open_own_desk
    from workbench.ui.live.current_desk import set_desk

    desk = open_own_desk(settings_for(database))
    set_desk(desk)
    script = AppTest.from_file(str(servers.ROOT / "workbench" / "ui" / "shell" / "main.py"), default_timeout=60).run()
    with _profile_all_threads() as profiles:
        for number in range(RERUNS):
            desk.store.database.data_version += number % 2
            script.run()
    desk.close()
    return _merge(profiles)


@contextmanager
def _profile_all_threads() -> Iterator[list[cProfile.Profile]]:
    """Yield one profile for this thread and one for each thread started in the block, filled when it ends."""
    profiles = [cProfile.Profile()]

    def watch_new_thread(*_: object) -> None:
        profiles.append(cProfile.Profile())
        profiles[-1].enable()

    threading.setprofile(watch_new_thread)
    profiles[0].enable()
    try:
        yield profiles
    finally:
        profiles[0].disable()
        threading.setprofile(None)


def _merge(profiles: list[cProfile.Profile]) -> Calls:
    first, *others = profiles
    stats = pstats.Stats(first)
    for other in others:
        stats.add(other)
    calls: Calls = stats.stats  # type: ignore[attr-defined]
    return calls


def _profile_tables(what: str, calls: Calls) -> list[Table]:
    working = {key: told for key, told in calls.items() if not _is_waiting(key)}
    total = sum(own for _, _, own, _, _ in working.values())
    by_module: dict[str, float] = defaultdict(float)
    for key, (_, _, own, _, _) in working.items():
        by_module[_module_of(key)] += own
    modules = sorted(by_module.items(), key=lambda pair: -pair[1])[:MODULES_SHOWN]
    functions = sorted(working.items(), key=lambda pair: -pair[1][2])[:FUNCTIONS_SHOWN]
    return [
        Table(
            f"Where {what} spends its time, by module",
            ("module", "share", "seconds under the profiler"),
            [[name, _share(own, total), significant(own)] for name, own in modules],
        ),
        Table(
            f"Functions with the most own time in {what}",
            ("function", "share", "calls"),
            [[_name_of(key), _share(told[2], total), f"{told[1]:,}"] for key, told in functions],
        ),
    ]


def _share(own: float, total: float) -> str:
    return f"{100 * own / total:.1f} %"


def _is_waiting(key: FunctionKey) -> bool:
    path, _, name = key
    return any(word in name for word in _WAITING) or path.endswith("asyncio/runners.py")


def _module_of(key: FunctionKey) -> str:
    """Return our modules by path, others by package, and C functions by library."""
    path, _, name = key
    if path == "~":
        return next((owner for owner in _IN_C if owner in name), "Python built-ins")
    parts = Path(path).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    if "workbench" in parts:
        return "/".join(parts[parts.index("workbench") :])
    return "Python standard library"


def _name_of(key: FunctionKey) -> str:
    path, _, name = key
    return name if path == "~" else f"{_module_of(key)}: {name}"


if __name__ == "__main__":
    main()
