"""DESK.md, "Standing": the table, where the first match wins."""

from itertools import product
from typing import Any

import pytest

from tests.support.facts import NOW, party_event
from workbench.domain.standing.rule import StandingInputs, standing_by_event, standing_of
from workbench.domain.vocabulary import Standing

STATUSES = ("ACTIVE", "INACTIVE", "SUSPENDED", "LIQUIDATED", "UNDER_REVIEW", "CLOSED", "FROZEN", None)
REASONS = (
    "ENROLLMENT",
    "PENDING_REVIEW",
    "DOCUMENT_VERIFICATION",
    "RISK_KYC",
    "RISK_OFAC",
    "COMPLIANCE_LOCKED",
    "ACCOUNT_CLOSURE_REQUESTED",
    "CLOSED",
    "LIQUIDATED",
    "OTHER",
    "SOMETHING_NEW",
    None,
)


def told_of(status: str | None, reason: str | None = None, **polled: Any) -> Standing:
    return standing_of(StandingInputs(by_event=standing_by_event(party_event(NOW, status, reason)), **polled))


@pytest.mark.parametrize(
    ("status", "reason", "standing"),
    [
        ("CLOSED", None, "closed"),
        ("CLOSED", "DOCUMENT_VERIFICATION", "closed"),
        ("CLOSED", "RISK_KYC", "closed"),
        ("LIQUIDATED", "LIQUIDATED", "liquidated"),
        ("LIQUIDATED", "DOCUMENT_VERIFICATION", "liquidated"),
        ("LIQUIDATED", "RISK_OFAC", "liquidated"),
        ("ACTIVE", "ENROLLMENT", "active"),
        ("ACTIVE", "DOCUMENT_VERIFICATION", "active"),
        ("ACTIVE", "RISK_KYC", "active"),
        ("UNDER_REVIEW", "DOCUMENT_VERIFICATION", "verification"),
        ("SUSPENDED", "DOCUMENT_VERIFICATION", "verification"),
        ("INACTIVE", "DOCUMENT_VERIFICATION", "verification"),
        ("FROZEN", "DOCUMENT_VERIFICATION", "verification"),
        (None, "DOCUMENT_VERIFICATION", "verification"),
        ("INACTIVE", "RISK_KYC", "rejected"),
        ("SUSPENDED", "RISK_KYC", "rejected"),
        ("INACTIVE", "RISK_OFAC", "rejected"),
        ("SUSPENDED", "RISK_OFAC", "rejected"),
        ("UNDER_REVIEW", "RISK_KYC", "under_review"),
        ("FROZEN", "RISK_KYC", "unrecognised"),
        ("SUSPENDED", "COMPLIANCE_LOCKED", "suspended"),
        ("SUSPENDED", "OTHER", "suspended"),
        ("SUSPENDED", "ACCOUNT_CLOSURE_REQUESTED", "suspended"),
        ("INACTIVE", "CLOSED", "suspended"),
        ("INACTIVE", None, "suspended"),
        ("UNDER_REVIEW", "PENDING_REVIEW", "under_review"),
        ("UNDER_REVIEW", "SOMETHING_NEW", "under_review"),
        ("FROZEN", "ENROLLMENT", "unrecognised"),
        (None, None, "unrecognised"),
        ("active", None, "unrecognised"),
    ],
)
def test_the_latest_event_decides_by_the_first_row_that_matches(
    status: str | None, reason: str | None, standing: str
) -> None:
    assert told_of(status, reason) == standing


@pytest.mark.parametrize(
    ("known", "standing"),
    [
        (StandingInputs(could_ever_trade=True, request_status="REJECTED"), "active"),
        (StandingInputs(could_ever_trade=True, is_entity=True, is_kyb_started=True), "active"),
        (StandingInputs(request_status="REJECTED"), "rejected"),
        (StandingInputs(request_status="CANCELLED"), "rejected"),
        (StandingInputs(request_status="CANCELLED", is_entity=True, is_kyb_started=True), "rejected"),
        (StandingInputs(is_entity=True, is_kyb_started=True), "kyb_screening"),
        (StandingInputs(is_entity=True, is_manual_kyb_rejected=True, has_complete_documents=True), "rejected"),
        (StandingInputs(is_entity=True, is_manual_kyb_rejected=True, is_kyb_started=True), "rejected"),
        (StandingInputs(is_entity=True, is_manual_kyb_rejected=True, could_ever_trade=True), "active"),
        (StandingInputs(is_manual_kyb_rejected=True), "submitted"),
        (StandingInputs(is_entity=True, is_kyb_started=True, has_complete_documents=True), "kyb_screening"),
        (StandingInputs(is_entity=True, has_complete_documents=True), "kyb_ready"),
        (StandingInputs(is_entity=True, request_status="COMPLETE"), "kyb_documents"),
        (StandingInputs(request_status="COMPLETE"), "submitted"),
        (StandingInputs(request_status="SOMETHING_NEW"), "submitted"),
        (StandingInputs(is_kyb_started=True, has_complete_documents=True), "submitted"),
    ],
)
def test_without_an_event_polling_decides_by_the_first_row_that_matches(known: StandingInputs, standing: str) -> None:
    assert standing_of(known) == standing


def test_after_an_event_nothing_polled_changes_the_standing() -> None:
    polled = product((True, False), ("REJECTED", "COMPLETE"), (True, False), (True, False), (True, False))
    for can_trade, status, is_entity, started, documents in polled:
        assert told_of("SUSPENDED", could_ever_trade=can_trade, request_status=status) is Standing.SUSPENDED
        assert (
            told_of("UNDER_REVIEW", is_entity=is_entity, is_kyb_started=started, has_complete_documents=documents)
            is Standing.UNDER_REVIEW
        )


def table_of_desk_md(status: str | None, reason: str | None) -> str:
    """Return the standing from the table's rows for events, one by one."""
    rows = [
        ("closed", status == "CLOSED"),
        ("liquidated", status == "LIQUIDATED"),
        ("active", status == "ACTIVE"),
        ("verification", reason == "DOCUMENT_VERIFICATION"),
        ("rejected", reason in ("RISK_KYC", "RISK_OFAC") and status in ("INACTIVE", "SUSPENDED")),
        ("suspended", status in ("SUSPENDED", "INACTIVE")),
        ("under_review", status == "UNDER_REVIEW"),
        ("unrecognised", True),
    ]
    return next(name for name, holds in rows if holds)


def test_every_pair_of_status_and_reason_agrees_with_the_table() -> None:
    for status, reason in product(STATUSES, REASONS):
        assert told_of(status, reason) == table_of_desk_md(status, reason), (status, reason)


FINAL = {"active", "rejected", "liquidated", "closed"}


def test_four_standings_are_final() -> None:
    assert {standing.value for standing in Standing if standing.is_final} == FINAL
