"""Reading one account completely: payload, status and documents, and what the desk's rules derive from them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeVar

from workbench.bakkt.answers import BakktAnswer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktError, BakktNotFound
from workbench.bakkt.snapshot import (
    snapshot_account,
    snapshot_can_trade,
    snapshot_documents,
    snapshot_settlement_method,
)
from workbench.domain.account.completeness import lacks_identity_document, missing_fields
from workbench.domain.facts import Reading
from workbench.domain.kyb.checklist import checklist_status, kyb_checklist
from workbench.store import AccountReading, Failure, Store

_NO_DOCUMENTS = "{}"

logger = logging.getLogger(__name__)

T = TypeVar("T")


async def read_or_failure(
    client: BakktClient,
    read: Awaitable[T],
    client_account_id: str,
    on_error: Callable[[BakktError], None],
    on_success: Callable[[], None],
) -> T | Failure:
    """What was read, or the failure to list for the account: one account's failure stops no other.

    ``on_error`` receives Bakkt's error, so that the caller can slow down or stop until ``on_success``.
    """
    try:
        with client.availability.asking():
            result = await read
    except BakktError as error:
        on_error(error)
        return Failure(client_account_id, error.title, error.message, datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 -- an error of ours on one account must not stop the others
        return _internal_failure(client_account_id, error)
    on_success()
    return result


def _internal_failure(client_account_id: str, error: Exception) -> Failure:
    """A failure of our own. The exception's message may quote the payload, so only its type is given."""
    kind = type(error).__name__
    logger.error("Account %s could not be processed: %s", client_account_id, kind)
    return Failure(
        client_account_id,
        "The workbench could not process this account",
        f"Its data caused an error in the workbench ({kind}). Please report it.",
        datetime.now(UTC),
    )


def has_documents(store: Store, client_account_id: str) -> bool:
    """Whether we know of any document of the account, for ``read_account``."""
    return bool(store.read_rows("accounts/documents", client_account_id=client_account_id))


async def read_account(
    client: BakktClient, client_account_id: str, has_documents: Callable[[str], bool]
) -> AccountReading:
    """One account as Bakkt shows it now, complete or not at all. The reading's time is that of its first request.

    Bakkt answers 404 for an account that never had documents; ``has_documents`` says whether we know of any.
    Raises BakktError. Never requests a verification link.
    """
    allowance = client.allow_time()
    account = await client.fetch_account(client_account_id, allowance)
    status = await client.fetch_account_status(client_account_id, allowance)
    try:
        documents = await client.fetch_account_documents(client_account_id, allowance)
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
        kyb_checklist(is_trust=snapshot.is_trust, owners=snapshot.owners, documents=documents_found)
        if snapshot.is_entity
        else ()
    )
    missing = missing_fields(request, is_entity=snapshot.is_entity, documents=documents_found)
    documents_json = documents.text if documents else _NO_DOCUMENTS
    reading = Reading(
        started_at=account.started_at,
        created_at=snapshot.created_at,
        is_entity=snapshot.is_entity,
        request_status=snapshot.request_status,
        can_trade_crypto=snapshot_can_trade(status.value),
        checklist=checklist_status(requirements),
        content_hash=_hash(account.text, status.text, documents_json),
        lacks_identity_document=lacks_identity_document(missing),
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
        missing_fields=missing,
        requirements=requirements,
    )


def _hash(*texts: str) -> str:
    digest = blake2b(digest_size=16)
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\x1f")
    return digest.hexdigest()
