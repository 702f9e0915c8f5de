"""The figure of the open work shows the numbers of its query."""

from datetime import date, timedelta
from typing import Any

import pytest

from workbench.domain.vocabulary import Turn
from workbench.figures.balance import draw_balance
from workbench.figures.palette import TURN_COLOURS
from workbench.store import Store

Row = dict[str, Any]
FIRST = date(2026, 11, 1)


def days_of(number: int, us: int = 30, customer: int = 50, bakkt: int = 20) -> list[Row]:
    closing = {"all": us + customer + bakkt, "us": us, "customer": customer, "bakkt": bakkt}
    return [
        {"day": FIRST + timedelta(days=place), "turn": turn, "came_in": 4, "went_out": 1, "closing": closing[turn]}
        for place in range(number)
        for turn in sorted(closing)
    ]


def test_columns_have_the_numbers_of_the_query(seeded: Store) -> None:
    rows = seeded.read_rows("explore/balance")
    figure = draw_balance(rows, "light")
    assert max(row["closing"] for row in rows) > 0
    for turn, columns in zip((Turn.US, Turn.CUSTOMER, Turn.BAKKT), figure.data, strict=True):
        of_turn = [row for row in rows if row["turn"] == turn]
        assert list(columns.x) == [row["day"].isoformat() for row in of_turn]
        assert list(columns.y) == [row["closing"] for row in of_turn]
        assert columns.marker.color == TURN_COLOURS[turn]


def test_the_parts_of_the_last_column_are_named_beside_it_in_their_order() -> None:
    notes = draw_balance(days_of(30), "light").layout.annotations
    assert [note.text for note in notes] == [
        '<span style="color:#12876F">■</span> Bakkt 20',
        '<span style="color:#4B86E3">●</span> Customer 50',
        '<span style="color:#A34A99">◆</span> Us 30',
    ]
    assert [(note.x, note.xref) for note in notes] == [(1, "paper")] * 3
    assert [note.y for note in notes] == pytest.approx([90, 55, 15])


def test_names_of_parts_that_are_empty_or_small_do_not_overlap() -> None:
    heights = [note.y / 2 for note in draw_balance(days_of(30, us=2, customer=0, bakkt=0), "light").layout.annotations]
    assert heights[0] - heights[1] > 0.08
    assert heights[1] - heights[2] > 0.08
    assert max(heights) <= 1


def test_a_day_says_its_numbers() -> None:
    assert draw_balance(days_of(1), "dark").data[0].hovertext[0] == (
        "<b>Sun 1 Nov 2026</b>: 100 accounts open at the end<br>■ Bakkt 20<br>● Customer 50<br>◆ Us 30<br>"
        "4 came in, 1 went out"
    )


def test_one_day_is_a_narrow_column_with_its_names_beside_it() -> None:
    figure = draw_balance(days_of(1), "light")
    assert figure.layout.xaxis.range == ("2026-10-31T12:00", "2026-11-14T12:00")
    assert figure.layout.xaxis.ticktext == ("1 Nov",)
    assert {(note.x, note.xref) for note in figure.layout.annotations} == {("2026-11-01T12:00", "x")}


def test_a_narrow_figure_keeps_every_fourth_day() -> None:
    ticks = draw_balance(days_of(14), "light").layout.xaxis.ticktext
    assert [tick for tick in ticks if "--wb-spare" not in tick] == ["2 Nov", "6 Nov", "10 Nov", "14 Nov"]


def test_many_days_fill_the_figure_without_gaps() -> None:
    figure = draw_balance(days_of(400), "light")
    assert figure.layout.xaxis.range == ("2026-10-31T12:00", "2027-12-05T12:00")
    assert figure.layout.xaxis.tickvals is None
    assert {columns.width for columns in figure.data} == {24 * 3600 * 1000}


def test_the_axis_of_days_can_be_zoomed() -> None:
    figure = draw_balance(days_of(30), "light")
    assert (figure.layout.dragmode, figure.layout.xaxis.fixedrange) == ("zoom", False)
    assert figure.layout.template.layout.yaxis.fixedrange is True


def test_no_days_are_an_empty_figure_and_nothing_open_an_empty_axis() -> None:
    assert not draw_balance([], "light").data
    assert draw_balance(days_of(20, us=0, customer=0, bakkt=0), "light").layout.yaxis.range == (0, 2)
