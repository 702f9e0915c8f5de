"""What an upload must say about its document: type, side, country, expiry, and the words that the checklist matches."""

from datetime import date, timedelta

import pytest

from workbench.domain.account.choices import DocumentType
from workbench.domain.documents import (
    BOTH_SIDES,
    DESCRIPTIONS,
    FORMS,
    NOT_ASKED,
    Confirmed,
    Earlier,
    Paper,
    Subject,
    expiry_concern,
    find_account_hindrance,
    find_owner_hindrance,
    find_paper_hindrance,
    find_repetition,
    form_of,
    forms_about,
    lines_met,
    slot_in_words,
    subject_of,
)
from workbench.domain.kyb.checklist import kyb_checklist
from workbench.domain.vocabulary import Standing

TODAY = date(2026, 11, 22)
PASSPORT = Paper("PASSPORT", "FRONT", "o1", "FRA", TODAY + timedelta(days=900))


def code_of(paper: Paper, subject: Subject = Subject.OWNER, confirmed: Confirmed = NOT_ASKED) -> str | None:
    hindrance = find_paper_hindrance(paper, subject, TODAY, confirmed)
    return hindrance.code if hindrance else None


def test_every_type_of_the_contract_is_offered_but_machine_data() -> None:
    machine = {"RAW_CIP_DATA", "RAW_CDD_DATA"}
    assert {form.document_type for form in FORMS} == {kind.value for kind in DocumentType} - machine
    assert form_of("RAW_CIP_DATA") is None


def test_two_sided_papers_are_those_of_the_guide() -> None:
    assert {form.document_type for form in FORMS if form.sides == BOTH_SIDES} == {
        "DRIVERS_LICENSE",
        "IDENTIFICATION_CARD",
    }


def test_papers_of_an_entity_are_one_front_with_a_country() -> None:
    for form in forms_about(Subject.ENTITY):
        assert form.sides == ("FRONT",)
        paper = Paper(form.document_type, "FRONT")
        assert code_of(paper, Subject.ENTITY) == "country"
        assert code_of(Paper(form.document_type, "FRONT", issue_country="USA"), Subject.ENTITY) is None


def test_identity_papers_are_about_owners_alone() -> None:
    passport = Paper("PASSPORT", "FRONT", None, "USA")
    assert code_of(passport, Subject.ENTITY) == "type"
    assert code_of(passport, Subject.OWNER) is None
    assert code_of(Paper("CERTIFICATE_OF_INCORPORATION", "FRONT", "o1", "USA")) == "type"


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (PASSPORT, None),
        (Paper("PASSPORT", "BACK", "o1"), "side"),
        (Paper("DRIVERS_LICENSE", "UNSPECIFIED", "o1"), "side"),
        (Paper("DRIVERS_LICENSE", "BACK", "o1"), None),
        (Paper("RAW_CDD_DATA", "FRONT", "o1"), "type"),
        (Paper("PASSPORT", "FRONT", "o1", description="x" * 201), "description"),
        (Paper("PASSPORT", "FRONT", "o1", description="two\nlines"), "description"),
        (Paper("PASSPORT", "FRONT", "o1", description="mark \u202e turned"), "description"),
        (Paper("PASSPORT", "FRONT", "o1", description="passport 📄, é, 佐藤"), None),
        (Paper("PASSPORT", "FRONT", "o1", expires_on=TODAY), None),
        (Paper("PASSPORT", "FRONT", "o1", expires_on=TODAY - timedelta(days=1)), "expired"),
    ],
)
def test_what_is_wrong_is_said_first(paper: Paper, code: str | None) -> None:
    assert code_of(paper) == code


