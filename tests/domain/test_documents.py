"""What an upload must say about its document: type, side, country, expiry, and the words that the checklist matches."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from workbench.domain.account.choices import DocumentType
from workbench.domain.documents import (
    BOTH_SIDES,
    DESCRIPTIONS,
    DOCUMENT_SPECS,
    NOTHING_CONFIRMED,
    Confirmations,
    DocumentDetails,
    EarlierUpload,
    Subject,
    expiry_warning,
    find_account_blocker,
    find_document_blocker,
    find_duplicate_file_blocker,
    find_owner_blocker,
    lines_met,
    slot_in_words,
    spec_of,
    specs_for,
    subject_of,
)
from workbench.domain.kyb.checklist import kyb_checklist
from workbench.domain.vocabulary import Standing

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSPORT = DocumentDetails("PASSPORT", "FRONT", "o1", "FRA", TODAY + timedelta(days=900))


def code_of(
    paper: DocumentDetails, subject: Subject = Subject.OWNER, confirmed: Confirmations = NOTHING_CONFIRMED
) -> str | None:
    blocker = find_document_blocker(paper, subject, TODAY, confirmed)
    return blocker.code if blocker else None


def test_every_type_of_the_contract_is_offered_but_machine_data() -> None:
    machine = {"RAW_CIP_DATA", "RAW_CDD_DATA"}
    assert {form.document_type for form in DOCUMENT_SPECS} == {kind.value for kind in DocumentType} - machine
    assert spec_of("RAW_CIP_DATA") is None


def test_two_sided_documents_are_those_of_the_guide() -> None:
    assert {form.document_type for form in DOCUMENT_SPECS if form.sides == BOTH_SIDES} == {
        "DRIVERS_LICENSE",
        "IDENTIFICATION_CARD",
    }


def test_documents_of_an_entity_are_one_front_with_a_country() -> None:
    for form in specs_for(Subject.ENTITY):
        assert form.sides == ("FRONT",)
        paper = DocumentDetails(form.document_type, "FRONT")
        assert code_of(paper, Subject.ENTITY) == "country"
        assert code_of(DocumentDetails(form.document_type, "FRONT", issue_country="USA"), Subject.ENTITY) is None


def test_identity_documents_are_only_about_owners() -> None:
    passport = DocumentDetails("PASSPORT", "FRONT", None, "USA")
    assert code_of(passport, Subject.ENTITY) == "type"
    assert code_of(passport, Subject.OWNER) is None
    assert code_of(DocumentDetails("CERTIFICATE_OF_INCORPORATION", "FRONT", "o1", "USA")) == "type"


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (PASSPORT, None),
        (DocumentDetails("PASSPORT", "BACK", "o1"), "side"),
        (DocumentDetails("DRIVERS_LICENSE", "UNSPECIFIED", "o1"), "side"),
        (DocumentDetails("DRIVERS_LICENSE", "BACK", "o1"), None),
        (DocumentDetails("RAW_CDD_DATA", "FRONT", "o1"), "type"),
        (DocumentDetails("PASSPORT", "FRONT", "o1", description="x" * 201), "description"),
        (DocumentDetails("PASSPORT", "FRONT", "o1", description="two\nlines"), "description"),
        (DocumentDetails("PASSPORT", "FRONT", "o1", description="mark \u202e turned"), "description"),
        (DocumentDetails("PASSPORT", "FRONT", "o1", description="passport 📄, é, 佐藤"), None),
        (DocumentDetails("PASSPORT", "FRONT", "o1", expires_on=TODAY), None),
        (DocumentDetails("PASSPORT", "FRONT", "o1", expires_on=TODAY - timedelta(days=1)), "expired"),
    ],
)
def test_what_is_wrong_is_said_first(paper: DocumentDetails, code: str | None) -> None:
    assert code_of(paper) == code


def test_an_expired_document_needs_a_confirmation() -> None:
    paper = DocumentDetails("PASSPORT", "FRONT", "o1", expires_on=TODAY - timedelta(days=1))
    assert code_of(paper, confirmed=Confirmations(expired=True)) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-400, "It expired 400 d ago"),
        (-1, "It expired 1 d ago"),
        (0, "It expires today, before a usual review (72 h) ends."),
        (1, "It expires tomorrow"),
        (2, "It expires in 2 d"),
        (3, ""),
        (4000, ""),
    ],
)
def test_a_document_that_expires_before_a_usual_review_is_warned_about(days: int, words: str) -> None:
    concern = expiry_warning(TODAY + timedelta(days=days), NOON, 72)
    assert concern.startswith(words)
    assert bool(concern) is bool(words)


@pytest.mark.parametrize("hours", [-12, -5, 0, 5.5, 13, 14])
@pytest.mark.parametrize(("clock", "review_hours", "is_warned"), [(0, 23, False), (23, 0.5, False), (23, 2, True)])
def test_a_document_is_valid_until_its_last_day_ends_where_the_person_sits(
    hours: float, clock: int, review_hours: float, is_warned: bool
) -> None:
    now = datetime(2026, 11, 22, clock, 10, tzinfo=timezone(timedelta(hours=hours)))
    concern = expiry_warning(TODAY, now, review_hours)
    assert concern.startswith("It expires today") is is_warned
    assert "ago" in expiry_warning(TODAY - timedelta(days=1), now, review_hours)


def test_in_practice_mode_a_review_is_told_in_seconds() -> None:
    late = datetime(2026, 11, 22, 23, 59, 30, tzinfo=UTC)
    assert expiry_warning(TODAY, late, 72 / 3600) == "It expires today, before a usual review (72 s) ends."


def test_a_document_without_expiry_is_not_warned_about() -> None:
    assert expiry_warning(None, NOON, 72) == ""


@pytest.mark.parametrize("requirement", DESCRIPTIONS)
def test_every_description_that_is_offered_meets_its_line_of_the_checklist(requirement: str) -> None:
    lines = {line.requirement for line in kyb_checklist(is_trust=False, owners=(), documents=())}
    assert set(DESCRIPTIONS) <= lines
    for description in DESCRIPTIONS[requirement]:
        met = lines_met(DocumentDetails("ENTITY_DUE_DILIGENCE", "FRONT", None, "USA", description=description))
        assert requirement in met


def test_a_document_of_an_owner_meets_no_requirement_of_the_entity() -> None:
    assert lines_met(DocumentDetails("CERTIFICATE_OF_INCORPORATION", "FRONT", "o1", "USA")) == ()
    assert lines_met(DocumentDetails("CERTIFICATE_OF_INCORPORATION", "FRONT", None, "USA")) == (
        "certificate_of_incorporation",
    )
    assert lines_met(DocumentDetails("TRUST_CERTIFICATION", "FRONT", None, "USA")) == ("governing_document",)
    assert lines_met(DocumentDetails("ENTITY_DUE_DILIGENCE", "FRONT", None, "USA", description="scan 7")) == ()


def test_the_same_file_as_another_side_or_owner_is_questioned() -> None:
    earlier = [EarlierUpload("o1|DRIVERS_LICENSE|FRONT", "aa"), EarlierUpload("o2|PASSPORT|FRONT", "bb")]
    back = DocumentDetails("DRIVERS_LICENSE", "BACK", "o1")
    found = find_duplicate_file_blocker(back, "aa", earlier, NOTHING_CONFIRMED)
    assert found is not None
    assert "the front of the driver's licence of o1" in found.words
    assert find_duplicate_file_blocker(back, "aa", earlier, Confirmations(same_file=True)) is None
    assert find_duplicate_file_blocker(PASSPORT, "bb", earlier, NOTHING_CONFIRMED) is not None
    assert find_duplicate_file_blocker(back, "cc", earlier, NOTHING_CONFIRMED) is None


def test_the_same_file_for_the_same_side_again_is_an_ordinary_renewal() -> None:
    assert find_duplicate_file_blocker(PASSPORT, "aa", [EarlierUpload(PASSPORT.slot, "aa")], NOTHING_CONFIRMED) is None


def test_whom_a_document_without_owner_id_is_about() -> None:
    assert subject_of("o1", ["o1"], is_entity=True) is Subject.OWNER
    assert subject_of(None, ["o1"], is_entity=True) is Subject.ENTITY
    assert subject_of(None, ["o1"], is_entity=False) is Subject.ACCOUNT
    assert subject_of(None, [None], is_entity=False) is Subject.OWNER


def test_an_owner_who_left_and_a_closed_account_accept_no_documents() -> None:
    assert find_owner_blocker("o9", ["o1", None]) is not None
    assert find_owner_blocker("o1", ["o1"]) is None
    assert find_owner_blocker(None, []) is None
    closed = find_account_blocker(Standing.CLOSED, is_known=True)
    assert closed is not None
    assert closed.code == "closed"
    assert find_account_blocker(Standing.ACTIVE, is_known=True) is None
    unread = find_account_blocker(None, is_known=False)
    assert unread is not None
    assert unread.code == "never_read"


def test_slots_are_told_in_words() -> None:
    assert slot_in_words("a|b|PASSPORT|FRONT") == "the passport of a|b"
    assert slot_in_words("|CERTIFICATE_OF_INCORPORATION|FRONT") == "the certificate of incorporation or formation"
    assert slot_in_words("o1|NEW_KIND|FRONT") == "the NEW_KIND of o1"


def test_the_same_file_for_another_line_of_the_checklist_is_questioned() -> None:
    """Bylaws and chart share type and side, and are told apart by their description alone."""
    chart = DocumentDetails("ENTITY_DUE_DILIGENCE", "FRONT", description="Organisation structure chart")
    earlier = [EarlierUpload(chart.slot, "aa", "Bylaws"), EarlierUpload(chart.slot, "bb")]
    blocker = find_duplicate_file_blocker(chart, "aa", earlier, NOTHING_CONFIRMED)
    assert blocker is not None
    assert "has it as “Bylaws”; now it would be “Organisation structure chart”" in blocker.words
    bylaws = replace(chart, description="Articles of association")
    assert find_duplicate_file_blocker(bylaws, "aa", earlier, NOTHING_CONFIRMED) is None
    assert find_duplicate_file_blocker(chart, "bb", earlier, NOTHING_CONFIRMED) is None
