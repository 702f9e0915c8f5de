"""``GET /healthz``: whether the database answers and the inbox can be written, for whoever watches the server.

Streamlit's own ``/_stcore/health`` says only that the server runs, also while the desk could not be opened.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from workbench.domain.errors import StoreError, WorkbenchError

if TYPE_CHECKING:
    from workbench.desk import Desk, Intake

PATH = "/healthz"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether each part works; ``problem`` is the first error there is, of which only its title is told."""

    database: Literal["open", "not open"]
    inbox: Literal["writable", "not writable"]
    problem: WorkbenchError | None = None

    @property
    def is_good(self) -> bool:
        return (self.database, self.inbox) == ("open", "writable")

    def as_json(self) -> dict[str, str]:
        parts = {"database": self.database, "inbox": self.inbox}
        return parts | ({"problem": self.problem.title} if self.problem else {})


def examine_health(
    desk: "Desk | None", failure: WorkbenchError | None = None, intake: "Intake | None" = None
) -> Health:
    """Reads from the database and writes to the inbox, which keeps deliveries also while no desk is open."""
    database = failure if desk is None else _problem_of(desk.store.check_readable)
    has_inbox = desk or intake
    inbox = _problem_of(has_inbox.inbox.check_writable) if has_inbox else None
    return Health(
        "not open" if desk is None or database else "open",
        "not writable" if has_inbox is None or inbox else "writable",
        database or inbox,
    )


def _problem_of(check: Callable[[], None]) -> WorkbenchError | None:
    try:
        check()
    except StoreError as error:
        return error
    return None


def health_route(examine: Callable[[], Health]) -> Route:
    """200 if all is well, else 503; the body is JSON with one word for each part and the problem's title."""

    async def answer(_: Request) -> Response:
        health = await asyncio.to_thread(examine)
        return JSONResponse(health.as_json(), 200 if health.is_good else 503, {"Cache-Control": "no-store"})

    return Route(PATH, answer, methods=["GET"])
