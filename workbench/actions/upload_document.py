"""Uploading one side of a document: checked, recorded, sent once, and found by its id if the answer is lost."""

import asyncio
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from workbench.actions.doubts import CONFIRMED_ALTHOUGH
from workbench.actions.lost_answers import find_doubtful, land_settlement, settle_as_not_sent
from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.actions.refused_bodies import find_refused
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.snapshot import snapshot_document_created_at
from workbench.domain.actions import BY_READING, Blocker, Plan, Rule, first_blocker
from workbench.domain.documents import (
    DESCRIPTIONS,
    NOTHING_CONFIRMED,
    Confirmations,
    DocumentDetails,
    EarlierUpload,
    find_account_blocker,
    find_document_blocker,
    find_duplicate_file_blocker,
    find_owner_blocker,
    subject_of,
)
from workbench.domain.payload import id_of, list_of, object_of
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.files.checking import CheckedFile
from workbench.store import ActionRecord, Completion, DocumentDate, Effects, ReadRows, Settlement

DOCUMENT_ID = "client_document_id"
BAKKT_HAS_IT = "Bakkt has the document."
OWN_WORDS = "in own words"
_END_OF_DAY = "T23:59:59.999Z"
"""Bakkt wants a time with the day of expiry: a document is valid until that day ends."""
_OFFERED = frozenset(words for offered in DESCRIPTIONS.values() for words in offered)


@dataclass(frozen=True, slots=True)
class DocumentUpload:
    """One side of a document with its file, the warnings that the person confirmed, and the day where they sit."""

    document: DocumentDetails
    file: CheckedFile
    confirmed: Confirmations = NOTHING_CONFIRMED
    today: date | None = None


@dataclass(frozen=True, slots=True)
class UploadCase:
    """What the rules of an upload look at; ``standing`` is None for an account without reading or event."""

    upload: DocumentUpload
    is_known: bool
    standing: str | None
    is_entity: bool
    owner_ids: Sequence[str | None]
    earlier: Sequence[EarlierUpload]
    today: date


def review_upload(actions: Actions, client_account_id: str, upload: DocumentUpload) -> Blocker | None:
    """What blocks this upload now, from stored data. Bakkt is not called."""
    return _find_blocker(actions, client_account_id, upload, actions.store.read_rows)


def upload_document(actions: Actions, client_account_id: str, upload: DocumentUpload, *, confirm_key: str) -> Receipt:
    """Sends one side of a document once. A 404 is a refusal. Raises StoreError if nothing could be recorded.

    The document's id is generated first and kept in the record, so that a lost upload can be looked up. If an earlier
    upload to this slot counts as not sent, its id is read back first, and the same document goes under the same id.
    """
    earlier = find_doubtful(actions, ActionKind.UPLOAD_DOCUMENT, client_account_id, upload.document.slot)
    is_again = earlier is not None and _is_same(upload, earlier)
    client_document_id = earlier.what[DOCUMENT_ID] if earlier and is_again else str(uuid.uuid4())
    plan = Plan(
        ActionKind.UPLOAD_DOCUMENT,
        client_account_id,
        confirm_key,
        slot=upload.document.slot,
        what=_summary(client_account_id, client_document_id, upload),
    )
    find_blocker = partial(_find_blocker, actions, client_account_id, upload)
    recheck = partial(_find_arrived, actions, earlier, is_again=is_again) if earlier else None
    return actions.perform(Work(plan, find_blocker, partial(_send, plan, upload), recheck))


def metadata_of(client_account_id: str, client_document_id: str, document: DocumentDetails) -> dict[str, str]:
    """The document's metadata for Bakkt (contract.yaml, ``DocumentRequest``), without empty fields."""
    metadata = {
        "clientDocumentId": client_document_id,
        "account": client_account_id,
        "documentType": document.document_type,
        "documentSide": document.side,
        "clientOwnerId": document.client_owner_id,
        "description": document.description,
        "documentExpiration": f"{document.expires_on.isoformat()}{_END_OF_DAY}" if document.expires_on else None,
        "issueCountry": document.issue_country,
    }
    return {name: value for name, value in metadata.items() if value}


def sent_name(upload: DocumentUpload) -> str:
    """The file's name at Bakkt. We generate it, because people's own file names can be personal."""
    return f"{upload.document.document_type}-{upload.document.side}.{upload.file.kind.extension}".lower()


async def _find_arrived(
    actions: Actions, earlier: ActionRecord, client: BakktClient, *, is_again: bool
) -> Blocker | None:
    """Corrects the earlier upload if Bakkt has its document by now; if it is the same document, nothing is sent."""
    settlement = await UploadReader(actions)(earlier, client)
    if settlement is None or settlement.outcome is not Outcome.ACCEPTED:
        return None
    await asyncio.to_thread(land_settlement, actions, earlier, settlement)
    return ARRIVED if is_again else None


def _is_same(upload: DocumentUpload, earlier: ActionRecord) -> bool:
    """Whether the earlier upload had the same bytes and metadata."""
    return _digest(earlier.client_account_id, upload, earlier.what.get("salt", "")) == earlier.what.get("digest")


def _digest(client_account_id: str, upload: DocumentUpload, salt: str) -> str:
    """Recognises the same document again; a description in own words is kept in no other form."""
    file = upload.file
    sent = [metadata_of(client_account_id, "", upload.document), file.sha256, file.content_type, sent_name(upload)]
    return hashlib.sha256((salt + json.dumps(sent, sort_keys=True)).encode()).hexdigest()


