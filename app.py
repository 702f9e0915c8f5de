"""The server: pages and background work in one process. Start it with ``streamlit run app.py``."""

import asyncio
import gc
import importlib
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.file_util import get_static_dir

from workbench.access.claims import CLOCK_TOLERANCE_SECONDS
from workbench.api.access import LocalAccess
from workbench.api.routes import api_routes
from workbench.domain.errors import SettingsError
from workbench.events import WEBHOOK_PATH, Receiver, webhook_routes
from workbench.figures.preloading import draw_one_of_each
from workbench.health import PATH as HEALTH_PATH
from workbench.health import Health, examine_health, health_route
from workbench.project_files import PACKAGE, project_folder
from workbench.settings import is_sign_in_on, read_settings
from workbench.ui.live.people import people_first
from workbench.web.api_tokens import Doorkeeper
from workbench.web.listening import told_where_it_listens
from workbench.web.local_only import why_not_listen_on
from workbench.web.middleware import web_middleware
from workbench.web.own_names import OwnNames
from workbench.web.sign_in_answers import providers_clock_tolerated, providers_words_kept_out_of_logs
from workbench.web.slow_headers import slow_headers_cut_off
from workbench.web.upload_allowance import Allowance, uploads_kept_off_disk
from workbench.web.uvicorn_gaps import uvicorn_gaps_closed

if TYPE_CHECKING:
    from workbench.desk import Desk

log = logging.getLogger("workbench")
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
    with library_gaps_closed(), reachable(), open_desk_for_pages():
        for module in PRELOADED_MODULES:
            importlib.import_module(module)
        draw_one_of_each()
        gc.collect()
        gc.freeze()
        async with left_sessions_closed():
            yield


@contextmanager
def library_gaps_closed() -> Iterator[None]:
    """Within the block, the server's libraries do what they have no setting for."""
    from workbench.ui.live.acts import acts_noted

    of_server = slow_headers_cut_off(), uvicorn_gaps_closed(), uploads_kept_off_disk()
    of_sign_in = acts_noted(), providers_clock_tolerated(CLOCK_TOLERANCE_SECONDS), providers_words_kept_out_of_logs()
    with ExitStack() as closing:
        for gap in (*of_server, *of_sign_in):
            closing.enter_context(gap)
        yield


@contextmanager
def reachable() -> Iterator[None]:
    """Let this machine's command line find the server, as soon as it listens and as long as it runs."""
    if access is None:  # the settings are wrong, which every page says
        yield
        return
    with told_where_it_listens(access.announce):
        try:
            yield
        finally:
            access.withdraw()


@asynccontextmanager
async def left_sessions_closed() -> AsyncIterator[None]:
    from workbench.ui.live.left_sessions import close_left_sessions

    closing = asyncio.create_task(close_left_sessions())
    try:
        yield
    finally:
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)


@contextmanager
def open_desk_for_pages() -> Iterator[None]:
    """Give pages the desk, or the error that kept it from opening, which every page then shows."""
    # Imported here: Streamlit must be running before it caches anything of ours.
    from workbench.domain.errors import WorkbenchError
    from workbench.opening import Opening
    from workbench.ui.live.current_desk import set_desk, set_failure
    from workbench.ui.live.data_version import live_data_version

    with ExitStack() as closing:
        try:
            opening = Opening(
                read_settings(), lambda desk: set_desk(desk, live_data_version(desk.settings.speed)), set_failure
            )
            closing.callback(opening.close)
            opening.start()
        except WorkbenchError as error:
            log.error("%s: %s", error.title, error.message)
            set_failure(error)
        yield


def show_unexpected(error: BaseException) -> bool:
    from workbench.ui.frame import failures

    return failures.show_unexpected(error)


def find_receiver() -> Receiver | None:
    """The open desk's receiver, or what keeps deliveries while the database cannot be opened."""
    from workbench.ui.live.current_desk import desk_holder

    holder = desk_holder()
    source = holder.desk or holder.intake
    return None if source is None else source.receiver


def examine() -> Health:
    from workbench.ui.live.current_desk import desk_holder

    holder = desk_holder()
    return examine_health(holder.desk, holder.failure, holder.intake)


def find_desk() -> "Desk | None":
    from workbench.ui.live.current_desk import desk_holder

    return desk_holder().desk


def local_access() -> LocalAccess | None:
    try:
        return LocalAccess(read_settings().workbench_database)
    except SettingsError:
        return None


def find_doorkeeper() -> Doorkeeper:
    desk = find_desk()
    made = desk.api_tokens.in_force() if desk is not None else ()
    return access.doorkeeper(made) if access is not None else Doorkeeper(())


def bytes_per_session() -> int:
    from workbench.ui.live import uploads_held

    return uploads_held.bytes_per_session()


def bytes_held(session_id: str) -> int:
    from workbench.ui.live import uploads_held

    return uploads_held.bytes_held(session_id)


def own_names() -> OwnNames:
    """The names in the settings; while those are wrong, pages say so to this machine alone."""
    try:
        return read_settings().own_names
    except SettingsError:
        return OwnNames()


def end_where_nobody_signs_in(wrong_setting: str = "") -> None:
    """End `streamlit run`, which runs this file as its script, on an address that other machines reach."""
    reason = why_not_listen_on(st.get_option("server.address"), wrong_setting)
    if reason is not None and Path(sys.argv[0]).resolve() == Path(__file__).resolve():
        sys.exit(reason)


OPEN_PATHS = (HEALTH_PATH, "/_stcore/health", WEBHOOK_PATH, f"{WEBHOOK_PATH}/")
"""These answer under any name: they tell nothing of a customer, and the webhook has a signature or a secret."""

try:
    is_local_only = not is_sign_in_on()
    if is_local_only:
        end_where_nobody_signs_in()
except SettingsError as error:
    is_local_only = True
    end_where_nobody_signs_in(error.message)
access = local_access()
ROUTES = [
    *webhook_routes(find_receiver),
    *api_routes(find_desk, find_doorkeeper, people_first()),
    health_route(examine),
]
MIDDLEWARE = web_middleware(
    own_names(),
    OPEN_PATHS,
    Allowance(bytes_per_session, bytes_held),
    [one.stem for one in (project_folder() / "pages").glob("*.py")],
    Path(get_static_dir()),
    is_local_only=is_local_only,
)
app = st.App(SCRIPT, lifespan=lifespan, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=show_unexpected)
