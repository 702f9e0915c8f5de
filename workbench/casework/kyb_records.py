"""What people record about KYB besides triggering it: requirements met another way, and manual KYB's start and end.

Nothing is sent to Bakkt. A ruling is a fact with its own time: documents, standing, turn and funnel follow from it
from then on, by the newest reading's checklist; earlier history stays as it was.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from workbench.actions.kyb_case import read_case
from workbench.actions.outcomes import without_personal_values
from workbench.actions.performing import Actions
from workbench.domain.actions import Blocker
from workbench.domain.errors import InputError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.checklist import OWNER_IDENTITY
from workbench.domain.kyb.owner_facts import NOTHING_RECORDED, OwnerFacts, check_shares
from workbench.domain.kyb.triggers import find_case_blocker
from workbench.domain.vocabulary import KybEnding
from workbench.store import Attribution, ReadRows

OWNER_LINE = OWNER_IDENTITY
MAX_REASON_LENGTH = 500
DEFAULT_WITHDRAWAL_REASON = "no longer applies"


def waive_owner(actions: Actions, client_account_id: str, client_owner_id: str, reason: str) -> bool:
    """Records that an owner needs no documents (GUIDE, "KYB: three steps"). False if that was already recorded.

    Raises InputError if there is no such owner or no reason.
    """
    ruling = Ruling(actions.now(), OWNER_LINE, client_owner_id)
    return _land(actions, client_account_id, ruling, reason, partial(_require_line, client_account_id, ruling))


def mark_document(actions: Actions, client_account_id: str, ruling: Ruling, reason: str) -> bool:
    """Records that an uploaded document meets a requirement until it expires. False if that was already recorded.

    ``ruling`` comes from ``document_ruling``. Raises InputError without that requirement, that document or a reason.
    """

    def check(read: ReadRows) -> None:
        _require_line(client_account_id, ruling, read)
        _require_document(client_account_id, ruling, read, actions.now().date())

    return _land(actions, client_account_id, ruling, reason, check)


def document_ruling(
    actions: Actions, client_account_id: str, requirement: str, client_owner_id: str | None, client_document_id: str
) -> Ruling:
    """The ruling that this document meets that requirement, valid through the document's last day."""
    documents = actions.store.read_rows("accounts/documents", client_account_id=client_account_id)
    expires_at = next((row["expires_at"] for row in documents if row["client_document_id"] == client_document_id), None)
    last_day = expires_at.date() if expires_at else None
    return Ruling(actions.now(), requirement, client_owner_id, client_document_id, last_day)


def take_back(
    actions: Actions, client_account_id: str, ruling: Ruling, reason: str = DEFAULT_WITHDRAWAL_REASON
) -> bool:
    """Withdraws a ruling from now on. False if it was not in force."""
    over = Ruling(actions.now(), *ruling.subject, ruling.valid_through, is_taken_back=True)
    return _land(actions, client_account_id, over, reason, None)


def read_owner_facts(read: ReadRows, client_account_id: str) -> dict[str, OwnerFacts]:
    """What is recorded about the owners of an entity, by owner id; "" is a sole owner without one."""
    rows = read("kyb/owner_facts", client_account_id=client_account_id)
    return {
        row["client_owner_id"]: OwnerFacts(row["share_percent"], row["manages"], row["is_business"]) for row in rows
    }


def owners_in_words(read: ReadRows, client_account_id: str) -> list[str]:
    """What is recorded about each owner, as "Ada Quill (o1) holds 60% and manages the entity"."""
    recorded = read_owner_facts(read, client_account_id)
    owners = read("accounts/owners", client_account_id=client_account_id)
    return [
        f"{_owner_in_words(owner)} {recorded[owner_id].in_words}"
        for owner in owners
        if (owner_id := owner["client_owner_id"] or "") in recorded
    ]


def _owner_in_words(owner: Mapping[str, Any]) -> str:
    name = " ".join(filter(None, (owner["given_name"], owner["family_name"])))
    return " ".join(filter(None, (name, f"({owner['client_owner_id']})" if owner["client_owner_id"] else "")))


