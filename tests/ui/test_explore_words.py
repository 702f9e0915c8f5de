"""The sentences of the page Explore."""

from datetime import date
from typing import Any

import pytest

from workbench.ui.explore.balance import headline_of as balance_headline_of
from workbench.ui.explore.balance import undated_words
from workbench.ui.explore.codes import ExploreCodes
from workbench.ui.explore.periods import Period, period_of
from workbench.ui.explore.phrases import headline_of
from workbench.ui.explore.times import headline_of_flow, headline_of_times

WAY = "“opened” to “cleared”"


def span(hours: int, at_risk: int, done: int, share_done: float | None) -> dict[str, Any]:
    return {"hours": hours, "at_risk": at_risk, "done": done, "share_done": share_done, "is_few": at_risk < 30}


def test_times_end_with_the_longest_that_anyone_has_had() -> None:
    rows = [span(24, 100, 10, 0.1), span(480, 12, 5, 0.31), span(720, 0, 0, None), span(2160, 0, 0, None)]
    assert headline_of_times("all individuals", WAY, rows) == (
        "31% of all individuals went from “opened” to “cleared” within 20 d"
    )


def test_times_of_a_few_are_counts() -> None:
    rows = [span(24, 3, 1, 1 / 3), span(480, 2, 1, 2 / 3), span(720, 0, 0, None)]
    assert headline_of_times("all individuals", WAY, rows) == (
        "2 of 3 of all individuals went from “opened” to “cleared”; too few for a rate"
    )


def test_times_of_nobody_are_none() -> None:
    assert headline_of_times("all entities", WAY, [span(24, 0, 0, None)]) == (
        "None of all entities to count from “opened” to “cleared”"
    )


def after(reason: str, standing: str | None, times: int, of_times: int) -> dict[str, Any]:
    return {
        "reason_code": reason,
        "next_standing": standing,
        "times": times,
        "of_times": of_times,
        "share": times / of_times,
        "is_few": of_times < 30,
        "median_hours": 5.0,
    }


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [after("ENROLLMENT", "kyb_documents", 18, 40), after("RISK_KYC", "rejected", 29, 29)],
            "After “enrollment”, 45% became KYB documents, in 5 h (median)",
        ),
        ([after("RISK_KYC", "rejected", 1, 2)], "After “risk KYC”, 1 of 2 became rejected; too few for a rate"),
        ([after("RISK_KYC", None, 2, 2)], "Nothing came after a reason code in this period"),
    ],
)
def test_flow_tells_a_rate_of_enough_cases_and_counts_of_few(rows: list[dict[str, Any]], words: str) -> None:
    assert headline_of_flow(rows) == words


OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1), "October 2026")


def measured(accounts: int, of_accounts: int, *, undated: int = 0) -> dict[str, Any]:
    share = accounts / of_accounts if of_accounts else None
    counts = {"accounts": accounts, "of_accounts": of_accounts, "undated": undated, "immature": 0}
    return {**counts, "share": share, "is_few": of_accounts < 30}


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ({}, "who were in verification got stuck there"),
        ({"measure": "stayed"}, "who were in verification were still there after 30 days"),
        ({"measure": "reached"}, "were cleared within 30 days"),
        ({"measure": "time", "start": "screened"}, "who reached “screened” reached “cleared” within 30 days"),
        ({"measure": "used_up"}, "who had to verify used up their links"),
        ({"measure": "reuploaded"}, "who have a document uploaded one again"),
        (
            {"measure": "after_reason", "reason": "PENDING_REVIEW", "standing": "active"},
            "who had “pending review” bring them to a state became active next",
        ),
    ],
)
def test_the_sentence_names_those_whom_its_share_is_of(codes: dict[str, Any], words: str) -> None:
    said = headline_of(ExploreCodes(**codes), OCTOBER, measured(446, 3156), None)
    assert said == f"14% of October's individuals {words} (446 of 3,156)"


def test_a_few_are_counted_without_a_rate() -> None:
    assert headline_of(ExploreCodes(), OCTOBER, measured(2, 29), None) == (
        "2 of 29 of October's individuals who were in verification got stuck there; too few for a rate"
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({}, "none of October's individuals were in verification and had 30 days"),
        (measured(0, 0), "none of October's individuals were in verification and had 30 days"),
        (
            measured(0, 0, undated=4),
            "the dates of October's individuals who were in verification and had 30 days are not known",
        ),
    ],
)
def test_nobody_to_count_has_its_reason(row: dict[str, Any], why: str) -> None:
    assert headline_of(ExploreCodes(), OCTOBER, row, None) == f"No individuals to count: {why}"


def test_a_share_is_compared_with_the_month_before() -> None:
    before = {**measured(30, 300), "share": 0.1}
    assert headline_of(ExploreCodes(measure="used_up"), OCTOBER, measured(42, 300), before).endswith(
        "(42 of 300), 4 points more than September"
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("2026-10-28..2026-10-28", "on 28 Oct 2026"),
        ("2026-10-01..2026-10-28", "from 1 Oct 2026 to 28 Oct 2026"),
        ("last_month", "in October 2026"),
    ],
)
def test_the_balance_of_a_day_of_some_days_and_of_a_month(code: str, words: str) -> None:
    period = period_of(code, date(2026, 11, 29))
    assert period is not None
    row = {"day": date(2026, 10, 28), "opening": 5, "came_in": 3, "went_out": 1, "closing": 7}
    assert balance_headline_of([row], period)[0] == f"7 accounts open, 2 more than before, {words}"


def test_accounts_that_opened_on_a_day_are_compared_with_the_period_before() -> None:
    period = period_of("2026-10-28..2026-10-28", date(2026, 11, 29))
    assert period is not None
    said = headline_of(ExploreCodes(measure="reached"), period, measured(40, 80), {**measured(30, 80), "share": 0.3})
    assert said.startswith("50% of individuals opened on 28 Oct 2026 were cleared within 30 days (40 of 80), ")
    assert said.endswith("20 points more than the period before")


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        (0, ""),
        (1, "1 account was in its state before we first read them"),
        (12, "12 accounts were in their state before we first read them"),
    ],
)
def test_ages_that_count_from_the_first_reading_are_said(accounts: int, words: str) -> None:
    assert undated_words(accounts).startswith(words)
    assert ("the ages shown for them are minimums" in undated_words(accounts)) is bool(words)


def test_a_balance_without_work_says_so() -> None:
    row = {"day": date(2026, 10, 28), "opening": 0, "came_in": 0, "went_out": 0, "closing": 0}
    assert balance_headline_of([row], OCTOBER) == ("Nothing was open in October 2026", "")
