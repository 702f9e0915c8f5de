"""Turns Bakkt's answers into what the store keeps; a value of the wrong type counts as missing.

The functions take the parsed value of an answer that the client accepted, so the envelope is there; everything inside
``request`` may be missing, null, unknown or of the wrong type.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from workbench.bakkt.errors import BakktUnreadable
from workbench.bakkt.instants import read_instant
from workbench.domain.account.choices import PRIMARY_OWNER
from workbench.domain.account.entity import is_entity_request
from workbench.domain.documents import given_expiry
from workbench.domain.kyb.checklist import is_trust
from workbench.domain.payload import id_of, list_of, object_of, objects_of, text_of, texts_of
from workbench.domain.snapshots import AccountSnapshot, DocumentSnapshot, OwnerSnapshot


def snapshot_account(value: Mapping[str, Any]) -> AccountSnapshot:
    """What the store keeps of ``GET account``."""
    request = object_of(value.get("request"))
    owners = tuple(_owners(request.get("owners")))
    entity_name = text_of(object_of(request.get("entity")).get("entityLegalName"))
    is_entity = is_entity_request(request)
    residence = _residence_of_first_owner(request.get("owners"))
    return AccountSnapshot(
        bakkt_account_id=id_of(value.get("id")) or "",
        created_at=_required_instant(value.get("createdAt")),
        request_status=text_of(value.get("status")) or "",
        account_type=text_of(request.get("accountType")),
        is_entity=is_entity,
        is_trust=is_entity and is_trust(request),
        display_name=(entity_name if is_entity else None) or _name_of_primary_owner(owners),
        entity_name=entity_name,
        country=text_of(residence.get("country")),
        state=text_of(residence.get("state")),
        owners=owners,
        pending_update_ids=tuple(texts_of(value.get("pendingUpdateIds"))),
    )


def snapshot_documents(value: Mapping[str, Any]) -> tuple[DocumentSnapshot, ...]:
    """One row per document of ``accountDocumentMetadata``, in Bakkt's order; for a repeated id the last one counts."""
    by_id: dict[str, DocumentSnapshot] = {}
    for document in objects_of(value.get("documentMetadata")):
        client_document_id = id_of(document.get("clientDocumentId"))
        if client_document_id is not None:
            by_id[client_document_id] = _document(client_document_id, document)
    return tuple(by_id.values())


def snapshot_can_trade(value: Mapping[str, Any]) -> bool:
    """``canTradeCrypto`` of ``GET status``."""
    return value.get("canTradeCrypto") is True


def snapshot_settlement_method(value: Mapping[str, Any]) -> str | None:
    """``settlementMethod`` of ``GET status``, whether we know it or not."""
    return text_of(value.get("settlementMethod"))


def snapshot_document_created_at(value: Mapping[str, Any]) -> datetime:
    """``createdAt`` of one document's metadata."""
    return _required_instant(value.get("createdAt"))


def _owners(value: object) -> Iterable[OwnerSnapshot]:
    for position, owner in enumerate(list_of(value)):
        if isinstance(owner, dict):
            yield _owner(position, owner)


def _owner(position: int, owner: Mapping[str, Any]) -> OwnerSnapshot:
    identity = object_of(owner.get("identity"))
    return OwnerSnapshot(
        client_owner_id=id_of(owner.get("clientOwnerId")),
        bakkt_owner_id=id_of(owner.get("ownerId")),
        role=text_of(owner.get("role")),
        given_name=text_of(identity.get("givenName")),
        middle_names=text_of(identity.get("middleNames")),
        family_name=text_of(identity.get("familyName")),
        email_address=text_of(owner.get("emailAddress")),
        phone_number=text_of(owner.get("phoneNumber")),
        country=text_of(object_of(identity.get("personalAddress")).get("country")),
        position=position,
    )


def _residence_of_first_owner(owners: object) -> Mapping[str, Any]:
    first = next(iter(objects_of(owners)), {})
    return object_of(object_of(first.get("identity")).get("personalAddress"))


def _name_of_primary_owner(owners: tuple[OwnerSnapshot, ...]) -> str | None:
    primary = next((owner for owner in owners if owner.role == PRIMARY_OWNER), owners[0] if owners else None)
    if primary is None:
        return None
    return " ".join(name for name in (primary.given_name, primary.family_name) if name) or None


def _document(client_document_id: str, document: Mapping[str, Any]) -> DocumentSnapshot:
    return DocumentSnapshot(
        client_document_id=client_document_id,
        document_type=text_of(document.get("documentType")),
        document_side=text_of(document.get("documentSide")),
        client_owner_id=id_of(document.get("clientOwnerId")),
        description=text_of(document.get("description")),
        expires_at=given_expiry(read_instant(document.get("documentExpiration"))),
        issue_country=text_of(document.get("issueCountry")),
    )


def _required_instant(value: object) -> datetime:
    instant = read_instant(value)
    if instant is None:
        raise BakktUnreadable("Bakkt's answer has no valid createdAt.")
    return instant