ARRIVED = Blocker(
    "arrived",
    "Bakkt has this document already",
    "The earlier upload arrived after all; it now counts as accepted, and nothing was sent again.",
)


class UploadReader:
    """Settles an upload whose answer was lost, by its document id: accepted if Bakkt has the document."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def __call__(self, record: ActionRecord, client: BakktClient) -> Settlement | None:
        client_document_id, read_at = record.what[DOCUMENT_ID], self._actions.now()
        try:
            answer = await client.fetch_document_metadata(client_document_id)
        except BakktNotFound:
            words = "Bakkt has no document with this id: the upload did not arrive."
            return settle_as_not_sent(record, read_at, words)
        dated = DocumentDate(client_document_id, snapshot_document_created_at(answer.value))
        return Settlement(Outcome.ACCEPTED, BY_READING, BAKKT_HAS_IT, Effects(document_dates=(dated,)))


def settle_uploaded(record: ActionRecord, documents: Mapping[str, Any]) -> Settlement | None:
    """For an account's list of documents; None if the document is not in it."""
    listed = {id_of(object_of(one).get("clientDocumentId")) for one in list_of(documents.get("documentMetadata"))}
    is_listed = record.what[DOCUMENT_ID] in listed
    return Settlement(Outcome.ACCEPTED, BY_READING, BAKKT_HAS_IT) if is_listed else None


async def _send(plan: Plan, upload: DocumentUpload, client: BakktClient) -> Completion:
    metadata = metadata_of(plan.client_account_id, plan.what["client_document_id"], upload.document)
    await client.submit_document(metadata, upload.file.content, upload.file.content_type, sent_name(upload))
    removed = upload.file.removed
    return Completion(Outcome.ACCEPTED, note=f"{removed[0].upper()}{removed[1:]}." if removed else "")


def _find_blocker(actions: Actions, client_account_id: str, upload: DocumentUpload, read: ReadRows) -> Blocker | None:
    account = next(iter(read("accounts/one", client_account_id=client_account_id)), None)
    case = UploadCase(
        upload,
        is_known=account is not None,
        standing=account["standing"] if account else None,
        is_entity=bool(account and account["is_entity"]),
        owner_ids=[row["client_owner_id"] for row in read("accounts/owners", client_account_id=client_account_id)],
        earlier=_earlier_uploads(client_account_id, read),
        today=upload.today or actions.now().date(),
    )
    return first_blocker(UPLOAD_RULES, case) or _refused_blocker(client_account_id, upload, read)


def _refused_blocker(client_account_id: str, upload: DocumentUpload, read: ReadRows) -> Blocker | None:
    """Blocks a file and its details that Bakkt refused the last time."""
    refused = find_refused(read, ActionKind.UPLOAD_DOCUMENT, client_account_id, upload.document.slot)
    if refused is None or _digest(client_account_id, upload, refused.what["salt"]) != refused.what["digest"]:
        return None
    return refused.blocker


def _account_blocker(case: UploadCase) -> Blocker | None:
    return find_account_blocker(case.standing, is_known=case.is_known)


def _owner_blocker(case: UploadCase) -> Blocker | None:
    return find_owner_blocker(case.upload.document.client_owner_id, case.owner_ids)


def _document_blocker(case: UploadCase) -> Blocker | None:
    document = case.upload.document
    subject = subject_of(document.client_owner_id, case.owner_ids, is_entity=case.is_entity)
    return find_document_blocker(document, subject, case.today, case.upload.confirmed)


def _same_file_blocker(case: UploadCase) -> Blocker | None:
    upload = case.upload
    return find_duplicate_file_blocker(upload.document, upload.file.sha256, case.earlier, upload.confirmed)


UPLOAD_RULES = (
    Rule("The account has been read and is open.", _account_blocker),
    Rule("The owner is on it.", _owner_blocker),
    Rule(
        "Type, side, country and description fit; that it has expired or expires unusually late is confirmed.",
        _document_blocker,
    ),
    Rule("The file was not sent as another document, or that is confirmed.", _same_file_blocker),
)


def _earlier_uploads(client_account_id: str, read: ReadRows) -> list[EarlierUpload]:
    rows = read("documents/uploads", client_account_id=client_account_id)
    return [EarlierUpload(row["slot"], row["sha256"], row["description"] or "") for row in rows if row["sha256"]]


def _confirmed(confirmed: Confirmations) -> dict[str, str]:
    lines = {
        "document: expired": confirmed.expired,
        "document: expires after 2100": confirmed.far,
        "file: sent before as another document": confirmed.same_file,
    }
    return {CONFIRMED_ALTHOUGH: "\n".join(line for line, is_confirmed in lines.items() if is_confirmed)}


def _summary(client_account_id: str, client_document_id: str, upload: DocumentUpload) -> dict[str, str]:
    """What the record keeps: no bytes, no file name, and a description only if it is one that we offer."""
    document, file, salt = upload.document, upload.file, secrets.token_hex(16)
    kept = {
        "client_document_id": client_document_id,
        "document_type": document.document_type,
        "document_side": document.side,
        "client_owner_id": document.client_owner_id,
        "issue_country": document.issue_country,
        "expires_on": document.expires_on.isoformat() if document.expires_on else None,
        "description": document.description if document.description in _OFFERED | {""} else OWN_WORDS,
        "file_kind": file.kind.value,
        "file_bytes": str(len(file.content)),
        "sha256": file.sha256,
        "removed": file.removed,
        **_confirmed(upload.confirmed),
        "salt": salt,
        "digest": _digest(client_account_id, upload, salt),
    }
    return {name: value for name, value in kept.items() if value}