def record_owner_facts(actions: Actions, client_account_id: str, client_owner_id: str, facts: OwnerFacts) -> bool:
    """Records what a person says about an owner; from now on the checklist goes by it. False if it was known.

    Raises InputError if there is no such owner, nothing was said, or the shares add up to more than the whole.
    """
    if facts == NOTHING_RECORDED:
        raise InputError("Nothing was answered.", next_step="Enter the share, or whether the owner manages the entity.")

    def check(read: ReadRows) -> None:
        owners = read("accounts/owners", client_account_id=client_account_id)
        if client_owner_id not in {owner["client_owner_id"] or "" for owner in owners}:
            raise InputError("This owner is not on the account.", next_step="Choose an owner.")
        check_shares(read_owner_facts(read, client_account_id) | {client_owner_id: facts})

    recorded = Attribution(client_account_id, actions.actor, facts.in_words)
    return actions.store.land_owner_facts(recorded, client_owner_id, facts, actions.now(), check)


def start_manual_kyb(actions: Actions, client_account_id: str, reason: str) -> None:
    """Records that Bakkt's compliance team began manual KYB, which has no API. Raises InputError if blocked."""

    def check(read: ReadRows) -> None:
        _raise_blocker(find_case_blocker(read_case(read, client_account_id)))

    recorded = _attribution(actions, client_account_id, reason)
    actions.store.land_manual_start(recorded, actions.now(), check)


def end_manual_kyb(actions: Actions, client_account_id: str, ended_as: str, words: str, next_steps: str = "") -> None:
    """Records how manual KYB ended (a KybEnding), what Bakkt said and which next steps it named.

    Raises InputError if none is open.

    Rejected: the account is rejected. Withdrawn: its documents decide again. Approved: it waits for Bakkt.
    """
    if ended_as not in set(KybEnding):
        raise InputError("Choose how it ended: approved, rejected or withdrawn.")

    def check(read: ReadRows) -> None:
        screens = read("kyb/screens", client_account_id=client_account_id)
        if not any(screen["is_manual"] and screen["ended_as"] is None for screen in screens):
            raise InputError("This account has no manual KYB in progress.", next_step="Check what was recorded.")

    recorded = _attribution(actions, client_account_id, words)
    steps = without_personal_values(" ".join(next_steps.split()))[:MAX_REASON_LENGTH] or None
    actions.store.land_manual_end(recorded, actions.now(), ended_as, check, steps)


def _land(
    actions: Actions, client_account_id: str, ruling: Ruling, reason: str, check: Callable[[ReadRows], None] | None
) -> bool:
    return actions.store.land_ruling(_attribution(actions, client_account_id, reason), ruling, check)


def _attribution(actions: Actions, client_account_id: str, reason: str) -> Attribution:
    """The attribution of a record, without numbers and links that a person typed into the reason."""
    words = without_personal_values(" ".join(reason.split()))
    if not words:
        raise InputError("Enter a reason: people who look at this later need it.", title="A reason is needed")
    if len(words) > MAX_REASON_LENGTH:
        raise InputError(f"The reason can have up to {MAX_REASON_LENGTH} characters.", next_step="Shorten it.")
    return Attribution(client_account_id, actions.actor, words)


def _require_line(client_account_id: str, ruling: Ruling, read: ReadRows) -> None:
    lines = read("kyb/checklist", client_account_id=client_account_id)
    wanted = (ruling.requirement, ruling.client_owner_id)
    has_no_owner = ruling.requirement == OWNER_LINE and not ruling.client_owner_id
    if has_no_owner or wanted not in {(line["requirement"], line["client_owner_id"]) for line in lines}:
        raise InputError(
            "The account's checklist has no such requirement.",
            next_step="An owner needs a clientOwnerId. Sync the account if it was updated.",
        )


def _require_document(client_account_id: str, ruling: Ruling, read: ReadRows, today: date) -> None:
    documents = read("accounts/documents", client_account_id=client_account_id)
    if ruling.client_document_id not in {document["client_document_id"] for document in documents}:
        raise InputError("The account has no such document.", next_step="Sync the account, then choose again.")
    if ruling.valid_through is not None and ruling.valid_through < today:
        raise InputError("This document has expired, so it meets no requirement.", next_step="Upload a current one.")


def _raise_blocker(blocker: Blocker | None) -> None:
    if blocker is not None:
        raise InputError(blocker.words, title=blocker.title, next_step=blocker.next_step)
