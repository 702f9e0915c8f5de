"""The workbench's server with an endpoint that marks its data as changed; ``CONSTANT_DATA=1`` caches every query.

``streamlit run benchmarks/measured_app.py``. With constant data each query runs once, whatever its parameters: what
is left of a rerun is Streamlit drawing the same elements.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import app as workbench_app
from workbench.store import Store
from workbench.store.engine.database import Database


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    async with workbench_app.lifespan(server):
        if os.environ.get("CONSTANT_DATA"):
            _make_data_constant()
        yield


class ConstantStore(Store):
    """Reads each query once, whatever its parameters."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._answers: dict[str, pa.Table] = {}

    def read(self, name: str, **parameters: object) -> pa.Table:
        if name not in self._answers:
            self._answers[name] = super().read(name, **parameters)
        return self._answers[name]


def _make_data_constant() -> None:
    from workbench.ui.live.current_desk import current_desk, desk_holder, set_desk

    desk = current_desk()
    set_desk(replace(desk, store=ConstantStore(desk.store.database)), desk_holder().data_version)


async def say_data_changed(_: Request) -> Response:
    """Let the next rerun show new data, at once: pages wait a second for the next version otherwise."""
    from workbench.ui.live.current_desk import current_desk, desk_holder

    database = current_desk().store.database
    database.data_version += 1
    desk_holder().data_version.renew(database.data_version)
    return Response()


app = st.App(
    workbench_app.SCRIPT,
    lifespan=lifespan,
    routes=[Route("/data-changed", say_data_changed, methods=["POST"]), *workbench_app.ROUTES],
    middleware=workbench_app.MIDDLEWARE,
    on_script_error=workbench_app.show_unexpected,
)
