"""Fetching one document's bytes for a person who opens it, into memory only."""

import asyncio

import uvloop

from workbench.access.customer_asked_about import with_customer
from workbench.access.policy import Act
from workbench.actions.performing import Actions
from workbench.bakkt.answers import DocumentFile


def fetch_document(actions: Actions, client_account_id: str, client_document_id: str) -> DocumentFile:
    """The bytes of a customer's document from Bakkt. Raises NotAllowedError, BakktError."""
    actions.acting.begin(Act.SEE_DOCUMENT, with_customer(client_account_id, client_document_id))

    async def fetch() -> DocumentFile:
        async with actions.connect_for(Act.SEE_DOCUMENT) as client:
            with client.availability.asking():
                return await client.fetch_document_file(client_document_id)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(fetch())
