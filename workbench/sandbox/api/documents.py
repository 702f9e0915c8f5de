"""Document metadata as Bakkt sends it, and the checks on an upload."""

import uuid
from datetime import datetime
from typing import Any

from workbench.sandbox.accounts.moments import to_milliseconds, write_moment
from workbench.sandbox.accounts.state import AccountState, SandboxDocument
from workbench.sandbox.api.contract import check
from workbench.sandbox.api.validation import COUNTRIES

_TWO_SIDED = frozenset({"DRIVERS_LICENSE", "IDENTIFICATION_CARD"})


def upload_refusal(metadata: dict[str, Any], account: AccountState | None, owner_ids: set[str | None]) -> str | None:
    """Return why an upload is refused, else None. Bakkt responds 404 (accounts-guide, "Upload Process")."""
    wrong = check("DocumentRequest", metadata)
    if wrong:
        return f"{wrong[0].field} {wrong[0].message}"
    if account is None:
        return "account is unknown"
    owner_id, side = metadata.get("clientOwnerId"), metadata.get("documentSide")
    if owner_id is not None and owner_id not in owner_ids:
        return "clientOwnerId is not an owner of the account"
    if metadata["documentType"] in _TWO_SIDED and side not in {"FRONT", "BACK"}:
        return "documentSide must be FRONT or BACK for this type"
    if "issueCountry" in metadata and metadata["issueCountry"] not in COUNTRIES:
        return "issueCountry must be a 3-letter ISO country code"
    if account.is_entity and owner_id is None and (side != "FRONT" or "issueCountry" not in metadata):
        return "documents of the entity itself need documentSide FRONT and issueCountry"
    return None


def write_metadata(account: AccountState, document: SandboxDocument) -> dict[str, Any]:
    if document.as_uploaded is not None:
        return {"documentSide": "UNSPECIFIED", **document.as_uploaded}
    content: dict[str, Any] = {
        "clientDocumentId": document.document_id,
        "account": account.client_account_id,
        "documentType": document.document_type,
        "documentSide": document.side,
        "issueCountry": document.issue_country,
        "documentExpiration": None if document.expires_at is None else write_moment(document.expires_at),
    }
    if document.owner_id is not None:
        content["clientOwnerId"] = document.owner_id
    if document.description is not None:
        content["description"] = document.description
    return content


def write_document(account: AccountState, document: SandboxDocument) -> dict[str, Any]:
    request = document.as_uploaded or write_metadata(account, document)
    return {"id": document.bakkt_id, "createdAt": write_moment(document.created_at), "request": request}


def document_of(metadata: dict[str, Any], content_type: str, now: datetime) -> SandboxDocument:
    expiry = metadata.get("documentExpiration")
    return SandboxDocument(
        document_id=metadata["clientDocumentId"].lower(),
        bakkt_id=str(uuid.uuid4()),
        document_type=metadata["documentType"],
        side=metadata.get("documentSide", "UNSPECIFIED"),
        created_at=to_milliseconds(now),
        owner_id=metadata.get("clientOwnerId"),
        description=metadata.get("description"),
        expires_at=None if expiry is None else datetime.fromisoformat(expiry.upper()),
        issue_country=metadata.get("issueCountry"),
        content_type=content_type,
        as_uploaded=metadata,
    )
