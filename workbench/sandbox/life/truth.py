"""The true state of each account, taken from the simulation.

It holds what a workbench could know from a first sync now: what happened before the sandbox was created and no event
reported is ``undated``.
"""

from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.accounts.documents import IDENTITY_TYPES
from workbench.sandbox.accounts.moments import write_moment, write_optional
from workbench.sandbox.accounts.state import MAX_EXPIRATIONS, AccountState, SandboxDocument
from workbench.sandbox.life.simulation import Simulation

EXPIRING_WITHIN = timedelta(hours=24)

_TURN_OF_STANDING = {
    "closed": "nobody",
    "liquidated": "nobody",
    "active": "nobody",
    "rejected": "nobody",
    "suspended": "bakkt",
    "unrecognised": "us",
    "kyb_screening": "bakkt",
    "kyb_ready": "us",
    "kyb_documents": "us",
    "submitted": "bakkt",
}
_RESTRICTING = frozenset({"verification", "rejected", "suspended", "under_review", "liquidated", "closed"})


def account_truth(simulation: Simulation, account: AccountState, now: datetime) -> dict[str, Any]:
    request = simulation.request_of(account)
    used = account.expirations_used(now)
    return {
        "client_account_id": account.client_account_id,
        "account_type": account.account_type,
        "is_entity": account.is_entity,
        "display_name": _display_name(request, account),
        "created_at": write_moment(account.created_at),
        "standing": account.standing,
        "turn": _turn(simulation, account, now),
        "standing_since": write_optional(account.standing_since),
        "undated": account.standing_since is None,
        "can_trade_crypto": account.can_trade,
        **_link(account, now),
        "expirations_used": used,
        "expirations_left": MAX_EXPIRATIONS - used,
        "declined_consent": account.has_declined_consent,
        "restricted_by_event": account.can_trade and account.standing in _RESTRICTING,
        "contradiction": _is_contradiction(account, now),
        "missing_fields": [*account.gaps, *_missing_identity_documents(account, request)],
        "checklist": _checklist(simulation, account, now),
        "kyb_triggered_at": write_optional(account.kyb_triggered_at),
        "documents": [document.document_id for document in account.documents],
        "document_details": [_document(document) for document in account.documents],
        "events": account.events,
        "milestones": _milestones(simulation, account, now),
    }


def _document(document: SandboxDocument) -> dict[str, Any]:
    return {
        "document_id": document.document_id,
        "document_type": document.document_type,
        "side": document.side,
        "owner_id": document.owner_id,
        "description": document.description,
        "created_at": write_moment(document.created_at),
        "expires_at": write_optional(document.expires_at),
        "meets": list(document.meets),
    }


def _display_name(request: dict[str, Any], account: AccountState) -> str:
    if account.is_entity:
        return str(request["entity"]["entityLegalName"])
    person = request["owners"][0]["identity"]
    return f"{person['givenName']} {person['familyName']}"


def _turn(simulation: Simulation, account: AccountState, now: datetime) -> str:
    if account.standing == "verification":
        return "customer" if account.live_link(now) else "us"
    if account.standing == "under_review":
        waits_for_documents = account.is_entity and account.kyb_triggered_at is None
        return "us" if waits_for_documents and not simulation.is_checklist_complete(account, now) else "bakkt"
    return _TURN_OF_STANDING[account.standing]


def _link(account: AccountState, now: datetime) -> dict[str, str | None]:
    if account.standing != "verification":
        return {"link_state": None, "link_expires_at": None}
    if not account.links:
        return {"link_state": "unknown", "link_expires_at": None}
    expires_at = account.links[-1].expires_at
    left = expires_at - now
    state = "expired" if left <= timedelta(0) else "expiring" if left < EXPIRING_WITHIN else "live"
    return {"link_state": state, "link_expires_at": write_moment(expires_at)}


def _is_contradiction(account: AccountState, now: datetime) -> bool:
    """Whether it is active by an event of an hour ago or more, and cannot trade."""
    if account.standing != "active" or account.can_trade or account.last_event_at is None:
        return False
    return now - account.last_event_at >= timedelta(hours=1)


def _missing_identity_documents(account: AccountState, request: dict[str, Any]) -> list[str]:
    """Return the paths of owners outside the USA who have no identity document."""
    shown = {document.owner_id for document in account.documents if document.document_type in IDENTITY_TYPES}
    is_alone = len(request["owners"]) == 1
    missing = []
    for place, owner in enumerate(request["owners"]):
        is_foreign = owner["identity"]["personalAddress"]["country"] != "USA"
        is_shown = owner.get("clientOwnerId") in shown or (is_alone and None in shown)
        if is_foreign and not is_shown:
            missing.append(f"owners[{place}].identityDocument")
    return missing


def _checklist(simulation: Simulation, account: AccountState, now: datetime) -> list[dict[str, Any]]:
    if not account.is_entity:
        return []
    return [
        {"requirement": requirement, "client_owner_id": owner_id, "is_met": is_met}
        for requirement, owner_id, is_met in simulation.checklist(account, now)
    ]


def _milestones(simulation: Simulation, account: AccountState, now: datetime) -> dict[str, Any]:
    """Return the time of each step; steps in ``undated`` were reached at an unknown time, other nulls never."""
    began = [moment for moment in (account.kyb_triggered_at, account.first_event_at) if moment is not None]
    documented = min([*began, *filter(None, [account.documented_at])], default=None) if account.is_entity else None
    screened = min(began, default=None)
    is_silently_settled = not account.has_events and account.standing in {"active", "rejected"}
    is_documented_before = account.is_entity and documented is None and simulation.is_checklist_complete(account, now)
    undated = {
        "documented": account.is_entity and documented is None and (is_silently_settled or is_documented_before),
        "screened": screened is None and is_silently_settled,
        "cleared": account.cleared_at is None and not account.has_events and account.standing == "active",
        "trading": account.traded_at is None and account.can_trade,
    }
    return {
        "opened": write_moment(account.created_at),
        "documented": write_optional(documented),
        "screened": write_optional(screened),
        "cleared": write_optional(account.cleared_at),
        "trading": write_optional(account.traded_at),
        "undated": [name for name, is_undated in undated.items() if is_undated],
    }
