"""The server: pages and background work in one process. Start it with ``streamlit run app.py``."""

import gc
import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from workbench.events import Receiver, slow_headers_cut_off, webhook_routes
from workbench.health import health_route
from workbench.project_files import PACKAGE

if TYPE_CHECKING:
    from workbench.desk import Desk

SCRIPT = PACKAGE / "ui" / "shell" / "main.py"


def modules_below(folder: Path) -> Iterator[str]:
    """Names of all modules and packages in the folder and below, without the script that Streamlit runs."""
    for path in sorted(folder.rglob("*.py")):
        if path != SCRIPT:
            yield ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


PRELOADED_MODULES = (
    "pandas",
    "pyarrow.compute",
    "xlsxwriter",
    *modules_below(SCRIPT.parents[1]),
)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep the desk open while the server runs, with the pages' imports loaded and frozen out of garbage collection.

    Streamlit collects garbage after every rerun, which takes longer the more modules are tracked.
    """
    with slow_headers_cut_off(), open_desk_for_pages():
        for module in PRELOADED_MODULES:
            importlib.import_module(module)
        gc.collect()
        gc.freeze()
        yield


@contextmanager
def open_desk_for_pages() -> Iterator[None]:
    """Give pages the desk, or the error that kept it from opening, which every page then shows."""
    # Imported here: Streamlit must be running before it caches anything of ours.
    from workbench.domain.errors import WorkbenchError
    from workbench.embedded_sandbox import open_with_sandbox
    from workbench.settings import read_settings
    from workbench.ui.live.current_desk import set_desk, set_failure
    from workbench.ui.live.data_version import live_data_version

    with ExitStack() as closing:
        try:
            desk, sandbox = open_with_sandbox(read_settings())
            if sandbox is not None:
                closing.callback(sandbox.close)
            closing.callback(desk.close)
            set_desk(desk, live_data_version(desk.settings.speed))
            if sandbox is not None:
                closing.callback(sandbox.stop)
                sandbox.start(desk)
            desk.start_background()
        except WorkbenchError as error:
            set_failure(error)
        yield


def show_unexpected(error: BaseException) -> bool:
    from workbench.ui.frame import failures

    return failures.show_unexpected(error)


def find_desk() -> "Desk | None":
    from workbench.ui.live.current_desk import desk_holder

    return desk_holder().desk


def find_receiver() -> Receiver | None:
    """The open desk's receiver, or None if no desk is open."""
    desk = find_desk()
    return None if desk is None else desk.receiver


app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=[*webhook_routes(find_receiver), health_route(find_desk)],
    on_script_error=show_unexpected,
)
