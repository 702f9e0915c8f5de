"""What an upload says about its document, type by type (accounts-guide, "Uploading Documents"; GUIDE, "Documents")."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from workbench.domain.actions import Hindrance
from workbench.domain.kyb.checklist import kyb_checklist
from workbench.domain.snapshots import DocumentSnapshot
from workbench.domain.vocabulary import Standing

FRONT, BACK = "FRONT", "BACK"
BOTH_SIDES = (FRONT, BACK)
LONGEST_DESCRIPTION = 200


class Subject(StrEnum):
    """Whom or what a document is about: one owner, the entity, or a personal account as a whole."""

    OWNER = "owner"
    ENTITY = "entity"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class PaperForm:
    """What is asked for one document type. ``says_expiry``: it usually has an expiry date."""

    document_type: str
    words: str
    subjects: frozenset[Subject]
    sides: tuple[str, ...] = (FRONT,)
    says_expiry: bool = False

    def is_country_required(self, subject: Subject) -> bool:
        return subject is Subject.ENTITY


@dataclass(frozen=True, slots=True)
class Paper:
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
class Earlier:
    """An earlier upload to the account that was made from here and may have reached Bakkt."""

    slot: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the person confirmed: the same file again, or an expired document."""

    same_file: bool = False
    expired: bool = False


NOT_ASKED = Confirmed()

_OWNER = frozenset({Subject.OWNER})
_ENTITY = frozenset({Subject.ENTITY})
_ANYONE = frozenset(Subject)
_PEOPLE = frozenset({Subject.OWNER, Subject.ACCOUNT})

FORMS = (
    PaperForm("PASSPORT", "Passport", _OWNER, says_expiry=True),
    PaperForm("DRIVERS_LICENSE", "Driver's licence", _OWNER, BOTH_SIDES, says_expiry=True),
    PaperForm("IDENTIFICATION_CARD", "Identification card", _OWNER, BOTH_SIDES, says_expiry=True),
    PaperForm("PASSPORT_CARD", "Passport card", _OWNER, says_expiry=True),
    PaperForm("VISA", "Visa", _OWNER, says_expiry=True),
    PaperForm("SOCIAL_SECURITY_CARD", "Social security card", _OWNER),
    PaperForm("PROOF_OF_RESIDENTIAL_ADDRESS", "Proof of residential address", _OWNER),
    PaperForm("PROOF_OF_PERSONAL_TAX_ID", "Proof of personal tax ID", _OWNER),
    PaperForm("CERTIFICATE_OF_INCORPORATION", "Certificate of incorporation or formation", _ENTITY),
    PaperForm("ENTITY_DUE_DILIGENCE", "Due diligence document", _ENTITY),
    PaperForm("CERTIFICATE_OF_BENEFICIAL_OWNERS", "Certificate of beneficial owners", _ENTITY),
    PaperForm("TRUST_CERTIFICATION", "Trust certification", _ENTITY),
    PaperForm("PROOF_OF_ENTITY_ADDRESS", "Proof of the entity's address", _ENTITY),
    PaperForm("PROOF_OF_ENTITY_EIN_TAX_ID", "Proof of the entity's EIN or tax ID", _ENTITY),
    PaperForm("W_8BEN_FORM", "W-8BEN form", _ANYONE),
    PaperForm("SOURCE_OF_FUNDS", "Source of funds", _ANYONE),
    PaperForm("TRANSFER_ON_DEATH", "Transfer on death", _PEOPLE),
)
"""Every type of the contract except RAW_CIP_DATA and RAW_CDD_DATA, which are machine data."""

_BY_TYPE = {form.document_type: form for form in FORMS}

DUE_DILIGENCE = "ENTITY_DUE_DILIGENCE"
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


def forms_about(subject: Subject) -> tuple[PaperForm, ...]:
    return tuple(form for form in FORMS if subject in form.subjects)


def subject_of(client_owner_id: str | None, owner_ids: Sequence[str | None], *, is_entity: bool) -> Subject:
    """Whom a document is about. A sole owner may have no owner id: documents without one are then theirs."""
    if client_owner_id:
        return Subject.OWNER
    if is_entity:
        return Subject.ENTITY
    return Subject.ACCOUNT if any(owner_ids) else Subject.OWNER


