"""DESK.md, "Reason codes speak": what the agent reads, what the customer hears, and what must not be said."""

import re
from itertools import product

import pytest

from workbench.domain.standing.customer_answers import answer_for_customer
from workbench.domain.standing.guidance import guidance_for
from workbench.domain.vocabulary import Standing

SIX = [
    ("suspended", "ACCOUNT_CLOSURE_REQUESTED"),
    ("suspended", "COMPLIANCE_LOCKED"),
    ("rejected", "RISK_KYC"),
    ("rejected", "RISK_OFAC"),
    ("liquidated", "LIQUIDATED"),
    ("suspended", "OTHER"),
]
REASONS = [None, "ENROLLMENT", "PENDING_REVIEW", "LIQUIDATED", "CLOSED", "NEW_REASON", *(reason for _, reason in SIX)]
HINTS = re.compile(
    "sanction|ofac|screen|complian|check|law|legal|regulat|risk|reason|identity|investigat|document|review|suspect",
    re.IGNORECASE,
)


def test_six_reasons_are_six_answers_for_the_agent_and_for_the_customer() -> None:
    agent = {guidance_for(standing, reason_code=reason).status_words for standing, reason in SIX}
    customer = {answer_for_customer(standing, reason).words for standing, reason in SIX}
    assert (len(agent), len(customer)) == (6, 6)


def test_every_standing_and_reason_has_words_for_both() -> None:
    for standing, reason in product(Standing, REASONS):
        assert guidance_for(standing, reason_code=reason).status_words
        assert answer_for_customer(standing, reason).words


@pytest.mark.parametrize("reason", ["RISK_OFAC", "COMPLIANCE_LOCKED"])
@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.ACTIVE])
def test_of_sanctions_and_of_compliance_the_customer_learns_no_reason_and_gets_no_hint(
    standing: Standing, reason: str
) -> None:
    answer = answer_for_customer(standing, reason)
    assert not HINTS.search(answer.words)
    assert answer.must_not_say.startswith("any reason, and any hint")
    assert "nothing else" in guidance_for(standing, reason_code=reason).next_step or standing is Standing.VERIFICATION


def test_those_two_sound_alike_to_the_customer_so_that_neither_gives_itself_away() -> None:
    for standing in Standing:
        assert answer_for_customer(standing, "RISK_OFAC") == answer_for_customer(standing, "COMPLIANCE_LOCKED")


def test_a_closure_that_the_customer_asked_for_is_no_suspension() -> None:
    answer = answer_for_customer("suspended", "ACCOUNT_CLOSURE_REQUESTED")
    assert "You asked" in answer.words
    assert "suspended" not in answer.words
    assert "asked to close" in guidance_for("suspended", reason_code="ACCOUNT_CLOSURE_REQUESTED").status_words
    assert "as you asked" in answer_for_customer("closed", "ACCOUNT_CLOSURE_REQUESTED").words


def test_the_liquidated_may_sell_or_withdraw() -> None:
    for reason in ("LIQUIDATED", "OTHER", None, "COMPLIANCE_LOCKED"):
        assert "sell or withdraw" in answer_for_customer("liquidated", reason).words


def test_after_a_failed_identity_check_the_customer_learns_that_and_not_what_failed() -> None:
    answer = answer_for_customer("rejected", "RISK_KYC")
    assert "could not confirm your identity" in answer.words
    assert "which check failed" in answer.must_not_say


def test_the_sanctions_screening_is_named_to_the_agent_alone() -> None:
    assert "sanctions" in guidance_for("rejected", reason_code="RISK_OFAC").status_words


def test_verification_promises_no_approval() -> None:
    assert "approved" in answer_for_customer("verification", "DOCUMENT_VERIFICATION").must_not_say


def test_a_customer_without_links_left_is_promised_none() -> None:
    answer = answer_for_customer("verification", "DOCUMENT_VERIFICATION", is_out_of_links=True)
    assert "link" not in answer.words
    assert "another link" in answer.must_not_say
    assert "by the link" in answer_for_customer("verification", "DOCUMENT_VERIFICATION").words
