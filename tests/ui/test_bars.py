"""Bars as a browser gets them, read back from the markup."""

import re
from dataclasses import replace
from typing import Any

import pytest

from workbench.ui.charts.bars import HtmlBar, HtmlBarPart, bars_markup


def sizes(markup: str, side: str) -> list[float]:
    return [float(percent) for percent in re.findall(rf"{side}:([0-9.]+)%", markup)]


def bar(number: float, **changes: Any) -> HtmlBar:
    return replace(HtmlBar("Cleared", (HtmlBarPart(number, "faint"),), f"{number:,}"), **changes)


def test_bars_begin_at_zero_and_the_longest_leaves_room_for_its_numbers() -> None:
    assert sizes(str(bars_markup([bar(100), bar(25)], room=2)), "width") == [50, 12.5]


def test_parts_of_a_bar_stand_one_after_the_other_and_an_empty_one_is_not_drawn() -> None:
    one = HtmlBar("x", (HtmlBarPart(30, "red"), HtmlBarPart(10, "faint"), HtmlBarPart(0, "grey")), "40")
    markup = str(bars_markup([one], room=1))
    assert sizes(markup, "width") == [75, 25]
    assert "wb-grey" not in markup


@pytest.mark.parametrize("bars", [[], [bar(0)]])
def test_nothing_to_draw_is_drawn_without_failing(bars: list[HtmlBar]) -> None:
    assert sizes(str(bars_markup(bars)), "width") == []


def test_every_text_in_a_bar_stays_literal() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    drawn = HtmlBar(hostile, (HtmlBarPart(1, "faint", hostile),), hostile, note=hostile)
    assert "<img" not in str(bars_markup([drawn]))
