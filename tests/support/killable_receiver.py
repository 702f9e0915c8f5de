"""A receiver and an applier in a killable process, forked from one that has everything imported."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from tests.support.deliveries import SIGNATURE
from workbench.events import Applier, Receiver, webhook_routes
from workbench.events.inbox import Inbox
from workbench.store import Source, Store

SOURCE = Source("https://bakkt.example.test", "a partner")


class HastyInbox(Inbox):
    """A naive inbox that acknowledges before it has stored the delivery."""

    def keep(self, raw: bytes) -> Future[datetime]:
        super().keep(raw)
        hasty: Future[datetime] = Future()
        hasty.set_result(datetime.now(UTC))
        return hasty


INBOXES: dict[str, Callable[[Path], Inbox]] = {"ours": Inbox.beside, "hasty": HastyInbox.beside}


def serve(database: Path, port: int, kind: str) -> None:
    """Serve until killed."""
    store = Store.open(database, SOURCE)
    inbox = INBOXES[kind](database)
    receiver = Receiver(inbox, SIGNATURE)
    Applier(store, inbox).start()
    app = Starlette(routes=webhook_routes(lambda: receiver))
    uvicorn.run(app, host="127.0.0.1", port=port, lifespan="off", log_level="critical", access_log=False)
