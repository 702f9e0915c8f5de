"""What an upload says about its document, type by type (accounts-guide, "Uploading Documents"; GUIDE, "Documents")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from workbench.domain.account.choices import BACK, FRONT, DocumentType, EntityType
from workbench.domain.actions import Blocker
from workbench.domain.kyb.checklist import is_trust, kyb_checklist
from workbench.domain.moments import span
from workbench.domain.payload import object_of
from workbench.domain.snapshots import DocumentSnapshot
from workbench.domain.vocabulary import Standing

NO_EXPIRY_THROUGH = date(1970, 12, 31)
"""Where a system writes its zero or its earliest date for a missing expiry, that is this day or an earlier one."""
LAST_USUAL_EXPIRY = date(2100, 12, 31)
BOTH_SIDES = (FRONT, BACK)
MAX_DESCRIPTION_LENGTH = 200


class Subject(StrEnum):
    """Whom or what a document is about: one owner, the entity, or a personal account as a whole."""

    OWNER = "owner"
    ENTITY = "entity"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    """What is asked for one document type. ``has_expiry_date``: it usually has an expiry date."""

    document_type: str
    words: str
    subjects: frozenset[Subject]
    sides: tuple[str, ...] = (FRONT,)
    has_expiry_date: bool = False

    def is_country_required(self, subject: Subject) -> bool:
        return subject is Subject.ENTITY


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """One side of one document, as an upload describes it. ``client_owner_id`` None: about the account or entity."""

    document_type: str
    side: str
    client_owner_id: str | None = None
    issue_country: str | None = None
    expires_on: date | None = None
    description: str = field(default="", repr=False)

    @property
    def slot(self) -> str:
        return f"{self.client_owner_id or ''}|{self.document_type}|{self.side}"


@dataclass(frozen=True, slots=True)
class EarlierUpload:
    """An earlier upload to the account that was made from here and may have reached Bakkt.

    ``description`` is one that we offer, or empty.
    """

    slot: str
    sha256: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Confirmations:
    """What the person confirmed: the same file again, an expired document, or one that expires after 2100."""

    same_file: bool = False
    expired: bool = False
    far: bool = False


NOTHING_CONFIRMED = Confirmations()

_OWNER = frozenset({Subject.OWNER})
_ENTITY = frozenset({Subject.ENTITY})
_ANYONE = frozenset(Subject)
_PEOPLE = frozenset({Subject.OWNER, Subject.ACCOUNT})

DOCUMENT_SPECS = (
    DocumentSpec(DocumentType.PASSPORT.value, "Passport", _OWNER, has_expiry_date=True),
    DocumentSpec(DocumentType.DRIVERS_LICENSE.value, "Driver's licence", _OWNER, BOTH_SIDES, has_expiry_date=True),
    DocumentSpec(
        DocumentType.IDENTIFICATION_CARD.value, "Identification card", _OWNER, BOTH_SIDES, has_expiry_date=True
    ),
    DocumentSpec(DocumentType.PASSPORT_CARD.value, "Passport card", _OWNER, has_expiry_date=True),
    DocumentSpec(DocumentType.VISA.value, "Visa", _OWNER, has_expiry_date=True),
    DocumentSpec(DocumentType.SOCIAL_SECURITY_CARD.value, "Social security card", _OWNER),
    DocumentSpec(DocumentType.PROOF_OF_RESIDENTIAL_ADDRESS.value, "Proof of residential address", _OWNER),
    DocumentSpec(DocumentType.PROOF_OF_PERSONAL_TAX_ID.value, "Proof of personal tax ID", _OWNER),
    DocumentSpec(DocumentType.CERTIFICATE_OF_INCORPORATION.value, "Certificate of incorporation or formation", _ENTITY),
    DocumentSpec(DocumentType.ENTITY_DUE_DILIGENCE.value, "Due diligence document", _ENTITY),
    DocumentSpec(DocumentType.CERTIFICATE_OF_BENEFICIAL_OWNERS.value, "Certificate of beneficial owners", _ENTITY),
    DocumentSpec(DocumentType.TRUST_CERTIFICATION.value, "Trust certification", _ENTITY),
    DocumentSpec(DocumentType.PROOF_OF_ENTITY_ADDRESS.value, "Proof of the entity's address", _ENTITY),
    DocumentSpec(DocumentType.PROOF_OF_ENTITY_EIN_TAX_ID.value, "Proof of the entity's EIN or tax ID", _ENTITY),
    DocumentSpec(DocumentType.W_8BEN_FORM.value, "W-8BEN form", _ANYONE),
    DocumentSpec(DocumentType.SOURCE_OF_FUNDS.value, "Source of funds", _ANYONE),
    DocumentSpec(DocumentType.TRANSFER_ON_DEATH.value, "Transfer on death", _PEOPLE),
)
"""Every type of the contract except RAW_CIP_DATA and RAW_CDD_DATA, which are machine data."""

_BY_TYPE = {form.document_type: form for form in DOCUMENT_SPECS}

DUE_DILIGENCE = DocumentType.ENTITY_DUE_DILIGENCE.value
DESCRIPTIONS: dict[str, tuple[str, ...]] = {
    "governing_document": (
        "Bylaws",
        "Articles of association",
        "Operating agreement",
        "Partnership agreement",
        "Trust deed",
        "Trust agreement",
    ),
    "shareholder_registry": (
        "Shareholder registry",
        "Member registry",
        "Register of members",
        "Partner registry",
        "Cap table",
    ),
    "structure_chart": ("Organisation structure chart",),
}
"""Descriptions by which a due diligence document meets its line of the KYB checklist (GUIDE, "KYB: three steps")."""


_GOVERNING_DOCUMENTS = {
    EntityType.CORPORATE: "Bylaws",
    EntityType.LLC: "Operating agreement",
    EntityType.PARTNERSHIP: "Partnership agreement",
    EntityType.LIMITED_PARTNERSHIP: "Partnership agreement",
    EntityType.TRUST: "Trust deed",
}


def descriptions_for(requirement: str, request: Mapping[str, Any]) -> tuple[str, ...]:
    """The descriptions that meet the requirement, first the one that this kind of entity usually has."""
    offered = DESCRIPTIONS.get(requirement, ())
    usual = _usual_governing_document(request) if requirement == "governing_document" else None
    return (usual, *(words for words in offered if words != usual)) if usual else offered


def _usual_governing_document(request: Mapping[str, Any]) -> str | None:
    """Bylaws are of corporations, operating agreements of LLCs (accounts-guide, "Required Documentation")."""
    if is_trust(request):
        return _GOVERNING_DOCUMENTS[EntityType.TRUST]
    entity_type = object_of(request.get("entity")).get("entityType")
    return next((words for kind, words in _GOVERNING_DOCUMENTS.items() if kind == entity_type), None)


def specs_for(subject: Subject) -> tuple[DocumentSpec, ...]:
    return tuple(form for form in DOCUMENT_SPECS if subject in form.subjects)


def subject_of(client_owner_id: str | None, owner_ids: Sequence[str | None], *, is_entity: bool) -> Subject:
    """Whom a document is about. A sole owner may have no owner id: documents without one are then theirs."""
    if client_owner_id:
        return Subject.OWNER
    if is_entity:
        return Subject.ENTITY
    return Subject.ACCOUNT if any(owner_ids) else Subject.OWNER


def spec_of(document_type: str | None) -> DocumentSpec | None:
    return _BY_TYPE.get(document_type or "")


def lines_met(document: DocumentDetails) -> tuple[str, ...]:
    """The requirements of an entity's checklist that this document alone would meet."""
    if document.client_owner_id:
        return ()
    snapshot = DocumentSnapshot(
        "", document.document_type, document.side, None, document.description or None, None, None
    )
    lines = [
        line for is_trust in (False, True) for line in kyb_checklist(is_trust=is_trust, owners=(), documents=[snapshot])
    ]
    return tuple(dict.fromkeys(line.requirement for line in lines if line.has_documents))


