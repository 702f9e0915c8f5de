"""Serves a sandbox over HTTP, advances its clock, and posts events or appends them to a file."""

import asyncio
import contextlib
import gc
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from workbench.sandbox.accounts.moments import write_moment
from workbench.sandbox.api.faults import ABORT
from workbench.sandbox.delivery.sending import EventPoster
from workbench.sandbox.delivery.signing import signer_of
from workbench.sandbox.options import SandboxOptions
from workbench.sandbox.sandbox import Sandbox

STEP_SECONDS = 0.25
STEP_SECONDS_UNDER_LOAD = 0.02
MAX_SECONDS_CAUGHT_UP = 1.0

Guard = Callable[[ASGIApp], ASGIApp]
EventQueue = asyncio.Queue[tuple[datetime, dict[str, Any]]]

SHUTDOWN_SECONDS = 2
"""How long delayed responses can hold up the shutdown."""

_log = logging.getLogger(__name__)


class SandboxProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # uvicorn chooses the class at import
    """Lets a fault close the connection without a response."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, ABORT: transport.abort}


def run_sandbox(
    options: SandboxOptions, host: str = "127.0.0.1", port: int = 8900, guard: Guard = lambda app: app
) -> None:
    """Serve the sandbox until interrupted; ``guard`` decides which requests reach it."""
    loop_factory = uvicorn.Config("", loop="auto").get_loop_factory()
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(serve_sandbox(options, host, port, guard))


async def serve_sandbox(options: SandboxOptions, host: str, port: int, guard: Guard) -> None:
    outgoing: EventQueue = asyncio.Queue()
    sandbox = Sandbox(options, lambda sent_at, body: outgoing.put_nowait((sent_at, body)))
    gc.collect()
    gc.freeze()
    server = uvicorn.Server(
        uvicorn.Config(
            guard(sandbox.app),
            host=host,
            port=port,
            http=SandboxProtocol,
            lifespan="off",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    async with _running_tasks(time=_advance_time(sandbox), events=_send_events(sandbox, outgoing)):
        await server.serve()
    sandbox.close()


@contextlib.asynccontextmanager
async def _running_tasks(**work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each, name=name) for name, each in work.items()]
    for task in tasks:
        task.add_done_callback(_report_failure)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report_failure(task: asyncio.Task[None]) -> None:
    failure = None if task.cancelled() else task.exception()
    if failure is not None:
        _log.error("the sandbox's %s stopped: %s", task.get_name(), type(failure).__name__)


async def _advance_time(sandbox: Sandbox) -> None:
    stepped_at, owed = time.monotonic(), 0.0
    while True:
        sandbox.step()
        now = time.monotonic()
        owed += min(now - stepped_at, MAX_SECONDS_CAUGHT_UP) * sandbox.events_per_second
        stepped_at, owed = now, owed - sandbox.send_random_events(int(owed))
        await asyncio.sleep(STEP_SECONDS_UNDER_LOAD if sandbox.events_per_second else STEP_SECONDS)


async def _send_events(sandbox: Sandbox, outgoing: EventQueue) -> None:
    target = sandbox.options.events_to
    if target is not None and target.startswith(("http://", "https://")):
        await _post_events(sandbox, outgoing)
    elif target is not None:
        await _append_events(Path(target), sandbox, outgoing)
    while target is None:
        await outgoing.get()


async def _append_events(path: Path, sandbox: Sandbox, outgoing: EventQueue) -> None:
    """Append events to a file; a new file starts with the whole archive."""
    is_new = not path.exists() or path.stat().st_size == 0
    if is_new:
        _append(path, *(json.dumps(line, ensure_ascii=False) for line in sandbox.archive()))
    while True:
        sent_at, body = await outgoing.get()
        _append(path, json.dumps({"received_at": write_moment(sent_at), "body": body}, ensure_ascii=False))


def _append(path: Path, *lines: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as archive:
        archive.writelines(f"{line}\n" for line in lines)


async def _post_events(sandbox: Sandbox, outgoing: EventQueue) -> None:
    poster = EventPoster(signer_of(sandbox.options), sandbox.outbox)
    async with _running_tasks(posting=poster.run()):
        while True:
            _, body = await outgoing.get()
            poster.put(body)
