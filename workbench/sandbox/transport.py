"""Talks to a sandbox in the same process as an httpx client does over a network."""

import httpx2

from workbench.sandbox.api.faults import AnswerLost
from workbench.sandbox.sandbox import Sandbox


class SandboxTransport(httpx2.ASGITransport):
    """Calls the application directly; a lost answer is the error that a broken connection gives."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(app=sandbox.app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        except AnswerLost as lost:
            raise httpx2.ReadError("the connection was closed before the answer came", request=request) from lost
