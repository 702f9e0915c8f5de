"""The sentences of the page Explore."""

from typing import Any

import pytest

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
