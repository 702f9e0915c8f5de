"""The workbench's server with an endpoint that marks its data as changed; ``CONSTANT_DATA=1`` caches every query.

``streamlit run benchmarks/measured_app.py``. With constant data each query runs once, whatever its parameters: what
is left of a rerun is Streamlit drawing the same elements.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import app as workbench_app
from workbench.store import Store


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    async with workbench_app.lifespan(server):
        if os.environ.get("CONSTANT_DATA"):
            _make_data_constant()
        yield


def _make_data_constant() -> None:
    """Let the store read each query once, whatever its parameters."""
    answers: dict[str, pa.Table] = {}
    read = Store.read

    def read_once(store: Store, name: str, **parameters: object) -> pa.Table:
        if name not in answers:
            answers[name] = read(store, name, **parameters)
        return answers[name]

    patch.object(Store, "read", read_once).start()


async def say_data_changed(_: Request) -> Response:
    """Let the next rerun read everything anew, at once: pages wait a second for the next version otherwise."""
    from workbench.ui.live.current_desk import current_desk, desk_holder

    desk_holder().data_version.renew(current_desk().store.data_version)
    return Response()


app = st.App(
    workbench_app.SCRIPT,
    lifespan=lifespan,
    routes=[Route("/data-changed", say_data_changed, methods=["POST"]), *workbench_app.ROUTES],
    middleware=workbench_app.MIDDLEWARE,
    on_script_error=workbench_app.show_unexpected,
)
