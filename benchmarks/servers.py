"""The servers under test, each in its own process: the sandbox, and a replay of its responses."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

from benchmarks.calls import KEY, paths_of

ROOT = Path(__file__).parents[1]
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A server under test; ``cpu_seconds`` is the CPU time that its process has used so far."""

    url: str
    process: psutil.Process

    @property
    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory_mb(self) -> float:
        return float(self.process.memory_info().rss) / 2**20

    @property
    def peak_memory_mb(self) -> float:
        """The most memory that the process has ever held."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024

    def set_latency(self, seconds: float) -> None:
        httpx2.delete(f"{self.url}/sandbox/faults")
        if seconds:
            httpx2.post(f"{self.url}/sandbox/faults", json={"kind": "latency", "seconds": seconds}).raise_for_status()

    def registered_ids(self) -> list[str]:
        lines = httpx2.get(f"{self.url}/sandbox/registry.csv").raise_for_status().text.splitlines()
        return [line.split(",")[0] for line in lines[1:]]


@contextmanager
def sandbox(port: int, accounts: int) -> Iterator[Server]:
    command = ["-m", "workbench", "sandbox", "--port", str(port), "--accounts", str(accounts)]
    with running_server([sys.executable, *command], f"http://127.0.0.1:{port}", "/openapi.yaml") as server:
        yield server


@contextmanager
def replay(port: int, recording: Path, latency_seconds: float) -> Iterator[Server]:
    command = ["-m", "benchmarks.replay", str(port), str(recording), str(latency_seconds)]
    with running_server([sys.executable, *command], f"http://127.0.0.1:{port}", "/ready") as server:
        yield server


def record(server: Server, ids: list[str], recording: Path) -> None:
    """Record the sandbox's responses for these accounts."""
    with httpx2.Client(base_url=server.url, headers=KEY) as client:
        paths = paths_of(ids)
        recording.write_text(json.dumps({path: client.get(path).raise_for_status().text for path in paths}))


@contextmanager
def running_server(
    command: list[str], url: str, ready_path: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server in its own process, from its first response until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr, stderr=subprocess.DEVNULL)
    try:
        _wait_until_ready(process, url + ready_path)
        yield Server(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    gives_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < gives_up_at:
        if process.poll() is not None:
            raise RuntimeError(f"The server at {url} exited before it responded.")
        try:
            httpx2.get(url).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} did not respond within {START_SECONDS} s")
