"""What must be there before KYB screening is triggered, and which documents count (GUIDE, "KYB: three steps")."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workbench.domain.account.choices import BACK, FRONT, AccountType, DocumentType, EntityType
from workbench.domain.facts import ChecklistStatus, Requirement, Ruling
from workbench.domain.payload import object_of
from workbench.domain.snapshots import DocumentSnapshot, OwnerSnapshot
from workbench.domain.text import contains_phrase, folded_words

_GOVERNING_WORDS = (
    "bylaws",
    "articles",
    "operating agreement",
    "partnership agreement",
    "trust deed",
    "trust agreement",
)
_REGISTRY_WORDS = ("shareholder", "member registry", "register of members", "partner registry", "cap table")
_CHART_WORDS = ("chart", "structure")
OWNER_IDENTITY = "owner_identity"
MANAGING_PERSON = "managing_person"
NOBODY_MANAGES = "nobody is recorded as managing the entity"


@dataclass(frozen=True, slots=True)
class _EntityRequirement:
    """One requirement about the entity itself: which documents without an owner meet it, and what to ask for."""

    requirement: str
    is_met_by: Callable[[DocumentSnapshot], bool]
    needed_document: str
    applies_to_trusts: bool = True


def _is_due_diligence_about(*phrases: str) -> Callable[[DocumentSnapshot], bool]:
    def is_met_by(document: DocumentSnapshot) -> bool:
        is_due_diligence = (
            document.document_type == DocumentType.ENTITY_DUE_DILIGENCE and document.description is not None
        )
        return is_due_diligence and contains_phrase(document.description or "", *phrases)

    return is_met_by


def _is_of_type(document_type: DocumentType) -> Callable[[DocumentSnapshot], bool]:
    return lambda document: document.document_type == document_type


_CERTIFICATE = _EntityRequirement(
    "certificate_of_incorporation",
    _is_of_type(DocumentType.CERTIFICATE_OF_INCORPORATION),
    "a CERTIFICATE_OF_INCORPORATION of the entity",
    applies_to_trusts=False,
)
_GOVERNING = _EntityRequirement(
    "governing_document",
    _is_due_diligence_about(*_GOVERNING_WORDS),
    "an ENTITY_DUE_DILIGENCE of the entity, described as bylaws, articles or an operating or partnership agreement",
)
_GOVERNING_OF_TRUST = _EntityRequirement(
    "governing_document",
    lambda document: _GOVERNING.is_met_by(document) or document.document_type == DocumentType.TRUST_CERTIFICATION,
    "a TRUST_CERTIFICATION, or an ENTITY_DUE_DILIGENCE of the entity, described as a trust deed or agreement",
)
_REGISTRY = _EntityRequirement(
    "shareholder_registry",
    _is_due_diligence_about(*_REGISTRY_WORDS),
    "an ENTITY_DUE_DILIGENCE of the entity, described as a shareholder, member or partner registry or a cap table",
    applies_to_trusts=False,
)
_CHART = _EntityRequirement(
    "structure_chart",
    _is_due_diligence_about(*_CHART_WORDS),
    "an ENTITY_DUE_DILIGENCE of the entity, described as the organisation's structure chart",
    applies_to_trusts=False,
)
_BENEFICIAL_OWNERS = _EntityRequirement(
    "certificate_of_beneficial_owners",
    _is_of_type(DocumentType.CERTIFICATE_OF_BENEFICIAL_OWNERS),
    "a CERTIFICATE_OF_BENEFICIAL_OWNERS of the entity",
)


UNMANAGED = Requirement(MANAGING_PERSON, None, has_documents=False, valid_through=None, reason=NOBODY_MANAGES)
"""The guide's "one individual with significant responsibility for managing the legal entity": never in the payload."""


def kyb_checklist(
    *, is_trust: bool, owners: Sequence[OwnerSnapshot], documents: Sequence[DocumentSnapshot]
) -> tuple[Requirement, ...]:
    """One line per requirement of the entity, one per owner, and one for the person who manages it.

    Every owner counts, and nobody manages: what a person records about owners counts as rulings.
    """
    of_entity = [document for document in documents if not document.client_owner_id]
    return (
        *(_entity_line(requirement, of_entity) for requirement in _entity_requirements(is_trust=is_trust)),
        *(_owner_line(owner, documents) for owner in owners),
        UNMANAGED,
    )


def series_of(document: DocumentSnapshot, *, is_entity: bool, is_trust: bool) -> tuple[str, ...]:
    """The series that the document continues: a newer one in each of them, of its owner and type, replaces it.

    That is its side. A document of the entity itself, which has one side, continues the checklist lines that it counts
    towards, or its folded description (DESK.md, "Current document").
    """
    if not is_entity or document.client_owner_id:
        return (document.document_side or "",)
    requirements = _entity_requirements(is_trust=is_trust)
    lines = tuple(one.requirement for one in requirements if one.is_met_by(document))
    is_back = document.document_side == BACK
    return lines or (BACK if is_back else folded_words(document.description or ""),)


