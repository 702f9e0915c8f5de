"""``GET /healthz``: whether the database answers and the inbox can be written, for whoever watches the server.

Streamlit's own ``/_stcore/health`` says only that the server runs, also while the desk could not be opened.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from workbench.domain.errors import StoreError

if TYPE_CHECKING:
    from workbench.desk import Desk

PATH = "/healthz"


@dataclass(frozen=True, slots=True)
class Health:
    database: Literal["open", "not open"]
    inbox: Literal["writable", "not writable"]

    @property
    def is_good(self) -> bool:
        return self == Health("open", "writable")


def examine_health(desk: "Desk | None") -> Health:
    """Reads from the database and writes to the inbox; both are not available while no desk is open."""
    if desk is None:
        return Health("not open", "not writable")
    return Health(
        "open" if _succeeds(desk.store.check_readable) else "not open",
        "writable" if _succeeds(desk.inbox.check_writable) else "not writable",
    )


def _succeeds(check: Callable[[], None]) -> bool:
    try:
        check()
    except StoreError:
        return False
    return True


def health_route(find_desk: Callable[[], "Desk | None"]) -> Route:
    """200 if all is well, else 503; the body is JSON with one word for each part and nothing else of the desk."""

    async def answer(_: Request) -> Response:
        health = await asyncio.to_thread(examine_health, find_desk())
        return JSONResponse(asdict(health), 200 if health.is_good else 503, {"Cache-Control": "no-store"})

    return Route(PATH, answer, methods=["GET"])
