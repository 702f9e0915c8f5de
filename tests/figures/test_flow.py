"""The figure of what came after each reason code shows the numbers of its query."""

from typing import Any

import pytest

from tests.support.sound_figures import ODD, assert_sound
from workbench.figures.flow import MOST_REASONS, draw_flow, reason_of_mark
from workbench.figures.palette import COLOURS, Theme
from workbench.figures.properties import digits_of
from workbench.store import Store

Row = dict[str, Any]
LIGHT = COLOURS["light"]


def after(reason: str, following: str | None, times: int, of_times: int = 100, **changes: Any) -> Row:
    return {
        "reason_code": reason,
        "next_standing": following,
        "times": times,
        "of_times": of_times,
        "accounts": times,
        "share": times / of_times,
        "is_few": of_times < 30,
        "median_hours": 3.0 if following else None,
        "p90_hours": 48.0 if following else None,
        **changes,
    }


ROWS = [
    after("DOCUMENT_VERIFICATION", "active", 60),
    after("DOCUMENT_VERIFICATION", "under_review", 25),
    after("DOCUMENT_VERIFICATION", None, 15),
    after("LIQUIDATED", "closed", 2, 3),
    after("LIQUIDATED", None, 1, 3),
]


def parts_of(figure: Any) -> dict[int, list[tuple[float, str, str]]]:
    """Of each bar from top to bottom its parts: length, colour and the words in it."""
    found: dict[int, list[tuple[float, str, str]]] = {}
    for trace in figure.data[:-1]:
        for place, length, colour, words in zip(trace.y, trace.x, trace.marker.color, trace.text, strict=True):
            found.setdefault(place, []).append((length, colour, words.lstrip("\xa0")))
    return found


def test_the_parts_of_a_bar_are_the_shares_of_the_query(seeded: Store) -> None:
    rows = seeded.read_rows("explore/flow")
    figure = draw_flow(rows, "light")
    reasons = list(dict.fromkeys(row["reason_code"] for row in rows))[:MOST_REASONS]
    assert len(reasons) > 2
    for place, parts in parts_of(figure).items():
        of_reason = [row for row in rows if row["reason_code"] == reasons[place]]
        assert sorted(length for length, _, _ in parts) == sorted(row["share"] for row in of_reason)
    assert {code for trace in figure.data[:-1] for code in trace.customdata} == {digits_of(one) for one in reasons}
    assert [reason_of_mark(rows, digits_of(one)) for one in (*reasons, "NO_SUCH_CODE")] == [*reasons, None]


def test_parts_say_what_came_next_how_often_and_how_soon() -> None:
    figure = draw_flow(ROWS, "light")
    assert parts_of(figure) == {
        0: [
            (0.6, LIGHT.strong, "Active 60%, 3 h"),
            (0.25, LIGHT.faint, "Under review 25%, 3 h"),
            (0.15, LIGHT.trace, "Still there 15%"),
        ],
        1: [(2 / 3, LIGHT.faint, "Closed 67%, 3 h"), (1 / 3, LIGHT.trace, "Still there 33%")],
    }
    assert figure.layout.yaxis.ticktext == ("Document verification", "Liquidated")
    assert [label.replace("\xa0", "") for label in figure.data[-1].text] == ["100 ×", "3 ×, few"]
    assert figure.data[0].hovertext[0] == (
        "<b>Document verification</b>, then active<br>60 of 100 times, 60 accounts<br>Median 3 h; 90% within 2 d<br>"
        "Click to list this code alone"
    )


def test_the_bar_of_the_chosen_code_is_darker() -> None:
    assert draw_flow(ROWS, "light", picked="DOCUMENT_VERIFICATION").data[0].marker.color[0] == LIGHT.text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_reason_code_is_shown_as_it_is_written(theme: Theme) -> None:
    figure = draw_flow([after(code, "active", 100) for code in ODD], theme)
    assert_sound(figure)
    assert len(figure.layout.yaxis.ticktext) == MOST_REASONS


def test_nothing_that_came_is_an_empty_figure() -> None:
    assert all(not trace.x for trace in draw_flow([], "light").data)
