"""An httpx transport to a sandbox in the same process."""

import httpx2

from workbench.sandbox.api.faults import ResponseLost
from workbench.sandbox.sandbox import Sandbox


class SandboxTransport(httpx2.ASGITransport):
    """Calls the application directly; a lost response raises the same error as a broken connection."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(app=sandbox.app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        except ResponseLost as lost:
            raise httpx2.ReadError("the connection was closed before the response arrived", request=request) from lost
