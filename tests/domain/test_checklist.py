"""GUIDE, "KYB: three steps": what must be there before the trigger, and which uploads count."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.facts import company_documents, document, owner
from workbench.domain.facts import Requirement, Ruling
from workbench.domain.kyb.checklist import checklist_status, kyb_checklist, with_rulings
from workbench.domain.kyb.requirements import REQUIREMENT_WORDS, requirement_in_sentence, requirement_words
from workbench.domain.snapshots import DocumentSnapshot, OwnerSnapshot

TODAY = date(2026, 11, 22)
OF_COMPANIES = [
    "certificate_of_incorporation",
    "governing_document",
    "shareholder_registry",
    "structure_chart",
    "certificate_of_beneficial_owners",
]
OF_TRUSTS = ["governing_document", "certificate_of_beneficial_owners"]


def checklist(
    *documents: DocumentSnapshot, owners: Sequence[OwnerSnapshot] = (owner(),), is_trust: bool = False
) -> dict[tuple[str, str | None], Requirement]:
    lines = kyb_checklist(is_trust=is_trust, owners=owners, documents=documents)
    return {(line.requirement, line.client_owner_id): line for line in lines}


def meets(requirement: str, *documents: DocumentSnapshot, is_trust: bool = False) -> bool:
    return checklist(*documents, is_trust=is_trust)[requirement, None].is_met(TODAY)


def identity(*documents: DocumentSnapshot, of: str = "o1", day: date = TODAY) -> bool:
    return checklist(*documents)["owner_identity", of].is_met(day)


def diligence(description: str | None) -> DocumentSnapshot:
    return document("ENTITY_DUE_DILIGENCE", description=description)


def of_owner(
    document_type: str, side: str = "FRONT", expires_at: datetime | None = None, of: str = "o1"
) -> DocumentSnapshot:
    return document(document_type, side=side, client_owner_id=of, expires_at=expires_at)


def ends(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_a_company_has_five_lines_one_for_each_owner_and_one_for_who_manages_it() -> None:
    lines = kyb_checklist(is_trust=False, owners=(owner("o1"), owner("o2", position=1)), documents=())
    of_owners = ["owner_identity", "owner_identity", "managing_person"]
    assert [line.requirement for line in lines] == [*OF_COMPANIES, *of_owners]
    assert [line.client_owner_id for line in lines] == [None] * 5 + ["o1", "o2", None]
    assert not any(line.is_met(TODAY) for line in lines)
    assert all(line.reason for line in lines)


def test_a_trust_has_only_its_own_lines() -> None:
    lines = kyb_checklist(is_trust=True, owners=(owner("o1"),), documents=())
    assert [line.requirement for line in lines] == [*OF_TRUSTS, "owner_identity", "managing_person"]


def test_a_complete_set_of_documents_meets_every_requirement_but_the_person_who_manages_it() -> None:
    lines = kyb_checklist(is_trust=False, owners=(owner(),), documents=company_documents())
    assert [line.requirement for line in lines if not line.is_met(TODAY)] == ["managing_person"]


@pytest.mark.parametrize(
    ("requirement", "paper"),
    [
        ("certificate_of_incorporation", document("CERTIFICATE_OF_INCORPORATION")),
        ("governing_document", diligence("Company bylaws")),
        ("governing_document", diligence("ARTICLES of association")),
        ("governing_document", diligence("Operating agreement")),
        ("governing_document", diligence("partnership agreement")),
        ("governing_document", diligence("Trust deed")),
        ("governing_document", diligence("trust agreement")),
        ("shareholder_registry", diligence("Shareholder list")),
        ("shareholder_registry", diligence("member registry")),
        ("shareholder_registry", diligence("Register of members")),
        ("shareholder_registry", diligence("partner registry")),
        ("shareholder_registry", diligence("cap table")),
        ("structure_chart", diligence("Org chart")),
        ("structure_chart", diligence("ownership structure")),
        ("certificate_of_beneficial_owners", document("CERTIFICATE_OF_BENEFICIAL_OWNERS")),
    ],
)
def test_each_requirement_is_met_by_its_document_and_not_by_one_about_an_owner(
    requirement: str, paper: DocumentSnapshot
) -> None:
    assert meets(requirement, paper)
    assert not meets(requirement, replace(paper, client_owner_id="o1"))
    assert [name for name in OF_COMPANIES if meets(name, paper)] == [requirement]


@pytest.mark.parametrize("description", ["Charter", "chartered bank letter", "misc", "", None])
def test_a_document_with_a_vague_description_meets_no_requirement(description: str | None) -> None:
    assert not any(meets(name, diligence(description)) for name in OF_COMPANIES)


def test_one_document_can_meet_two_requirements() -> None:
    paper = diligence("Cap table and org chart")
    assert meets("shareholder_registry", paper)
    assert meets("structure_chart", paper)


def test_descriptions_only_count_on_due_diligence_documents() -> None:
    assert not meets("structure_chart", document("PROOF_OF_ENTITY_ADDRESS", description="Org chart"))
    assert not meets("governing_document", document("SOURCE_OF_FUNDS", description="bylaws"))


def test_a_trust_certification_governs_a_trust_and_no_company() -> None:
    paper = document("TRUST_CERTIFICATION")
    assert meets("governing_document", paper, is_trust=True)
    assert not meets("governing_document", paper)
    assert not meets("governing_document", replace(paper, client_owner_id="o1"), is_trust=True)


def test_a_trust_deed_governs_a_trust_too() -> None:
    assert meets("governing_document", diligence("Trust deed"), is_trust=True)


def test_a_passport_identifies_its_own_owner_alone() -> None:
    assert identity(of_owner("PASSPORT"))
    assert not identity(of_owner("PASSPORT", of="o2"))
    assert not identity(document("PASSPORT"))


@pytest.mark.parametrize("kind", ["IDENTIFICATION_CARD", "PASSPORT_CARD", "VISA", "SOCIAL_SECURITY_CARD"])
def test_no_other_document_identifies_an_owner(kind: str) -> None:
    assert not identity(of_owner(kind), of_owner(kind, "BACK"))


def test_a_licence_needs_both_sides() -> None:
    front, back = of_owner("DRIVERS_LICENSE"), of_owner("DRIVERS_LICENSE", "BACK")
    assert identity(front, back)
    assert not identity(front)
    assert not identity(back)
    assert not identity(front, front)
    assert not identity(front, replace(back, client_owner_id="o2"))
    assert not identity(front, replace(back, document_side="UNSPECIFIED"))


def test_a_licence_with_one_side_expired_does_not_count() -> None:
    good, over = ends(30), ends(1)
    assert identity(of_owner("DRIVERS_LICENSE", expires_at=good), of_owner("DRIVERS_LICENSE", "BACK", good))
    assert not identity(of_owner("DRIVERS_LICENSE", expires_at=good), of_owner("DRIVERS_LICENSE", "BACK", over))
    assert not identity(of_owner("DRIVERS_LICENSE", expires_at=over), of_owner("DRIVERS_LICENSE", "BACK", good))


def test_a_document_counts_through_the_day_it_expires_and_not_on_the_next() -> None:
    passport = of_owner("PASSPORT", expires_at=ends(22, 9))
    assert identity(passport, day=date(2026, 11, 21))
    assert identity(passport, day=date(2026, 11, 22))
    assert not identity(passport, day=date(2026, 11, 23))


def test_a_valid_document_counts_beside_an_expired_one() -> None:
    assert identity(of_owner("PASSPORT", expires_at=ends(1)), of_owner("PASSPORT", expires_at=ends(30)))
    licence = (of_owner("DRIVERS_LICENSE", expires_at=ends(30)), of_owner("DRIVERS_LICENSE", "BACK", ends(30)))
    assert identity(of_owner("PASSPORT", expires_at=ends(1)), *licence)


def test_an_owner_without_a_client_owner_id_has_no_documents() -> None:
    lines = kyb_checklist(is_trust=False, owners=(owner(None),), documents=(document("PASSPORT"),))
    assert not lines[-1].is_met(TODAY)


def test_documents_are_valid_until_the_first_of_them_expires() -> None:
    documents = (
        *company_documents(("o1",), passports_expire_at=ends(25)),
        of_owner("PASSPORT", expires_at=ends(24), of="o2"),
    )
    lines = kyb_checklist(is_trust=False, owners=(owner("o1"), owner("o2", position=1)), documents=documents)
    held = checklist_status(with_rulings(lines, [Ruling(datetime(2026, 11, 1, tzinfo=UTC), "managing_person")]))
    assert held.is_complete
    assert held.valid_through == date(2026, 11, 24)


def test_documents_are_incomplete_while_one_requirement_is_unmet() -> None:
    for left_out in company_documents():
        documents = [paper for paper in company_documents() if paper != left_out]
        assert not checklist_status(kyb_checklist(is_trust=False, owners=(owner(),), documents=documents)).is_complete


def test_no_lines_are_not_a_complete_checklist() -> None:
    assert not checklist_status(()).is_complete


def test_a_line_and_the_checklist_count_through_the_same_day() -> None:
    line = Requirement("owner_identity", "o1", has_documents=True, valid_through=TODAY, reason="passport")
    for day, counts in ((TODAY, True), (TODAY + timedelta(days=1), False)):
        assert (line.is_met(day), checklist_status([line]).is_complete_on(day)) == (counts, counts)


def test_every_requirement_has_words() -> None:
    both = (kyb_checklist(is_trust=is_trust, owners=(owner(),), documents=()) for is_trust in (False, True))
    assert {line.requirement for lines in both for line in lines} == set(REQUIREMENT_WORDS)


def test_a_requirement_reads_the_same_on_its_own_and_within_a_sentence() -> None:
    assert requirement_words("owner_identity", "o2") == "Identity of owner o2"
    assert requirement_in_sentence("owner_identity", "o2") == "identity of owner o2"
    assert requirement_in_sentence("structure_chart") == "organisation structure chart"
    assert requirement_words("newer_than_us") == "newer_than_us"
