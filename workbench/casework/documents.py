"""Fetching one document's bytes for a person who opens it, into memory only."""

import asyncio
from collections.abc import Callable

import uvloop

from workbench.bakkt.answers import DocumentFile
from workbench.bakkt.client import BakktClient


def fetch_document(connect: Callable[[], BakktClient], client_document_id: str) -> DocumentFile:
    """The document's bytes from Bakkt. Raises BakktError."""

    async def fetch() -> DocumentFile:
        async with connect() as client:
            with client.availability.asking():
                return await client.fetch_document_file(client_document_id)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(fetch())
