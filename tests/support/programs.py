"""Starts our programs in processes of their own that have their libraries loaded already.

Importing them takes a process seconds of CPU, and tests start hundreds. So each worker of pytest has one process that
has imported them (``multiprocessing``'s fork server), of which every program is a copy. That a program also starts from
nothing is shown where it is installed (tests/test_package.py) and where its start is the claim.
"""

import multiprocessing
import os
import random
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Self

LOADED = "tests.support.preloaded"


class Program:
    """A running program, with as much of ``subprocess.Popen`` as tests use."""

    def __init__(self, process: ForkServerProcess, out: Path, err: Path) -> None:
        self._process = process
        self._out, self._err = out, err

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the program to end; return its exit code, which is negative after a signal.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for the program to end; return what it wrote to its output and its error output."""
        self.wait(timeout)
        return self._out.read_text("utf-8"), self._err.read_text("utf-8")

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wait()


def start_program(
    module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path | None = None
) -> Program:
    """Start ``python -m module`` in this folder, with exactly this environment.

    What it writes is appended to the log, or kept in temporary files for ``communicate``.
    """
    out = log or _temporary_file()
    err = log or _temporary_file()
    asked = (module, list(arguments), str(folder), dict(environment), str(out), str(err))
    process = preloaded_processes().Process(target=_become, args=asked, name=f"python -m {module}", daemon=True)
    with _plain_main():
        process.start()
    return Program(process, out, err)


@contextmanager
def _plain_main() -> Iterator[None]:
    """Hide this process's main module, which a copy would run first: AppTest leaves the script of a page there."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def preloaded_processes() -> ForkServerContext:
    """Return what starts a function in a process that has imported the modules of preloaded.py."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([LOADED])
    return context


def _temporary_file() -> Path:
    number, name = tempfile.mkstemp(dir=_folder().name)
    os.close(number)
    return Path(name)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Of what programs write, until this process ends; not made by the copies that import this module."""
    return tempfile.TemporaryDirectory(prefix="programs-")


def _become(module: str, arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str) -> None:
    """Run the module in this process as its main program."""
    _write_to(out, err)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path.insert(0, folder)
    sys.argv = ["", *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _write_to(out: str, err: str) -> None:
    for number, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- until the process ends
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115 -- until the process ends
