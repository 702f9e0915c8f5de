import re
from pathlib import Path
from typing import Any

import pytest

import workbench
from workbench.ui.account.card.card import headline_of
from workbench.ui.backlog.columns import short_cause
from workbench.ui.text.words import cause_words

ACCOUNT: dict[str, Any] = {
    "standing": "under_review",
    "turn": "bakkt",
    "link_state": None,
    "expirations_left": 3,
    "expirations_used": 0,
    "lost_link_requests": 0,
    "reason_code": None,
    "hours_left": None,
    "age_hours": 50.0,
    "due_at": "some time",
    "hours_overdue": -22.0,
    "lacks_identity_document": False,
    "link_unseen_until": None,
    "contradiction": None,
}


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "Bakkt is reviewing the account · 2 d so far, due in 22 h. Waiting for Bakkt. Nothing to do."),
        (
            {"hours_overdue": 30.0},
            "Bakkt is reviewing the account · 2 d so far, 30 h late. Bakkt is late: ask what it waits for.",
        ),
        ({"due_at": None}, "Bakkt is reviewing the account · 2 d so far. Waiting for Bakkt. Nothing to do."),
        (
            {"lacks_identity_document": True, "turn": "us", "due_at": None},
            "Bakkt is reviewing the account, and an identity document is missing · 2 d so far. Upload a passport, "
            "identification card or driver's licence of each owner who lives outside the USA.",
        ),
        (
            {"standing": "active", "turn": "nobody", "due_at": None, "lacks_identity_document": True},
            "Active for 2 d. Nothing to do.",
        ),
        ({"standing": "active", "turn": "nobody", "due_at": None}, "Active for 2 d. Nothing to do."),
        (
            {"standing": "closed", "turn": "nobody", "due_at": None},
            "Closed 2 d ago. Final. Nothing to do.",
        ),
        (
            {"standing": "verification", "turn": "customer", "link_state": "live", "hours_left": 30.0},
            "Waiting for the customer to verify · link expires in 30 h; 0 of 3 expired. Nothing to do unless they ask.",
        ),
        (
            {"standing": None, "turn": None, "due_at": None, "age_hours": None},
            "Not read from Bakkt yet. Run a sync for this account to see where it stands.",
        ),
    ],
)
def test_the_answer_is_one_line(changes: dict[str, Any], answer: str) -> None:
    assert headline_of(ACCOUNT | changes) == answer


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("event SUSPENDED RISK_KYC", "Suspended by Bakkt: risk KYC"),
        ("event ACTIVE", "Set to active by Bakkt"),
        ("reading", "Found at a sync"),
        ("opened", "The account was opened"),
        ("KYB triggered", "KYB triggered"),
        (None, ""),
    ],
)
def test_a_cause_is_said_in_words(cause: str | None, words: str) -> None:
    assert cause_words(cause) == words


def test_a_list_leaves_out_who_caused_it() -> None:
    assert short_cause("event RESTRICTED ENHANCED_DUE_DILIGENCE") == "Restricted: enhanced due diligence"
    assert short_cause("event ACTIVE") == "Set to active"


@pytest.mark.parametrize("tone", ["red", "amber", "grey"])
def test_the_bar_of_the_time_left_is_filled_in_each_of_its_tones(tone: str) -> None:
    """Elsewhere these classes colour words alone, which left the bar empty just when a link was about to expire."""
    css = (Path(workbench.__file__).parent / "ui" / "style.css").read_text(encoding="utf-8")
    assert re.search(rf"^(\.wb-time-left )?\.wb-{tone} {{ background: ", css, re.MULTILINE)
