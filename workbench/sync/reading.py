"""Reading one account completely: payload, status and documents, and what the desk's rules derive from them."""

import asyncio
from collections.abc import Callable
from hashlib import blake2b

from workbench.bakkt.answers import BakktAnswer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.snapshot import (
    snapshot_account,
    snapshot_can_trade,
    snapshot_documents,
    snapshot_settlement_method,
)
from workbench.domain.account.completeness import missing_fields
from workbench.domain.facts import Reading
from workbench.domain.kyb.checklist import checklist_status, is_trust, kyb_checklist
from workbench.store import AccountReading

_NO_DOCUMENTS = "{}"


async def read_account(
    client: BakktClient, client_account_id: str, has_documents: Callable[[str], bool]
) -> AccountReading:
    """One account as Bakkt shows it now, complete or not at all. The reading's time is that of its first request.

    Bakkt answers 404 for an account that never had documents; ``has_documents`` says whether we know of any.
    Raises BakktError. Never requests a verification link.
    """
    account = await client.fetch_account(client_account_id)
    status = await client.fetch_account_status(client_account_id)
    try:
        documents = await client.fetch_account_documents(client_account_id)
    except BakktNotFound:
        if await asyncio.to_thread(has_documents, client_account_id):
            raise
        documents = None
    return reading_of(client_account_id, account, status, documents)


def reading_of(
    client_account_id: str, account: BakktAnswer, status: BakktAnswer, documents: BakktAnswer | None
) -> AccountReading:
    """The three answers as one typed reading, with the checklist and missing fields."""
    snapshot = snapshot_account(account.value)
    documents_found = snapshot_documents(documents.value) if documents else ()
    request = account.value["request"]
    requirements = (
        kyb_checklist(is_trust=is_trust(request), owners=snapshot.owners, documents=documents_found)
        if snapshot.is_entity
        else ()
    )
    documents_json = documents.text if documents else _NO_DOCUMENTS
    reading = Reading(
        started_at=account.started_at,
        created_at=snapshot.created_at,
        is_entity=snapshot.is_entity,
        request_status=snapshot.request_status,
        can_trade_crypto=snapshot_can_trade(status.value),
        checklist=checklist_status(requirements),
        content_hash=_hash(account.text, status.text, documents_json),
    )
    return AccountReading(
        client_account_id=client_account_id,
        reading=reading,
        account_json=account.text,
        status_json=status.text,
        documents_json=documents_json,
        account=snapshot,
        documents=documents_found,
        settlement_method=snapshot_settlement_method(status.value),
        missing_fields=missing_fields(request, is_entity=snapshot.is_entity, documents=documents_found),
        requirements=requirements,
    )


def _hash(*texts: str) -> str:
    digest = blake2b(digest_size=16)
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\x1f")
    return digest.hexdigest()