def form_of(document_type: str | None) -> PaperForm | None:
    return _BY_TYPE.get(document_type or "")


def lines_met(paper: Paper) -> tuple[str, ...]:
    """The requirements of an entity's checklist that this document alone would meet."""
    if paper.client_owner_id:
        return ()
    document = DocumentSnapshot("", paper.document_type, paper.side, None, paper.description or None, None, None)
    lines = [
        line for is_trust in (False, True) for line in kyb_checklist(is_trust=is_trust, owners=(), documents=[document])
    ]
    return tuple(dict.fromkeys(line.requirement for line in lines if line.has_papers))


def find_paper_hindrance(paper: Paper, subject: Subject, today: date, confirmed: Confirmed) -> Hindrance | None:
    """The first thing that is missing or wrong in the upload, if any."""
    form = form_of(paper.document_type)
    if form is None or subject not in form.subjects:
        return _not_ready("type", "This type of document does not apply here.", "Choose one of the types offered.")
    if paper.side not in form.sides:
        return _not_ready("side", "This document has no such side.", "Choose one of its sides.")
    if form.is_country_required(subject) and not paper.issue_country:
        return _not_ready("country", "Documents of an entity need an issuing country.", "Choose the country.")
    if len(paper.description) > LONGEST_DESCRIPTION or not paper.description.isprintable():
        return _not_ready(
            "description",
            f"A description is one line of up to {LONGEST_DESCRIPTION} characters.",
            "Shorten it, and remove line breaks and invisible characters.",
        )
    if paper.expires_on is not None and paper.expires_on < today and not confirmed.expired:
        return _not_ready(
            "expired", "This document has expired.", "Tick the box to send it anyway, or correct the date."
        )
    return None


def find_account_hindrance(standing: str | None, *, is_known: bool) -> Hindrance | None:
    """Why nothing can be uploaded to the account at all."""
    if not is_known:
        return Hindrance(
            "never_read", "This account has not been read yet", "It has no data yet.", "Run a sync for this account."
        )
    if standing == Standing.CLOSED:
        return Hindrance("closed", "The account is closed", "Bakkt accepts no documents for it.", "Nothing to do.")
    return None


def find_owner_hindrance(client_owner_id: str | None, owner_ids: Sequence[str | None]) -> Hindrance | None:
    if not client_owner_id or client_owner_id in owner_ids:
        return None
    return Hindrance(
        "no_such_owner", "This owner is not on the account", "The account has changed meanwhile.", "Choose an owner."
    )


def find_repetition(paper: Paper, sha256: str, earlier: Sequence[Earlier], confirmed: Confirmed) -> Hindrance | None:
    """Blocks a file that was uploaded before as something else: it is easy to choose the wrong file."""
    others = [one for one in earlier if one.sha256 == sha256 and one.slot != paper.slot]
    if not others or confirmed.same_file:
        return None
    return Hindrance(
        "same_file",
        "This file was uploaded before",
        f"Bakkt has it as {slot_in_words(others[0].slot)}; now it would be {slot_in_words(paper.slot)}.",
        "Choose the right file, or tick the box to confirm this one.",
    )


def expiry_concern(expires_on: date | None, today: date, review_hours: float) -> str:
    """A sentence about a document that has expired or will before a usual review ends; else empty."""
    if expires_on is None:
        return ""
    days = (expires_on - today).days
    if days < 0:
        return f"It expired {-days} d ago and will not count."
    if expires_on < today + timedelta(hours=review_hours):
        until = "today" if not days else "tomorrow" if days == 1 else f"in {days} d"
        return f"It expires {until}, before a usual review ({review_hours:g} h) ends."
    return ""


def slot_in_words(slot: str) -> str:
    """ "the back of the driver's licence of o1"."""
    owner, document_type, side = slot.rsplit("|", 2)
    form = form_of(document_type)
    words = form.words[0].lower() + form.words[1:] if form else document_type
    of_side = f"the {side.lower()} of the " if form and len(form.sides) > 1 else "the "
    return f"{of_side}{words}{f' of {owner}' if owner else ''}"


def _not_ready(code: str, words: str, next_step: str) -> Hindrance:
    return Hindrance(code, "The upload is not ready", words, next_step)
