"""The workbench's server with an endpoint that marks its data as changed; ``CONSTANT_DATA=1`` caches every query.

``streamlit run benchmarks/measured_app.py``. With constant data each query runs once, whatever its parameters: what
is left of a rerun is Streamlit drawing the same elements.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import app as workbench_app


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    from workbench.ui.live.current_desk import current_desk

    async with workbench_app.lifespan(server):
        if os.environ.get("CONSTANT_DATA"):
            _make_constant(current_desk().store)
        yield


def _make_constant(store: object) -> None:
    read, answers = store.read, dict[str, pa.Table]()  # type: ignore[attr-defined]

    def read_once(name: str, **parameters: object) -> pa.Table:
        if name not in answers:
            answers[name] = read(name, **parameters)
        return answers[name]

    store.read = read_once  # type: ignore[attr-defined]


async def say_data_changed(_: Request) -> Response:
    from workbench.ui.live.current_desk import current_desk

    current_desk().store.database.data_version += 1
    return Response()


app = st.App(
    workbench_app.SCRIPT,
    lifespan=lifespan,
    routes=[Route("/data-changed", say_data_changed, methods=["POST"])],
    on_script_error=workbench_app.show_unexpected,
)