def _entity_requirements(*, is_trust: bool) -> Iterable[_EntityRequirement]:
    governing = _GOVERNING_OF_TRUST if is_trust else _GOVERNING
    requirements = (_CERTIFICATE, governing, _REGISTRY, _CHART, _BENEFICIAL_OWNERS)
    return (one for one in requirements if one.applies_to_trusts or not is_trust)


def is_trust(request: Mapping[str, Any]) -> bool:
    """Whether the payload is a trust's: by account type, or by the entity's own type."""
    entity_type = object_of(request.get("entity")).get("entityType")
    return request.get("accountType") == AccountType.ENTITY_PERSONAL_TRUST or entity_type == EntityType.TRUST


def checklist_status(requirements: Iterable[Requirement]) -> ChecklistStatus:
    """Whether every line has its documents, and the last day on which all of them count."""
    lines = tuple(requirements)
    last_days = [line.valid_through for line in lines if line.valid_through is not None]
    return ChecklistStatus(bool(lines) and all(line.has_documents for line in lines), min(last_days, default=None))


def rulings_in_force(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """The rulings not taken back; the latest ruling on each subject counts."""
    last = {one.subject: one for one in sorted(rulings, key=lambda one: (one.ruled_at, one.is_taken_back))}
    return tuple(one for one in last.values() if not one.is_taken_back)


def with_rulings(lines: Iterable[Requirement], rulings: Sequence[Ruling]) -> tuple[Requirement, ...]:
    """The checklist with people's ``rulings`` in force; a document that is valid for longer takes precedence."""
    return tuple(_with_rulings_on(line, rulings) for line in lines)


def checklist_status_with_rulings(
    checklist: ChecklistStatus, lines: Sequence[Requirement], rulings: Sequence[Ruling]
) -> ChecklistStatus:
    """An entity's ``checklist`` as a reading found it, line by line, with people's rulings in force."""
    return checklist_status(with_rulings(lines, rulings)) if rulings and lines else checklist


def _with_rulings_on(line: Requirement, rulings: Sequence[Ruling]) -> Requirement:
    about = [
        one for one in rulings if (one.requirement, one.client_owner_id) == (line.requirement, line.client_owner_id)
    ]
    if not about:
        return line
    last_day = max(one.valid_through or date.max for one in about)
    if line.has_documents and (line.valid_through or date.max) >= last_day:
        return line
    return replace(line, has_documents=True, valid_through=None if last_day == date.max else last_day)


def _entity_line(requirement: _EntityRequirement, of_entity: Iterable[DocumentSnapshot]) -> Requirement:
    if any(requirement.is_met_by(document) for document in of_entity):
        return Requirement(requirement.requirement, None, has_documents=True, valid_through=None, reason="uploaded")
    return Requirement(
        requirement.requirement,
        None,
        has_documents=False,
        valid_through=None,
        reason=f"needs {requirement.needed_document}",
    )


def _owner_line(owner: OwnerSnapshot, documents: Iterable[DocumentSnapshot]) -> Requirement:
    if not owner.client_owner_id:
        return _unmet_owner_line(owner, "the owner has no clientOwnerId, so no document can be matched")
    own = [document for document in documents if document.client_owner_id == owner.client_owner_id]
    passports = [_last_day(document) for document in own if document.document_type == DocumentType.PASSPORT]
    fronts, backs = _licence_sides(own, FRONT), _licence_sides(own, BACK)
    licences = [min(max(fronts), max(backs))] if fronts and backs else []
    if not passports and not licences:
        return _unmet_owner_line(owner, _what_is_missing(has_front=bool(fronts), has_back=bool(backs)))
    last_day = max([*passports, *licences])
    kind = "passport" if last_day in passports else "driver's licence, both sides"
    return Requirement(
        OWNER_IDENTITY,
        owner.client_owner_id,
        has_documents=True,
        valid_through=None if last_day == date.max else last_day,
        reason=kind,
    )


def _unmet_owner_line(owner: OwnerSnapshot, reason: str) -> Requirement:
    return Requirement(OWNER_IDENTITY, owner.client_owner_id, has_documents=False, valid_through=None, reason=reason)


def _what_is_missing(*, has_front: bool, has_back: bool) -> str:
    if has_front or has_back:
        return f"needs the {'back' if has_front else 'front'} of the driver's licence, or a passport"
    return "needs an unexpired passport, or both sides of a driver's licence"


def _licence_sides(documents: Iterable[DocumentSnapshot], side: str) -> list[date]:
    return [
        _last_day(d) for d in documents if d.document_type == DocumentType.DRIVERS_LICENSE and d.document_side == side
    ]


def _last_day(document: DocumentSnapshot) -> date:
    return document.expires_at.date() if document.expires_at else date.max
