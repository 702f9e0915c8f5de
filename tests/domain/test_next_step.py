"""The next step of every account: its sentence and its buttons, for every standing, turn, reason and link."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from workbench.domain.standing.message_to_bakkt import message_to_bakkt
from workbench.domain.standing.next_step import AccountCase, StepButton, next_step_for
from workbench.domain.vocabulary import FINAL_STANDINGS, Standing, Turn

REASONS = (
    None,
    "ACCOUNT_CLOSURE_REQUESTED",
    "COMPLIANCE_LOCKED",
    "RISK_KYC",
    "RISK_OFAC",
    "OTHER",
    "PENDING_REVIEW",
    "A_NEW_ONE",
)
LINKS = ("live", "expiring", "expired", "unknown")
TURNS = {
    Standing.SUBMITTED: (Turn.BAKKT, Turn.US),
    Standing.KYB_DOCUMENTS: (Turn.US,),
    Standing.KYB_READY: (Turn.US,),
    Standing.KYB_SCREENING: (Turn.BAKKT,),
    Standing.UNDER_REVIEW: (Turn.BAKKT, Turn.US),
    Standing.SUSPENDED: (Turn.BAKKT,),
    Standing.UNRECOGNISED: (Turn.US,),
    Standing.ACTIVE: (Turn.NOBODY,),
    Standing.REJECTED: (Turn.NOBODY,),
    Standing.LIQUIDATED: (Turn.NOBODY,),
    Standing.CLOSED: (Turn.NOBODY,),
}
"""Every turn that a standing can have outside verification, where the link decides."""


def every_case() -> Iterator[AccountCase]:
    for standing, turns in TURNS.items():
        for turn, reason, late, lacks in product(turns, REASONS, (False, True), (False, True)):
            lacks_document = turn is Turn.US and (lacks or standing is Standing.SUBMITTED)
            is_late = late and standing not in FINAL_STANDINGS
            yield AccountCase(standing, turn, reason, lacks_identity_document=lacks_document, is_late=is_late)
    for link, left, lost, unseen, late in product(LINKS, (0, 1, 2, 3), (0, 1), (False, True), (False, True)):
        is_live = link in {"live", "expiring"}
        if (is_live and left == 0) or (unseen and link != "unknown"):
            continue
        turn = Turn.CUSTOMER if is_live else Turn.US
        reason = "DOCUMENT_VERIFICATION"
        yield AccountCase(
            *(Standing.VERIFICATION, turn, reason, link, left, lost),
            is_link_unseen=unseen,
            is_late=late,
        )


CASES = list(every_case())


def verification(link: str, **changes: Any) -> AccountCase:
    values = {"expirations_left": 2, "turn": "customer" if link in {"live", "expiring"} else "us", **changes}
    return AccountCase("verification", reason_code="DOCUMENT_VERIFICATION", link_state=link, **values)


@pytest.mark.parametrize(
    ("case", "sentence", "primary", "others"),
    [
        (AccountCase("submitted", "bakkt"), "Waiting for Bakkt. Nothing to do.", None, ()),
        (AccountCase("kyb_screening", "bakkt"), "Waiting for Bakkt. Nothing to do.", None, ()),
        (AccountCase("under_review", "bakkt"), "Waiting for Bakkt. Nothing to do.", None, ()),
        (
            AccountCase("submitted", "bakkt", is_late=True),
            "Bakkt is late: ask what it waits for.",
            "copy_message_to_bakkt",
            (),
        ),
        (
            AccountCase("under_review", "bakkt", "COMPLIANCE_LOCKED"),
            "Waiting for Bakkt. Nothing to do. Tell the customer the sentence below and nothing else.",
            None,
            (),
        ),
        (
            AccountCase("submitted", "us", lacks_identity_document=True),
            "Upload a passport, identification card or driver's licence of each owner who lives outside the USA.",
            "upload_identity_document",
            (),
        ),
        (
            AccountCase("under_review", "us"),
            "Upload or record what the checklist still needs.",
            "complete_checklist",
            (),
        ),
        (
            AccountCase("kyb_documents", "us"),
            "Upload or record what the checklist still needs.",
            "complete_checklist",
            (),
        ),
        (AccountCase("kyb_ready", "us"), "Trigger KYB screening.", "review_kyb", ()),
        (
            AccountCase("suspended", "bakkt", "OTHER"),
            "Ask Bakkt for the reason before you tell the customer.",
            "copy_message_to_bakkt",
            (),
        ),
        (
            AccountCase("suspended", "bakkt", "ACCOUNT_CLOSURE_REQUESTED"),
            "Waiting for Bakkt. Nothing to do.",
            None,
            (),
        ),
        (
            AccountCase("unrecognised", "us", "A_NEW_ONE"),
            "Read the latest event below, and ask Bakkt what it means.",
            "contact_bakkt",
            (),
        ),
        (AccountCase("active", "nobody"), "Nothing to do.", None, ()),
        (AccountCase("closed", "nobody"), "Final. Nothing to do.", None, ()),
        (
            AccountCase("liquidated", "nobody"),
            "The customer can only sell or withdraw. Nothing to do.",
            None,
            (),
        ),
        (
            AccountCase("rejected", "nobody", "RISK_KYC"),
            "Final. If the customer says that their details were wrong, ask Bakkt what is possible.",
            None,
            ("copy_message_to_bakkt",),
        ),
        (
            AccountCase("active", "nobody", contradiction="active, but cannot trade"),
            "Ask Bakkt which is right: active, but cannot trade.",
            "copy_message_to_bakkt",
            (),
        ),
        (
            AccountCase(None),
            "Run a sync for this account to see where it stands.",
            "read_account",
            (),
        ),
        (verification("live"), "Nothing to do unless they ask.", "copy_message", ("copy_link",)),
        (
            verification("expiring", expirations_left=1),
            "Call the customer now: this is the last link, and it expires soon.",
            "copy_message",
            ("copy_link",),
        ),
        (
            verification("expired"),
            "Contact the customer first; send a new link only when they are ready to use it.",
            "send_link",
            (),
        ),
        (
            verification("unknown"),
            "Contact the customer first; send a link only when they are ready.",
            "send_link",
            (),
        ),
        (
            verification("unknown", is_link_unseen=True),
            "Bakkt issued a link that nobody has seen: fetch it at no cost.",
            "fetch_link",
            (),
        ),
        (
            verification("expired", lost_requests=1),
            "Settle that request first: it may have used the last link. Ask Bakkt whether a link was issued.",
            "settle_request",
            (),
        ),
        (
            verification("expired", expirations_left=0),
            "Only Bakkt can help now: contact them.",
            "copy_message_to_bakkt",
            (),
        ),
    ],
)
def test_each_case_has_its_sentence_and_its_buttons(
    case: AccountCase, sentence: str, primary: str | None, others: tuple[str, ...]
) -> None:
    step = next_step_for(case)
    assert (step.sentence, step.primary, step.others) == (sentence, primary, others)


def test_whenever_it_is_our_move_there_is_a_primary_button() -> None:
    ours = [case for case in CASES if case.turn is Turn.US]
    assert len(ours) > 100
    for case in ours:
        assert next_step_for(case).primary is not None, case


def test_what_is_final_has_no_primary_button_unless_bakkt_contradicts_itself() -> None:
    for case in (one for one in CASES if one.standing in FINAL_STANDINGS):
        assert next_step_for(case).primary is None, case


def test_bakkts_move_has_a_button_once_it_is_late_and_for_what_bakkt_suspended() -> None:
    for case in (one for one in CASES if one.turn is Turn.BAKKT):
        is_suspended = case.standing is Standing.SUSPENDED and case.reason_code != "ACCOUNT_CLOSURE_REQUESTED"
        expected = StepButton.COPY_MESSAGE_TO_BAKKT if case.is_late or is_suspended else None
        assert next_step_for(case).primary is expected, case


def test_a_new_link_is_offered_only_without_a_live_one_with_budget_left_and_nothing_unsettled() -> None:
    offered = [case for case in CASES if next_step_for(case).primary in {StepButton.SEND_LINK, StepButton.FETCH_LINK}]
    assert offered
    for case in offered:
        assert case.standing is Standing.VERIFICATION
        assert case.link_state in {"expired", "unknown"}
        assert (case.expirations_left, case.lost_requests) in {(1, 0), (2, 0), (3, 0)}


def test_a_link_is_copied_only_while_it_is_live() -> None:
    for case in CASES:
        step = next_step_for(case)
        copies = {step.primary, *step.others} & {StepButton.COPY_LINK, StepButton.COPY_MESSAGE}
        assert bool(copies) is (case.link_state in {"live", "expiring"}), case


def test_where_no_reason_may_be_told_the_step_says_so_unless_the_account_is_active() -> None:
    silent = [one for one in CASES if one.reason_code in {"RISK_OFAC", "COMPLIANCE_LOCKED"}]
    for case in silent:
        has_answer = case.standing is not Standing.ACTIVE and case.turn is not Turn.US
        assert ("nothing else" in next_step_for(case).sentence) >= has_answer, case


SINCE = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("case", "state", "question"),
    [
        (AccountCase("submitted", "bakkt", is_late=True), "submitted", "What does it wait for"),
        (verification("expired", expirations_left=0), "verification (DOCUMENT_VERIFICATION)", "issue another one"),
        (AccountCase("suspended", "bakkt", "OTHER"), "suspended (OTHER)", "Why is the account suspended"),
        (AccountCase("unrecognised", "us", "X"), "unrecognised (X)", "What does it mean"),
        (AccountCase("rejected", "nobody", "RISK_KYC"), "rejected (RISK_KYC)", "details were wrong"),
        (AccountCase("active", "nobody", contradiction="cannot trade"), "active", "cannot trade. Which is right?"),
    ],
)
def test_the_message_to_bakkt_names_the_account_its_state_and_the_question(
    case: AccountCase, state: str, question: str
) -> None:
    message = message_to_bakkt(case, "ACC-1", "b-7", SINCE)
    assert "clientAccountId: ACC-1\nBakkt account id: b-7\n" in message
    assert f"State: {state}, since 10:00 UTC on 12 Nov 2026" in message
    assert question in message
    assert "Bakkt account id" not in message_to_bakkt(case, "ACC-1", None, SINCE)
