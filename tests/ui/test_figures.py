from datetime import date
from typing import Any

import pytest

from workbench.figures.samples import SMALL_SAMPLE
from workbench.ui.charts import figures
from workbench.ui.charts.bars import HtmlBar


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        (
            (38, 11, 4.21),
            "38 links expire in the next 72 h; for 11 customers it is the last one; "
            "about 4 customers will run out of links",
        ),
        (
            (1, 1, 1.0),
            "1 link expires in the next 72 h; for 1 customer it is the last one; "
            "about 1 customer will run out of links",
        ),
        ((2, 0, 0.0), "2 links expire in the next 72 h; for no customer it is the last one"),
        (
            (9, 1, 0.4),
            "9 links expire in the next 72 h; for 1 customer it is the last one; "
            "probably no customer will run out of links",
        ),
        ((0, 0, 0.0), "No live link expires in the next 72 h"),
    ],
)
def test_the_title_of_the_forecast_answers_the_page(numbers: tuple[int, int, float], title: str) -> None:
    names = ("links_ending", "last_links", "expected_used_up")
    empty = dict.fromkeys(names, 0)
    assert figures.forecast_title([empty, dict(zip(names, numbers, strict=True))]) == title


def test_in_practice_the_forecast_speaks_of_seconds() -> None:
    rows = [{"links_ending": 1, "last_links": 0, "expected_used_up": 0.0}] * 73
    assert figures.forecast_title(rows, 3600) == "73 links expire in the next 72 s; for no customer it is the last one"


def label_of(bar: HtmlBar) -> str:
    return f"{bar.numbers} {bar.note}".strip()


def test_standings_add_up_to_their_shares() -> None:
    bars = figures.draw_standings([{"standing": "rejected", "accounts": 1}, {"standing": "active", "accounts": 3}])
    assert [label_of(bar) for bar in bars] == ["3 (75%)", "1 (25%)"]


def yield_row(ordinal: int, links: int, completed: int) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "links": links,
        "completed": completed,
        "share": completed / links,
        "is_few": links < SMALL_SAMPLE,
    }


def test_a_yield_of_few_cases_is_pale_and_says_so() -> None:
    many, few = figures.draw_yield([yield_row(1, 140, 98), yield_row(2, 9, 3)])
    assert (many.name, label_of(many), many.parts[0].tone) == ("1st link", "70% of 140", "grey")
    assert (few.name, label_of(few), few.parts[0].tone) == ("2nd link", "33% of 9, small sample", "faint")
    assert many.length == 140


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([yield_row(1, 140, 98)], "70% of first links were completed (98 of 140)"),
        ([yield_row(1, 9, 3)], "33% of first links were completed (3 of 9); fewer than 30 links, so not reliable"),
        ([], "No link has been completed or expired yet"),
    ],
)
def test_the_title_of_the_yield_answers_it(rows: list[dict[str, Any]], title: str) -> None:
    assert figures.yield_title(rows) == title


def closing_row(turn: str, closing: int) -> dict[str, Any]:
    return {"turn": turn, "day": date(2026, 11, 29), "closing": closing}


def test_the_title_of_the_balance_says_for_whom_the_open_work_waits() -> None:
    rows = [closing_row("all", 1340), closing_row("us", 100), closing_row("customer", 1180), closing_row("bakkt", 60)]
    assert figures.balance_title([{**rows[0], "closing": 7, "day": date(2026, 11, 28)}, *rows]) == (
        "Of 1,340 accounts open at the end of 29 Nov 2026, 1,180 waited for the customer, 100 for us and 60 for Bakkt"
    )
    assert figures.balance_title([{**row, "closing": 0} for row in rows]) == (
        "Nothing was open at the end of 29 Nov 2026"
    )
