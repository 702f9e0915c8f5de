"""Bars as a browser gets them, read back from the markup."""

import re
from dataclasses import replace
from typing import Any

import pytest

from workbench.ui.charts.bars import Bar, Caption, Column, Segment, bars_markup, columns_markup
from workbench.ui.frame.frame import STYLE

SHEET = STYLE.read_text(encoding="utf-8")


def sizes(markup: str, side: str) -> list[float]:
    return [float(percent) for percent in re.findall(rf"{side}:([0-9.]+)%", markup)]


def bar(number: float, **changes: Any) -> Bar:
    return replace(Bar("Cleared", (Segment(number, "faint"),), f"{number:,}"), **changes)


def test_bars_begin_at_zero_and_the_longest_leaves_room_for_its_numbers() -> None:
    assert sizes(str(bars_markup([bar(100), bar(25)], room=2)), "width") == [50, 12.5]


def test_parts_of_a_bar_stand_one_after_the_other_and_an_empty_one_is_not_drawn() -> None:
    one = Bar("x", (Segment(30, "red"), Segment(10, "faint"), Segment(0, "grey")), "40")
    markup = str(bars_markup([one], room=1))
    assert sizes(markup, "width") == [75, 25]
    assert "wb-grey" not in markup


@pytest.mark.parametrize("bars", [[], [bar(0)]])
def test_nothing_to_draw_is_drawn_without_failing(bars: list[Bar]) -> None:
    assert sizes(str(bars_markup(bars)), "width") == []


def test_a_bar_that_opens_people_is_a_button_that_says_whether_it_is_chosen() -> None:
    markup = str(bars_markup([bar(1, pick="cleared", is_picked=True), bar(1, pick="opened"), bar(1)]))
    assert re.findall(r'<button [^>]*type="button"[^>]* data-pick="(\w+)" aria-pressed="(\w+)"', markup) == [
        ("cleared", "true"),
        ("opened", "false"),
    ]
    assert markup.count('<div class="wb-bar">') == 1


def test_every_text_in_a_bar_stays_literal() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    drawn = Bar(hostile, (Segment(1, "faint", hostile),), hostile, note=hostile, mark=hostile, pick=hostile)
    columns = columns_markup([Column((Segment(1, "red", hostile),), hostile, (hostile,))], [Caption(hostile, "red")])
    assert "<img" not in f"{bars_markup([drawn])}{columns}"


@pytest.mark.parametrize(
    ("highest", "levels"),
    [(0, ["0", "1", "2"]), (3, ["0", "2", "4"]), (30, ["0", "20", "40"]), (900, ["0", "1,000", "2,000"])],
)
def test_columns_stand_over_an_axis_from_zero_to_a_round_number(highest: int, levels: list[str]) -> None:
    markup = str(columns_markup([Column((Segment(highest, "faint"),), "")], []))
    assert re.findall(r'<span style="bottom:[0-9.]+%">([0-9,]+)</span>', markup) == levels
    top = int(levels[-1].replace(",", ""))
    assert sizes(markup, "height") == ([pytest.approx(100 * highest / top)] if highest else [])


def test_a_caption_stands_over_the_column_where_what_it_says_begins() -> None:
    columns = [Column((Segment(1, "faint"),), "")] * 4
    markup = str(columns_markup(columns, [Caption("later", "quiet", 1), Caption("last", "red")]))
    assert 'style="left:25.00%">later' in markup
    assert 'style="right:0">last' in markup