def test_an_expired_paper_needs_a_tick() -> None:
    paper = Paper("PASSPORT", "FRONT", "o1", expires_on=TODAY - timedelta(days=1))
    assert code_of(paper, confirmed=Confirmed(expired=True)) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-400, "It expired 400 days ago"),
        (-1, "It expired 1 day ago"),
        (0, "It expires today, before a usual review of 72 hours ends."),
        (1, "It expires tomorrow"),
        (2, "It expires in 2 days"),
        (3, ""),
        (4000, ""),
    ],
)
def test_a_paper_that_ends_before_a_usual_review_is_warned_about(days: int, words: str) -> None:
    concern = expiry_concern(TODAY + timedelta(days=days), TODAY, 72)
    assert concern.startswith(words)
    assert bool(concern) is bool(words)


def test_a_paper_without_expiry_is_no_concern() -> None:
    assert expiry_concern(None, TODAY, 72) == ""


@pytest.mark.parametrize("requirement", DESCRIPTIONS)
def test_every_description_that_is_offered_meets_its_line_of_the_checklist(requirement: str) -> None:
    lines = {line.requirement for line in kyb_checklist(is_trust=False, owners=(), documents=())}
    assert set(DESCRIPTIONS) <= lines
    for description in DESCRIPTIONS[requirement]:
        met = lines_met(Paper("ENTITY_DUE_DILIGENCE", "FRONT", None, "USA", description=description))
        assert requirement in met


def test_a_paper_of_an_owner_meets_no_line_of_the_entity() -> None:
    assert lines_met(Paper("CERTIFICATE_OF_INCORPORATION", "FRONT", "o1", "USA")) == ()
    assert lines_met(Paper("CERTIFICATE_OF_INCORPORATION", "FRONT", None, "USA")) == ("certificate_of_incorporation",)
    assert lines_met(Paper("TRUST_CERTIFICATION", "FRONT", None, "USA")) == ("governing_document",)
    assert lines_met(Paper("ENTITY_DUE_DILIGENCE", "FRONT", None, "USA", description="scan 7")) == ()


def test_the_same_file_as_another_side_or_owner_is_questioned() -> None:
    earlier = [Earlier("o1|DRIVERS_LICENSE|FRONT", "aa"), Earlier("o2|PASSPORT|FRONT", "bb")]
    back = Paper("DRIVERS_LICENSE", "BACK", "o1")
    found = find_repetition(back, "aa", earlier, NOT_ASKED)
    assert found is not None
    assert "the front of the driver's licence of o1" in found.words
    assert find_repetition(back, "aa", earlier, Confirmed(same_file=True)) is None
    assert find_repetition(PASSPORT, "bb", earlier, NOT_ASKED) is not None
    assert find_repetition(back, "cc", earlier, NOT_ASKED) is None


def test_the_same_file_for_the_same_side_again_is_an_ordinary_renewal() -> None:
    assert find_repetition(PASSPORT, "aa", [Earlier(PASSPORT.slot, "aa")], NOT_ASKED) is None


def test_whom_a_paper_without_owner_id_is_about() -> None:
    assert subject_of("o1", ["o1"], is_entity=True) is Subject.OWNER
    assert subject_of(None, ["o1"], is_entity=True) is Subject.ENTITY
    assert subject_of(None, ["o1"], is_entity=False) is Subject.ACCOUNT
    assert subject_of(None, [None], is_entity=False) is Subject.OWNER


def test_an_owner_who_left_and_an_account_that_is_closed_take_no_papers() -> None:
    assert find_owner_hindrance("o9", ["o1", None]) is not None
    assert find_owner_hindrance("o1", ["o1"]) is None
    assert find_owner_hindrance(None, []) is None
    closed = find_account_hindrance(Standing.CLOSED, is_known=True)
    assert closed is not None
    assert closed.code == "closed"
    assert find_account_hindrance(Standing.ACTIVE, is_known=True) is None
    unread = find_account_hindrance(None, is_known=False)
    assert unread is not None
    assert unread.code == "never_read"


def test_slots_are_told_in_words() -> None:
    assert slot_in_words("a|b|PASSPORT|FRONT") == "the passport of a|b"
    assert slot_in_words("|CERTIFICATE_OF_INCORPORATION|FRONT") == "the certificate of incorporation or formation"
    assert slot_in_words("o1|NEW_KIND|FRONT") == "the NEW_KIND of o1"
