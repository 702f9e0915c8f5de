"""A desk that asks for a link and dies at a chosen step; its words: DATABASE ADDRESS ACCOUNT STEP.

With the step ``confirmed`` a second person confirms the customer's last link, and the desk dies before it leaves.
"""

import os
import signal
import sys
from pathlib import Path

import httpx2
from pydantic import SecretStr

from tests.support.people import acting_as
from workbench.actions import Actions
from workbench.actions.request_link import request_link
from workbench.actions.second_person import confirm_as_second
from workbench.bakkt.client import BakktClient
from workbench.bakkt.wire.connection import BakktConnection
from workbench.bakkt.wire.network import open_transports
from workbench.store import Source, Store

PARTNER = "5b1d7c1e-8a55-4d0b-9c5e-3f6f0a7be001"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class KillingTransport(httpx2.AsyncBaseTransport):
    """A transport that kills the process right before the request is sent, or once the response starts."""

    def __init__(self, step: str) -> None:
        self._network = open_transports(connections=1).once
        self._step = step

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._step in {"leaving", "confirmed"}:
            die()
        answer = await self._network.handle_async_request(request)
        if self._step == "answered":
            die()
        return answer


def main(database: str, address: str, account: str, step: str) -> None:
    connection = BakktConnection(address, SecretStr("sandbox-key"), PARTNER)

    def connect() -> BakktClient:
        if step == "recorded":
            die()
        return BakktClient(connection, transport=KillingTransport(step))

    store = Store.open(Path(database), Source("killed", ""))
    actions = Actions(store, connect, acting_as("Ann"), two_person_rule=step == "confirmed")
    asked = request_link(actions, account, confirm_key=f"review of {step}", reason="She is here")
    if step == "confirmed" and asked.record is not None:
        confirm_as_second(actions.acted_by(acting_as("Bo")), asked.record.action_id)
    die()


if __name__ == "__main__":
    main(*sys.argv[1:])