def find_document_blocker(
    document: DocumentDetails, subject: Subject, today: date, confirmed: Confirmations
) -> Blocker | None:
    """The first thing that is missing or wrong in the upload, if any."""
    form = spec_of(document.document_type)
    if form is None or subject not in form.subjects:
        return _not_ready("type", "This type of document does not apply here.", "Choose one of the types offered.")
    if document.side not in form.sides:
        return _not_ready("side", "This document has no such side.", "Choose one of its sides.")
    if form.is_country_required(subject) and not document.issue_country:
        return _not_ready("country", "Documents of an entity need an issuing country.", "Choose the country.")
    if len(document.description) > MAX_DESCRIPTION_LENGTH or not document.description.isprintable():
        return _not_ready(
            "description",
            f"A description is one line of up to {MAX_DESCRIPTION_LENGTH} characters.",
            "Shorten it, and remove line breaks and invisible characters.",
        )
    if document.expires_on is not None and document.expires_on < today and not confirmed.expired:
        return _not_ready(
            "expired", "This document has expired.", "Tick the box to send it anyway, or correct the date."
        )
    if is_far(document.expires_on) and not confirmed.far:
        return _not_ready(
            "far", "This is an unusually late expiry date.", "Tick the box to send it anyway, or correct the date."
        )
    return None


