"""Uploading one side of a document: checked, recorded, sent once, and found by its id if the answer is lost."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.snapshot import snapshot_document_created_at
from workbench.domain.actions import Hindrance, Plan
from workbench.domain.documents import (
    DESCRIPTIONS,
    NOT_ASKED,
    Confirmed,
    Earlier,
    Paper,
    find_account_hindrance,
    find_owner_hindrance,
    find_paper_hindrance,
    find_repetition,
    subject_of,
)
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.files.checking import CheckedFile
from workbench.store import ActionRecord, Brought, Completion, DocumentDate, ReadRows, Settlement

GRACE = timedelta(seconds=30)
"""How long a request may still be in flight: a document missing before that proves nothing."""

OWN_WORDS = "in own words"
_OFFERED = frozenset(words for offered in DESCRIPTIONS.values() for words in offered)


@dataclass(frozen=True, slots=True)
class Upload:
    """One side of a document with its file, and the warnings that the person confirmed."""

    paper: Paper
    file: CheckedFile
    confirmed: Confirmed = NOT_ASKED


def review_upload(actions: Actions, client_account_id: str, upload: Upload) -> Hindrance | None:
    """What blocks this upload now, from stored data. Bakkt is not called."""
    return _find_hindrance(actions, client_account_id, upload, actions.store.read_rows)


def upload_document(actions: Actions, client_account_id: str, upload: Upload, *, confirm_key: str) -> Receipt:
    """Sends one side of a document once. A 404 is a refusal. Raises StoreError if nothing could be recorded.

    The document's id is generated first and kept in the record, so that a lost upload can be looked up.
    """
    client_document_id = str(uuid.uuid4())
    plan = Plan(
        ActionKind.UPLOAD_DOCUMENT,
        client_account_id,
        confirm_key,
        slot=upload.paper.slot,
        what=_summary(client_document_id, upload),
    )
    find_hindrance = partial(_find_hindrance, actions, client_account_id, upload)
    return actions.perform(Work(plan, find_hindrance, partial(_send, plan, upload)))


def metadata_of(client_account_id: str, client_document_id: str, paper: Paper) -> dict[str, str]:
    """The document's metadata for Bakkt (contract.yaml, ``DocumentRequest``), without empty fields."""
    told = {
        "clientDocumentId": client_document_id,
        "account": client_account_id,
        "documentType": paper.document_type,
        "documentSide": paper.side,
        "clientOwnerId": paper.client_owner_id,
        "description": paper.description,
        "documentExpiration": f"{paper.expires_on.isoformat()}T00:00:00.000Z" if paper.expires_on else None,
        "issueCountry": paper.issue_country,
    }
    return {name: value for name, value in told.items() if value}


def sent_name(upload: Upload) -> str:
    """The file's name at Bakkt. We generate it, because people's own file names can be personal."""
    return f"{upload.paper.document_type}-{upload.paper.side}.{upload.file.kind.extension}".lower()


async def read_upload(record: ActionRecord, client: BakktClient) -> Settlement | None:
    """Whether a lost upload arrived, by its document id; None while it may still be in flight."""
    client_document_id = record.what["client_document_id"]
    try:
        answer = await client.fetch_document_metadata(client_document_id)
    except BakktNotFound:
        waited = datetime.now(UTC) - (record.finished_at or record.started_at)
        if waited < GRACE:
            return None
        return Settlement(Outcome.NOT_SENT, "reading", "Bakkt has no document with this id: the upload did not arrive.")
    dated = DocumentDate(client_document_id, snapshot_document_created_at(answer.value))
    return Settlement(Outcome.ACCEPTED, "reading", "Bakkt has the document.", Brought(document_dates=(dated,)))


async def _send(plan: Plan, upload: Upload, client: BakktClient) -> Completion:
    metadata = metadata_of(plan.client_account_id, plan.what["client_document_id"], upload.paper)
    await client.submit_document(metadata, upload.file.content, upload.file.content_type, sent_name(upload))
    removed = upload.file.removed
    return Completion(Outcome.ACCEPTED, note=f"{removed[0].upper()}{removed[1:]}." if removed else "")


def _find_hindrance(actions: Actions, client_account_id: str, upload: Upload, read: ReadRows) -> Hindrance | None:
    account = next(iter(read("accounts/one", client_account_id=client_account_id)), None)
    if account is None:
        return find_account_hindrance(None, is_known=False)
    owners = [row["client_owner_id"] for row in read("accounts/owners", client_account_id=client_account_id)]
    paper, confirmed = upload.paper, upload.confirmed
    subject = subject_of(paper.client_owner_id, owners, is_entity=account["is_entity"])
    return (
        find_account_hindrance(account["standing"], is_known=True)
        or find_owner_hindrance(paper.client_owner_id, owners)
        or find_paper_hindrance(paper, subject, actions.now().date(), confirmed)
        or find_repetition(paper, upload.file.sha256, _earlier(client_account_id, read), confirmed)
    )


def _earlier(client_account_id: str, read: ReadRows) -> list[Earlier]:
    rows = read("documents/uploads", client_account_id=client_account_id)
    return [Earlier(row["slot"], row["sha256"]) for row in rows if row["sha256"]]


def _summary(client_document_id: str, upload: Upload) -> dict[str, str]:
    """What the record keeps: no bytes, no file name, and a description only if it is one that we offer."""
    paper, file = upload.paper, upload.file
    kept = {
        "client_document_id": client_document_id,
        "document_type": paper.document_type,
        "document_side": paper.side,
        "client_owner_id": paper.client_owner_id,
        "issue_country": paper.issue_country,
        "expires_on": paper.expires_on.isoformat() if paper.expires_on else None,
        "description": paper.description if paper.description in _OFFERED | {""} else OWN_WORDS,
        "file_kind": file.kind.value,
        "file_bytes": str(len(file.content)),
        "sha256": file.sha256,
        "removed": file.removed,
        "same_file_confirmed": "yes" if upload.confirmed.same_file else None,
        "expired_confirmed": "yes" if upload.confirmed.expired else None,
    }
    return {name: value for name, value in kept.items() if value}
