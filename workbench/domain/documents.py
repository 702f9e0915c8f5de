"""What an upload says of its paper, type by type (accounts-guide, "Uploading Documents"; GUIDE, "Documents")."""

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
    """Whom or what a paper is about: one owner, the business, or an account of people as a whole."""

    OWNER = "owner"
    ENTITY = "entity"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class PaperForm:
    """What is asked for one type of paper. ``says_expiry``: it usually has a day on which it ends."""

    document_type: str
    words: str
    subjects: frozenset[Subject]
    sides: tuple[str, ...] = (FRONT,)
    says_expiry: bool = False

    def is_country_required(self, subject: Subject) -> bool:
        return subject is Subject.ENTITY


@dataclass(frozen=True, slots=True)
class Paper:
    """One side of one paper, as an upload tells of it. ``client_owner_id`` None: about the account or entity."""

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
    """An upload of the account that was made from here, and may have reached Bakkt."""

    slot: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the person said yes to: the same file again, a paper that has expired."""

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
    PaperForm("ENTITY_DUE_DILIGENCE", "Due diligence paper", _ENTITY),
    PaperForm("CERTIFICATE_OF_BENEFICIAL_OWNERS", "Certificate of beneficial owners", _ENTITY),
    PaperForm("TRUST_CERTIFICATION", "Trust certification", _ENTITY),
    PaperForm("PROOF_OF_ENTITY_ADDRESS", "Proof of the entity's address", _ENTITY),
    PaperForm("PROOF_OF_ENTITY_EIN_TAX_ID", "Proof of the entity's EIN or tax ID", _ENTITY),
    PaperForm("W_8BEN_FORM", "W-8BEN form", _ANYONE),
    PaperForm("SOURCE_OF_FUNDS", "Source of funds", _ANYONE),
    PaperForm("TRANSFER_ON_DEATH", "Transfer on death", _PEOPLE),
)
"""Every type of the contract but RAW_CIP_DATA and RAW_CDD_DATA, which are machine data."""

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
"""Descriptions by which a due diligence paper meets its line of the KYB checklist (GUIDE, "KYB: three steps")."""


def forms_about(subject: Subject) -> tuple[PaperForm, ...]:
    return tuple(form for form in FORMS if subject in form.subjects)


def subject_of(client_owner_id: str | None, owner_ids: Sequence[str | None], *, is_entity: bool) -> Subject:
    """Whom a paper is about. A person alone on an account may have no owner id: papers without one are theirs then."""
    if client_owner_id:
        return Subject.OWNER
    if is_entity:
        return Subject.ENTITY
    return Subject.ACCOUNT if any(owner_ids) else Subject.OWNER


def form_of(document_type: str | None) -> PaperForm | None:
    return _BY_TYPE.get(document_type or "")


def lines_met(paper: Paper) -> tuple[str, ...]:
    """The lines of an entity's checklist that this paper alone would meet."""
    if paper.client_owner_id:
        return ()
    document = DocumentSnapshot("", paper.document_type, paper.side, None, paper.description or None, None, None)
    lines = [
        line for is_trust in (False, True) for line in kyb_checklist(is_trust=is_trust, owners=(), documents=[document])
    ]
    return tuple(dict.fromkeys(line.requirement for line in lines if line.has_papers))


def find_paper_hindrance(paper: Paper, subject: Subject, today: date, confirmed: Confirmed) -> Hindrance | None:
    """What the upload still lacks or gets wrong, the first thing first."""
    form = form_of(paper.document_type)
    if form is None or subject not in form.subjects:
        return _not_ready("type", "This type of paper does not fit.", "Choose a type that is offered for it.")
    if paper.side not in form.sides:
        return _not_ready("side", "This paper has no such side.", "Choose one of its sides.")
    if form.is_country_required(subject) and not paper.issue_country:
        return _not_ready("country", "Papers of an entity say where they were issued.", "Choose the country.")
    if len(paper.description) > LONGEST_DESCRIPTION or not paper.description.isprintable():
        return _not_ready(
            "description",
            f"A description is one line of up to {LONGEST_DESCRIPTION} letters and signs.",
            "Shorten it, and write it without line breaks or invisible signs.",
        )
    if paper.expires_on is not None and paper.expires_on < today and not confirmed.expired:
        return _not_ready(
            "expired", "By its date this paper has expired.", "Tick that it is to be sent all the same, or correct it."
        )
    return None


def find_account_hindrance(standing: str | None, *, is_known: bool) -> Hindrance | None:
    """Why nothing can be uploaded to the account at all."""
    if not is_known:
        return Hindrance(
            "never_read", "This account was not read yet", "Bakkt was not asked about it.", "Read it from Bakkt first."
        )
    if standing == Standing.CLOSED:
        return Hindrance("closed", "The account is closed", "Bakkt takes no papers for it.", "Nothing is to be done.")
    return None


def find_owner_hindrance(client_owner_id: str | None, owner_ids: Sequence[str | None]) -> Hindrance | None:
    if not client_owner_id or client_owner_id in owner_ids:
        return None
    return Hindrance(
        "no_such_owner", "This owner is not on the account", "The account was changed meanwhile.", "Choose an owner."
    )


def find_repetition(paper: Paper, sha256: str, earlier: Sequence[Earlier], confirmed: Confirmed) -> Hindrance | None:
    """The very same file was uploaded before as something else: the wrong file is easily chosen."""
    others = [one for one in earlier if one.sha256 == sha256 and one.slot != paper.slot]
    if not others or confirmed.same_file:
        return None
    return Hindrance(
        "same_file",
        "This very file was uploaded before",
        f"It is at Bakkt as {slot_in_words(others[0].slot)}, and would now be {slot_in_words(paper.slot)}.",
        "Choose the right file, or tick that it is meant.",
    )


def expiry_concern(expires_on: date | None, today: date, review_hours: float) -> str:
    """A sentence about a paper that has expired, or will have before a usual review is over; else empty."""
    if expires_on is None:
        return ""
    days = (expires_on - today).days
    if days < 0:
        return f"It expired {-days} day{'' if days == -1 else 's'} ago: it will count for nothing."
    if expires_on < today + timedelta(hours=review_hours):
        until = "today" if not days else "tomorrow" if days == 1 else f"in {days} days"
        return f"It expires {until}, before a usual review of {review_hours:g} hours ends."
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
