from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.ui import figures
from workbench.ui.palette import AMBER, FAINT, GREY, RED

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((38, 11, 90), "38 links end within 24 h, 11 are somebody's last"),
        ((1, 1, 1), "1 link ends within 24 h, 1 is somebody's last"),
        ((2, 0, 9), "2 links end within 24 h"),
        ((0, 0, 9), "No link ends within 24 h, 9 links within 72 h"),
        ((0, 0, 0), "No live link ends in the next 72 hours"),
        ((4312, 1100, 9000), "4,312 links end within 24 h, 1,100 are somebody's last"),
    ],
)
def test_the_title_of_the_expiry_answers_the_page(numbers: tuple[int, int, int], title: str) -> None:
    assert figures.expiry_title(*numbers, 24) == title


def test_soon_is_amber_later_is_faint_and_last_links_are_red() -> None:
    hours = [
        {"hour": (NOW + timedelta(hours=step)).replace(tzinfo=None), "links_ending": 3, "last_links": 1}
        for step in range(72)
    ]
    last, others = figures.draw_expiry(hours, UTC, NOW, 24).data
    assert last.marker.color == RED
    assert list(others.marker.color).count(AMBER) == 24
    assert set(others.marker.color) == {AMBER, FAINT}
    assert list(last.y) == [1] * 72
    assert list(others.y) == [2] * 72


def open_row(standing: str, turn: str, accounts: int, overdue: int) -> dict[str, Any]:
    return {"standing": standing, "turn": turn, "accounts": accounts, "overdue": overdue}


def test_open_work_is_drawn_from_zero_and_labelled_with_both_counts() -> None:
    figure = figures.draw_open_work([open_row("verification", "us", 1204, 62), open_row("submitted", "bakkt", 3, 0)])
    assert figure.layout.xaxis.range[0] == 0
    assert list(figure.data[1].text) == ["3", "1,204 · 62 past due"]
    assert list(figure.data[0].customdata) == ["submitted", "verification"]


def test_open_work_without_rows_says_so() -> None:
    assert figures.open_work_title([]) == "Nothing is open"
    figures.draw_open_work([])


def step_row(step: str, ordinal: int, **changes: Any) -> dict[str, Any]:
    row = {
        "step": step,
        "ordinal": ordinal,
        "accounts": 50,
        "accounts_mature": 40,
        "share_of_entered": 0.5,
        "median_hours": 12.0,
        "undated": 0,
        "entered_mature": 90,
        "entered_dated": 80,
    }
    return row | changes


def test_a_step_is_labelled_with_count_share_and_what_the_share_is_of() -> None:
    figure = figures.draw_funnel([step_row("opened", 1, accounts=100), step_row("cleared", 3)])
    assert list(figure.data[0].text) == ["<b>50</b>   50% of 80 · median 12 h", "<b>100</b>"]


def test_a_small_sample_is_not_emphasised() -> None:
    assert list(figures.draw_funnel([step_row("cleared", 3)]).data[0].marker.color) == [GREY]
    few = step_row("cleared", 3, accounts_mature=4, share_of_entered=0.2, entered_dated=20)
    assert list(figures.draw_funnel([few]).data[0].marker.color) == [FAINT]


def test_a_share_stands_on_the_accounts_that_are_dated() -> None:
    assert figures.counted(step_row("cleared", 3, entered_dated=60)) == 60


def test_a_step_that_nobody_watched_has_no_share() -> None:
    unseen = step_row("trading", 4, accounts_mature=0, share_of_entered=0.0, undated=50)
    assert figures.is_undated(unseen)
    assert "at times nobody saw" in figures.draw_funnel([unseen]).data[0].text[0]


def test_standings_add_up_to_their_shares() -> None:
    figure = figures.draw_standings([{"standing": "active", "accounts": 3}, {"standing": "rejected", "accounts": 1}])
    assert list(figure.data[0].text) == ["1  (25%)", "3  (75%)"]


@pytest.mark.parametrize(
    "figure",
    [figures.draw_open_work([]), figures.draw_funnel([step_row("opened", 1)]), figures.draw_standings([])],
)
def test_no_figure_has_a_legend_or_a_ground_of_its_own(figure: Any) -> None:
    assert figure.layout.showlegend is False
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert figures.CONFIG["displayModeBar"] is False