def find_account_blocker(standing: str | None, *, is_known: bool) -> Blocker | None:
    """Why nothing can be uploaded to the account at all."""
    if not is_known:
        return Blocker(
            "never_read", "This account has not been read yet", "It has no data yet.", "Run a sync for this account."
        )
    if standing == Standing.CLOSED:
        return Blocker("closed", "The account is closed", "Bakkt accepts no documents for it.", "Nothing to do.")
    return None


def find_owner_blocker(client_owner_id: str | None, owner_ids: Sequence[str | None]) -> Blocker | None:
    if not client_owner_id or client_owner_id in owner_ids:
        return None
    return Blocker(
        "no_such_owner",
        "This owner is not on the account",
        "The account has changed since you opened this page.",
        "Choose an owner.",
    )


def find_duplicate_file_blocker(
    document: DocumentDetails, sha256: str, earlier: Sequence[EarlierUpload], confirmed: Confirmations
) -> Blocker | None:
    """Blocks a file that was uploaded before as something else: it is easy to choose the wrong file."""
    others = [one for one in earlier if one.sha256 == sha256 and _is_other(document, one)]
    if not others or confirmed.same_file:
        return None
    other = others[0]
    was, is_now = slot_in_words(other.slot), slot_in_words(document.slot)
    if was == is_now:
        was, is_now = f"“{other.description}”", f"“{document.description}”"
    return Blocker(
        "same_file",
        "This file was uploaded before",
        f"Bakkt has it as {was}; now it would be {is_now}.",
        "Choose the right file, or tick the box to confirm this one.",
    )


def _is_other(document: DocumentDetails, earlier: EarlierUpload) -> bool:
    """Whether the earlier upload was of another slot, or counts towards another line of the checklist."""
    if earlier.slot != document.slot:
        return True
    before, now = lines_met(replace(document, description=earlier.description)), lines_met(document)
    return bool(before and now and before != now)


def expiry_warning(expires_on: date | None, now: datetime, review_hours: float) -> str:
    """A sentence about a document that has expired or will before a usual review ends; else empty.

    ``now`` is the time where the person sits: a document is valid until its last day ends there.
    """
    if expires_on is None:
        return ""
    days = (expires_on - now.date()).days
    if days < 0:
        return f"It expired {-days} d ago and will not count."
    if expires_on < (now + timedelta(hours=review_hours)).date():
        until = "today" if not days else "tomorrow" if days == 1 else f"in {days} d"
        return f"It expires {until}, before a usual review ({span(review_hours)}) ends."
    return ""


def is_far(expires_on: date | None) -> bool:
    """Whether the document expires unusually late: some never do and say so with a date as 9999-01-01."""
    return expires_on is not None and expires_on > LAST_USUAL_EXPIRY


def given_expiry(expires_at: datetime | None) -> datetime | None:
    """The expiry, unless it is so far in the past that it stands for none, as 0001-01-01 or 1900-01-01 do."""
    return expires_at if expires_at and expires_at.date() > NO_EXPIRY_THROUGH else None


def slot_in_words(slot: str) -> str:
    """ "the back of the driver's licence of o1"."""
    owner, document_type, side = slot.rsplit("|", 2)
    form = spec_of(document_type)
    words = form.words[0].lower() + form.words[1:] if form else document_type
    of_side = f"the {side.lower()} of the " if form and len(form.sides) > 1 else "the "
    return f"{of_side}{words}{f' of {owner}' if owner else ''}"


def _not_ready(code: str, words: str, next_step: str) -> Blocker:
    return Blocker(code, "The upload is not ready", words, next_step)
